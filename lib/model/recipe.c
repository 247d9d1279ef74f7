#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/recipe.h"
#include "model/validate.h"
#include "score/score.h"

#define LEVEL 0.9

/* Rows: key of the metrics' parameters, member. */
#define COUNTS(X)							\
	X("trees", trees)						\
	X("mtry", mtry)							\
	X("min_leaf", min_leaf)						\
	X("min_node", min_node)						\
	X("min_leaf_dates", min_leaf_dates)				\
	X("max_depth", max_depth)					\
	X("folds", folds)

static double
number(const json_t * object, const char * key, double otherwise)
{
	const json_t * value = json_object_get(object, key);

	return (json_is_number(value) ? json_number_value(value) : otherwise);
}

/* A count; what is none becomes `otherwise`. */
static uint32_t
count(const json_t * object, const char * key, uint32_t otherwise)
{
	double x = number(object, key, otherwise);

	return (x >= 0 && x <= UINT32_MAX ? (uint32_t)x : otherwise);
}

static int
take_params(struct cf_fit_params * p, const json_t * o, struct cf_err * err)
{
	double seed = number(o, "seed", 1);

	cf_fit_defaults(p);
#define TAKE(key, member) p->member = count(o, key, p->member);
	COUNTS(TAKE)
#undef TAKE
	p->seed = seed >= 0 && seed <= 9007199254740992.0 ?
	    (uint64_t)seed : 1;
	p->sample_fraction = number(o, "sample_fraction",
	    p->sample_fraction);
	p->half_life_days = number(o, "half_life_days", p->half_life_days);
	p->extra_trees = json_is_true(json_object_get(o, "extra_trees"));
	if (p->folds < 1 || p->folds > CF_FOLD_MAX || p->trees > 100000 ||
	    p->mtry > 4096 || !(p->sample_fraction > 0) ||
	    p->sample_fraction > 1 || !(p->half_life_days >= 0))
		return (cf_err_data(err, NULL, NULL, 0,
		    "the metrics of the model are damaged: parameters"));
	return (0);
}

int
cf_recipe_read(struct cf_recipe * r, const json_t * metrics,
    struct cf_err * err)
{
	const char * kind = json_string_value(json_object_get(metrics,
	    "kind"));

	memset(r, 0, sizeof(*r));
	r->kind = kind != NULL ? cf_kind_by_name(kind) : NULL;
	r->target = json_string_value(json_object_get(metrics, "target"));
	r->inputs = json_object_get(metrics, "inputs");
	r->horizon = (int64_t)count(metrics, "horizon", 0);
	if (r->kind == NULL || r->target == NULL ||
	    !json_is_array(r->inputs))
		return (cf_err_data(err, NULL, NULL, 0,
		    "the metrics of the model are damaged: kind, target "
		    "or inputs"));
	return (take_params(&r->params, json_object_get(metrics,
	    "parameters"), err));
}

static int
same(const json_t * a, const json_t * b, const char * const * keys, size_t n)
{
	const json_t * x, * y;
	size_t i;

	for (i = 0; i < n; i++) {
		x = json_object_get(a, keys[i]);
		y = json_object_get(b, keys[i]);
		if ((x == NULL) != (y == NULL) ||
		    (x != NULL && !json_equal(x, y)))
			return (0);
	}
	return (1);
}

int
cf_recipe_rivals(const json_t * a, const json_t * b)
{
	static const char * const keys[] = { "kind", "target", "horizon" };

	return (same(a, b, keys, sizeof(keys) / sizeof(keys[0])));
}

int
cf_recipe_same(const json_t * a, const json_t * b)
{
	static const char * const keys[] = { "inputs", "parameters" };

	return (cf_recipe_rivals(a, b) &&
	    same(a, b, keys, sizeof(keys) / sizeof(keys[0])));
}

/* Is the column one that the recipe sees? */
static int
is_shown(const struct cf_recipe * r, const char * name)
{
	const char * input;
	size_t i;

	if (strcmp(name, r->target) == 0)
		return (1);
	/* What an amount is measured by is no input. */
	if (strcmp(r->kind->name, "amount") == 0 &&
	    (strcmp(name, "level") == 0 || strcmp(name, "scale") == 0))
		return (1);
	for (i = 0; i < json_array_size(r->inputs); i++) {
		input = json_string_value(json_array_get(r->inputs, i));
		if (input != NULL && strcmp(name, input) == 0)
			return (1);
	}
	return (0);
}

/* The frame as the recipe sees it: columns are borrowed, their list is not. */
static int
show(const struct cf_recipe * r, const struct cf_frame * frame,
    struct cf_frame * shown, struct cf_err * err)
{
	size_t i;

	*shown = *frame;
	shown->ncolumns = 0;
	shown->names = cf_mem_array(frame->ncolumns, sizeof(char *), err);
	shown->values = cf_mem_array(frame->ncolumns, sizeof(double *), err);
	if (shown->names == NULL || shown->values == NULL)
		return (-1);
	for (i = 0; i < frame->ncolumns; i++) {
		if (!is_shown(r, frame->names[i]))
			continue;
		shown->names[shown->ncolumns] = frame->names[i];
		shown->values[shown->ncolumns++] = frame->values[i];
	}
	return (0);
}

/* Losses of the forecasts that were made. */
static int
take_losses(const struct cf_data * d, const struct cf_walked * walked,
    struct cf_recipe_walk * walk, struct cf_err * err)
{
	const struct cf_walked_row * row;
	size_t i;

	walk->time_s = cf_mem_array(d->n, sizeof(*walk->time_s), err);
	walk->loss = cf_mem_array(d->n, sizeof(*walk->loss), err);
	if (walk->time_s == NULL || walk->loss == NULL)
		return (-1);
	for (i = 0; i < d->n; i++) {
		walk->loss[i] = (double)NAN;
		if (d->date == NULL || i >= walked->n)
			continue;
		walk->time_s[i] = d->date_s[d->date[i]];
		row = &walked->rows[i];
		if (!isnan(row->prediction))
			walk->loss[i] = cf_score_winkler(LEVEL, row->low,
			    row->high, d->frame->values[d->target][d->row[i]]);
	}
	walk->n = d->n;
	return (0);
}

int
cf_recipe_run(const struct cf_recipe * r, const struct cf_frame * frame,
    struct cf_recipe_walk * walk, struct cf_err * err)
{
	struct cf_validate * validate = NULL;
	struct cf_walked walked = { .level = LEVEL };
	struct cf_fit_params params = r->params;
	struct cf_data * data = NULL;
	struct cf_frame shown;
	int rc = -1;

	memset(walk, 0, sizeof(*walk));
	params.walked = &walked;
	validate = cf_mem_array(1, sizeof(*validate), err);
	if (show(r, frame, &shown, err) || validate == NULL ||
	    (data = cf_data_new(r->kind, &shown, r->target, err)) == NULL ||
	    (data->date != NULL && cf_validate_forward(validate, data,
	    &params, err)))
		goto done;
	rc = take_losses(data, &walked, walk, err);
done:
	cf_walked_free(&walked);
	cf_data_free(data);
	free(validate);
	free(shown.names);
	free(shown.values);
	return (rc);
}

void
cf_recipe_free(struct cf_recipe_walk * walk)
{

	free(walk->time_s);
	free(walk->loss);
	memset(walk, 0, sizeof(*walk));
}

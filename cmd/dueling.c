#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/progress.h"
#include "drift/duel.h"
#include "model/modfile.h"
#include "model/recipe.h"
#include "table/json.h"

#include "dueling.h"

#define DATES_MIN 60		/* Of stored forecasts. */
#define MARGIN 0.01		/* For what folds cost by themselves. */
#define SEED 1

/* One of the two. */
struct side {
	const char * id;	/* In the registry. */
	struct cf_buf path;
	struct cf_model * model;
	json_t * metrics;
};

static int
open_side(const struct cf_dueling * d, const char * id, struct side * s,
    struct cf_err * err)
{

	s->id = id;
	cf_buf_addf(&s->path, "%s/%s/model.cfm", d->folder, id);
	if (cf_buf_string(&s->path, err) == NULL ||
	    (s->model = cf_modfile_open(s->path.data, err)) == NULL)
		return (-1);
	if (s->model->info != NULL && cf_json_parse(&s->metrics,
	    s->model->info, strlen(s->model->info), JSON_DECODE_ANY, NULL,
	    err) == -1)
		return (-1);
	if (!json_is_object(s->metrics))
		return (cf_err_data(err, NULL, NULL, 0,
		    "%s: the model has no metrics", s->path.data));
	return (0);
}

static void
close_side(struct side * s)
{

	json_decref(s->metrics);
	cf_model_free(s->model);
	cf_buf_free(&s->path);
}

/* The last date that a model was trained on; NULL if it had none. */
static const char *
trained_until(const struct side * s, int64_t * time_s)
{
	const char * text = json_string_value(json_object_get(s->metrics,
	    "last_date"));
	int has_clock;

	if (text == NULL || cf_day_parse_moment(text, strlen(text), time_s,
	    &has_clock))
		return (NULL);
	return (text);
}

/* ---- stored forecasts */

/* Load both sides' forecasts, with the outcomes of the challenger's file. */
static int
join(const struct side * champion, const struct side * challenger,
    const char * const * files, size_t n, const char * walked,
    int64_t after_s, struct cf_duel_pairs * pairs, struct cf_err * err)
{
	struct cf_joined_options old = { .forecasts = files, .nforecasts = n,
	    .outcomes = walked, .model = champion->model->id };
	struct cf_joined_options new = { .forecasts = &walked,
	    .nforecasts = 1, .outcomes = walked,
	    .model = challenger->model->id };
	struct cf_joined a = { 0 }, b = { 0 };
	int rc = -1;

	old.target = new.target = json_string_value(json_object_get(
	    challenger->metrics, "target"));
	if (cf_joined_load(&a, &old, err) == 0 &&
	    cf_joined_load(&b, &new, err) == 0)
		rc = cf_duel_join(pairs, &a, &b, after_s, err);
	cf_joined_free(&a);
	cf_joined_free(&b);
	return (rc);
}

static int
by_forecasts(const struct cf_dueling * d, const struct side * champion,
    const struct side * challenger, int64_t after_s, struct cf_duel * duel,
    struct cf_err * err)
{
	struct cf_duel_pairs pairs = { 0 };
	struct cf_buf walked = { 0 };
	char ** files = NULL;
	size_t n = 0;
	int rc;

	memset(duel, 0, sizeof(*duel));
	rc = cf_dueling_forecasts(d, challenger->id, &walked, err);
	if (rc == 1) {
		rc = cf_dueling_files(d->predictions, &files, &n, err);
		/* No files would be standard input. */
		if (rc == 0 && n > 0)
			rc = join(champion, challenger,
			    (const char * const *)files, n, walked.data,
			    after_s, &pairs, err);
	}
	if (rc == 0)
		rc = cf_duel_judge(&pairs, MARGIN, SEED, duel, err);
	cf_duel_free(&pairs);
	while (n > 0)
		free(files[--n]);
	free(files);
	cf_buf_free(&walked);
	return (rc);
}

/* ---- recipes */

static int
pair_walks(const struct cf_recipe_walk * a, const struct cf_recipe_walk * b,
    struct cf_duel_pairs * pairs, struct cf_err * err)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++) {
		if (!isnan(a->loss[i]) && !isnan(b->loss[i]) &&
		    cf_duel_add(pairs, a->time_s[i], a->loss[i], b->loss[i],
		    err))
			return (-1);
	}
	return (0);
}

static int
by_recipes(const struct cf_dueling * d, const struct side * champion,
    const struct side * challenger, struct cf_duel * duel,
    struct cf_err * err)
{
	struct cf_recipe old, new;
	struct cf_recipe_walk a = { 0 }, b = { 0 };
	struct cf_duel_pairs pairs = { 0 };
	struct cf_frame_options from = { .paths = &d->features, .npaths = 1 };
	struct cf_progress progress;
	struct cf_frame * frame = NULL;
	int rc = -1;

	if (cf_recipe_read(&old, champion->metrics, err) ||
	    cf_recipe_read(&new, challenger->metrics, err))
		return (-1);
	old.params.folds = new.params.folds;
	from.target = new.target;
	from.horizon = new.horizon;
	from.progress = &progress;
	cf_progress_start(&progress, d->quiet ? -1 : STDERR_FILENO, "rows", 0);
	frame = cf_frame_load(&from, err);
	cf_progress_end(&progress);
	if (frame == NULL || cf_recipe_run(&old, frame, &a, err) ||
	    cf_recipe_run(&new, frame, &b, err) ||
	    pair_walks(&a, &b, &pairs, err))
		goto done;
	if (new.kind->is_return)
		pairs.overlap = (size_t)new.horizon;
	rc = cf_duel_judge(&pairs, 0, SEED, duel, err);
done:
	cf_duel_free(&pairs);
	cf_recipe_free(&a);
	cf_recipe_free(&b);
	cf_frame_free(frame);
	return (rc);
}

/* ---- both */

static json_t *
tell(const char * basis, const char * since, const struct cf_duel * duel,
    struct cf_err * err)
{
	json_t * o;

	o = json_pack("{s:s,s:s?,s:I,s:I,s:o,s:o,s:o,s:o}", "basis", basis,
	    "since", since, "dates", (json_int_t)duel->dates, "forecasts",
	    (json_int_t)duel->pairs, "champion_loss",
	    cf_json_number(duel->champion), "challenger_loss",
	    cf_json_number(duel->challenger), "difference",
	    cf_json_number(duel->difference), "standard_error",
	    cf_json_number(duel->error));
	if (o == NULL)
		cf_err_memory(err);
	return (o);
}

/* Compare what is open. */
static int
compare(const struct cf_dueling * d, const struct side * champion,
    const struct side * challenger, struct cf_duel * duel,
    const char ** basis, const char * since, int64_t after_s,
    struct cf_err * err)
{

	if (!cf_recipe_rivals(champion->metrics, challenger->metrics))
		return (cf_err_data(err, NULL, NULL, 0,
		    "%s: not of the kind, target and horizon of the current "
		    "model", challenger->path.data));
	*basis = "stored";
	if (d->predictions != NULL && since != NULL && by_forecasts(d,
	    champion, challenger, after_s, duel, err))
		return (-1);
	if (duel->dates >= DATES_MIN)
		return (0);
	if (d->verbose)
		cf_main_note(d->program, "stored forecasts of %zu dates: "
		    "too few", duel->dates);
	memset(duel, 0, sizeof(*duel));
	duel->champion = duel->challenger = duel->error = (double)NAN;
	*basis = "same recipe";
	if (cf_recipe_same(champion->metrics, challenger->metrics))
		return (0);
	*basis = "walk-forward";
	if (d->features == NULL)
		return (cf_err_set(err, CF_ERR_USAGE, "stored forecasts of "
		    "fewer than %d dates, and another recipe: --features FILE "
		    "is needed to compare", DATES_MIN));
	return (by_recipes(d, champion, challenger, duel, err));
}

int
cf_dueling_run(const struct cf_dueling * d, const char * champion,
    const char * challenger, json_t ** comparison, int * refused,
    struct cf_err * err)
{
	struct side old = { 0 }, new = { 0 };
	struct cf_duel duel = { 0 };
	const char * basis, * since;
	int64_t after_s = 0;
	int rc = -1;

	*comparison = NULL;
	*refused = 0;
	if (open_side(d, champion, &old, err) ||
	    open_side(d, challenger, &new, err))
		goto done;
	since = trained_until(&old, &after_s);
	if (compare(d, &old, &new, &duel, &basis, since, after_s, err))
		goto done;
	*refused = duel.refused;
	*comparison = tell(basis, since, &duel, err);
	rc = *comparison != NULL ? 0 : -1;
done:
	close_side(&old);
	close_side(&new);
	return (rc);
}

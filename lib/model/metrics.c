#include <math.h>

#include "base/day.h"
#include "model/metrics.h"
#include "table/json.h"

/*
 * A key and its new value are handed over together: json_object_set_new takes
 * the reference, also of NULL, and then fails; failures add up in *rc.
 */
static void
set(json_t * object, const char * key, json_t * value, int * rc)
{

	if (json_object_set_new(object, key, value))
		*rc = -1;
}

static void
set_number(json_t * object, const char * key, double x, int * rc)
{

	set(object, key, cf_json_number(x), rc);
}

static void
set_count(json_t * object, const char * key, uint64_t n, int * rc)
{

	set(object, key, json_integer((json_int_t)n), rc);
}

static json_t *
moment(const struct cf_data * d, uint32_t date)
{
	char text[CF_DAY_TEXT_MAX];
	size_t len;

	len = cf_day_print_moment(d->date_s[date], d->frame->has_clock, text);
	return (json_stringn(text, len));
}

/* Mean of a sum over n records. */
static double
mean(double sum, size_t n)
{

	return (n > 0 ? sum / (double)n : (double)NAN);
}

static json_t *
score_object(const struct cf_data * d, const struct cf_validate * walk,
    const struct cf_tally * s, int is_fold, int * rc)
{
	json_t * o = json_object();
	json_t * losses = json_object();
	size_t m;

	if (is_fold) {
		set(o, "from", moment(d, s->first_date), rc);
		set(o, "to", moment(d, s->last_date), rc);
		set_count(o, "trained", s->trained, rc);
	}
	set_count(o, "n", s->n, rc);
	if (is_fold)
		set_number(o, "weight", s->weight, rc);
	set_number(o, "skill", cf_tally_skill(s), rc);
	for (m = 0; m < CF_TALLY_METHODS; m++) {
		if (!cf_tally_is_of((enum cf_tally_method)m, d->kind))
			continue;
		set_number(losses, cf_tally_method_name((enum cf_tally_method)m),
		    mean(s->pinball[m], s->n), rc);
	}
	set(o, "pinball", losses, rc);
	set_number(o, "crps", mean(s->crps, s->n), rc);
	set_number(o, "coverage", mean((double)s->hits, s->n), rc);
	if (walk->has_few)
		set_number(o, "coverage_few_fields",
		    mean((double)s->few_hits, s->n), rc);
	set_number(o, "winkler", mean(s->winkler, s->n), rc);
	set_number(o, "kupiec_p", cf_score_kupiec(s->cases, s->case_hits,
	    0.9), rc);
	set_number(o, "christoffersen_p", cf_score_christoffersen(&s->runs),
	    rc);
	set_number(o, "rmse", cf_score_rmse(&s->errors), rc);
	set_number(o, "mae", cf_score_mae(&s->errors), rc);
	set_number(o, "bias", cf_score_bias(&s->errors), rc);
	if (d->kind->is_return)
		set_number(o, "hit_rate", mean((double)s->same_sign, s->n),
		    rc);
	return (o);
}

static json_t *
inputs_array(const struct cf_inputs * inputs, int * rc)
{
	json_t * a = json_array();
	size_t i;

	for (i = 0; i < inputs->n; i++) {
		if (json_array_append_new(a,
		    json_string(inputs->items[i].name)))
			*rc = -1;
	}
	return (a);
}

static json_t *
params_object(const struct cf_data * d, const struct cf_fit_params * asked,
    const struct cf_model * model, int * rc)
{
	json_t * o = json_object();
	struct cf_fit_params resolved = *asked;
	const struct cf_fit_params * p = &resolved;

	cf_fit_resolve(&resolved, d->kind, d->n, d->date != NULL);

	set_count(o, "seed", p->seed, rc);
	set_count(o, "trees", model->forest.n_trees, rc);
	set_count(o, "mtry", p->mtry, rc);
	set_count(o, "min_leaf", p->min_leaf, rc);
	set_count(o, "min_node", p->min_node, rc);
	set_count(o, "min_leaf_dates", p->min_leaf_dates, rc);
	set_count(o, "max_depth", p->max_depth, rc);
	set_number(o, "sample_fraction", p->sample_fraction, rc);
	set(o, "extra_trees", json_boolean(p->extra_trees), rc);
	set_number(o, "half_life_days", p->half_life_days, rc);
	set_count(o, "folds", p->folds, rc);
	return (o);
}

/* How many trees, and why. */
static json_t *
trees_object(const struct cf_trees * trees, int * rc)
{
	json_t * o = json_object();
	const char * reason = "needed";

	if (!(trees->needed <= trees->trees))
		reason = "most";
	else if (trees->needed < trees->trees)
		reason = "least";
	set_count(o, "trees", trees->trees, rc);
	set(o, "reason", json_string(reason), rc);
	set_number(o, "needed", trees->needed, rc);
	set_number(o, "spread", trees->spread, rc);
	set_number(o, "error", trees->error, rc);
	return (o);
}

static void
set_validation(json_t * o, const struct cf_data * d,
    const struct cf_validate * walk, int * rc)
{
	static const char * const modes[] = { "none", "walk-forward",
	    "out-of-bag" };
	json_t * folds = json_array();
	size_t k;

	set(o, "validation", json_string(modes[walk->mode]), rc);
	set_number(o, "skill", cf_tally_skill(&walk->total), rc);
	set_number(o, "weight", walk->weight, rc);
	set(o, "total", score_object(d, walk, &walk->total, 0, rc), rc);
	for (k = 0; k < walk->nfolds; k++) {
		if (json_array_append_new(folds, score_object(d, walk,
		    &walk->folds[k], 1, rc)))
			*rc = -1;
	}
	set(o, "folds", folds, rc);
}

json_t *
cf_metrics_make(const struct cf_data * d, const struct cf_model * model,
    const struct cf_validate * walk, const struct cf_fit_params * params,
    const struct cf_trees * trees, struct cf_err * err)
{
	json_t * o = json_object();
	int rc = 0;

	set(o, "kind", json_string(d->kind->name), &rc);
	set(o, "target", json_string(d->target_name), &rc);
	if (d->horizon > 0)
		set_count(o, "horizon", d->horizon, &rc);
	set_count(o, "rows", d->n, &rc);
	if (d->frame->entity != NULL)
		set_count(o, d->frame->entity_key[0] == 's' ? "symbols" :
		    "accounts", d->frame->nentities, &rc);
	if (d->date != NULL && d->n > 0) {
		set_count(o, "dates", d->date[d->n - 1] - d->date[0] + 1,
		    &rc);
		set(o, "first_date", moment(d, d->date[0]), &rc);
		set(o, "last_date", moment(d, d->date[d->n - 1]), &rc);
	}
	set(o, "inputs", inputs_array(&d->inputs, &rc), &rc);
	set(o, "parameters", params_object(d, params, model, &rc), &rc);
	if (trees != NULL)
		set(o, "trees_chosen", trees_object(trees, &rc), &rc);
	set_validation(o, d, walk, &rc);
	if (walk->backtest != NULL)
		set(o, "backtest", cf_backtest_json(walk->backtest, err), &rc);
	if (rc) {
		cf_err_memory(err);
		json_decref(o);
		return (NULL);
	}
	return (o);
}

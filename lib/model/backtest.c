#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/backtest.h"
#include "score/score.h"
#include "table/json.h"

#define ERROR_COLUMN "naive_error"	/* See feature/habit.h */
#define METHODS (1 + CF_RIVAL_POINTS)	/* The model first. */

/* Sums of one method over the records of one horizon. */
struct sums {
	size_t n;		/* Records that it had a forecast of. */
	size_t scaled;		/* Of these, with a naive error. */
	double mase;
	double smape;
	double error;		/* In money, */
	double outcome;		/* the size of outcomes too. */
	double pinball;
};

struct days {
	struct sums of[METHODS];
	size_t hits;
};

struct cf_backtest {
	struct days * days;	/* By days ahead; 0: all. */
};

struct cf_backtest *
cf_backtest_new(const struct cf_data * data, struct cf_err * err)
{
	struct cf_backtest * b;

	if (!data->kind->has_unit) {
		cf_err_set(err, CF_ERR_USAGE,
		    "option --backtest: for accounts only");
		return (NULL);
	}
	if ((b = cf_mem_array(1, sizeof(*b), err)) == NULL)
		return (NULL);
	b->days = cf_mem_array(CF_BACKTEST_HORIZON_MAX + 1, sizeof(*b->days),
	    err);
	if (b->days == NULL) {
		free(b);
		return (NULL);
	}
	return (b);
}

/* One forecast; all but the pinball loss in money. */
static void
add(struct sums * s, double forecast, double outcome, double naive,
    double pinball)
{
	double e = fabs(forecast - outcome);

	if (!isfinite(e))
		return;
	s->n++;
	s->smape += cf_score_smape(forecast, outcome);
	s->error += e;
	s->outcome += fabs(outcome);
	s->pinball += pinball;
	if (!(naive > 0))
		return;
	s->scaled++;
	s->mase += e / naive;
}

/* A record, to the sums of its horizon or of all. */
static void
add_row(struct days * days, const struct cf_data * d,
    const struct cf_rival * rival, const struct cf_eval_row * row, size_t i)
{
	const struct cf_frame * f = d->frame;
	const size_t at = d->row[i];
	const size_t column = cf_frame_find(f, ERROR_COLUMN);
	double level = f->values[d->column[d->inputs.level]][at];
	double unit = f->values[d->column[d->inputs.unit]][at];
	double outcome = f->values[d->target][at], naive = NAN;
	size_t k;

	if (column != CF_FRAME_NONE)
		naive = f->values[column][at] * unit;
	add(&days->of[0], row->median, outcome, naive, row->pinball);
	days->hits += (size_t)(row->hit != 0);
	for (k = 0; k < CF_RIVAL_POINTS; k++)
		add(&days->of[1 + k], level + unit * cf_rival_point(rival, k,
		    i), outcome, naive, cf_rival_loss(rival, k, i));
}

void
cf_backtest_add(struct cf_backtest * b, const struct cf_data * d,
    const struct cf_rival * rival, const struct cf_eval_row * rows,
    size_t first, size_t n)
{
	double h;
	size_t i;

	for (i = first; i < first + n; i++) {
		h = d->frame->horizon[d->row[i]];
		if (!rows[i].scored || !(h <= CF_BACKTEST_HORIZON_MAX))
			continue;
		add_row(&b->days[0], d, rival, &rows[i], i);
		add_row(&b->days[(size_t)h], d, rival, &rows[i], i);
	}
}

static void
set(json_t * object, const char * key, double x, int * rc)
{

	if (json_object_set_new(object, key, cf_json_number(x)))
		*rc = -1;
}

static void
set_sums(json_t * o, const struct sums * s, int * rc)
{
	double n = (double)s->n;

	set(o, "mase", s->mase / (double)s->scaled, rc);
	set(o, "smape", s->smape / n, rc);
	set(o, "wape_accuracy", 1.0 - s->error / s->outcome, rc);
	set(o, "pinball", s->pinball / n, rc);
}

static json_t *
days_object(const struct days * d, size_t horizon, int * rc)
{
	json_t * o = json_object();
	json_t * rival;
	size_t k;

	if (horizon > 0)
		set(o, "horizon", (double)horizon, rc);
	set(o, "n", (double)d->of[0].n, rc);
	set_sums(o, &d->of[0], rc);
	set(o, "coverage", (double)d->hits / (double)d->of[0].n, rc);
	for (k = 0; k < CF_RIVAL_POINTS; k++) {
		rival = json_object();
		set_sums(rival, &d->of[1 + k], rc);
		if (json_object_set_new(o, cf_rival_name(k), rival))
			*rc = -1;
	}
	return (o);
}

json_t *
cf_backtest_json(const struct cf_backtest * b, struct cf_err * err)
{
	json_t * horizons = json_array();
	json_t * o;
	size_t h;
	int rc = 0;

	o = days_object(&b->days[0], 0, &rc);
	for (h = 1; h <= CF_BACKTEST_HORIZON_MAX; h++) {
		if (b->days[h].of[0].n > 0 && json_array_append_new(horizons,
		    days_object(&b->days[h], h, &rc)))
			rc = -1;
	}
	if (json_object_set_new(o, "horizons", horizons) || rc) {
		json_decref(o);
		cf_err_memory(err);
		return (NULL);
	}
	return (o);
}

void
cf_backtest_free(struct cf_backtest * b)
{

	if (b == NULL)
		return;
	free(b->days);
	free(b);
}

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/tally.h"

static const char * const method_names[CF_TALLY_METHODS] = { "model",
    "scale", "unconditional", "ewma", "garch", "seasonal_naive",
    "weekday_mean", "theta" };

int
cf_tally_is_of(enum cf_tally_method method, const struct cf_kind * kind)
{

	if (method <= CF_TALLY_UNCONDITIONAL)
		return (method != CF_TALLY_SCALE || !kind->has_unit);
	return ((method > CF_TALLY_GARCH) == kind->has_unit);
}

const char *
cf_tally_method_name(enum cf_tally_method method)
{

	return (method_names[method]);
}

void
cf_tally_worth(const struct cf_data * d, double * worth)
{
	double h = d->horizon > 0 ? d->horizon : 1;
	size_t i, j;
	double n;

	for (i = 0; i < d->n; i = j) {
		j = i + 1;
		while (d->date != NULL && j < d->n && d->date[j] == d->date[i])
			j++;
		n = (double)(j - i);
		for (; i < j; i++)
			worth[i] = 1.0 / (h * (1.0 + (n - 1.0) *
			    d->kind->correlation));
	}
}

/* A symbol's last record that was taken for the runs. */
struct before {
	size_t count;		/* Records of the symbol so far. */
	int hit;
};

/* Every h-th record of a symbol against the one taken before it. */
static void
add_run(struct cf_tally * t, const struct cf_data * d, struct before * b,
    int hit, double worth)
{
	size_t h = d->horizon > 0 ? d->horizon : 1;

	if (b->count++ % h != 0)
		return;
	if (b->count > 1)
		t->runs.n[b->hit][hit] += worth * (double)h;
	b->hit = hit;
}

static void
add_row(struct cf_tally * t, const struct cf_eval_row * r, double target,
    double worth)
{

	t->n++;
	t->pinball[CF_TALLY_MODEL] += r->pinball;
	t->pinball[CF_TALLY_SCALE] += (double)r->loss[0];
	t->crps += r->crps;
	t->winkler += r->winkler;
	cf_score_errors_add(&t->errors, r->prediction, target);
	t->hits += (uint64_t)r->hit;
	t->few_hits += (uint64_t)r->few_hit;
	t->same_sign += (r->prediction > 100.0) == (target > 100.0);
	t->cases += worth;
	t->case_hits += r->hit ? worth : 0.0;
}

int
cf_tally_rows(struct cf_tally * t, const struct cf_data * d,
    const struct cf_eval_row * rows, const double * worth, size_t first,
    size_t n, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	struct before * before;
	size_t i, e;

	before = cf_mem_array(f->entity != NULL ? f->nentities : 1,
	    sizeof(*before), err);
	if (before == NULL)
		return (-1);
	for (i = first; i < first + n; i++) {
		if (!rows[i].scored)
			continue;
		add_row(t, &rows[i], f->values[d->target][d->row[i]],
		    worth[i]);
		e = f->entity != NULL ? f->entity[d->row[i]] : 0;
		if (d->date != NULL && !d->kind->has_unit)
			add_run(t, d, &before[e], rows[i].hit != 0, worth[i]);
	}
	free(before);
	return (0);
}

void
cf_tally_add(struct cf_tally * total, const struct cf_tally * t)
{
	size_t m;

	total->n += t->n;
	for (m = 0; m < CF_TALLY_METHODS; m++)
		total->pinball[m] += t->pinball[m];
	total->crps += t->crps;
	total->winkler += t->winkler;
	total->errors.n += t->errors.n;
	total->errors.sum += t->errors.sum;
	total->errors.sum_squares += t->errors.sum_squares;
	total->errors.sum_absolute += t->errors.sum_absolute;
	total->hits += t->hits;
	total->few_hits += t->few_hits;
	total->same_sign += t->same_sign;
	total->cases += t->cases;
	total->case_hits += t->case_hits;
	for (m = 0; m < 4; m++)
		total->runs.n[m / 2][m % 2] += t->runs.n[m / 2][m % 2];
}

double
cf_tally_skill(const struct cf_tally * t)
{
	double best = t->pinball[CF_TALLY_UNCONDITIONAL];
	size_t m;

	if (t->n == 0)
		return (NAN);
	/* A comparison with NaN is false: a baseline not to be had. */
	for (m = CF_TALLY_UNCONDITIONAL + 1; m < CF_TALLY_METHODS; m++) {
		if (t->pinball[m] < best)
			best = t->pinball[m];
	}
	return (1.0 - t->pinball[CF_TALLY_MODEL] / best);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drift/daily.h"

/* Distance from the middle of the interval in half widths. */
static double
score_of(const struct cf_joined_row * r)
{
	double half = (r->high - r->low) / 2;
	double off = fabs(r->outcome - (r->low + half));

	if (!(off > 0))
		return (0);
	return (off < CF_DAILY_SCORE_MAX * half ? off / half :
	    CF_DAILY_SCORE_MAX);
}

static void
add_row(struct cf_daily_day * d, const struct cf_joined_row * r)
{

	d->time_s = r->time_s;
	d->n++;
	d->hits += r->outcome >= r->low && r->outcome <= r->high;
	d->level += r->level;
	d->score += score_of(r);
	d->error += r->prediction - r->outcome;
	d->absolute += fabs(r->prediction - r->outcome);
	d->outcome += fabs(r->outcome);
}

int
cf_daily_make(struct cf_daily * daily, const struct cf_joined * joined,
    struct cf_err * err)
{
	double overlap = 1;
	size_t i;

	memset(daily, 0, sizeof(*daily));
	daily->days = cf_mem_array(joined->n, sizeof(*daily->days), err);
	if (daily->days == NULL)
		return (-1);
	for (i = 0; i < joined->n; i++) {
		if (i == 0 || joined->rows[i].time_s !=
		    joined->rows[i - 1].time_s)
			daily->n++;
		add_row(&daily->days[daily->n - 1], &joined->rows[i]);
		if (!joined->is_ledger)
			overlap = fmax(overlap, joined->rows[i].horizon);
	}
	daily->overlap = (size_t)overlap;
	return (0);
}

struct cf_daily_day
cf_daily_sum(const struct cf_daily_day * days, size_t n)
{
	struct cf_daily_day s;
	size_t i;

	memset(&s, 0, sizeof(s));
	for (i = 0; i < n; i++) {
		s.time_s = days[i].time_s;
		s.n += days[i].n;
		s.hits += days[i].hits;
		s.level += days[i].level;
		s.score += days[i].score;
		s.error += days[i].error;
		s.absolute += days[i].absolute;
		s.outcome += days[i].outcome;
	}
	return (s);
}

void
cf_daily_free(struct cf_daily * daily)
{

	free(daily->days);
	memset(daily, 0, sizeof(*daily));
}

/*
 * feature_bars.h: bars of a random walk with all that may happen to a stock.
 */
#ifndef FEATURE_BARS_H
#define FEATURE_BARS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/rng.h"
#include "feature/track.h"

/* walk(bars, n, symbol): n weekdays from 2015 on, in money as traded: a split on row 150, dividends every 63 rows. */
static inline void
walk(struct cf_bar *bars, size_t n, uint64_t symbol)
{
	struct cf_rng rng = cf_rng_stream(11, CF_RNG_TEST, symbol);
	int32_t day = cf_day_of(2015, 1, 1);
	double level = 100, open;

	for (size_t i = 0; i < n; i++) {
		while (cf_day_weekday(day) > 5)
			day++;
		memset(&bars[i], 0, sizeof(bars[i]));
		bars[i].dividend = i % 63 == 62 ? 0.005 * level : 0;
		bars[i].split = i == 150 ? 4 : 1;
		bars[i].adjusted = NAN;
		bars[i].events = CF_BAR_EVENTS;
		level = (level - bars[i].dividend) / bars[i].split;
		open = level * exp(0.005 * cf_rng_normal(&rng));
		level = open * exp(0.015 * cf_rng_normal(&rng));
		bars[i].time_s = (int64_t)day++ * CF_DAY_S;
		bars[i].open = open;
		bars[i].close = level;
		bars[i].high = fmax(open, level) * (1 + 0.01 * cf_rng_uniform(&rng));
		bars[i].low = fmin(open, level) * (1 - 0.01 * cf_rng_uniform(&rng));
		bars[i].volume = floor(1e5 + 1e6 * cf_rng_uniform(&rng)) * (i < 150 ? 1 : 4);
		bars[i].file = "walk.csv";
		bars[i].line = i + 2;
	}
}

/* track_all(plan, bars, n): the rows of all bars, to be freed by cf_rows_free. */
static inline struct cf_rows *
track_all(const struct cf_track_plan *plan, const struct cf_bar *bars, size_t n)
{
	struct cf_rows *rows = cf_rows_new(n + 1, plan->set->ncolumns, NULL);
	struct cf_track_scratch *scratch = cf_track_scratch(n, NULL);
	struct cf_track *track = malloc(cf_track_size(plan));
	struct cf_err err;

	cf_track_start(plan, track);
	ck_assert_msg(cf_track_run(plan, track, scratch, bars, n, 1, NULL, rows, &err) == 0, "%s", err.text);
	free(track);
	cf_track_scratch_free(scratch);
	return (rows);
}

/* column(plan, rows, name): the values of a column. */
static inline const double *
column(const struct cf_track_plan *plan, const struct cf_rows *rows, const char *name)
{

	for (size_t i = 0; i < plan->set->ncolumns; i++) {
		if (strcmp(plan->set->columns[i].name, name) == 0)
			return (rows->columns[i]);
	}
	ck_abort_msg("no column %s", name);
	return (NULL);
}

#endif /* !FEATURE_BARS_H */

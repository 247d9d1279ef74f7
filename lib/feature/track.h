#ifndef CF_FEATURE_TRACK_H_
#define CF_FEATURE_TRACK_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feature/adjust.h"
#include "feature/bar.h"
#include "feature/rows.h"
#include "feature/series.h"
#include "feature/set.h"

/*
 * One symbol's way from bars to feature rows: adjust, gather weeks or months,
 * run the machines, put prices back into the money of their day, join the
 * series.  All that is kept from call to call lies in one piece of memory
 * without pointers, so a copy is a way back.
 */
enum cf_track_every {
	CF_TRACK_BAR,		/* A row for every bar. */
	CF_TRACK_DAY,
	CF_TRACK_WEEK,		/* Monday to Sunday. */
	CF_TRACK_MONTH
};
#define CF_TRACK_NAMES "bar|day|week|month"

/**
 * cf_track_by_name(name):
 * Return what is called so in CF_TRACK_NAMES.
 */
enum cf_track_every cf_track_by_name(const char * name);

/* What all symbols have in common. */
struct cf_track_plan {
	const struct cf_set * set;
	const struct cf_series * series;	/* May be NULL. */
	enum cf_adjust_mode adjust;
	enum cf_track_every every;
	double max_age;		/* Days; INFINITY for no limit. */
};

struct cf_track;		/* The state of a symbol. */
struct cf_track_scratch;	/* Room for the work on a run of bars. */

/**
 * cf_track_size(plan), cf_track_start(plan, state):
 * Return the bytes of a symbol's state; make such memory ready, whatever it
 * held.
 */
size_t cf_track_size(const struct cf_track_plan * plan);
void cf_track_start(const struct cf_track_plan * plan,
    struct cf_track * state);

/**
 * cf_track_scratch(capacity, err):
 * Return room for runs of up to ${capacity} bars, to be freed by
 * cf_track_scratch_free, or NULL.
 */
struct cf_track_scratch * cf_track_scratch(size_t capacity,
    struct cf_err * err);

/**
 * cf_track_run(plan, state, scratch, bars, n, is_last, others, rows, err):
 * Take ${n} bars and append their rows to ${rows}, which must have room for
 * n + 1 more; without periods that is one row for each bar.  A period that has
 * begun becomes a row when a bar of the next one comes, or with ${is_last}.
 * The texts of a bar's other columns lie in ${others} where it says; NULL means
 * there are none, as it must with periods.  Return 0 or -1.
 */
int cf_track_run(const struct cf_track_plan * plan, struct cf_track * state,
    struct cf_track_scratch * scratch, const struct cf_bar * bars, size_t n,
    int is_last, const char * others, struct cf_rows * rows,
    struct cf_err * err);

/**
 * cf_track_scratch_free(scratch):
 * Free it; NULL is harmless.
 */
void cf_track_scratch_free(struct cf_track_scratch * scratch);

#endif /* !CF_FEATURE_TRACK_H_ */

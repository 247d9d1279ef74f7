#ifndef CF_FEATURE_SET_H_
#define CF_FEATURE_SET_H_

#include <stddef.h>

#include "base/err.h"
#include "feature/indicator.h"
#include "feature/machine.h"
#include "feature/series.h"

/*
 * The columns that were asked for, and the machines that compute them.  Columns
 * of one machine with the same parameters share it.
 *
 * seed		the twelve columns of the seed set, whether or not their series
 *		are given
 * model	seed, and what the market model's scale wants
 * all		model, and every indicator with the parameters of its row
 *
 * Behind these comes a column for each further series.
 */
enum cf_set_kind {
	CF_SET_INDICATOR,
	CF_SET_SERIES,
	CF_SET_AGE		/* Days since the date of a series' value. */
};

#define CF_SET_NONE ((size_t)-1)

struct cf_set_column {
	char * name;
	enum cf_set_kind kind;
	enum cf_unit unit;
	size_t source;		/* Machine; series, or CF_SET_NONE. */
	unsigned int output;	/* Of the machine. */
};

struct cf_set_machine {
	const struct cf_machine * machine;
	double params[CF_INDICATOR_PARAMS_MAX];
	size_t offset;		/* Of its state, in the symbol's. */
	size_t columns[CF_MACHINE_OUTPUTS_MAX];	/* Or CF_SET_NONE. */
};

struct cf_set {
	struct cf_set_column * columns;
	size_t ncolumns;
	size_t columns_capacity;
	struct cf_set_machine * machines;
	size_t nmachines;
	size_t machines_capacity;
	size_t state_size;	/* Bytes for the state of all machines. */
};

/**
 * cf_set_parse(text, series, ages, err):
 * Make the set of ${text}: names of sets and columns with commas between them.
 * The columns of ${series} are added where they are missing, and with ${ages}
 * one more for each, NAME_age.  Return NULL on failure.
 */
struct cf_set * cf_set_parse(const char * text,
    const struct cf_series * series, int ages, struct cf_err * err);

/**
 * cf_set_start(set, state):
 * Make ready ${state}, zeroed memory of set->state_size bytes.
 */
void cf_set_start(const struct cf_set * set, void * state);

/**
 * cf_set_run(set, state, ticks, out):
 * Compute the indicator columns of a run of rows, in adjusted units: out[i] is
 * where column number i goes.
 */
void cf_set_run(const struct cf_set * set, void * state,
    const struct cf_ticks * ticks, double * const * out);

/**
 * cf_set_free(set):
 * Free it; NULL is harmless.
 */
void cf_set_free(struct cf_set * set);

#endif /* !CF_FEATURE_SET_H_ */

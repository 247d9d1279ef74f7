#ifndef CF_FEATURE_MACHINE_H_
#define CF_FEATURE_MACHINE_H_

#include <stddef.h>
#include <stdint.h>

/*
 * What computes indicators.  A machine takes rows in their order and gives for
 * each row one value per output, from a state that lies in one piece of memory
 * without pointers: it may be copied, so a stream can take its newest bar back.
 * How rows are cut into calls makes no difference to the values.
 *
 * NaN is a missing value.  A row that lacks what a machine needs gives NaN and
 * does not enter its windows: windows count the rows that have a value.  A
 * quantity that is not finite, or not defined (0/0, the logarithm of 0), is
 * missing too.  So a gap costs the rows it spans and never what follows.
 *
 * Prices and volumes are adjusted (feature/adjust.h) and scaled by a power of
 * two, so that a symbol's first price lies in 1 .. 2: squares of prices neither
 * overflow nor vanish, whatever the currency.
 */

/* A run of rows of one symbol, as columns of n values. */
struct cf_ticks {
	size_t n;
	const double * open;	/* Adjusted. */
	const double * high;
	const double * low;
	const double * close;
	const double * volume;
	const double * change;	/* ln(close / close before). */
	const double * price;	/* The close as it is in the bar. */
	const double * shares;	/* The volume as it is in the bar. */
	const int32_t * day;
};

#define CF_MACHINE_OUTPUTS_MAX 4

struct cf_machine {
	/* Bytes of state; a multiple of 8. */
	size_t (*size)(const double * params);
	/* Make the zeroed state ready. */
	void (*init)(void * state, const double * params);
	/* Take ticks; write out[k][0 .. n), where out[k] is not NULL. */
	void (*run)(void * state, const struct cf_ticks * ticks,
	    double * const * out);
};

#endif /* !CF_FEATURE_MACHINE_H_ */

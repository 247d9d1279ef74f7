#ifndef CF_FEATURE_ADJUST_H_
#define CF_FEATURE_ADJUST_H_

#include "feature/bar.h"

/*
 * Adjustment for splits and dividends, forwards: the factor by which a price is
 * multiplied begins with a power of two and changes on the day of an event, so
 * that it knows nothing of the future (adjusted closes as sources publish them
 * change with each later dividend).
 *
 *	at a split of s new shares for one:	factor *= s, volumes /= s
 *	at a dividend d:			factor /= 1 - d s / close before
 *
 * Where a file has no dividend column but an adjusted close, the factor goes
 * with adjusted close / close instead.  A price in adjusted units, divided by
 * the factor of a row, is in the money of that row's own day.
 */
enum cf_adjust_mode {
	CF_ADJUST_TOTAL,	/* Splits and dividends. */
	CF_ADJUST_SPLIT,
	CF_ADJUST_NONE
};
#define CF_ADJUST_NAMES "total|split|none"

/**
 * cf_adjust_by_name(name):
 * Return the mode that is called so in CF_ADJUST_NAMES.
 */
enum cf_adjust_mode cf_adjust_by_name(const char * name);

/* State of one symbol; begins zeroed. */
struct cf_adjust {
	double price_scale;	/* Powers of two, 0: not yet known. */
	double volume_scale;
	double price;		/* price_scale and all events. */
	double volume;
	double ratio;		/* The first adjusted / close, 0: none yet. */
	double close_before;	/* As in the bar, NaN or 0: none. */
};

/* A bar in adjusted units. */
struct cf_adjusted {
	double open;
	double high;
	double low;
	double close;
	double volume;
	double price_factor;	/* Adjusted price / price. */
	double volume_factor;
};

/**
 * cf_adjust_bar(state, mode, bar, to, err):
 * Take the next bar of the symbol and set *${to}.  A dividend that is not below
 * the close before is bad data.  Return 0 or -1.
 */
int cf_adjust_bar(struct cf_adjust * state, enum cf_adjust_mode mode,
    const struct cf_bar * bar, struct cf_adjusted * to, struct cf_err * err);

#endif /* !CF_FEATURE_ADJUST_H_ */

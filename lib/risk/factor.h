#ifndef CF_RISK_FACTOR_H_
#define CF_RISK_FACTOR_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The common factor of holdings, fitted to their bars.
 *
 * Daily log returns, each divided by its symbol's recent volatility, are taken
 * to be one factor's and the symbol's own:
 *
 *	x_i = l_i f + sqrt(1 - l_i^2) e_i
 *
 * so that l_i is the correlation with the factor: the symbol's beta times the
 * factor's volatility over its own; sqrt(1 - l_i^2) is the residual volatility
 * over its own.  The l_i are those whose products come nearest to the
 * correlations of all pairs (least squares off the diagonal: Harman, Jones
 * 1966, "Factor analysis by minimizing residuals"), so that symbols that move
 * apart get 0, two symbols get their very correlation, and no symbol is part of
 * a market that it is then compared with.
 *
 * A fit as of a moment looks at nothing behind it; a bar without a clock is
 * known when its day is over.
 */

#define CF_FACTOR_WINDOW 504	/* Days looked at. */
#define CF_FACTOR_COMMON 60	/* A pair needs so many. */

struct cf_factor;

/**
 * cf_factor_load(paths, n, err):
 * Read the bars in ${n} files.  Return NULL on failure; the caller frees it
 * with cf_factor_free.
 */
struct cf_factor * cf_factor_load(const char * const * paths, size_t n,
    struct cf_err * err);

/**
 * cf_factor_find(factor, name, len, symbol):
 * Set *${symbol} to the number of the symbol of that name.  Return 1, or 0 if
 * there are no bars of it.
 */
int cf_factor_find(const struct cf_factor * factor, const char * name,
    size_t len, size_t * symbol);

/**
 * cf_factor_fit(factor, time_s, symbols, n, loading, err):
 * Set ${loading}[n] to the l_i of these symbols, which differ, from bars up to
 * and with ${time_s}.  A symbol with too few bars gets the mean of the others.
 * Any number of threads may fit at a time.  Return 0 or -1.
 */
int cf_factor_fit(const struct cf_factor * factor, int64_t time_s,
    const size_t * symbols, size_t n, double * loading, struct cf_err * err);

/**
 * cf_factor_free(factor):
 * Free it; NULL is harmless.
 */
void cf_factor_free(struct cf_factor * factor);

#endif /* !CF_RISK_FACTOR_H_ */

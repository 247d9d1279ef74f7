#ifndef CF_DRIFT_FDR_H_
#define CF_DRIFT_FDR_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Many tests at once: the false discovery rate, the expected share of quiet
 * ones among those called drift.  If all are quiet, any call is false, so that
 * it is also the chance of a false alarm by any of them.
 *
 * Of the two usual procedures this is Benjamini and Yekutieli's (2001), which
 * holds however the tests depend on one another.  Benjamini and Hochberg's
 * (1995) is more powerful by the factor 1 + 1/2 + ... + 1/n, but proven only
 * for independent or positively dependent tests, and features are made of the
 * same prices with signs of any kind.
 */

/**
 * cf_fdr_adjust(p, n, q, err):
 * Set ${q}[n] to the adjusted p-values: test i is a discovery at rate a where
 * q[i] <= a.  NaN are no tests and stay.  Return 0 or -1.
 */
int cf_fdr_adjust(const double * p, size_t n, double * q,
    struct cf_err * err);

/**
 * cf_fdr_least(n, rate):
 * Return the p-value that a single discovery among ${n} tests takes.
 */
double cf_fdr_least(size_t n, double rate);

#endif /* !CF_DRIFT_FDR_H_ */

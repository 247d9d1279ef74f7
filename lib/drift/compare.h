#ifndef CF_DRIFT_COMPARE_H_
#define CF_DRIFT_COMPARE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/findings.h"
#include "drift/span.h"

/*
 * Drift of data: is the current span of features a sample of what the
 * reference was?  Each feature is looked at in its views (drift/views.h), each
 * view by the distances (drift/distance.h), whose chance distribution is that
 * of drift/quiet.h.
 *
 * A view drifts where its p-value passes the false discovery rate over all
 * views of all features (drift/fdr.h) and the change is also one to act on:
 * psi of 0.1 or more, the bound below which credit scoring calls a population
 * stable (Lewis 1994); for a large panel the smallest change is certain.
 */

struct cf_compare_params {
	const char * target;	/* Column that is no feature. */
	double alpha;		/* False discovery rate. */
	double least_psi;	/* What is smaller is no drift, */
	double least_missing;	/* nor are fewer missing values more. */
	size_t looks;		/* In a month. */
	uint64_t seed;
	size_t threads;
};

/**
 * cf_compare_defaults(params):
 * Set the defaults.
 */
void cf_compare_defaults(struct cf_compare_params * params);

/**
 * cf_compare_run(reference, current, params, findings, err):
 * Compare, and append findings, which borrow names of the reference's frame.
 * Return 0 or -1.
 */
int cf_compare_run(const struct cf_span * reference,
    const struct cf_span * current, const struct cf_compare_params * params,
    struct cf_findings * findings, struct cf_err * err);

#endif /* !CF_DRIFT_COMPARE_H_ */

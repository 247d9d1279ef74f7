#ifndef CF_DRIFT_FINDINGS_H_
#define CF_DRIFT_FINDINGS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "table/writer.h"

/*
 * Findings: what each test came to, and a summary behind them, as records and
 * as metrics.  Their keys are documented in cf-drift(1).
 */

enum cf_findings_state {
	CF_FINDINGS_OK,
	CF_FINDINGS_WATCH,	/* Worth a look, no reason to act. */
	CF_FINDINGS_DRIFT
};

/* Numbers are NaN and texts NULL where there are none. */
struct cf_finding {
	const char * test;
	const char * feature;	/* Borrowed. */
	const char * view;
	enum cf_findings_state state;
	double value;
	double expected;	/* When nothing has changed. */
	double low;		/* The value is in order within. */
	double high;
	double p;
	double q;		/* p adjusted for the number of tests. */
	double n;
	double n_effective;
	const char * detail;	/* A word to explain, static. */
};

struct cf_findings {
	const char * mode;	/* "data", "performance". */
	struct cf_finding * items;
	size_t n;
	size_t capacity;
	int64_t from_s;		/* Days that were judged. */
	int64_t to_s;
	int has_clock;
	int has_dates;
	size_t days;
	size_t reference_days;
	const char * detail;	/* Of the summary. */
	enum cf_findings_state least;	/* Of the summary. */
};

/**
 * cf_findings_add(all, err):
 * Append a finding with nothing in it and return it, or NULL.  It is valid
 * until the next call.
 */
struct cf_finding * cf_findings_add(struct cf_findings * all,
    struct cf_err * err);

/**
 * cf_findings_state(all):
 * Return the worst state of all findings, `least` at least.
 */
enum cf_findings_state cf_findings_state(const struct cf_findings * all);

/**
 * cf_findings_write(all, writer, err):
 * Write a record for each finding, then the summary.  Return 0 or -1.
 */
int cf_findings_write(const struct cf_findings * all,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_findings_prom(all, buf):
 * Append metrics cashflow_drift_*.
 */
void cf_findings_prom(const struct cf_findings * all, struct cf_buf * buf);

/**
 * cf_findings_free(all):
 * Free the list and leave it empty.
 */
void cf_findings_free(struct cf_findings * all);

#endif /* !CF_DRIFT_FINDINGS_H_ */

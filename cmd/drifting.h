#ifndef CF_CMD_DRIFTING_H_
#define CF_CMD_DRIFTING_H_

#include <stdint.h>

#include "base/opt.h"
#include "drift/findings.h"
#include "main.h"
#include "table/frame.h"

/*
 * The modes of cf-drift: what its options say, and from files to findings.
 */
struct cf_drifting {
	struct cf_main_common common;
	struct cf_opt_list current;	/* --current, */
	struct cf_opt_list forecasts;	/* --forecasts, */
	struct cf_opt_list inputs;	/* and either with the operands. */
	const char * reference;
	const char * outcomes;
	const char * metrics;
	const char * model;
	const char * target;
	const char * prom;
	double training;
	double min_accuracy;
	double max_drop;
	double alpha;
	int64_t horizon;
	int64_t window;
	int64_t looks;
	int64_t seed;
	int64_t threads;
	struct cf_frame * frames[2];	/* Findings borrow names of them. */
};

/**
 * cf_drifting_data(m, s, findings, err), cf_drifting_performance(m, s,
 * findings, err):
 * Read, judge, and append findings; free them before cf_drifting_free.
 * Return 0 or -1.
 */
int cf_drifting_data(const struct cf_main * m, struct cf_drifting * s,
    struct cf_findings * findings, struct cf_err * err);
int cf_drifting_performance(const struct cf_main * m, struct cf_drifting * s,
    struct cf_findings * findings, struct cf_err * err);

/**
 * cf_drifting_inputs(s, operands, n, err):
 * Join the inputs that options and operands name.  Return 0 or -1.
 */
int cf_drifting_inputs(struct cf_drifting * s, char * const * operands,
    size_t n, struct cf_err * err);

/**
 * cf_drifting_free(s):
 * Free what was read.
 */
void cf_drifting_free(struct cf_drifting * s);

#endif /* !CF_CMD_DRIFTING_H_ */

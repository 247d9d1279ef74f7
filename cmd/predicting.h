#ifndef CF_CMD_PREDICTING_H_
#define CF_CMD_PREDICTING_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "model/intake.h"
#include "model/model.h"
#include "risk/forecasts.h"
#include "table/writer.h"

/*
 * The work of cf-predict.  Records come in rounds of several batches; while one
 * round is forecast by all threads, the next is read by one of them.  Texts are
 * written in the order of the input, so what comes out does not depend on the
 * number of threads, and memory is that of two rounds.
 */
struct cf_predicting {
	const struct cf_model * model;
	struct cf_forecasts_params print;
	struct cf_intake_options from;
	enum cf_format format;
	int by_line;		/* One record at a time, flushed. */
	size_t threads;
	int progress_fd;	/* -1: none. */
	size_t bad;		/* Records that could not be read. */

	/* Joint forecasts, where print asks for ranks or a portfolio. */
	const char * const * bars;	/* Files, to fit the factor to. */
	size_t nbars;
	const char * portfolio;
	size_t paths;
	uint64_t seed;
	size_t dates;		/* That were simulated. */
};

/**
 * cf_predicting_run(p, out, err):
 * Read, forecast, write to ${out}.  Return 0 or -1.
 */
int cf_predicting_run(struct cf_predicting * p, struct cf_out * out,
    struct cf_err * err);

#endif /* !CF_CMD_PREDICTING_H_ */

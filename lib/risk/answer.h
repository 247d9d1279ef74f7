#ifndef CF_RISK_ANSWER_H_
#define CF_RISK_ANSWER_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/intake.h"
#include "risk/forecasts.h"

/*
 * From a batch of records to the text of their forecasts: what a thread, or a
 * server, does with what an intake has read.  The text of a batch depends on
 * nothing but the batch, so parts may be worked out in any order.
 *
 * A bad record (intake's keep_going) is answered by an error record instead:
 *	NDJSON	{"error":"...","line":N}
 *	CSV	two more columns, error and line, the others empty
 */
struct cf_answer;

/**
 * cf_answer_new(model, params, format, batch, err):
 * Make scratch space for one thread and up to ${batch} records at a time; all
 * arguments are borrowed.  Return NULL on failure; the caller frees it with
 * cf_answer_free.
 */
struct cf_answer * cf_answer_new(const struct cf_model * model,
    const struct cf_forecasts_params * params, enum cf_format format,
    size_t batch, struct cf_err * err);

/**
 * cf_answer_begin(answer, intake, text, err):
 * Take over the key columns of ${intake}, which has to know them, and append
 * CSV's header to ${text}, or, if that is NULL, nothing.  Return 0 or -1.
 */
int cf_answer_begin(struct cf_answer * answer, const struct cf_intake * intake,
    struct cf_buf * text, struct cf_err * err);

/**
 * cf_answer_batch(answer, batch, from, n, ranks, text, err):
 * Append the answers to records ${from} .. ${from} + ${n} - 1 of ${batch} to
 * ${text}.  ${ranks} has the ranks' probabilities for the whole batch, or is
 * NULL.  Return 0 or -1.
 */
int cf_answer_batch(struct cf_answer * answer, const struct cf_batch * batch,
    size_t from, size_t n, const double * ranks, struct cf_buf * text,
    struct cf_err * err);

/**
 * cf_answer_error(reason, line, text):
 * Append an error record of NDJSON to ${text}.
 */
void cf_answer_error(const char * reason, uint64_t line, struct cf_buf * text);

/**
 * cf_answer_free(answer):
 * Free it; NULL is harmless.
 */
void cf_answer_free(struct cf_answer * answer);

#endif /* !CF_RISK_ANSWER_H_ */

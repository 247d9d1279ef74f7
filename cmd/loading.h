#ifndef CF_CMD_LOADING_H_
#define CF_CMD_LOADING_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/out.h"
#include "http/load.h"
#include "table/writer.h"

/*
 * What cf-load does around a load: what goes in, checked, and what comes out,
 * as text for people or as one record, and whether it is good enough.
 */

#define CF_LOADING_BYTES_MAX (64 * 1024 * 1024)	/* Of all bodies. */

/* Bodies of requests; a zeroed one holds none. */
struct cf_loading_bodies {
	struct cf_buf text;
	struct cf_load_body * items;
	size_t n;
};

/* Negative: no limit. */
struct cf_loading_limits {
	double p99_ms;
	double errors;
};

/**
 * cf_loading_check_url(url, err):
 * Check that it is one, of http or https, without a password.
 */
int cf_loading_check_url(const char * url, struct cf_err * err);

/**
 * cf_loading_check_headers(lines, n, err):
 * Check that each has the form "Name: value", and that none is a secret or
 * speaks of the length of the body.
 */
int cf_loading_check_headers(const char * const * lines, size_t n,
    struct cf_err * err);

/**
 * cf_loading_read(bodies, path, by_line, err):
 * Read the bodies in ${path} (- is standard input): the whole file, or each
 * line that is not empty.  The caller ends them by cf_loading_free.
 */
int cf_loading_read(struct cf_loading_bodies * bodies, const char * path,
    int by_line, struct cf_err * err);

/**
 * cf_loading_free(bodies):
 * Free what it holds.
 */
void cf_loading_free(struct cf_loading_bodies * bodies);

/**
 * cf_loading_text(params, result, out, err),
 * cf_loading_record(params, result, format, out, err):
 * Write the result.
 */
int cf_loading_text(const struct cf_load_params * params,
    const struct cf_load_result * result, struct cf_out * out,
    struct cf_err * err);
int cf_loading_record(const struct cf_load_params * params,
    const struct cf_load_result * result, enum cf_format format,
    struct cf_out * out, struct cf_err * err);

/**
 * cf_loading_judge(params, result, limits, err):
 * Return 0 if the result is within the ${limits}; else -1 with an error of
 * kind CF_ERR_NO, or CF_ERR_SYSTEM if there was not one reply, or CF_ERR_LATER
 * if the server did nothing but ask for patience (429, 503).
 */
int cf_loading_judge(const struct cf_load_params * params,
    const struct cf_load_result * result,
    const struct cf_loading_limits * limits, struct cf_err * err);

#endif /* !CF_CMD_LOADING_H_ */

#ifndef CF_SERVE_STORED_H_
#define CF_SERVE_STORED_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The forecasts that the pipeline has stored, predictions/NAME/DATE.ndjson: the
 * newest of these files, kept in memory by its lines, and looked for again once
 * a second.
 */
struct cf_stored;

/**
 * cf_stored_new(folder, err):
 * Prepare for ${folder}, which is copied and need not exist.  Return NULL on
 * failure; free it with cf_stored_free.
 */
struct cf_stored * cf_stored_new(const char * folder, struct cf_err * err);

/**
 * cf_stored_list(stored, key, name, now_s, buf):
 * Append the forecasts whose ${key} is ${name}, or all where ${key} is NULL, as
 * an array of JSON.  Return their number; where it is 0 nothing is appended.
 */
size_t cf_stored_list(struct cf_stored * stored, const char * key,
    const char * name, int64_t now_s, struct cf_buf * buf);

/**
 * cf_stored_free(stored):
 * Free it; NULL is harmless.
 */
void cf_stored_free(struct cf_stored * stored);

#endif /* !CF_SERVE_STORED_H_ */

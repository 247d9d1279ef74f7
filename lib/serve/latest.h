#ifndef CF_SERVE_LATEST_H_
#define CF_SERVE_LATEST_H_

#include "base/buf.h"
#include "base/err.h"
#include "model/model.h"

/*
 * The newest features of each symbol, features/latest.csv, which a request may
 * name by its symbol alone.  They are kept in memory as the JSON objects that a
 * client would have sent, so that what follows is one and the same; the file is
 * looked at once a second and read again when it has changed.
 */
struct cf_latest;

/**
 * cf_latest_new(path, err):
 * Prepare for ${path}, which is copied and need not exist.  Return NULL on
 * failure; free it with cf_latest_free.
 */
struct cf_latest * cf_latest_new(const char * path, struct cf_err * err);

/**
 * cf_latest_find(latest, model, symbol, now_s, err):
 * Return the newest features of ${symbol} for ${model}'s horizon, as a JSON
 * object valid until the next call, or NULL with an error of bad data that says
 * why there is none.
 */
const char * cf_latest_find(struct cf_latest * latest,
    const struct cf_model * model, const char * symbol, int64_t now_s,
    struct cf_err * err);

/**
 * cf_latest_free(latest):
 * Free it; NULL is harmless.
 */
void cf_latest_free(struct cf_latest * latest);

#endif /* !CF_SERVE_LATEST_H_ */

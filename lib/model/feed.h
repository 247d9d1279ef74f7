#ifndef CF_MODEL_FEED_H_
#define CF_MODEL_FEED_H_

#include <stddef.h>

#include "base/err.h"
#include "model/model.h"
#include "table/csv.h"

/*
 * Records of files as a model's inputs, in batches: columns are found by name
 * in any order, those that the file lacks are missing, the key columns (symbol
 * or account, date, horizon, target_date) go along as text.
 */

#define CF_FEED_KEYS_MAX 5

struct cf_feed_options {
	const char * const * paths;
	size_t npaths;		/* 0: standard input. */
	size_t batch;		/* Records at a time. */
	int latest;		/* Only each symbol's newest date. */
};

struct cf_feed;

/**
 * cf_feed_open(model, options, err):
 * Read ${options}' files for ${model}; both are borrowed.  Return NULL on
 * failure; the caller frees the feed with cf_feed_close.
 */
struct cf_feed * cf_feed_open(const struct cf_model * model,
    const struct cf_feed_options * options, struct cf_err * err);

/**
 * cf_feed_next(feed, n, err):
 * Read the next batch and set *${n} to its records, 0 at the end.  After bad
 * data the records before it are a last batch, and the next call fails.
 * Return 0 or -1.
 */
int cf_feed_next(struct cf_feed * feed, size_t * n, struct cf_err * err);

/**
 * cf_feed_records(feed):
 * Return the batch's inputs, inputs.n numbers for each record.
 */
const double * cf_feed_records(const struct cf_feed * feed);

/**
 * cf_feed_keys(feed, names):
 * Set ${names}[CF_FEED_KEYS_MAX] to the key columns of the files and return
 * their number; known after the first batch.
 */
size_t cf_feed_keys(const struct cf_feed * feed, const char ** names);

/**
 * cf_feed_known(feed):
 * Return whether any file had a header, so that keys mean something.
 */
int cf_feed_known(const struct cf_feed * feed);

/**
 * cf_feed_key(feed, i, k):
 * Return key ${k} of record ${i} of the batch; valid until the next batch.
 */
struct cf_field cf_feed_key(const struct cf_feed * feed, size_t i, size_t k);

/**
 * cf_feed_close(feed):
 * Close and free; NULL is harmless.
 */
void cf_feed_close(struct cf_feed * feed);

#endif /* !CF_MODEL_FEED_H_ */

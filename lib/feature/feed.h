#ifndef CF_FEATURE_FEED_H_
#define CF_FEATURE_FEED_H_

#include <stddef.h>

#include "base/err.h"
#include "feature/bar.h"

/*
 * Where the bars of a panel come from: files in the order in which they were
 * given, or sorted first.
 */
struct cf_feed;

/**
 * cf_feed_open(paths, n, sorted, err):
 * Open ${n} files (standard input if ${n} is 0), which must be in order unless
 * they are to be ${sorted}.  The paths are borrowed.  Return NULL on failure.
 */
struct cf_feed * cf_feed_open(const char * const * paths, size_t n, int sorted,
    struct cf_err * err);

/**
 * cf_feed_next(feed, bar, symbol, len, is_first, err):
 * Give the next bar with its symbol, valid until the next call, and whether it
 * is the symbol's first.  Return 1, 0 at the end, or -1.
 */
int cf_feed_next(struct cf_feed * feed, struct cf_bar * bar,
    const char ** symbol, size_t * len, int * is_first, struct cf_err * err);

/**
 * cf_feed_close(feed):
 * Close and free; NULL is harmless.
 */
void cf_feed_close(struct cf_feed * feed);

#endif /* !CF_FEATURE_FEED_H_ */

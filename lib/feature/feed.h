#ifndef CF_FEATURE_FEED_H_
#define CF_FEATURE_FEED_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feature/bar.h"

/*
 * Where the bars of a panel come from: files in the order in which they were
 * given, or sorted first.
 */
struct cf_feed;

/* A bar with what belongs to it; texts are valid until the next call. */
struct cf_feed_item {
	struct cf_bar bar;
	const char * symbol;
	size_t symbol_len;
	int is_first;		/* Of its symbol. */
	const char * others;	/* Texts of the other columns. */
	size_t others_len;
};

/**
 * cf_feed_open(paths, n, sorted, with_others, err):
 * Open ${n} files (standard input if ${n} is 0), which must be in order unless
 * they are to be ${sorted}.  The paths are borrowed.  Without ${with_others}
 * there are no other columns.  Return NULL on failure.
 */
struct cf_feed * cf_feed_open(const char * const * paths, size_t n, int sorted,
    int with_others, struct cf_err * err);

/**
 * cf_feed_until(feed, time_s):
 * Pass over bars later than that moment, as if they were not there yet.  Bars
 * that are passed over are checked as all others.
 */
void cf_feed_until(struct cf_feed * feed, int64_t time_s);

/**
 * cf_feed_next(feed, item, err):
 * Set *${item} to the next bar.  Return 1, 0 at the end, or -1.
 */
int cf_feed_next(struct cf_feed * feed, struct cf_feed_item * item,
    struct cf_err * err);

/**
 * cf_feed_names(feed, n):
 * Return the names of the other columns and set *${n}; known after the first
 * call of cf_feed_next.
 */
const char * const * cf_feed_names(const struct cf_feed * feed, size_t * n);

/**
 * cf_feed_close(feed):
 * Close and free; NULL is harmless.
 */
void cf_feed_close(struct cf_feed * feed);

#endif /* !CF_FEATURE_FEED_H_ */

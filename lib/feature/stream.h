#ifndef CF_FEATURE_STREAM_H_
#define CF_FEATURE_STREAM_H_

#include <stddef.h>

#include "base/err.h"
#include "feature/bar.h"
#include "feature/rows.h"
#include "feature/track.h"

/*
 * Features of bars as they come, the symbols in any order: one row for each
 * bar, without a target.  A bar of a symbol's newest date replaces the one
 * before: each symbol keeps its state before that bar too.
 */
struct cf_stream;

enum cf_stream_result {
	CF_STREAM_ROW,		/* A row is there. */
	CF_STREAM_OLD		/* The bar is older than the newest: left out. */
};

/**
 * cf_stream_new(plan, warm_dir, err):
 * Return a stream; ${plan} (without periods) is borrowed.  Unless ${warm_dir}
 * is NULL, the first bar of a symbol makes it read the bars in the file
 * SYMBOL.csv or SYMBOL.csv.gz there, with SYMBOL encoded as in the state
 * folder, if there is one.  Return NULL on failure.
 */
struct cf_stream * cf_stream_new(const struct cf_track_plan * plan,
    const char * warm_dir, struct cf_err * err);

/**
 * cf_stream_warm(stream, path, err):
 * Prime the windows with the bars of a file.  Return 0 or -1.
 */
int cf_stream_warm(struct cf_stream * stream, const char * path,
    struct cf_err * err);

/**
 * cf_stream_take(stream, bar, symbol, len, others, rows, result, err):
 * Take a bar with the text of its other columns, or NULL; set *${result}, and the one row of ${rows} (made by cf_rows_new
 * with room for 2).  Return 0 or -1.
 */
int cf_stream_take(struct cf_stream * stream, const struct cf_bar * bar,
    const char * symbol, size_t len, const char * others,
    struct cf_rows * rows, enum cf_stream_result * result,
    struct cf_err * err);

/**
 * cf_stream_free(stream):
 * Free it; NULL is harmless.
 */
void cf_stream_free(struct cf_stream * stream);

#endif /* !CF_FEATURE_STREAM_H_ */

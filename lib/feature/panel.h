#ifndef CF_FEATURE_PANEL_H_
#define CF_FEATURE_PANEL_H_

#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "base/progress.h"
#include "feature/emit.h"
#include "feature/feed.h"
#include "feature/track.h"

/*
 * Files of bars to a file of features, on several threads.
 *
 * The caller's thread reads bars into pieces of some thousand; a piece ends at
 * the end of a symbol if it can.  Working on a piece means first to compute its
 * rows, in the order of the pieces where one begins amid a symbol, and then to
 * print them, which takes most of the time.  The last rows of a symbol that
 * goes on wait for their targets: a piece hands the symbol's state and these
 * rows to the next one.  Memory is bounded by the number of pieces under way.
 */

/**
 * cf_panel_run(feed, track, emit, threads, out, progress, err):
 * Write the features of all bars to ${out}; NULL computes only.  Return 0 or
 * -1; what came before a fault in the input is written.
 */
int cf_panel_run(struct cf_feed * feed,
    const struct cf_track_plan * track, const struct cf_emit_plan * emit,
    size_t threads, struct cf_out * out, struct cf_progress * progress,
    struct cf_err * err);

#endif /* !CF_FEATURE_PANEL_H_ */

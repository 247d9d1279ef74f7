#ifndef CF_CMD_STREAMING_H_
#define CF_CMD_STREAMING_H_

#include <stddef.h>

#include "base/err.h"
#include "base/out.h"
#include "feature/emit.h"
#include "feature/track.h"

#include "main.h"

/*
 * The work of cf-features --stream: a row at once for each bar, in any order
 * of symbols.
 */
struct cf_streaming {
	const struct cf_main * main;
	const struct cf_track_plan * track;
	struct cf_emit_plan emit;
	const char * warm;	/* File or folder to begin behind, or NULL. */
	int quiet;
};

/**
 * cf_streaming_run(s, paths, n, out, err):
 * Read the bars of ${n} files (0: standard input) and write their rows to
 * ${out}, which is NULL where nothing is to be written.  Return 0 or -1.
 */
int cf_streaming_run(struct cf_streaming * s, const char * const * paths,
    size_t n, struct cf_out * out, struct cf_err * err);

#endif /* !CF_CMD_STREAMING_H_ */

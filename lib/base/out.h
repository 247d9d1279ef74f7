#ifndef CF_BASE_OUT_H_
#define CF_BASE_OUT_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Output to a file, a descriptor or memory: the one writer of the suite.  Bytes are
 * gathered and written in large pieces; a failure sticks and is reported by
 * cf_out_close, which every program checks, so that a full disk is never
 * taken for success.
 *
 * A file appears whole or not at all: bytes go to a temporary beside it, which
 * cf_out_close syncs, renames over the name, and makes durable by syncing the
 * folder.  Names of things that are not regular files (/dev/null, a FIFO) are
 * written directly.
 */
struct cf_out;

/**
 * cf_out_open(path, err):
 * Open ${path} for writing; NULL or "-" is standard output.  Nothing is
 * visible under the name before cf_out_close.  Return NULL on failure.
 */
struct cf_out * cf_out_open(const char * path, struct cf_err * err);

/**
 * cf_out_memory(buf, err):
 * Append to ${buf}, which stays the caller's and is complete after
 * cf_out_close or cf_out_flush.
 */
struct cf_out * cf_out_memory(struct cf_buf * buf, struct cf_err * err);

/**
 * cf_out_temporary(out):
 * Return the name of the temporary that stands until closing, or NULL.  A
 * signal handler may unlink it.
 */
const char * cf_out_temporary(const struct cf_out * out);

/**
 * cf_out_reserve(out, n):
 * Return room for ${n} more bytes (at most CF_OUT_RESERVE_MAX), to be filled
 * and then claimed by cf_out_claim; never NULL.
 */
char * cf_out_reserve(struct cf_out * out, size_t n);
#define CF_OUT_RESERVE_MAX 4096

/**
 * cf_out_claim(out, n):
 * The first ${n} bytes of the room last reserved are now output.
 */
void cf_out_claim(struct cf_out * out, size_t n);

/**
 * cf_out_write(out, data, len), cf_out_text(out, s), cf_out_char(out, c):
 * Append bytes, a string, a byte.
 */
void cf_out_write(struct cf_out * out, const void * data, size_t len);
void cf_out_text(struct cf_out * out, const char * s);
void cf_out_char(struct cf_out * out, char c);

/**
 * cf_out_flush(out, err):
 * Hand everything gathered to the system.  Return 0, or -1 for this or any
 * earlier failure.
 */
int cf_out_flush(struct cf_out * out, struct cf_err * err);

/**
 * cf_out_close(out, err):
 * Write the rest, make the file durable and visible, and free ${out}.  On
 * failure (now or earlier) the old file stands and the temporary is gone.
 * NULL is harmless.  Return 0 or -1.
 */
int cf_out_close(struct cf_out * out, struct cf_err * err);

/**
 * cf_out_abandon(out):
 * Free ${out}; the old file stands and the temporary is gone.  What went to a
 * descriptor or to memory stays there.  NULL is harmless.
 */
void cf_out_abandon(struct cf_out * out);

#endif /* !CF_BASE_OUT_H_ */

#ifndef CF_HTTP_CACHE_H_
#define CF_HTTP_CACHE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/limits.h"

/*
 * Bodies kept on disk: one file for each, named by what was asked.  Neither
 * name nor content holds a key: the caller names entries without it, and
 * stores only bodies that were found good and masked.
 *
 * A file is a few lines of text (when the server last stood by the body, its
 * ETag and Last-Modified, length and CRC-32), an empty line, and the body.  A
 * damaged or foreign file counts as none.
 */
struct cf_cache_entry {
	int64_t checked_s;	/* When the server last said so. */
	char etag[CF_HTTP_TAG_MAX];
	char modified[CF_HTTP_DATE_MAX];
	struct cf_buf body;
};

/**
 * cf_cache_load(folder, name, entry, err):
 * Fill *${entry} (its body is freed by the caller).  Return 1, 0 when there is
 * none, or -1.
 */
int cf_cache_load(const char * folder, const char * name,
    struct cf_cache_entry * entry, struct cf_err * err);

/**
 * cf_cache_store(folder, name, entry, err):
 * Keep ${entry}, in one step.  The folder is made if missing.  Return 0 or -1.
 */
int cf_cache_store(const char * folder, const char * name,
    const struct cf_cache_entry * entry, struct cf_err * err);

#endif /* !CF_HTTP_CACHE_H_ */

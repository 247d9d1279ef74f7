/*
 * keep_bytes.h: bytes in memory as what cf_seal_open reads, and a buffer as what cf_seal writes to.
 */
#ifndef KEEP_BYTES_H
#define KEEP_BYTES_H

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

struct bytes {
	const unsigned char *data;
	size_t len;
	size_t most;		/* In one piece; 0: any. */
};

static inline int
give(void *cookie, void *dst, size_t size, size_t *got, struct cf_err *err)
{
	struct bytes *b = cookie;

	(void)err;
	*got = b->len < size ? b->len : size;
	*got = b->most > 0 && *got > b->most ? b->most : *got;
	if (*got > 0)
		memcpy(dst, b->data, *got);
	b->data += *got;
	b->len -= *got;
	return (0);
}

static inline int
put(void *cookie, const void *data, size_t len, struct cf_err *err)
{

	(void)err;
	cf_buf_add(cookie, data, len);
	return (0);
}

#endif /* !KEEP_BYTES_H */

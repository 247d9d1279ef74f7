#ifndef PIECES_H
#define PIECES_H

#include <string.h>

#include "base/err.h"

/* Text that comes in pieces of so many bytes, for cf_input_from. */
struct source {
	const char *text;
	size_t len;
	size_t piece;
};

static int
give(void *cookie, void *dst, size_t size, size_t *got, struct cf_err *err)
{
	struct source *s = cookie;

	(void)err;
	*got = s->len < s->piece ? s->len : s->piece;
	if (*got > size)
		*got = size;
	memcpy(dst, s->text, *got);
	s->text += *got;
	s->len -= *got;
	return (0);
}

#endif /* !PIECES_H */

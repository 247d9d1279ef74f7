#ifndef CF_BASE_BUF_H_
#define CF_BASE_BUF_H_

#include <stddef.h>

#include "base/err.h"

/*
 * A growable buffer of bytes.  A zeroed struct is an empty buffer.  Appending
 * never fails at once: the first failure (memory, or the ceiling) sticks in
 * `failed` and further appends do nothing, so that a writer checks once.
 */
struct cf_buf {
	char * data;		/* len bytes, not NUL-terminated. */
	size_t len;
	size_t capacity;
	int failed;
};

/**
 * cf_buf_reserve(buf, n):
 * Make room for ${n} more bytes behind the end.  Return 0, or -1 when that
 * failed (now or before).
 */
int cf_buf_reserve(struct cf_buf * buf, size_t n);

/**
 * cf_buf_add(buf, data, len), cf_buf_add_text(buf, s), cf_buf_add_char(buf, c):
 * Append bytes, a string without its NUL, one byte.
 */
void cf_buf_add(struct cf_buf * buf, const void * data, size_t len);
void cf_buf_add_text(struct cf_buf * buf, const char * s);
void cf_buf_add_char(struct cf_buf * buf, char c);

/**
 * cf_buf_addf(buf, fmt, ...):
 * Append formatted text of any length.
 */
void cf_buf_addf(struct cf_buf * buf, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_buf_add_number(buf, x):
 * Append the shortest text of ${x} (see base/num.h).
 */
void cf_buf_add_number(struct cf_buf * buf, double x);

/**
 * cf_buf_add_shell(buf, word):
 * Append ${word} so that sh(1) reads it as that one word: as it is when it
 * holds nothing that the shell knows, else in single quotes.
 */
void cf_buf_add_shell(struct cf_buf * buf, const char * word);

/**
 * cf_buf_string(buf, err):
 * Put a NUL behind the end (not counted in len) and return the text, which
 * the buffer owns, or NULL if any append failed.
 */
const char * cf_buf_string(struct cf_buf * buf, struct cf_err * err);

/**
 * cf_buf_free(buf):
 * Free the content and leave an empty buffer.
 */
void cf_buf_free(struct cf_buf * buf);

#endif /* !CF_BASE_BUF_H_ */

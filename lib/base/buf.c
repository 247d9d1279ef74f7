#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

int
cf_buf_reserve(struct cf_buf * buf, size_t n)
{

	if (buf->failed)
		return (-1);
	if (n <= buf->capacity - buf->len)
		return (0);
	if (n > SIZE_MAX - buf->len ||
	    cf_mem_grow(&buf->data, &buf->capacity, buf->len + n, 1, NULL)) {
		buf->failed = 1;
		return (-1);
	}
	return (0);
}

void
cf_buf_add(struct cf_buf * buf, const void * data, size_t len)
{

	if (len == 0 || cf_buf_reserve(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

void
cf_buf_add_text(struct cf_buf * buf, const char * s)
{

	cf_buf_add(buf, s, strlen(s));
}

void
cf_buf_add_char(struct cf_buf * buf, char c)
{

	if (cf_buf_reserve(buf, 1))
		return;
	buf->data[buf->len++] = c;
}

void
cf_buf_addf(struct cf_buf * buf, const char * fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0) {
		buf->failed = 1;
		return;
	}
	if (cf_buf_reserve(buf, (size_t)len + 1))
		return;
	va_start(ap, fmt);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)len;
}

void
cf_buf_add_number(struct cf_buf * buf, double x)
{

	if (cf_buf_reserve(buf, CF_NUM_TEXT_MAX))
		return;
	buf->len += cf_num_print(x, buf->data + buf->len);
}

void
cf_buf_add_shell(struct cf_buf * buf, const char * word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-+./:,@%^=";
	const char * p;

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		cf_buf_add_text(buf, word);
		return;
	}
	cf_buf_add_char(buf, '\'');
	for (p = word; *p != '\0'; p++) {
		if (*p == '\'')
			cf_buf_add_text(buf, "'\\''");
		else
			cf_buf_add_char(buf, *p);
	}
	cf_buf_add_char(buf, '\'');
}

const char *
cf_buf_string(struct cf_buf * buf, struct cf_err * err)
{

	if (cf_buf_reserve(buf, 1)) {
		cf_err_memory(err);
		return (NULL);
	}
	buf->data[buf->len] = '\0';
	return (buf->data);
}

void
cf_buf_free(struct cf_buf * buf)
{

	free(buf->data);
	memset(buf, 0, sizeof(*buf));
}

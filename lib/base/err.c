#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

void
cf_err_plain(char * text)
{
	char * s;

	for (s = text; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f ||
		    (s > text && (unsigned char)s[-1] == 0xc2 &&
		    ((unsigned char)*s & 0xe0) == 0x80))
			*s = '?';
	}
}

/* Append formatted text at ${pos} of the message; return the new position. */
static size_t __attribute__((format(printf, 3, 0)))
append(struct cf_err * err, size_t pos, const char * fmt, va_list ap)
{
	int len;

	if (pos >= sizeof(err->text) - 1)
		return (pos);
	len = vsnprintf(err->text + pos, sizeof(err->text) - pos, fmt, ap);
	if (len < 0)
		return (pos);
	cf_err_plain(err->text + pos);
	if ((size_t)len >= sizeof(err->text) - pos)
		return (sizeof(err->text) - 1);
	return (pos + (size_t)len);
}

static size_t __attribute__((format(printf, 3, 4)))
appendf(struct cf_err * err, size_t pos, const char * fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	pos = append(err, pos, fmt, ap);
	va_end(ap);
	return (pos);
}

/* An empty message. */
static void
begin(struct cf_err * err, enum cf_err_kind kind)
{

	err->kind = kind;
	err->text[0] = '\0';
	err->column = err->column_len = err->reason = 0;
}

int
(cf_err_set)(struct cf_err * err, enum cf_err_kind kind, const char * fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return (-1);
	begin(err, kind);
	va_start(ap, fmt);
	append(err, 0, fmt, ap);
	va_end(ap);
	return (-1);
}

int
(cf_err_errno)(struct cf_err * err, int errnum, const char * fmt, ...)
{
	va_list ap;
	size_t pos;

	if (err == NULL)
		return (-1);
	begin(err, CF_ERR_SYSTEM);
	va_start(ap, fmt);
	pos = append(err, 0, fmt, ap);
	va_end(ap);
	appendf(err, pos, ": %s", strerror(errnum));
	return (-1);
}

int
(cf_err_memory)(struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_SYSTEM, "out of memory"));
}

int
(cf_err_data)(struct cf_err * err, const struct cf_place * place,
    const char * value, size_t value_len, const char * fmt, ...)
{
	char shown[CF_ERR_VALUE_MAX + 4];
	char name[CF_ERR_TEXT_MAX / 4];
	va_list ap;
	size_t pos = 0;

	if (err == NULL)
		return (-1);
	begin(err, CF_ERR_DATA);
	if (place != NULL && place->file != NULL) {
		cf_err_mask(name, sizeof(name), place->file,
		    strlen(place->file));
		pos = appendf(err, pos, "%s:", name);
		if (place->line > 0)
			pos = appendf(err, pos, "%llu:",
			    (unsigned long long)place->line);
		pos = appendf(err, pos, " ");
	}
	if (place != NULL && place->column != NULL) {
		cf_err_mask(name, CF_ERR_VALUE_MAX + 4, place->column,
		    strlen(place->column));
		pos = appendf(err, pos, "column \"");
		err->column = (uint16_t)pos;
		pos = appendf(err, pos, "%s", name);
		err->column_len = (uint16_t)(pos - err->column);
		pos = appendf(err, pos, "\": ");
	}
	err->reason = (uint16_t)pos;
	va_start(ap, fmt);
	pos = append(err, pos, fmt, ap);
	va_end(ap);
	if (value != NULL) {
		cf_err_mask(shown, sizeof(shown), value, value_len);
		appendf(err, pos, ": \"%s\"", shown);
	}
	return (-1);
}

/* A place in the text that text of ${by} bytes was put before. */
static void
shift(uint16_t * place, size_t by)
{

	*place = (uint16_t)(*place + by < CF_ERR_TEXT_MAX ? *place + by :
	    CF_ERR_TEXT_MAX - 1);
}

int
(cf_err_prefix)(struct cf_err * err, const char * fmt, ...)
{
	char old[CF_ERR_TEXT_MAX];
	va_list ap;
	size_t pos;

	if (err == NULL)
		return (-1);
	memcpy(old, err->text, sizeof(old));
	old[sizeof(old) - 1] = '\0';
	va_start(ap, fmt);
	pos = append(err, 0, fmt, ap);
	va_end(ap);
	pos = appendf(err, pos, ": ");
	appendf(err, pos, "%s", old);
	shift(&err->column, err->column > 0 ? pos : 0);
	shift(&err->reason, pos);
	return (-1);
}

int
(cf_err_copy)(struct cf_err * err, const struct cf_err * from)
{

	if (err != NULL)
		*err = *from;
	return (-1);
}

void
cf_err_mask(char * dst, size_t dst_size, const char * src, size_t src_len)
{
	size_t i, len = src_len;

	if (len > dst_size - 1)
		len = dst_size - 4;
	for (i = 0; i < len; i++)
		dst[i] = (src[i] >= 0x20 && src[i] < 0x7f) ? src[i] : '?';
	if (len < src_len) {
		memcpy(dst + len, "...", 3);
		len += 3;
	}
	dst[len] = '\0';
}

int
cf_err_worse(int a, int b)
{
	static const int order[] = { CF_ERR_SYSTEM, CF_ERR_DATA, CF_ERR_LATER,
	    CF_ERR_USAGE, CF_ERR_NO };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (a == order[i] || b == order[i])
			return (order[i]);
	}
	return (CF_ERR_NONE);
}

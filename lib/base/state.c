#include <string.h>

#include "base/state.h"

static const struct {
	const char * before;
	const char * behind;	/* NULL: the kind is one file. */
} kinds[] = {
#define CF_STATE_ROW(id, before, behind) { before, behind },
	CF_STATE_KINDS(CF_STATE_ROW)
#undef CF_STATE_ROW
};

static const char hex[] = "0123456789ABCDEF";

/* Bytes that stand for themselves. */
static int
is_plain(char c)
{

	return ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-');
}

int
cf_state_encode(struct cf_buf * buf, const char * name, struct cf_err * err)
{
	size_t len = strlen(name), start = buf->len, i;

	if (len == 0)
		return (cf_err_set(err, CF_ERR_DATA, "empty name"));
	for (i = 0; i < len && !buf->failed; i++) {
		if (is_plain(name[i])) {
			cf_buf_add_char(buf, name[i]);
		} else {
			cf_buf_add_char(buf, '%');
			cf_buf_add_char(buf, hex[(unsigned char)name[i] >> 4]);
			cf_buf_add_char(buf, hex[(unsigned char)name[i] & 15]);
		}
		if (buf->len - start > CF_STATE_NAME_MAX) {
			buf->len = start;
			return (cf_err_data(err, NULL, name, len,
			    "name too long for a file"));
		}
	}
	return (buf->failed ? cf_err_memory(err) : 0);
}

/* The value of an upper-case hexadecimal digit, or -1. */
static int
hex_value(char c)
{
	const char * p;

	if (c == '\0' || (p = strchr(hex, c)) == NULL)
		return (-1);
	return ((int)(p - hex));
}

int
cf_state_decode(struct cf_buf * buf, const char * text, size_t len,
    struct cf_err * err)
{
	size_t start = buf->len, i;
	int high, low;
	char c;

	for (i = 0; i < len; i++) {
		c = text[i];
		if (c == '%' && len - i > 2) {
			high = hex_value(text[i + 1]);
			low = hex_value(text[i + 2]);
			c = (char)(unsigned char)(high * 16 + low);
			if (high < 0 || low < 0 || c == '\0' || is_plain(c))
				break;
			i += 2;
		} else if (!is_plain(c)) {
			break;
		}
		cf_buf_add_char(buf, c);
	}
	if (i < len || len == 0) {
		buf->len = start;
		return (cf_err_data(err, NULL, text, len,
		    "not the name of a state file"));
	}
	return (buf->failed ? cf_err_memory(err) : 0);
}

int
cf_state_path(struct cf_buf * path, const char * home,
    enum cf_state_kind kind, const char * name, struct cf_err * err)
{

	cf_buf_addf(path, "%s/%s", home, kinds[kind].before);
	if (kinds[kind].behind != NULL) {
		if (cf_state_encode(path, name, err))
			return (-1);
		cf_buf_add_text(path, kinds[kind].behind);
	}
	return (path->failed ? cf_err_memory(err) : 0);
}

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char hex[] = "0123456789ABCDEF";

int
cf_text_is_plain(const char * text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return (0);
	}
	return (1);
}

size_t
cf_text_utf8_len(const char * text, size_t len)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char * s = (const unsigned char *)text;
	uint32_t c;
	size_t n, i;

	if (s[0] < 0x80)
		return (1);
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return (0);
	c = s[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return (0);
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return (0);
	return (n);
}

int
cf_text_is_utf8(const char * text, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		if ((n = cf_text_utf8_len(text + i, len - i)) == 0)
			return (0);
	}
	return (1);
}

int
cf_text_ends(const char * text, const char * end)
{
	size_t len = strlen(text), behind = strlen(end);

	return (len >= behind && strcmp(text + len - behind, end) == 0);
}

void
cf_text_escape(struct cf_buf * buf, const char * text, size_t len,
    int (* is_odd)(char c))
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!is_odd(text[i])) {
			cf_buf_add_char(buf, text[i]);
			continue;
		}
		cf_buf_add_char(buf, '%');
		cf_buf_add_char(buf, hex[(unsigned char)text[i] >> 4]);
		cf_buf_add_char(buf, hex[(unsigned char)text[i] & 15]);
	}
}

static int
digit(char c)
{
	const char * at = c != '\0' ? strchr(hex, c) : NULL;

	return (at != NULL ? (int)(at - hex) : -1);
}

int
cf_text_unescape(struct cf_buf * buf, const char * text, size_t len,
    int (* is_odd)(char c))
{
	size_t i;
	int high, low;
	char c;

	for (i = 0; i < len; i++) {
		c = text[i];
		if (c == '%' && len - i > 2) {
			high = digit(text[i + 1]);
			low = digit(text[i + 2]);
			c = (char)(unsigned char)(high * 16 + low);
			if (high < 0 || low < 0 || c == '\0' || !is_odd(c))
				return (-1);
			i += 2;
		} else if (is_odd(c)) {
			return (-1);
		}
		cf_buf_add_char(buf, c);
	}
	return (0);
}

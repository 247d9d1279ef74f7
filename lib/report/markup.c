#include <string.h>

#include "report/markup.h"

/* The length of the UTF-8 character at ${text}, 0 if it is none. */
static size_t
character(const unsigned char * text, size_t len)
{
	static const struct form {
		unsigned char mask, mark, least, most;
		size_t n;
	} forms[] = {
		/* The second byte has bounds: no surrogates, nothing long. */
		{ 0xff, 0xe0, 0xa0, 0xbf, 3 }, { 0xff, 0xed, 0x80, 0x9f, 3 },
		{ 0xf0, 0xe0, 0x80, 0xbf, 3 }, { 0xff, 0xf0, 0x90, 0xbf, 4 },
		{ 0xff, 0xf4, 0x80, 0x8f, 4 }, { 0xfc, 0xf0, 0x80, 0xbf, 4 },
		{ 0xe0, 0xc0, 0x80, 0xbf, 2 },
	};
	size_t i, j;

	if (text[0] < 0x80)
		return (text[0] >= 0x20 || text[0] == '\t' || text[0] == '\n');
	if (text[0] == 0xc0 || text[0] == 0xc1)
		return (0);
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((text[0] & forms[i].mask) != forms[i].mark)
			continue;
		if (len < forms[i].n || text[1] < forms[i].least ||
		    text[1] > forms[i].most)
			return (0);
		for (j = 2; j < forms[i].n; j++) {
			if ((text[j] & 0xc0) != 0x80)
				return (0);
		}
		return (forms[i].n);
	}
	return (0);
}

void
cf_markup_bytes(struct cf_buf * buf, const char * text, size_t len)
{
	static const char special[] = "&<>\"'";
	static const char * const entities[] = { "&amp;", "&lt;", "&gt;",
	    "&quot;", "&#39;" };
	const char * at;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = character((const unsigned char *)text + i, len - i);
		if (n == 0) {
			n = 1;
			cf_buf_add_text(buf, "\xef\xbf\xbd");
		} else if (n == 1 && (at = strchr(special, text[i])) != NULL)
			cf_buf_add_text(buf, entities[at - special]);
		else
			cf_buf_add(buf, text + i, n);
	}
}

void
cf_markup_text(struct cf_buf * buf, const char * text)
{

	cf_markup_bytes(buf, text, strlen(text));
}

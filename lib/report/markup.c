#include <string.h>

#include "base/text.h"
#include "report/markup.h"

/* The length of the character at ${text}, 0 if a page cannot have it. */
static size_t
character(const char * text, size_t len)
{

	if ((unsigned char)*text < 0x20 && *text != '\t' && *text != '\n')
		return (0);
	return (cf_text_utf8_len(text, len));
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
		n = character(text + i, len - i);
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

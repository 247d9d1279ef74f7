#include <string.h>

#include "base/text.h"

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

int
cf_text_ends(const char * text, const char * end)
{
	size_t len = strlen(text), behind = strlen(end);

	return (len >= behind && strcmp(text + len - behind, end) == 0);
}

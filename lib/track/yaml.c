#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "track/yaml.h"

void
cf_yaml_text(struct cf_buf * buf, const char * key, const char * value)
{

	cf_buf_addf(buf, "%s: '", key);
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			cf_buf_add_char(buf, '\'');
		cf_buf_add_char(buf, *value);
	}
	cf_buf_add_text(buf, "'\n");
}

void
cf_yaml_int(struct cf_buf * buf, const char * key, int64_t value)
{

	cf_buf_addf(buf, "%s: %" PRId64 "\n", key, value);
}

void
cf_yaml_plain(struct cf_buf * buf, const char * key, const char * value)
{

	cf_buf_addf(buf, "%s: %s\n", key, value);
}

/* Undo the quotes of the ${len} bytes behind the colon. */
static char *
scalar(const char * text, size_t len, struct cf_err * err)
{
	char quote = '\0';
	char * value;
	size_t i, n = 0;

	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\r'))
		len--;
	if (len >= 2 && (*text == '\'' || *text == '"') &&
	    text[len - 1] == *text) {
		quote = *text++;
		len -= 2;
	}
	if ((value = cf_mem_strndup(text, len, err)) == NULL)
		return (NULL);
	for (i = 0; i < len; i++) {
		if (i + 1 < len && ((quote == '"' && text[i] == '\\') ||
		    (quote == '\'' && text[i] == quote &&
		    text[i + 1] == quote)))
			i++;
		value[n++] = text[i];
	}
	value[n] = '\0';
	return (value);
}

int
cf_yaml_find(const char * text, size_t len, const char * key, char ** value,
    struct cf_err * err)
{
	size_t key_len = strlen(key), line;
	const char * end;

	*value = NULL;
	for (; len > 0; text += line, len -= line) {
		end = memchr(text, '\n', len);
		line = end != NULL ? (size_t)(end - text) + 1 : len;
		if (line <= key_len || memcmp(text, key, key_len) != 0 ||
		    text[key_len] != ':')
			continue;
		*value = scalar(text + key_len + 1,
		    line - key_len - 1 - (end != NULL), err);
		return (*value != NULL ? 0 : -1);
	}
	return (0);
}

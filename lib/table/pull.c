#include <string.h>

#include "table/pull.h"

void
cf_pull_start(struct cf_pull * p, const char * text, size_t len,
    const char * name)
{

	memset(p, 0, sizeof(*p));
	p->name = name;
	p->text = text;
	p->len = len;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		p->pos = 3;
}

int
cf_pull_bad(const struct cf_pull * p, const struct cf_pull_item * item,
    const char * reason, struct cf_err * err)
{
	struct cf_place place = { p->name, 1, NULL };
	char key[CF_ERR_VALUE_MAX + 4];
	size_t i;

	for (i = 0; i < p->pos && i < p->len; i++)
		place.line += p->text[i] == '\n';
	if (item == NULL)
		return (cf_err_data(err, &place, NULL, 0, "%s", reason));
	if (item->key != NULL) {
		cf_err_mask(key, sizeof(key), item->key, item->key_len);
		place.column = key;
	}
	return (cf_err_data(err, &place, item->text, item->len, "%s",
	    reason));
}

static int
fault(const struct cf_pull * p, struct cf_err * err)
{

	return (cf_pull_bad(p, NULL, p->pos >= p->len ?
	    "the JSON text is cut short" : "not JSON", err));
}

static void
skip_blanks(struct cf_pull * p)
{
	char c;

	for (; p->pos < p->len; p->pos++) {
		c = p->text[p->pos];
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			return;
	}
}

/* The next byte that is no blank, or -1. */
static int
peek(struct cf_pull * p)
{

	skip_blanks(p);
	return (p->pos < p->len ? (unsigned char)p->text[p->pos] : -1);
}

static int
is_hex(char c)
{

	return ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F'));
}

/* The length of the escape at the backslash, or 0. */
static size_t
escape_len(const struct cf_pull * p, size_t pos)
{
	size_t i;

	if (pos + 1 >= p->len)
		return (0);
	if (p->text[pos + 1] != 'u')
		return (p->text[pos + 1] != '\0' &&
		    strchr("\"\\/bfnrt", p->text[pos + 1]) != NULL ? 2 : 0);
	for (i = 2; i < 6; i++) {
		if (pos + i >= p->len || !is_hex(p->text[pos + i]))
			return (0);
	}
	return (6);
}

/* A string at p->pos, which is on its quote. */
static int
take_string(struct cf_pull * p, const char ** text, size_t * len,
    struct cf_err * err)
{
	size_t n;

	*text = p->text + ++p->pos;
	while (p->pos < p->len && p->text[p->pos] != '"') {
		n = 1;
		if (p->text[p->pos] == '\\')
			n = escape_len(p, p->pos);
		if (n == 0 || (unsigned char)p->text[p->pos] < 0x20)
			return (fault(p, err));
		p->pos += n;
	}
	if (p->pos >= p->len)
		return (fault(p, err));
	*len = (size_t)(p->text + p->pos - *text);
	p->pos++;
	return (0);
}

/* The number of digits at ${pos}. */
static size_t
digits(const struct cf_pull * p, size_t pos)
{
	size_t n = 0;

	while (pos + n < p->len && p->text[pos + n] >= '0' &&
	    p->text[pos + n] <= '9')
		n++;
	return (n);
}

/* 1 if ${c} stands at ${pos}, else 0. */
static size_t
at(const struct cf_pull * p, size_t pos, char c)
{

	return (pos < p->len && p->text[pos] == c ? 1 : 0);
}

static int
take_number(struct cf_pull * p, struct cf_pull_item * item,
    struct cf_err * err)
{
	size_t pos = p->pos, n;

	pos += at(p, pos, '-');
	n = digits(p, pos);
	if (n == 0 || (n > 1 && p->text[pos] == '0'))
		return (fault(p, err));
	pos += n;
	if (at(p, pos, '.')) {
		if ((n = digits(p, ++pos)) == 0)
			return (fault(p, err));
		pos += n;
	}
	if (at(p, pos, 'e') || at(p, pos, 'E')) {
		pos++;
		pos += at(p, pos, '+') || at(p, pos, '-');
		if ((n = digits(p, pos)) == 0)
			return (fault(p, err));
		pos += n;
	}
	item->kind = CF_PULL_NUMBER;
	item->text = p->text + p->pos;
	item->len = pos - p->pos;
	p->pos = pos;
	return (0);
}

static int
take_word(struct cf_pull * p, struct cf_pull_item * item, struct cf_err * err)
{
	static const struct {
		const char * word;
		enum cf_pull_kind kind;
	} words[] = { { "true", CF_PULL_TRUE }, { "false", CF_PULL_FALSE },
	    { "null", CF_PULL_NULL } };
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		len = strlen(words[i].word);
		if (p->len - p->pos < len ||
		    memcmp(p->text + p->pos, words[i].word, len) != 0)
			continue;
		item->kind = words[i].kind;
		item->text = p->text + p->pos;
		item->len = len;
		p->pos += len;
		return (0);
	}
	return (fault(p, err));
}

static int
open_container(struct cf_pull * p, struct cf_pull_item * item, int is_object,
    struct cf_err * err)
{

	if (p->depth == CF_PULL_DEPTH_MAX)
		return (cf_pull_bad(p, NULL, "nested too deeply", err));
	if (is_object)
		p->objects |= (uint32_t)1 << p->depth;
	else
		p->objects &= ~((uint32_t)1 << p->depth);
	p->depth++;
	p->pos++;
	p->first = 1;
	item->kind = is_object ? CF_PULL_OBJECT : CF_PULL_ARRAY;
	return (0);
}

static int
take_value(struct cf_pull * p, struct cf_pull_item * item,
    struct cf_err * err)
{
	int c = peek(p);

	p->first = 0;
	switch (c) {
	case '{':
	case '[':
		return (open_container(p, item, c == '{', err));
	case '"':
		item->kind = CF_PULL_STRING;
		return (take_string(p, &item->text, &item->len, err));
	case 't':
	case 'f':
	case 'n':
		return (take_word(p, item, err));
	default:
		return (take_number(p, item, err));
	}
}

static int
take_key(struct cf_pull * p, struct cf_pull_item * item, struct cf_err * err)
{

	if (peek(p) != '"')
		return (fault(p, err));
	if (take_string(p, &item->key, &item->key_len, err))
		return (-1);
	if (peek(p) != ':')
		return (fault(p, err));
	p->pos++;
	return (0);
}

int
cf_pull_next(struct cf_pull * p, struct cf_pull_item * item,
    struct cf_err * err)
{
	int in_object, c = peek(p);

	memset(item, 0, sizeof(*item));
	if (p->depth == 0) {
		if (p->begun)
			return (c == -1 ? 0 : fault(p, err));
		p->begun = 1;
		return (take_value(p, item, err) ? -1 : 1);
	}
	in_object = (p->objects >> (p->depth - 1)) & 1;
	if (c == (in_object ? '}' : ']')) {
		p->pos++;
		p->depth--;
		p->first = 0;
		item->kind = CF_PULL_END;
		return (1);
	}
	if (!p->first) {
		if (c != ',')
			return (fault(p, err));
		p->pos++;
	}
	if (in_object && take_key(p, item, err))
		return (-1);
	return (take_value(p, item, err) ? -1 : 1);
}

int
cf_pull_skip(struct cf_pull * p, const struct cf_pull_item * item,
    struct cf_err * err)
{
	unsigned int outer = p->depth - 1;
	struct cf_pull_item inner;

	if (item->kind != CF_PULL_OBJECT && item->kind != CF_PULL_ARRAY)
		return (0);
	while (p->depth > outer) {
		if (cf_pull_next(p, &inner, err) != 1)
			return (-1);
	}
	return (0);
}

int
cf_pull_is_key(const struct cf_pull_item * item, const char * key)
{

	return (item->key != NULL && item->key_len == strlen(key) &&
	    memcmp(item->key, key, item->key_len) == 0);
}

size_t
cf_pull_decode(const char * text, size_t len, char * dst, size_t dst_size)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	size_t i, n = 0;
	const char * p;
	char c;

	for (i = 0; i < len && n + 1 < dst_size; i++) {
		c = text[i];
		if (c == '\\' && i + 1 < len) {
			c = text[++i];
			if (c == 'u') {
				i += 4;
				c = '?';
			} else if (c != '\0' && (p = strchr(from, c)) != NULL) {
				c = to[p - from];
			}
		}
		dst[n++] = (unsigned char)c < 0x80 ? c : '?';
	}
	dst[n] = '\0';
	return (n);
}

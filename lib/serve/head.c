#include <string.h>

#include "serve/head.h"
#include "serve/limits.h"

static const char * const methods[CF_HEAD_METHODS] = { "GET", "HEAD", "POST",
    "other" };

static int
refuse(struct cf_head_fault * fault, int status, const char * reason)
{

	fault->status = status;
	fault->reason = reason;
	return (-1);
}

int
cf_head_find(const char * data, size_t len, size_t * at, size_t * end,
    struct cf_head_fault * fault)
{
	size_t i = *at;
	char c;

	for (; i < len && i < CF_SERVE_HEAD_MAX; i++) {
		c = data[i];
		if (c == '\n') {
			if (i == 0 || data[i - 1] != '\r')
				return (refuse(fault, 400, "a line ends "
				    "without a carriage return"));
			if (i >= 3 && data[i - 2] == '\n') {
				*at = *end = i + 1;
				return (1);
			}
		} else if (i > 0 && data[i - 1] == '\r') {
			return (refuse(fault, 400,
			    "a carriage return that ends no line"));
		} else if (((unsigned char)c < 0x20 && c != '\t' &&
		    c != '\r') || c == 0x7f) {
			return (refuse(fault, 400,
			    "a control character in the head"));
		}
	}
	*at = i;
	if (i == CF_SERVE_HEAD_MAX)
		return (refuse(fault, 431, "the head is too long"));
	return (0);
}

static char
lower(char c)
{

	return (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
}

/* Are the n bytes of text that word of lower case? */
static int
same(const char * text, size_t n, const char * word)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (word[i] == '\0' || lower(text[i]) != lower(word[i]))
			return (0);
	}
	return (word[n] == '\0');
}

int
cf_head_is(const struct cf_field * field, const char * word)
{

	return (field->text != NULL && same(field->text, field->len, word));
}

/* A byte of a token, RFC 9110 5.6.2. */
static int
is_token(char c)
{

	return ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL));
}

/* ---- lists such as "gzip;q=0.5, br" */

/* The next word of a list; its parameters are left in *params. */
static int
next_word(struct cf_field * list, struct cf_field * word,
    struct cf_field * params)
{
	const char * p = list->text;
	const char * end = p + list->len;
	const char * stop;

	while (p < end && (*p == ',' || *p == ' ' || *p == '\t'))
		p++;
	if (p == end)
		return (0);
	if ((stop = memchr(p, ',', (size_t)(end - p))) == NULL)
		stop = end;
	word->text = p;
	while (p < stop && *p != ';' && *p != ' ' && *p != '\t')
		p++;
	word->len = (size_t)(p - word->text);
	params->text = p;
	params->len = (size_t)(stop - p);
	list->text = stop;
	list->len = (size_t)(end - stop);
	return (1);
}

/* Do the parameters say "q=0", that is: not this? */
static int
is_denied(const struct cf_field * params)
{
	size_t i, j;

	for (i = 0; i + 2 < params->len; i++) {
		if (lower(params->text[i]) != 'q' || params->text[i + 1] != '=')
			continue;
		for (j = i + 2; j < params->len; j++) {
			if (params->text[j] >= '1' && params->text[j] <= '9')
				return (0);
		}
		return (1);
	}
	return (0);
}

/* ---- what each field does; 0 or -1 */

typedef int take_field(struct cf_head *, struct cf_field *,
    struct cf_head_fault *);

static int
take_host(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	if (memchr(f->text, ' ', f->len) != NULL ||
	    memchr(f->text, ',', f->len) != NULL)
		return (refuse(fault, 400, "Host is no name"));
	h->host = *f;
	return (0);
}

static int
take_length(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{
	size_t i;

	if (f->len == 0 || f->len > 18)
		return (refuse(fault, f->len == 0 ? 400 : 413,
		    "Content-Length is no length"));
	for (i = 0; i < f->len; i++) {
		if (f->text[i] < '0' || f->text[i] > '9')
			return (refuse(fault, 400,
			    "Content-Length is no length"));
		h->length = h->length * 10 + (uint64_t)(f->text[i] - '0');
	}
	h->has_length = 1;
	return (0);
}

static int
take_transfer(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	if (!cf_head_is(f, "chunked"))
		return (refuse(fault, 400,
		    "a Transfer-Encoding other than chunked"));
	h->chunked = 1;
	return (0);
}

static int
take_authorization(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	(void)fault;
	h->authorization = *f;
	return (0);
}

static int
take_type(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	(void)fault;
	h->content_type = *f;
	return (0);
}

static int
take_encoding(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	(void)fault;
	h->content_encoding = *f;
	return (0);
}

static int
take_forwarded(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	(void)fault;
	h->forwarded = *f;
	return (0);
}

static int
take_accept(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{
	struct cf_field word, params;

	(void)fault;
	while (next_word(f, &word, &params)) {
		if (cf_head_is(&word, "gzip") || cf_head_is(&word, "x-gzip"))
			h->takes_gzip = !is_denied(&params);
	}
	return (0);
}

static int
take_expect(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{

	if (!cf_head_is(f, "100-continue"))
		return (refuse(fault, 417,
		    "an expectation other than 100-continue"));
	h->expects = 1;
	return (0);
}

static int
take_connection(struct cf_head * h, struct cf_field * f,
    struct cf_head_fault * fault)
{
	struct cf_field word, params;

	(void)fault;
	while (next_word(f, &word, &params)) {
		if (cf_head_is(&word, "close"))
			h->keep_alive = -1;
		else if (cf_head_is(&word, "keep-alive") &&
		    h->keep_alive == 0)
			h->keep_alive = 1;
	}
	return (0);
}

/* The fields that count; others are passed over. */
static const struct {
	const char * name;
	int once;		/* Two of them are refused. */
	take_field * take;
} fields[] = {
	{ "host", 1, take_host },
	{ "content-length", 1, take_length },
	{ "transfer-encoding", 1, take_transfer },
	{ "authorization", 1, take_authorization },
	{ "content-type", 1, take_type },
	{ "content-encoding", 1, take_encoding },
	{ "accept-encoding", 0, take_accept },
	{ "connection", 0, take_connection },
	{ "expect", 1, take_expect },
	{ "x-forwarded-for", 0, take_forwarded }
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* ---- the lines */

static int
parse_field(struct cf_head * h, const char * line, size_t len,
    unsigned int * seen, struct cf_head_fault * fault)
{
	struct cf_field value;
	size_t n, i;

	for (n = 0; n < len && is_token(line[n]); n++)
		continue;
	if (n == 0 || n == len || line[n] != ':')
		return (refuse(fault, 400, "a header field without a name"));
	value.text = line + n + 1;
	value.len = len - n - 1;
	while (value.len > 0 && (*value.text == ' ' || *value.text == '\t')) {
		value.text++;
		value.len--;
	}
	while (value.len > 0 && (value.text[value.len - 1] == ' ' ||
	    value.text[value.len - 1] == '\t'))
		value.len--;
	for (i = 0; i < FIELDS; i++) {
		if (!same(line, n, fields[i].name))
			continue;
		if (fields[i].once && (*seen >> i & 1))
			return (refuse(fault, 400,
			    "a header field that may stand once stands twice"));
		*seen |= 1U << i;
		return (fields[i].take(h, &value, fault));
	}
	return (0);
}

/* "http://host/path" means "/path". */
static void
drop_origin(struct cf_field * target)
{
	const char * slash;
	size_t skip;

	if (target->len < 8 || (!same(target->text, 7, "http://") &&
	    !same(target->text, 8, "https://")))
		return;
	skip = lower(target->text[4]) == 's' ? 8 : 7;
	slash = memchr(target->text + skip, '/', target->len - skip);
	if (slash == NULL)
		return;
	target->len -= (size_t)(slash - target->text);
	target->text = slash;
}

static int
parse_target(struct cf_head * h, struct cf_field target,
    struct cf_head_fault * fault)
{
	const char * mark;
	size_t i;

	if (target.len > CF_SERVE_TARGET_MAX)
		return (refuse(fault, 414, "the target is too long"));
	for (i = 0; i < target.len; i++) {
		if ((unsigned char)target.text[i] <= ' ' ||
		    (unsigned char)target.text[i] >= 0x7f)
			return (refuse(fault, 400,
			    "the target is not plain text"));
	}
	drop_origin(&target);
	if (target.len == 0 || (*target.text != '/' &&
	    !(target.len == 1 && *target.text == '*')))
		return (refuse(fault, 400, "the target is no path"));
	h->path = target;
	mark = memchr(target.text, '?', target.len);
	if (mark != NULL) {
		h->path.len = (size_t)(mark - target.text);
		h->query.text = mark + 1;
		h->query.len = target.len - h->path.len - 1;
	}
	return (0);
}

static int
parse_line(struct cf_head * h, const char * line, size_t len,
    struct cf_head_fault * fault)
{
	const char * end = line + len;
	const char * blank;
	struct cf_field target;
	size_t n;

	for (n = 0; n < len && is_token(line[n]); n++)
		continue;
	if (n == 0 || n == len || line[n] != ' ')
		return (refuse(fault, 400, "not a request of HTTP"));
	/* Methods, unlike the names of fields, are told apart by case. */
	for (h->method = 0; h->method < CF_HEAD_OTHER; h->method++) {
		if (n == strlen(methods[h->method]) &&
		    memcmp(line, methods[h->method], n) == 0)
			break;
	}
	target.text = line + n + 1;
	blank = memchr(target.text, ' ', (size_t)(end - target.text));
	if (blank == NULL || end - blank != 9 ||
	    memcmp(blank + 1, "HTTP/", 5) != 0)
		return (refuse(fault, 400, "not a request of HTTP"));
	target.len = (size_t)(blank - target.text);
	if (blank[6] < '0' || blank[6] > '9' || blank[7] != '.' ||
	    blank[8] < '0' || blank[8] > '9')
		return (refuse(fault, 400, "not a version of HTTP"));
	if (blank[6] != '1')
		return (refuse(fault, 400, "a version of HTTP other than 1"));
	h->minor = blank[8] > '0';
	return (parse_target(h, target, fault));
}

/* What the fields say together. */
static int
check(struct cf_head * h, struct cf_head_fault * fault)
{

	if (h->minor > 0 && h->host.text == NULL)
		return (refuse(fault, 400, "HTTP/1.1 without Host"));
	if (h->chunked && h->has_length)
		return (refuse(fault, 400,
		    "Content-Length and Transfer-Encoding at once"));
	if (h->chunked && h->minor == 0)
		return (refuse(fault, 400, "Transfer-Encoding in HTTP/1.0"));
	h->keep_alive = h->minor > 0 ? h->keep_alive >= 0 : h->keep_alive > 0;
	if (h->minor == 0)
		h->expects = 0;
	return (0);
}

int
cf_head_parse(const char * data, size_t len, struct cf_head * h,
    struct cf_head_fault * fault)
{
	const char * end = data + len - 2;	/* The empty line. */
	const char * line = data;
	const char * eol;
	unsigned int seen = 0;
	size_t n = 0;

	memset(h, 0, sizeof(*h));
	h->method = CF_HEAD_OTHER;
	h->query.text = "";
	while (line < end) {
		eol = memchr(line, '\r', (size_t)(end - line));
		if (eol == NULL)
			eol = end;
		if (n == 0) {
			if (parse_line(h, line, (size_t)(eol - line), fault))
				return (-1);
		} else if (n > CF_SERVE_HEADERS_MAX) {
			return (refuse(fault, 431, "too many header fields"));
		} else if (parse_field(h, line, (size_t)(eol - line), &seen,
		    fault)) {
			return (-1);
		}
		n++;
		line = eol + 2;
	}
	if (n == 0)
		return (refuse(fault, 400, "not a request of HTTP"));
	return (check(h, fault));
}

/* ---- parameters */

static int
hex(char c)
{

	c = lower(c);
	if (c >= '0' && c <= '9')
		return (c - '0');
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

/* Undo escapes; return the length, or -2. */
static int
decode(const char * s, const char * end, char * dst, size_t size)
{
	size_t n = 0;
	char c;

	for (; s < end; s++) {
		c = *s == '+' ? ' ' : *s;
		if (c == '%') {
			if (end - s < 3 || hex(s[1]) < 0 || hex(s[2]) < 0)
				return (-2);
			c = (char)(unsigned char)(hex(s[1]) * 16 + hex(s[2]));
			s += 2;
		}
		if (c == '\0' || n + 1 >= size)
			return (-2);
		dst[n++] = c;
	}
	dst[n] = '\0';
	return ((int)n);
}

int
cf_head_query(const struct cf_field * query, const char * name, char * dst,
    size_t size)
{
	const char * s = query->text;
	const char * end = s + query->len;
	const char * stop;
	size_t n = strlen(name);

	for (; s < end; s = stop + 1) {
		stop = memchr(s, '&', (size_t)(end - s));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - s) > n && memcmp(s, name, n) == 0 &&
		    s[n] == '=')
			return (decode(s + n + 1, stop, dst, size));
	}
	return (-1);
}

const char *
cf_head_method_name(enum cf_head_method method)
{

	return (methods[method]);
}

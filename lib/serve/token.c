#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "serve/head.h"
#include "serve/token.h"

#define FILE_MAX (1024 * 1024)
#define TOKENS_MAX 10000
#define HASH crypto_hash_sha256_BYTES
#define BITS 32			/* Bytes of a token. */
#define PREFIX "sha256:"
#define CHOSEN "API_TOKEN"

struct entry {
	char name[CF_TOKEN_NAME_MAX + 1];
	unsigned char hash[HASH];
};

struct cf_tokens {
	struct entry * items;
	size_t n;
	size_t capacity;
};

static int
is_name(const char * s, size_t len)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-.@";
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\0' || strchr(plain, s[i]) == NULL)
			return (0);
	}
	return (len > 0 && len <= CF_TOKEN_NAME_MAX);
}

static struct entry *
add(struct cf_tokens * t, const char * name, size_t len, struct cf_err * err)
{
	struct entry * e;

	if (cf_mem_grow(&t->items, &t->capacity, t->n + 1, sizeof(*t->items),
	    err))
		return (NULL);
	e = &t->items[t->n++];
	memset(e, 0, sizeof(*e));
	memcpy(e->name, name, len);
	return (e);
}

static int
fault(const char * path, size_t number, const char * reason,
    struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_USAGE, "%s:%zu: %s", path, number,
	    reason));
}

static int
parse_line(struct cf_tokens * t, const char * path, size_t number,
    const char * s, size_t len, struct cf_err * err)
{
	const size_t prefix = strlen(PREFIX);
	const char * end = s + len;
	struct entry * e;
	size_t n = 0, got, i;

	while (end > s && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	if (s == end || *s == '#')
		return (0);
	while (s + n < end && s[n] != ' ' && s[n] != '\t')
		n++;
	if (!is_name(s, n))
		return (fault(path, number, "not a name of a token", err));
	for (i = 0; i < t->n; i++) {
		if (strlen(t->items[i].name) == n &&
		    memcmp(t->items[i].name, s, n) == 0)
			return (fault(path, number,
			    "two tokens of one name", err));
	}
	if (t->n == TOKENS_MAX)
		return (fault(path, number, "too many tokens", err));
	if ((e = add(t, s, n, err)) == NULL)
		return (-1);
	for (s += n; s < end && (*s == ' ' || *s == '\t'); s++)
		continue;
	if ((size_t)(end - s) != prefix + 2 * HASH ||
	    memcmp(s, PREFIX, prefix) != 0 ||
	    sodium_hex2bin(e->hash, HASH, s + prefix, 2 * HASH, NULL, &got,
	    NULL) != 0 || got != HASH)
		return (fault(path, number,
		    "not NAME sha256:64 hexadecimal digits", err));
	return (0);
}

static int
parse(struct cf_tokens * t, const char * path, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * s;
	const char * eol;
	size_t left, len, number = 0;
	int rc = 0;

	if (cf_file_read(path, FILE_MAX, &text, err)) {
		cf_buf_free(&text);
		return (-1);
	}
	for (s = text.data, left = text.len; left > 0 && rc == 0;) {
		eol = memchr(s, '\n', left);
		len = eol != NULL ? (size_t)(eol - s) : left;
		rc = parse_line(t, path, ++number, s, len, err);
		len += eol != NULL;
		s += len;
		left -= len;
	}
	cf_buf_free(&text);
	return (rc);
}

/* A token that a person chose. */
static int
add_chosen(struct cf_tokens * t, const char * token, struct cf_err * err)
{
	static const char * const known[] = { "secure_token", "changeme",
	    "change-me", "your-secure-token", "your_secure_token",
	    "your_api_token" };
	struct entry * e;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(token, known[i]) == 0)
			return (cf_err_set(err, CF_ERR_USAGE, CHOSEN
			    ": \"%s\" stands in examples and is known to "
			    "everybody; leave it unset to have a token made",
			    token));
	}
	if (strlen(token) < CF_TOKEN_LEAST)
		return (cf_err_set(err, CF_ERR_USAGE, CHOSEN ": shorter than "
		    "%d characters; leave it unset to have a token made",
		    CF_TOKEN_LEAST));
	if ((e = add(t, CHOSEN, strlen(CHOSEN), err)) == NULL)
		return (-1);
	crypto_hash_sha256(e->hash, (const unsigned char *)token,
	    strlen(token));
	return (0);
}

struct cf_tokens *
cf_token_load(const char * path, const char * chosen, struct cf_err * err)
{
	struct cf_tokens * t;

	if (sodium_init() < 0) {
		cf_err_set(err, CF_ERR_SYSTEM, "no random numbers");
		return (NULL);
	}
	if ((t = cf_mem_array(1, sizeof(*t), err)) == NULL)
		return (NULL);
	if (access(path, F_OK) == 0 || errno != ENOENT) {
		if (parse(t, path, err))
			goto err0;
	}
	if (chosen != NULL && add_chosen(t, chosen, err))
		goto err0;
	return (t);

err0:
	cf_token_free(t);
	return (NULL);
}

size_t
cf_token_count(const struct cf_tokens * t)
{

	return (t->n);
}

const char *
cf_token_check(const struct cf_tokens * t, const char * text, size_t len)
{
	unsigned char hash[HASH];
	const char * name = NULL;
	size_t i;

	crypto_hash_sha256(hash, (const unsigned char *)text, len);
	for (i = 0; i < t->n; i++) {
		if (sodium_memcmp(hash, t->items[i].hash, HASH) == 0)
			name = t->items[i].name;
	}
	return (name);
}

const char *
cf_token_of(const struct cf_field * field, char * dst, size_t size,
    size_t * len)
{
	struct cf_field scheme = { field->text, 0 };
	const char * s = field->text;
	const char * end;
	const char * colon;

	if (s == NULL)
		return (NULL);
	end = s + field->len;
	while (s < end && *s != ' ')
		s++;
	scheme.len = (size_t)(s - field->text);
	while (s < end && *s == ' ')
		s++;
	*len = (size_t)(end - s);
	if (*len == 0)
		return (NULL);
	if (cf_head_is(&scheme, "bearer"))
		return (s);
	if (!cf_head_is(&scheme, "basic") ||
	    sodium_base642bin((unsigned char *)dst, size, s, *len, NULL, len,
	    NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    (colon = memchr(dst, ':', *len)) == NULL)
		return (NULL);
	*len -= (size_t)(colon + 1 - dst);
	return (colon + 1);
}

/* Append the line of a token, in a file for its owner only. */
static int
append(const char * path, const char * name, const unsigned char * hash,
    struct cf_err * err)
{
	struct cf_buf line = { 0 };
	char hex[2 * HASH + 1];
	mode_t mask;
	int rc = -1;

	cf_buf_addf(&line, "%s " PREFIX "%s\n", name,
	    sodium_bin2hex(hex, sizeof(hex), hash, HASH));
	if (cf_buf_string(&line, err) != NULL) {
		mask = umask(077);
		rc = cf_file_append(path, line.data, line.len, err);
		umask(mask);
	}
	cf_buf_free(&line);
	return (rc);
}

int
cf_token_make(const char * path, const char * name, char * token,
    struct cf_err * err)
{
	unsigned char bits[BITS], hash[HASH];
	struct cf_tokens * t;
	size_t i;
	int taken;

	if (!is_name(name, strlen(name)))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "not a name of a token: \"%.60s\"", name));
	if ((t = cf_token_load(path, NULL, err)) == NULL)
		return (-1);
	for (i = 0; i < t->n; i++) {
		if (strcmp(t->items[i].name, name) == 0)
			break;
	}
	taken = i < t->n;
	cf_token_free(t);
	if (taken)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "%s: there is a token called %s", path, name));
	randombytes_buf(bits, sizeof(bits));
	sodium_bin2base64(token, CF_TOKEN_CHARS + 1, bits, sizeof(bits),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bits, sizeof(bits));
	crypto_hash_sha256(hash, (const unsigned char *)token,
	    CF_TOKEN_CHARS);
	return (append(path, name, hash, err));
}

void
cf_token_free(struct cf_tokens * t)
{

	if (t == NULL)
		return;
	free(t->items);
	free(t);
}

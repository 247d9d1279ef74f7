#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

static const char *
variable(const char * name)
{
	const char * value = getenv(name);

	return (value != NULL && *value != '\0' ? value : NULL);
}

/* Overwrite in a way that the compiler may not leave out. */
static void
wipe(char * p, size_t len)
{
	volatile char * v = p;

	while (len-- > 0)
		*v++ = 0;
}

static int
is_blank(char c)
{

	return (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/* Copy what stands between the blanks.  ${from} is for messages. */
static char *
take(const char * text, size_t len, const char * from, struct cf_err * err)
{

	while (len > 0 && is_blank(text[len - 1]))
		len--;
	while (len > 0 && is_blank(*text)) {
		text++;
		len--;
	}
	if (len == 0 || len > CF_SECRET_MAX) {
		cf_err_set(err, CF_ERR_USAGE, "%s: the secret is %s", from,
		    len == 0 ? "empty" : "too long");
		return (NULL);
	}
	if (!cf_text_is_plain(text, len)) {
		cf_err_set(err, CF_ERR_USAGE,
		    "%s: the secret is more than one line", from);
		return (NULL);
	}
	return (cf_mem_strndup(text, len, err));
}

static char *
take_file(const char * path, struct cf_err * err)
{
	struct cf_buf buf = { 0 };
	char * secret = NULL;

	if (cf_file_read(path, 2 * CF_SECRET_MAX, &buf, err)) {
		if (err != NULL)
			err->kind = CF_ERR_USAGE;
	} else {
		secret = take(buf.len > 0 ? buf.data : "", buf.len, path, err);
	}
	if (buf.data != NULL)
		wipe(buf.data, buf.len);
	cf_buf_free(&buf);
	return (secret);
}

int
cf_secret_load(const char * name, char ** secret, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * value;
	int rc = -1;

	*secret = NULL;
	if ((value = variable(name)) != NULL) {
		*secret = take(value, strlen(value), name, err);
		return (*secret != NULL ? 0 : -1);
	}
	cf_buf_addf(&text, "%s_FILE", name);
	if (cf_buf_string(&text, err) == NULL)
		goto done;
	if ((value = variable(text.data)) != NULL) {
		*secret = take_file(value, err);
		rc = *secret != NULL ? 0 : -1;
		goto done;
	}
	rc = 0;
	if ((value = variable("CREDENTIALS_DIRECTORY")) == NULL)
		goto done;
	text.len = 0;
	cf_buf_addf(&text, "%s/%s", value, name);
	if (cf_buf_string(&text, err) == NULL) {
		rc = -1;
	} else if (access(text.data, F_OK) == 0 || errno != ENOENT) {
		*secret = take_file(text.data, err);
		rc = *secret != NULL ? 0 : -1;
	}
done:
	cf_buf_free(&text);
	return (rc);
}

static char
lower(char c)
{

	return (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
}

static int
begins(const char * text, const char * secret, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (lower(text[i]) != lower(secret[i]))
			return (0);
	}
	return (1);
}

size_t
cf_secret_mask(char * text, size_t len, const char * secret)
{
	size_t secret_len = secret != NULL ? strlen(secret) : 0;
	size_t i = 0, n = 0;

	if (secret_len == 0)
		return (0);
	while (secret_len <= len - i) {
		if (begins(text + i, secret, secret_len)) {
			memset(text + i, '*', secret_len);
			i += secret_len;
			n++;
		} else {
			i++;
		}
	}
	return (n);
}

void
cf_secret_free(char * secret)
{

	if (secret == NULL)
		return;
	wipe(secret, strlen(secret));
	free(secret);
}

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/limits.h"
#include "http/url.h"

/* The part behind "://" up to the path, query or fragment. */
static const char *
authority(const char * url, size_t * len)
{
	const char * p = strstr(url, "://");

	p = p != NULL ? p + 3 : url;
	*len = strcspn(p, "/?#");
	return (p);
}

/* The authority less user and port. */
static const char *
host_of(const char * url, size_t * len)
{
	const char * p = authority(url, len);
	const char * mark;

	if ((mark = memchr(p, '@', *len)) != NULL) {
		*len -= (size_t)(mark + 1 - p);
		p = mark + 1;
	}
	if (*len > 0 && *p == '[') {
		if ((mark = memchr(p, ']', *len)) != NULL)
			*len = (size_t)(mark + 1 - p);
	} else if ((mark = memchr(p, ':', *len)) != NULL) {
		*len = (size_t)(mark - p);
	}
	return (p);
}

int
cf_url_is_https(const char * url)
{

	return (strncasecmp(url, "https://", 8) == 0);
}

static int
fault(const char * what, const char * reason, struct cf_err * err)
{

	/* The URL itself is not shown: it may hold a password. */
	return (cf_err_set(err, CF_ERR_USAGE, "%s: %s", what, reason));
}

/* What stands behind the host: nothing, or a colon and 1 to 65535. */
static int
is_port(const char * p)
{
	unsigned long port = 0;

	if (*p != ':')
		return (1);
	for (p++; *p >= '0' && *p <= '9' && port <= 65535; p++)
		port = port * 10 + (unsigned long)(*p - '0');
	return (port >= 1 && port <= 65535 && (*p == '\0' || *p == '/'));
}

int
cf_url_check(const char * url, const char * what, struct cf_err * err)
{
	size_t len = strlen(url), host_len, i;
	const char * host;

	if (!cf_url_is_https(url) && strncasecmp(url, "http://", 7) != 0)
		return (fault(what, "not an https or http URL", err));
	if (len > CF_HTTP_URL_MAX / 2)
		return (fault(what, "URL too long", err));
	for (i = 0; i < len; i++) {
		if (url[i] <= 0x20 || url[i] == 0x7f)
			return (fault(what, "a byte that no URL holds", err));
	}
	if (strchr(url, '?') != NULL || strchr(url, '#') != NULL)
		return (fault(what, "URL with a query or fragment", err));
	host = authority(url, &host_len);
	if (memchr(host, '@', host_len) != NULL)
		return (fault(what, "URL with a user name or password", err));
	host = host_of(url, &host_len);
	if (host_len == 0)
		return (fault(what, "URL without a host", err));
	if (!is_port(host + host_len))
		return (fault(what, "URL with a port that there is not", err));
	return (!cf_url_is_https(url));
}

static int
is_odd(char c)
{

	return (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
	    c == '~'));
}

void
cf_url_query(struct cf_buf * url, const char * name, const char * value)
{

	cf_buf_add_char(url, url->len > 0 &&
	    memchr(url->data, '?', url->len) != NULL ? '&' : '?');
	cf_buf_add_text(url, name);
	cf_buf_add_char(url, '=');
	cf_text_escape(url, value, strlen(value), is_odd);
}

int
cf_url_same_host(const char * a, const char * b)
{
	size_t a_len, b_len;
	const char * a_host = host_of(a, &a_len);
	const char * b_host = host_of(b, &b_len);

	return (a_len == b_len && strncasecmp(a_host, b_host, a_len) == 0);
}

void
cf_url_host(const char * url, char * dst, size_t dst_size)
{
	size_t len;
	const char * host = authority(url, &len);

	cf_err_mask(dst, dst_size, host, len);
}

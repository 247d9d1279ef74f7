#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client.h"
#include "http/url.h"

/* One transfer; lives from start to take. */
struct transfer {
	struct cf_client * client;
	CURL * easy;
	struct curl_slist * headers;
	char url[CF_HTTP_URL_MAX];
	int has_secret;
	int has_body;
	int redirects;
	double end_s;		/* Deadline by the monotonic clock. */
	size_t header_bytes;
	int too_large;
	int is_done;
	CURLcode code;
	struct cf_client_reply reply;
};

struct cf_client {
	struct cf_client_options options;
	char * agent;
	CURLM * multi;
	struct transfer * transfers[CF_HTTP_PARALLEL_MAX];
};

static int
curl_fault(struct cf_err * err, const char * text)
{

	return (cf_err_set(err, CF_ERR_SYSTEM, "HTTP client: %s", text));
}

struct cf_client *
cf_client_new(const struct cf_client_options * options, struct cf_err * err)
{
	struct cf_client * c;

	if ((c = cf_mem_array(1, sizeof(*c), err)) == NULL)
		return (NULL);
	c->options = *options;
	if ((c->agent = cf_mem_strdup(options->agent, err)) == NULL)
		goto err0;
	/* Counted by libcurl: each call has its own cleanup. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		curl_fault(err, "libcurl does not start");
		goto err1;
	}
	if ((c->multi = curl_multi_init()) == NULL) {
		cf_err_memory(err);
		goto err2;
	}
	return (c);

err2:
	curl_global_cleanup();
err1:
	free(c->agent);
err0:
	free(c);
	return (NULL);
}

int
cf_client_free_slots(const struct cf_client * c)
{
	int i, n = 0;

	for (i = 0; i < CF_HTTP_PARALLEL_MAX; i++)
		n += i < c->options.parallel && c->transfers[i] == NULL;
	return (n);
}

/* Bytes of the body come in.  A short return ends the transfer. */
static size_t
on_body(char * data, size_t size, size_t n, void * cookie)
{
	struct transfer * t = cookie;
	size_t len = size * n;

	if (len > t->client->options.max_bytes - t->reply.body.len) {
		t->too_large = 1;
		return (0);
	}
	cf_buf_add(&t->reply.body, data, len);
	return (t->reply.body.failed ? 0 : len);
}

/* If the line is the header ${name}, copy its value to ${dst}. */
static void
take_header(const char * line, size_t len, const char * name, char * dst,
    size_t dst_size)
{
	size_t name_len = strlen(name);

	if (len <= name_len || strncasecmp(line, name, name_len) != 0 ||
	    line[name_len] != ':')
		return;
	line += name_len + 1;
	len -= name_len + 1;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n' ||
	    line[len - 1] == ' '))
		len--;
	/* A value that does not fit or is not printable is none. */
	if (len < dst_size) {
		cf_err_mask(dst, dst_size, line, len);
		if (memcmp(dst, line, len) != 0)
			dst[0] = '\0';
	}
}

static size_t
on_header(char * data, size_t size, size_t n, void * cookie)
{
	struct transfer * t = cookie;
	struct cf_client_reply * r = &t->reply;
	size_t len = size * n;

	t->header_bytes += len;
	if (t->header_bytes > CF_HTTP_HEADERS_MAX) {
		t->too_large = 1;
		return (0);
	}
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		/* Those of a proxy or of an earlier reply do not count. */
		r->etag[0] = r->modified[0] = r->retry_after[0] = '\0';
		return (len);
	}
	take_header(data, len, "ETag", r->etag, sizeof(r->etag));
	take_header(data, len, "Last-Modified", r->modified,
	    sizeof(r->modified));
	take_header(data, len, "Retry-After", r->retry_after,
	    sizeof(r->retry_after));
	return (len);
}

static void
transfer_free(struct transfer * t)
{

	if (t == NULL)
		return;
	if (t->easy != NULL) {
		curl_multi_remove_handle(t->client->multi, t->easy);
		curl_easy_cleanup(t->easy);
	}
	curl_slist_free_all(t->headers);
	cf_buf_free(&t->reply.body);
	/* The URL may hold a key. */
	memset(t->url, 0, sizeof(t->url));
	free(t);
}

static int
add_header(struct transfer * t, const char * name, const char * value,
    struct cf_err * err)
{
	struct curl_slist * list = NULL;
	struct cf_buf line = { 0 };

	if (value == NULL || *value == '\0')
		return (0);
	cf_buf_addf(&line, "%s: %s", name, value);
	if (cf_buf_string(&line, NULL) != NULL)
		list = curl_slist_append(t->headers, line.data);
	/* It may hold a token. */
	if (line.data != NULL)
		memset(line.data, 0, line.len);
	cf_buf_free(&line);
	if (list == NULL)
		return (cf_err_memory(err));
	t->headers = list;
	return (0);
}

#define SET(option, value)						\
	(rc == CURLE_OK ? (rc = curl_easy_setopt(t->easy, option, value)) : rc)

/* What is asked, and what goes with it. */
static int
configure_request(struct transfer * t, const struct cf_client_request * r,
    struct cf_err * err)
{
	CURLcode rc = CURLE_OK;

	if (add_header(t, "If-None-Match", r->etag, err) ||
	    add_header(t, "If-Modified-Since", r->modified, err) ||
	    add_header(t, "Authorization", r->authorization, err))
		return (-1);
	if (r->body == NULL) {
		SET(CURLOPT_HTTPGET, 1L);
	} else {
		/* A server that must say "100 Continue" first may not. */
		if (add_header(t, "Content-Type", r->body_type, err) ||
		    add_header(t, "Expect", " ", err))
			return (-1);
		t->has_body = 1;
		SET(CURLOPT_POSTFIELDS, r->body);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	}
	if (r->method != NULL)
		SET(CURLOPT_CUSTOMREQUEST, r->method);
	SET(CURLOPT_HTTPHEADER, t->headers);
	return (rc == CURLE_OK ? 0 : curl_fault(err, curl_easy_strerror(rc)));
}

/* The other options of a transfer but its URL and its time. */
static int
configure(struct transfer * t, struct cf_err * err)
{
	const struct cf_client_options * o = &t->client->options;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, o->allow_http ? "http,https" : "https");
#else
	SET(CURLOPT_PROTOCOLS, (long)(o->allow_http ? CURLPROTO_HTTP |
	    CURLPROTO_HTTPS : CURLPROTO_HTTPS));
#endif
	SET(CURLOPT_USERAGENT, t->client->agent);
	/* Not "": decoders with large windows are not for hostile bodies. */
	SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)o->max_bytes);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	return (rc == CURLE_OK ? 0 : curl_fault(err, curl_easy_strerror(rc)));
}

/* Hand the transfer to the multi handle, with the time that is left. */
static int
launch(struct transfer * t, struct cf_err * err)
{
	double left_s = t->end_s - cf_clock_s();
	double connect_s = left_s < CF_HTTP_CONNECT_S ? left_s :
	    CF_HTTP_CONNECT_S;
	CURLcode rc = CURLE_OK;
	CURLMcode mrc;

	if (left_s < 0.001)
		left_s = connect_s = 0.001;
	SET(CURLOPT_URL, t->url);
	SET(CURLOPT_TIMEOUT_MS, (long)(left_s * 1000));
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(connect_s * 1000));
	if (rc != CURLE_OK)
		return (curl_fault(err, curl_easy_strerror(rc)));
	if ((mrc = curl_multi_add_handle(t->client->multi, t->easy)) !=
	    CURLM_OK)
		return (curl_fault(err, curl_multi_strerror(mrc)));
	return (0);
}

int
cf_client_start(struct cf_client * c, const struct cf_client_request * request,
    struct cf_err * err)
{
	struct transfer * t;
	int i;

	for (i = 0; i < c->options.parallel; i++) {
		if (c->transfers[i] == NULL)
			break;
	}
	if (i == c->options.parallel)
		return (curl_fault(err, "too many requests at once"));
	if (strlen(request->url) >= CF_HTTP_URL_MAX)
		return (cf_err_set(err, CF_ERR_USAGE, "URL too long"));
	if ((t = cf_mem_array(1, sizeof(*t), err)) == NULL)
		return (-1);
	t->client = c;
	t->has_secret = request->has_secret;
	t->end_s = cf_clock_s() + c->options.timeout_s;
	t->reply.cookie = request->cookie;
	memcpy(t->url, request->url, strlen(request->url) + 1);
	if ((t->easy = curl_easy_init()) == NULL) {
		cf_err_memory(err);
		goto err0;
	}
	if (configure_request(t, request, err) || configure(t, err) ||
	    launch(t, err))
		goto err0;
	c->transfers[i] = t;
	return (0);

err0:
	transfer_free(t);
	return (-1);
}

static void
set_fault(struct transfer * t, enum cf_client_fault fault, const char * text)
{
	struct cf_client_reply * r = &t->reply;
	char host[64];

	cf_url_host(t->url, host, sizeof(host));
	r->fault = fault;
	snprintf(r->reason, sizeof(r->reason), "%s: %s", host, text);
	r->body.len = 0;
}

/* May a redirect be followed to ${to}? */
static int
may_follow(const struct transfer * t, const char * to)
{

	if (strlen(to) >= CF_HTTP_URL_MAX)
		return (0);
	if (!cf_url_is_https(to) && (cf_url_is_https(t->url) ||
	    !t->client->options.allow_http ||
	    strncasecmp(to, "http://", 7) != 0))
		return (0);
	return (!t->has_secret || cf_url_same_host(t->url, to));
}

/* Return 1 when the transfer goes on at another place. */
static int
redirect(struct transfer * t, struct cf_err * err)
{
	char * to = NULL;

	if (t->reply.status < 301 || t->reply.status > 308 ||
	    (t->reply.status > 303 && t->reply.status < 307))
		return (0);
	if (t->has_body) {
		set_fault(t, CF_CLIENT_REFUSED,
		    "a redirect of what is sent there");
		return (0);
	}
	if (curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &to) !=
	    CURLE_OK || to == NULL) {
		set_fault(t, CF_CLIENT_BROKEN, "a redirect to nowhere");
		return (0);
	}
	if (t->redirects == CF_HTTP_REDIRECTS_MAX) {
		set_fault(t, CF_CLIENT_REFUSED, "too many redirects");
		return (0);
	}
	if (!may_follow(t, to)) {
		set_fault(t, CF_CLIENT_REFUSED,
		    "a redirect to another host or away from https");
		return (0);
	}
	t->redirects++;
	memcpy(t->url, to, strlen(to) + 1);
	t->reply.body.len = 0;
	t->header_bytes = 0;
	return (launch(t, err) ? -1 : 1);
}

static enum cf_client_fault
fault_of(const struct transfer * t)
{
	long connects = 0;

	if (t->too_large || t->code == CURLE_FILESIZE_EXCEEDED)
		return (CF_CLIENT_TOO_LARGE);
	switch (t->code) {
	case CURLE_OK:
		return (CF_CLIENT_OK);
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return (CF_CLIENT_UNREACHED);
	case CURLE_UNSUPPORTED_PROTOCOL:
		return (CF_CLIENT_REFUSED);
	case CURLE_OPERATION_TIMEDOUT:
		/* Before or after the server could have counted it? */
		if (curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS,
		    &connects) == CURLE_OK && connects == 0)
			return (CF_CLIENT_UNREACHED);
		return (CF_CLIENT_TIMEOUT);
	default:
		return (CF_CLIENT_BROKEN);
	}
}

/* A transfer has ended: look at how, or send it on. */
static int
finish(struct transfer * t, CURLcode code, struct cf_err * err)
{
	enum cf_client_fault fault;
	long status = 0;
	int rc;

	curl_multi_remove_handle(t->client->multi, t->easy);
	t->code = code;
	if (t->reply.body.failed)
		return (cf_err_memory(err));
	if (curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) !=
	    CURLE_OK)
		status = 0;
	t->reply.status = (int)status;
	if ((fault = fault_of(t)) != CF_CLIENT_OK) {
		set_fault(t, fault, fault == CF_CLIENT_TOO_LARGE ?
		    "the reply is too large" : curl_easy_strerror(code));
	} else if ((rc = redirect(t, err)) != 0) {
		return (rc < 0 ? -1 : 0);
	}
	t->is_done = 1;
	return (0);
}

/* Read libcurl's messages.  Return how many transfers are done, or -1. */
static int
collect(struct cf_client * c, struct cf_err * err)
{
	struct transfer * t;
	CURLMsg * msg;
	char * cookie;
	int left, i, n = 0;

	while ((msg = curl_multi_info_read(c->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		if (curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
		    &cookie) != CURLE_OK)
			return (curl_fault(err, "a lost transfer"));
		memcpy(&t, &cookie, sizeof(t));
		if (finish(t, msg->data.result, err))
			return (-1);
	}
	for (i = 0; i < CF_HTTP_PARALLEL_MAX; i++)
		n += c->transfers[i] != NULL && c->transfers[i]->is_done;
	return (n);
}

int
cf_client_wait(struct cf_client * c, double seconds, int fd,
    struct cf_err * err)
{
	double end_s = cf_clock_s() + seconds, left_s;
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
	CURLMcode rc;
	int running, done;

	for (;;) {
		if ((rc = curl_multi_perform(c->multi, &running)) != CURLM_OK)
			return (curl_fault(err, curl_multi_strerror(rc)));
		if ((done = collect(c, err)) != 0)
			return (done < 0 ? -1 : 0);
		if ((left_s = end_s - cf_clock_s()) <= 0)
			return (0);
		if (left_s > 1000)
			left_s = 1000;
		extra.revents = 0;
		rc = curl_multi_poll(c->multi, &extra, fd != -1,
		    (int)(left_s * 1000) + 1, NULL);
		if (rc != CURLM_OK)
			return (curl_fault(err, curl_multi_strerror(rc)));
		if (fd != -1 && extra.revents != 0)
			return (1);
	}
}

int
cf_client_take(struct cf_client * c, struct cf_client_reply * reply,
    struct cf_err * err)
{
	struct transfer * t;
	int i;

	if (collect(c, err) < 0)
		return (-1);
	for (i = 0; i < CF_HTTP_PARALLEL_MAX; i++) {
		if ((t = c->transfers[i]) == NULL || !t->is_done)
			continue;
		c->transfers[i] = NULL;
		*reply = t->reply;
		memset(&t->reply.body, 0, sizeof(t->reply.body));
		transfer_free(t);
		return (1);
	}
	return (0);
}

int
cf_client_ask(struct cf_client * c, const struct cf_client_request * request,
    struct cf_client_reply * reply, struct cf_err * err)
{
	int rc;

	if (cf_client_start(c, request, err))
		return (-1);
	while ((rc = cf_client_take(c, reply, err)) == 0) {
		if (cf_client_wait(c, c->options.timeout_s, -1, err) < 0)
			return (-1);
	}
	return (rc < 0 ? -1 : 0);
}

void
cf_client_free(struct cf_client * c)
{
	int i;

	if (c == NULL)
		return;
	for (i = 0; i < CF_HTTP_PARALLEL_MAX; i++)
		transfer_free(c->transfers[i]);
	curl_multi_cleanup(c->multi);
	curl_global_cleanup();
	free(c->agent);
	free(c);
}

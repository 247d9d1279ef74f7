#ifndef CF_HTTP_CLIENT_H_
#define CF_HTTP_CLIENT_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/limits.h"

/*
 * The HTTP client: requests, several at once, over libcurl's multi interface.
 * A server is not trusted: bodies, headers, redirects and time are bounded,
 * whatever lengths it announces; gzip is unpacked within the same bound.  https
 * only, unless http is allowed.  A redirect is followed only to the same host,
 * or elsewhere if the request holds no secret, never from https to http, and
 * never for a request with a body.  Proxies are those of the usual variables
 * (http_proxy, https_proxy, all_proxy, no_proxy), which libcurl reads.
 *
 * URLs may hold keys: no message made here quotes one.
 */
struct cf_client;

struct cf_client_options {
	const char * agent;	/* User-Agent. */
	int allow_http;
	size_t max_bytes;	/* Of a body. */
	double timeout_s;	/* Of a request with its redirects. */
	int parallel;		/* At most CF_HTTP_PARALLEL_MAX. */
};

struct cf_client_request {
	const char * url;
	int has_secret;		/* In the URL. */
	const char * etag;	/* For If-None-Match, or empty. */
	const char * modified;	/* For If-Modified-Since, or empty. */
	const char * method;	/* NULL: GET, or POST with a body. */
	const char * body;	/* Or NULL; stays until the request ends. */
	size_t body_len;
	const char * body_type;	/* Its Content-Type. */
	const char * authorization;	/* Value of that header, or NULL. */
	void * cookie;		/* Given back with the reply. */
};

/* What became of a request as far as transport goes. */
enum cf_client_fault {
	CF_CLIENT_OK,		/* A whole reply, whatever its status. */
	CF_CLIENT_UNREACHED,	/* No connection; the server knows nothing. */
	CF_CLIENT_BROKEN,	/* Cut short, reset, not HTTP. */
	CF_CLIENT_TIMEOUT,
	CF_CLIENT_TOO_LARGE,
	CF_CLIENT_REFUSED	/* By us: a redirect that is not followed. */
};

struct cf_client_reply {
	void * cookie;
	enum cf_client_fault fault;
	char reason[160];	/* Of a fault: "HOST: TEXT". */
	int status;
	struct cf_buf body;
	char etag[CF_HTTP_TAG_MAX];
	char modified[CF_HTTP_DATE_MAX];
	char retry_after[CF_HTTP_DATE_MAX];
};

/**
 * cf_client_new(options, err):
 * Return a client to be ended with cf_client_free, or NULL.
 */
struct cf_client * cf_client_new(const struct cf_client_options * options,
    struct cf_err * err);

/**
 * cf_client_free_slots(client):
 * Return how many more requests may be started now.
 */
int cf_client_free_slots(const struct cf_client * client);

/**
 * cf_client_start(client, request, err):
 * Begin a request; its texts are copied.  Return 0 or -1.
 */
int cf_client_start(struct cf_client * client,
    const struct cf_client_request * request, struct cf_err * err);

/**
 * cf_client_wait(client, seconds, fd, err):
 * Let transfers go on until one has ended, the ${seconds} are over, or ${fd}
 * (-1: none) can be read.  Return 1 when ${fd} can be read, 0, or -1.
 */
int cf_client_wait(struct cf_client * client, double seconds, int fd,
    struct cf_err * err);

/**
 * cf_client_take(client, reply, err):
 * Move the reply of a request that has ended to *${reply}, whose body the
 * caller frees.  Return 1, 0 if there is none, or -1.
 */
int cf_client_take(struct cf_client * client, struct cf_client_reply * reply,
    struct cf_err * err);

/**
 * cf_client_ask(client, request, reply, err):
 * Make one request and wait for its *${reply}, whose body the caller frees.
 * The ${client} is to have no other under way.  Return 0 or -1.
 */
int cf_client_ask(struct cf_client * client,
    const struct cf_client_request * request, struct cf_client_reply * reply,
    struct cf_err * err);

/**
 * cf_client_free(client):
 * End all transfers and free it; NULL is harmless.
 */
void cf_client_free(struct cf_client * client);

#endif /* !CF_HTTP_CLIENT_H_ */

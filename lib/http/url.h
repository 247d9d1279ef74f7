#ifndef CF_HTTP_URL_H_
#define CF_HTTP_URL_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The few things about URLs that a client of fixed services needs: putting a
 * query together, and telling whether two URLs have one origin.
 */

/**
 * cf_url_check(url, what, err):
 * Return whether the base ${url} is https (0) or http (1).  Anything else, a
 * user name or password in it, a query, and bytes that no URL holds are errors
 * of kind CF_ERR_USAGE (-1); ${what} names the option for the message.
 */
int cf_url_check(const char * url, const char * what, struct cf_err * err);

/**
 * cf_url_query(url, name, value):
 * Append ?name=value or &name=value to ${url}, the value percent-encoded.
 */
void cf_url_query(struct cf_buf * url, const char * name, const char * value);

/**
 * cf_url_same_host(a, b):
 * Return whether both URLs name the same host, whatever scheme and port.
 */
int cf_url_same_host(const char * a, const char * b);

/**
 * cf_url_is_https(url):
 * Return whether the scheme is https.
 */
int cf_url_is_https(const char * url);

/**
 * cf_url_host(url, dst, dst_size):
 * Copy host and port to ${dst} for messages, masked.
 */
void cf_url_host(const char * url, char * dst, size_t dst_size);

#endif /* !CF_HTTP_URL_H_ */

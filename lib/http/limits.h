#ifndef CF_HTTP_LIMITS_H_
#define CF_HTTP_LIMITS_H_

/*
 * Bounds on what a server may send and on how long it may take.  With them a
 * program stays below 32 MiB whatever comes; cf-fetch(1) documents them.
 */
#define CF_HTTP_BODY_MAX (2560 * 1024)		/* Bytes, decoded. */
#define CF_HTTP_HEADERS_MAX (64 * 1024)		/* Bytes of all headers. */
#define CF_HTTP_PARALLEL_MAX 3			/* Transfers at once. */
#define CF_HTTP_REDIRECTS_MAX 3
#define CF_HTTP_URL_MAX 2048			/* Bytes. */
#define CF_HTTP_TAG_MAX 256			/* Bytes of an ETag. */
#define CF_HTTP_DATE_MAX 64			/* Bytes of a date. */
#define CF_HTTP_CONNECT_S 10.0
#define CF_HTTP_TIMEOUT_S 30.0			/* Of a whole request. */
#define CF_HTTP_WAIT_MAX_S 60.0			/* Between tries. */
#define CF_HTTP_RETRY_AFTER_MAX_S 604800.0	/* Believed at most. */

#endif /* !CF_HTTP_LIMITS_H_ */

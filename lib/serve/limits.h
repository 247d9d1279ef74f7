#ifndef CF_SERVE_LIMITS_H_
#define CF_SERVE_LIMITS_H_

/*
 * Bounds on what clients may make the server do.  Those that an operator may
 * want to change are options of cf-serve, and these their defaults.
 */
#define CF_SERVE_HEAD_MAX 16384		/* Bytes of a request's head. */
#define CF_SERVE_TARGET_MAX 4096	/* Bytes of a request's target. */
#define CF_SERVE_HEADERS_MAX 64		/* Header fields of a request. */
#define CF_SERVE_BODY_MAX 1048576	/* Bytes of a body, as default. */
#define CF_SERVE_CHUNK_EXTRA_MAX 8192	/* Bytes of chunk sizes' extensions and
					 * trailers in all. */
#define CF_SERVE_RECORDS_MAX 1000	/* Records of a body. */
#define CF_SERVE_PIPELINE_MAX 262144	/* Bytes of answers waiting in a
					 * connection before it is read on. */
#define CF_SERVE_RATE 100		/* Requests a minute, as default. */
#define CF_SERVE_CONNECTIONS 4096	/* In all, as default. */
#define CF_SERVE_ADDRESS_CONNECTIONS 512	/* Of an address. */
#define CF_SERVE_TIMEOUT 10		/* Seconds, as default. */
#define CF_SERVE_IDLE 60
#define CF_SERVE_DRAIN 30
#define CF_SERVE_STORED_MAX 67108864	/* Bytes of a file of forecasts. */

#endif /* !CF_SERVE_LIMITS_H_ */

#ifndef CF_SERVE_TLS_H_
#define CF_SERVE_TLS_H_

#include <stddef.h>

#include "base/err.h"

/*
 * TLS for the server's connections, by OpenSSL, which libcurl brings along:
 * versions 1.2 and 1.3 with its ciphers of forward secrecy.  Certificate and key
 * are read again when asked; connections that stand keep theirs.
 */
struct cf_tls;
struct cf_tls_session;

/* What an operation is waiting for, or how it ended. */
enum cf_tls_result {
	CF_TLS_DONE,		/* *n bytes. */
	CF_TLS_READ,		/* The socket must become readable, */
	CF_TLS_WRITE,		/* or writable. */
	CF_TLS_END,		/* The client has ended. */
	CF_TLS_BROKEN
};

/**
 * cf_tls_new(cert, key, err):
 * Read the certificate chain and the private key, which must belong together
 * (PEM; faults are of usage).  Return NULL on failure; free with cf_tls_free.
 */
struct cf_tls * cf_tls_new(const char * cert, const char * key,
    struct cf_err * err);
void cf_tls_free(struct cf_tls * tls);

/**
 * cf_tls_start(tls, fd):
 * Begin a session on a connection just accepted.  Return NULL without memory.
 */
struct cf_tls_session * cf_tls_start(struct cf_tls * tls, int fd);

/**
 * cf_tls_read(session, data, size, n), cf_tls_write(session, data, len, n):
 * As read(2) and write(2); the handshake is done on the way.
 */
enum cf_tls_result cf_tls_read(struct cf_tls_session * session, void * data,
    size_t size, size_t * n);
enum cf_tls_result cf_tls_write(struct cf_tls_session * session,
    const void * data, size_t len, size_t * n);

/**
 * cf_tls_pending(session):
 * Return whether there are bytes to be read that no poll tells of.
 */
int cf_tls_pending(struct cf_tls_session * session);

/**
 * cf_tls_end(session):
 * Say goodbye and free the session.
 */
void cf_tls_end(struct cf_tls_session * session);

#endif /* !CF_SERVE_TLS_H_ */

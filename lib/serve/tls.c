#include <limits.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/mem.h"
#include "serve/tls.h"

struct cf_tls {
	SSL_CTX * ctx;
};

struct cf_tls_session {
	SSL * ssl;
};

/* What OpenSSL says of its last failure. */
static int
fault(const char * path, struct cf_err * err)
{
	char reason[160];

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	ERR_clear_error();
	return (cf_err_set(err, CF_ERR_USAGE, "%s: %s", path, reason));
}

struct cf_tls *
cf_tls_new(const char * cert, const char * key, struct cf_err * err)
{
	struct cf_tls * t;

	if ((t = cf_mem_array(1, sizeof(*t), err)) == NULL)
		return (NULL);
	if ((t->ctx = SSL_CTX_new(TLS_server_method())) == NULL) {
		fault("TLS", err);
		goto err0;
	}
	SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(t->ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(t->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	if (SSL_CTX_set_cipher_list(t->ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") !=
	    1) {
		fault("TLS", err);
		goto err0;
	}
	if (SSL_CTX_use_certificate_chain_file(t->ctx, cert) != 1) {
		fault(cert, err);
		goto err0;
	}
	if (SSL_CTX_use_PrivateKey_file(t->ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(t->ctx) != 1) {
		fault(key, err);
		goto err0;
	}
	return (t);

err0:
	cf_tls_free(t);
	return (NULL);
}

void
cf_tls_free(struct cf_tls * t)
{

	if (t == NULL)
		return;
	SSL_CTX_free(t->ctx);
	free(t);
}

struct cf_tls_session *
cf_tls_start(struct cf_tls * t, int fd)
{
	struct cf_tls_session * s;

	if ((s = cf_mem_array(1, sizeof(*s), NULL)) == NULL)
		return (NULL);
	if ((s->ssl = SSL_new(t->ctx)) == NULL ||
	    SSL_set_fd(s->ssl, fd) != 1) {
		SSL_free(s->ssl);
		free(s);
		ERR_clear_error();
		return (NULL);
	}
	SSL_set_accept_state(s->ssl);
	return (s);
}

/* What a call that did nothing waits for. */
static enum cf_tls_result
why(struct cf_tls_session * s, int rc)
{
	int reason = SSL_get_error(s->ssl, rc);

	ERR_clear_error();
	switch (reason) {
	case SSL_ERROR_WANT_READ:
		return (CF_TLS_READ);
	case SSL_ERROR_WANT_WRITE:
		return (CF_TLS_WRITE);
	case SSL_ERROR_ZERO_RETURN:
		return (CF_TLS_END);
	default:
		return (CF_TLS_BROKEN);
	}
}

enum cf_tls_result
cf_tls_read(struct cf_tls_session * s, void * data, size_t size, size_t * n)
{
	int rc;

	rc = SSL_read(s->ssl, data, size < INT_MAX ? (int)size : INT_MAX);
	*n = rc > 0 ? (size_t)rc : 0;
	return (rc > 0 ? CF_TLS_DONE : why(s, rc));
}

enum cf_tls_result
cf_tls_write(struct cf_tls_session * s, const void * data, size_t len,
    size_t * n)
{
	int rc;

	rc = SSL_write(s->ssl, data, len < INT_MAX ? (int)len : INT_MAX);
	*n = rc > 0 ? (size_t)rc : 0;
	return (rc > 0 ? CF_TLS_DONE : why(s, rc));
}

int
cf_tls_pending(struct cf_tls_session * s)
{

	return (SSL_pending(s->ssl) > 0);
}

void
cf_tls_end(struct cf_tls_session * s)
{

	if (s == NULL)
		return;
	SSL_shutdown(s->ssl);
	ERR_clear_error();
	SSL_free(s->ssl);
	free(s);
}

/*
 * serve_world.h: a server without sockets: what unit tests and the fuzzer of lib/serve drive.  The token is WORLD_TOKEN; there
 * is no model unless one is given to world.service.holder.
 */
#ifndef SERVE_WORLD_H
#define SERVE_WORLD_H

#include <string.h>

#include "serve/conn.h"

#define WORLD_TOKEN "0123456789abcdef"
#define WORLD_AUTH "Authorization: Bearer " WORLD_TOKEN "\r\n"

static struct {
	struct cf_shared shared;
	struct cf_service service;
	struct cf_tokens *tokens;
	struct cf_conn_world world;
	struct cf_conn conn;
} W;

static inline int
world_begin(void)
{
	struct cf_measure_params measure;
	struct cf_err err;

	if (cf_shared_open(&W.shared, NULL, &err) || (W.world.wire = cf_wire_new(&err)) == NULL ||
	    (W.tokens = cf_token_load("/nonexistent/tokens", WORLD_TOKEN, &err)) == NULL)
		return (-1);
	W.service.shared = &W.shared;
	W.service.tokens = W.tokens;
	W.service.body_max = 4096;
	cf_measure_defaults(&measure);
	cf_service_measure(&W.service, &measure);
	W.world.service = &W.service;
	return (0);
}

static inline void
world_end(void)
{

	cf_conn_free(&W.conn);
	cf_service_free(&W.service);
	cf_wire_free(W.world.wire);
	cf_token_free(W.tokens);
	cf_shared_close(&W.shared);
	memset(&W, 0, sizeof(W));
}

/*
 * A connection that gets these bytes in pieces of `piece`, then its end if `ends`.  What it answers is in W.conn.out, sent
 * as if by a client that takes all at once, and appended to `all`.  Return how many bytes were taken.
 */
static inline size_t
world_feed(const char *bytes, size_t len, size_t piece, int ends, struct cf_buf *all)
{
	size_t at = 0, size, n;
	char *room;

	cf_conn_start(&W.conn, &W.world, "192.0.2.1");
	for (;;) {
		if (W.conn.out.len > W.conn.sent) {
			n = W.conn.out.len - W.conn.sent;
			cf_buf_add(all, W.conn.out.data + W.conn.sent, n);
			cf_conn_sent(&W.conn, n);
			continue;
		}
		room = cf_conn_room(&W.conn, &size);
		if (size == 0 || W.conn.ended || (at == len && !ends))
			break;
		n = len - at < piece ? len - at : piece;
		n = n < size ? n : size;
		if (n > 0)
			memcpy(room, bytes + at, n);
		at += n;
		cf_conn_got(&W.conn, n);
	}
	cf_conn_end(&W.conn);
	return (at);
}

#endif /* !SERVE_WORLD_H */

#ifndef CF_SERVE_CONN_H_
#define CF_SERVE_CONN_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "serve/audit.h"
#include "serve/chunk.h"
#include "serve/head.h"
#include "serve/service.h"
#include "serve/wire.h"

/*
 * One connection, as bytes in and bytes out; where they come from and go to is
 * not its business, so that a socket, a TLS session, a pair of pipes under
 * inetd, a test and a fuzzer can all drive it:
 *
 *	room = cf_conn_room(conn, &size);	read up to size bytes there
 *	cf_conn_got(conn, n);			0: the client sends no more
 *	conn->out				is to be written, then
 *	cf_conn_sent(conn, n);			says how much was
 *
 * Requests may come in any pieces, and several at once; they are answered in
 * their order.  While too much of what was answered waits to be sent, nothing
 * is read on.  After a request that could not be understood nothing that
 * follows has a meaning, so the connection is ended.
 */

enum cf_conn_state {
	CF_CONN_HEAD,		/* Between requests, or in a head. */
	CF_CONN_BODY,		/* In a body of known length, */
	CF_CONN_CHUNKS,		/* or of chunks. */
	CF_CONN_OVER		/* Nothing more is read; send, then close. */
};

/* What all connections of a process use. */
struct cf_conn_world {
	struct cf_service * service;
	struct cf_wire * wire;
	struct cf_audit * audit;
	int draining;		/* No more requests after the present ones. */
	int behind_proxy;	/* Addresses are in X-Forwarded-For. */
};

struct cf_conn {
	struct cf_conn_world * world;
	enum cf_conn_state state;
	struct cf_buf in;
	size_t start;		/* First byte not yet taken. */
	size_t looked;		/* Bytes of the head that were looked at. */
	struct cf_head head;	/* Points into `in`, or into `kept`. */
	struct cf_buf kept;	/* A head that waits for its body. */
	struct cf_chunk chunk;
	struct cf_buf body;	/* Of chunks. */
	int is_admitted;	/* Before its body came, */
	struct cf_reply admitted;	/* as this says, */
	unsigned long epoch;	/* by the tokens of then. */
	struct cf_buf out;
	size_t sent;		/* Bytes of it. */
	int ended;		/* The client sends no more. */
	int broken;		/* What it sends is not to be read on. */
	uint64_t requests;	/* Answered. */
	char address[64];	/* Of the client, as text; "": not known. */
	uint64_t who;		/* Hash of the address; 0: none. */
};

/**
 * cf_conn_start(conn, world, address):
 * Begin a connection with the client ${address}.  The struct is zeroed or was
 * ended by cf_conn_end, and keeps its memory for the next one.
 */
void cf_conn_start(struct cf_conn * conn, struct cf_conn_world * world,
    const char * address);

/**
 * cf_conn_room(conn, size):
 * Return where to read to and set *${size}, which is 0 where nothing is to be
 * read now: too much waits to be sent, or memory is out.
 */
char * cf_conn_room(struct cf_conn * conn, size_t * size);

/**
 * cf_conn_got(conn, n):
 * ${n} bytes were read to the room; 0: there will be no more.
 */
void cf_conn_got(struct cf_conn * conn, size_t n);

/**
 * cf_conn_sent(conn, n):
 * ${n} more bytes of conn->out behind conn->sent were written.  Requests that
 * have waited for this are answered.
 */
void cf_conn_sent(struct cf_conn * conn, size_t n);

/**
 * cf_conn_is_idle(conn):
 * Return whether no request is under way.
 */
int cf_conn_is_idle(const struct cf_conn * conn);

/**
 * cf_conn_late(conn):
 * The client has been too slow: answer 408 if a request has begun, and end.
 */
void cf_conn_late(struct cf_conn * conn);

/**
 * cf_conn_end(conn):
 * The connection is over; large memory is given back.
 */
void cf_conn_end(struct cf_conn * conn);

/**
 * cf_conn_free(conn):
 * Free all it holds.
 */
void cf_conn_free(struct cf_conn * conn);

#endif /* !CF_SERVE_CONN_H_ */

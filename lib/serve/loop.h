#ifndef CF_SERVE_LOOP_H_
#define CF_SERVE_LOOP_H_

#include <stdint.h>

#include "base/err.h"
#include "serve/board.h"
#include "serve/conn.h"
#include "serve/listener.h"
#include "serve/tls.h"

/*
 * What a worker does all day: accept, read, answer, write, for many connections
 * at once in one thread.  A forecast takes tens of microseconds, so nothing is
 * gained by handing requests around; processors are used by having a worker
 * for each.
 *
 * A client has `timeout_s` from the first byte of a request to its last one,
 * however it spreads them, and as long for each part of an answer that it
 * takes; between requests it may be silent for `idle_s`.  So slow clients cost
 * a descriptor and some kilobytes for a bounded time, and nobody waits for
 * them.
 *
 * A connection that is ended after an error is first shut for writing and read
 * on for a moment: closing it with bytes unread would make the client's system
 * throw the answer away.
 */
struct cf_loop {
	/* Borrowed; to be set before cf_loop_run. */
	struct cf_conn_world * world;
	struct cf_board * board;
	size_t worker;			/* Row of the board. */
	struct cf_listener * listeners;
	struct cf_tls * tls;		/* NULL: plain. */
	int control;			/* Descriptor to the master, or -1. */
	int (*on_control)(void * cookie);	/* Readable; -1: it is gone. */
	void (*on_tick)(void * cookie, int64_t now_s);	/* Each second. */
	void * cookie;
	size_t connections_max;		/* Of all workers. */
	size_t address_max;		/* Of an address; 0: no limit. */
	int64_t timeout_s;
	int64_t idle_s;
	int drain;			/* Set: end when all is answered. */
};

/**
 * cf_loop_run(loop, err):
 * Serve until ${loop}->drain is set and the last request under way is answered
 * or late.  Return 0 or -1.
 */
int cf_loop_run(struct cf_loop * loop, struct cf_err * err);

#endif /* !CF_SERVE_LOOP_H_ */

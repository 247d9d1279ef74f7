#ifndef CF_SERVE_BOARD_H_
#define CF_SERVE_BOARD_H_

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * What the workers of one server know of one another: a row each, in memory
 * that they share, with its figures and who is connected to it.  Each writes
 * its own row only.  When a worker dies, however that was, its row is wiped, and
 * with it the connections that it had, so nothing can leak as it would from a
 * counter that goes up and down.
 */
struct cf_board_row {
	_Atomic uint64_t pid;		/* 0: no worker. */
	_Atomic uint64_t beat_s;	/* When it last went around its loop, by
					 * the monotonic clock; 0: not yet. */
	_Atomic uint64_t cpu_us;
	_Atomic uint64_t rss;		/* Bytes. */
	_Atomic uint64_t open;		/* Connections. */
};

struct cf_board {
	size_t workers;
	size_t slots;			/* Connections of a worker. */
	int64_t start_s;
	struct cf_board_row * rows;	/* [workers] */
	_Atomic uint64_t * slot;	/* [workers][slots]: addresses' hashes,
					 * 0 where there is no connection. */
};

/**
 * cf_board_new(workers, slots, start_s, err):
 * Make a board, to be shared with processes forked later.  Return NULL on
 * failure.  It is there until the process ends.
 */
struct cf_board * cf_board_new(size_t workers, size_t slots, int64_t start_s,
    struct cf_err * err);

/**
 * cf_board_wipe(board, worker):
 * Forget a worker that has ended.
 */
void cf_board_wipe(struct cf_board * board, size_t worker);

/**
 * cf_board_figures(board, worker):
 * Write down the figures of this process, which is ${worker}.
 */
void cf_board_figures(struct cf_board * board, size_t worker);

/**
 * cf_board_enter(board, worker, slot, address), cf_board_leave(...):
 * Note a connection of the hashed ${address}, not 0, and its end.
 */
void cf_board_enter(struct cf_board * board, size_t worker, size_t slot,
    uint64_t address);
void cf_board_leave(struct cf_board * board, size_t worker, size_t slot);

/**
 * cf_board_count(board, address, all):
 * Return how many connections ${address} has with all workers, and set *${all}
 * to the number of all connections.
 */
size_t cf_board_count(const struct cf_board * board, uint64_t address,
    size_t * all);

#endif /* !CF_SERVE_BOARD_H_ */

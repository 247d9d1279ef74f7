#ifndef CF_SERVE_POLLER_H_
#define CF_SERVE_POLLER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Waiting for many descriptors: epoll(7) on Linux, where the cost is that of
 * what happens and not of what is watched, else poll(2).  Both tell a state, not
 * a change, so nothing is lost by handling only a part of it.
 */
struct cf_poller;

#define CF_POLLER_IN 1
#define CF_POLLER_OUT 2

struct cf_poller_event {
	uint64_t tag;
	unsigned int events;	/* An error or end counts as both. */
};

/**
 * cf_poller_new(err):
 * Return a poller, or NULL; free it with cf_poller_free.
 */
struct cf_poller * cf_poller_new(struct cf_err * err);

/**
 * cf_poller_add(poller, fd, events, tag, err), cf_poller_change(...),
 * cf_poller_remove(poller, fd):
 * Watch ${fd} for ${events}, which may be none, and report it as ${tag}.
 * Remove it before it is closed.  Return 0 or -1.
 */
int cf_poller_add(struct cf_poller * poller, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err);
int cf_poller_change(struct cf_poller * poller, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err);
void cf_poller_remove(struct cf_poller * poller, int fd);

/**
 * cf_poller_wait(poller, events, max, timeout_ms, err):
 * Wait until something happens or ${timeout_ms} have passed.  Return how many
 * of ${events} were set, 0 also after a signal, or -1.
 */
int cf_poller_wait(struct cf_poller * poller,
    struct cf_poller_event * events, size_t max, int timeout_ms,
    struct cf_err * err);

/**
 * cf_poller_free(poller):
 * Free it; NULL is harmless.
 */
void cf_poller_free(struct cf_poller * poller);

#endif /* !CF_SERVE_POLLER_H_ */

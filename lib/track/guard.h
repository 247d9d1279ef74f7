#ifndef CF_TRACK_GUARD_H_
#define CF_TRACK_GUARD_H_

#include <sys/types.h>

#include "base/err.h"

/*
 * A guard ends a process group when its caller is gone, however that ended,
 * SIGKILL included.  It is a child in a session of its own, deaf to signals,
 * that waits on a socket of which only the caller holds the other end.  (Linux's
 * PR_SET_PDEATHSIG would reach one process, not what that has started.)
 */
struct cf_guard {
	pid_t pid;
	int fd;			/* Numbers of groups go here. */
};

/**
 * cf_guard_start(guard, err):
 * Start a guard that guards nothing yet.  Return 0 or -1.
 */
int cf_guard_start(struct cf_guard * guard, struct cf_err * err);

/**
 * cf_guard_tell(guard, group, err):
 * From now on, ${group} is to be ended with the caller; 0: none.  Return 0, or
 * -1 if the guard itself is gone.
 */
int cf_guard_tell(const struct cf_guard * guard, pid_t group,
    struct cf_err * err);

/**
 * cf_guard_end(guard):
 * Dismiss the guard; what it was told last lives on.
 */
void cf_guard_end(struct cf_guard * guard);

#endif /* !CF_TRACK_GUARD_H_ */

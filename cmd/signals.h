#ifndef CF_CMD_SIGNALS_H_
#define CF_CMD_SIGNALS_H_

#include "base/err.h"

/*
 * Signals as bytes on a pipe, for programs that wait for several things: the
 * handler does nothing but write the signal's number, and whoever waits reads
 * it among its other events.
 */

/**
 * cf_signals_catch(err):
 * From now on SIGTERM, SIGINT, SIGHUP and SIGCHLD arrive on the descriptor
 * returned, which does not block; those of the first three that were ignored
 * stay so.  Once per process.  Return -1 on failure.
 */
int cf_signals_catch(struct cf_err * err);

#endif /* !CF_CMD_SIGNALS_H_ */

#ifndef CF_SERVE_SINGLE_H_
#define CF_SERVE_SINGLE_H_

#include <stdint.h>

#include "base/err.h"
#include "serve/conn.h"

/*
 * One connection on two descriptors, as inetd(8), tcpserver, systemd with
 * Accept=yes and a shell hand them over: a socket on both 0 and 1, or a pair of
 * pipes or files.
 */

/**
 * cf_single_run(world, in, out, timeout_s, idle_s, err):
 * Serve the connection to its end; the times are those of struct cf_loop.
 * Return 0, or -1 where the client or the system broke off.
 */
int cf_single_run(struct cf_conn_world * world, int in, int out,
    int64_t timeout_s, int64_t idle_s, struct cf_err * err);

#endif /* !CF_SERVE_SINGLE_H_ */

#ifndef CF_SERVE_LISTENER_H_
#define CF_SERVE_LISTENER_H_

#include <sys/socket.h>

#include <stddef.h>

#include "base/err.h"

/*
 * Sockets that listen: those that a service manager has passed (LISTEN_FDS),
 * and those asked for by name:
 *
 *	127.0.0.1:8000  [::1]:8000  localhost:http  :8000 (all addresses)
 *	/run/cashflow.sock  ./x.sock  (a name with a slash: a Unix socket)
 *
 * All are non-blocking, because several processes accept from them.  A Unix
 * socket's name is removed at the end by who made it; a passed one belongs to
 * the manager.
 */
#define CF_LISTENER_MAX 64
#define CF_LISTENER_ADDRESS_MAX 64	/* Bytes of an address as text. */

struct cf_listener {
	int fd[CF_LISTENER_MAX];
	const char * made[CF_LISTENER_MAX];	/* Name to remove, or NULL. */
	size_t n;
};

/**
 * cf_listener_passed(set, err):
 * Add the sockets that were passed to this very process, if any, and forget the
 * variables that say so.  A descriptor that is no listening socket is a fault
 * of usage.  Return 0 or -1.
 */
int cf_listener_passed(struct cf_listener * set, struct cf_err * err);

/**
 * cf_listener_open(set, name, err):
 * Add sockets that listen at ${name}, which is borrowed.  Return 0 or -1.
 */
int cf_listener_open(struct cf_listener * set, const char * name,
    struct cf_err * err);

/**
 * cf_listener_accept(fd, address):
 * Accept a connection, non-blocking and closed on exec, and write the client's
 * address to ${address} (CF_LISTENER_ADDRESS_MAX bytes; "" of a Unix socket).
 * Return the descriptor or -1 with errno.
 */
int cf_listener_accept(int fd, char * address);

/**
 * cf_listener_peer(fd, address):
 * Write the address of whom ${fd} is connected to; "" if that is nobody.
 */
void cf_listener_peer(int fd, char * address);

/**
 * cf_listener_name(set, i, name, size):
 * Write what socket ${i} listens at, for messages.
 */
void cf_listener_name(const struct cf_listener * set, size_t i, char * name,
    size_t size);

/**
 * cf_listener_close(set, remove):
 * Close the sockets; with ${remove}, remove the names of those made.
 */
void cf_listener_close(struct cf_listener * set, int remove);

#endif /* !CF_SERVE_LISTENER_H_ */

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "serve/listener.h"
#include "serve/single.h"

#define LINGER_MS 1000		/* For what is still on its way. */

struct single {
	struct cf_conn conn;
	int in;
	int out;
	int64_t deadline_ms;
};

/* Wait for a descriptor until the deadline: 1, 0 if that passed, or -1. */
static int
wait_for(const struct single * s, int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int rc;

	do {
		left = s->deadline_ms - cf_clock_ms();
		if (left < 0)
			left = 0;
		rc = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
	} while (rc == -1 && errno == EINTR);
	return (rc);
}

/* Write all that waits.  Return 0 or -1. */
static int
flush(struct single * s)
{
	struct cf_buf * b = &s->conn.out;
	ssize_t n;

	while (b->len > s->conn.sent && !b->failed) {
		n = write(s->out, b->data + s->conn.sent,
		    b->len - s->conn.sent);
		if (n >= 0)
			cf_conn_sent(&s->conn, (size_t)n);
		else if (errno == EAGAIN) {
			if (wait_for(s, s->out, POLLOUT) <= 0)
				return (-1);
		} else if (errno != EINTR)
			return (-1);
	}
	return (b->failed ? -1 : 0);
}

/* Read once.  Return 1, 0 where nothing more is to be read, or -1. */
static int
fill(struct single * s)
{
	size_t size;
	char * room;
	ssize_t n;
	int rc;

	room = cf_conn_room(&s->conn, &size);
	if (size == 0 || s->conn.ended)
		return (0);
	if ((rc = wait_for(s, s->in, POLLIN)) == 0) {
		cf_conn_late(&s->conn);
		return (1);
	}
	do {
		n = rc == -1 ? -1 : read(s->in, room, size);
	} while (n == -1 && rc != -1 && errno == EINTR);
	if (n == -1)
		return (errno == EAGAIN ? 1 : -1);
	cf_conn_got(&s->conn, (size_t)n);
	return (1);
}

/* Let the answer arrive before what the client still sends is cut off. */
static void
linger(struct single * s)
{
	char dropped[4096];

	if (s->conn.ended || shutdown(s->out, SHUT_WR))
		return;
	s->deadline_ms = cf_clock_ms() + LINGER_MS;
	while (wait_for(s, s->in, POLLIN) == 1 &&
	    read(s->in, dropped, sizeof(dropped)) > 0)
		continue;
}

int
cf_single_run(struct cf_conn_world * world, int in, int out,
    int64_t timeout_s, int64_t idle_s, struct cf_err * err)
{
	struct single s;
	char address[CF_LISTENER_ADDRESS_MAX];
	int flags, type, idle, was_idle = 1, rc = 1;
	socklen_t len;

	memset(&s, 0, sizeof(s));
	s.in = in;
	s.out = out;
	cf_listener_peer(in, address);
	cf_conn_start(&s.conn, world, address);
	s.deadline_ms = cf_clock_ms() + timeout_s * 1000;
	/* A client that does not read must not hold the process for ever; of a
	 * pipe or file, the flag would also be set for who shares it. */
	len = sizeof(type);
	if (getsockopt(out, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    (flags = fcntl(out, F_GETFL)) != -1)
		fcntl(out, F_SETFL, flags | O_NONBLOCK);
	while (rc == 1) {
		rc = fill(&s);
		if (rc != -1 && flush(&s))
			rc = -1;
		if (s.conn.state == CF_CONN_OVER)
			break;
		idle = cf_conn_is_idle(&s.conn);
		if (idle || was_idle)
			s.deadline_ms = cf_clock_ms() +
			    1000 * (idle ? idle_s : timeout_s);
		was_idle = idle;
	}
	if (rc != -1)
		linger(&s);
	if (world->audit != NULL)
		cf_audit_flush(world->audit);
	cf_conn_free(&s.conn);
	return (rc == -1 ? cf_err_set(err, CF_ERR_SYSTEM,
	    "the connection broke off") : 0);
}

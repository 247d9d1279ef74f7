#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/crew.h"
#include "serve/notify.h"

#define LOOK_MS 250		/* Between looks at the model. */
#define RESTART_MS 200		/* Between two tries to start a worker. */
#define STUCK_S 30		/* Without a turn, a worker is ended. */

struct hand {
	pid_t pid;		/* 0: to be started. */
	int control;
	int64_t retry_ms;	/* Not before. */
};

struct master {
	struct cf_crew * crew;
	struct hand * hands;
	int model;		/* The present model's copy, or -1. */
	int64_t mtime_s;
	struct cf_err trouble;	/* kind NONE: none. */
	int64_t watchdog_ms;	/* Interval; 0: none. */
	int64_t woof_ms;	/* When the next is due. */
	int draining;
	int64_t drain_end_ms;
};

static void
note(const struct master * m, const char * text)
{

	m->crew->note(m->crew->cookie, text);
}

/* ---- orders */

static void
send_order(const struct hand * hand, const struct cf_crew_order * order,
    int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} with;
	struct cf_crew_order copy = *order;
	struct cmsghdr * c;
	struct msghdr msg;
	struct iovec iov = { &copy, sizeof(copy) };
	ssize_t n;

	if (hand->pid == 0)
		return;
	memset(&msg, 0, sizeof(msg));
	memset(&with, 0, sizeof(with));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (fd != -1) {
		msg.msg_control = with.room;
		msg.msg_controllen = sizeof(with.room);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do {
		n = sendmsg(hand->control, &msg, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	/* A worker that takes no orders is dead or about to be. */
	if (n != (ssize_t)sizeof(copy))
		kill(hand->pid, SIGKILL);
}

static void
send_all(const struct master * m, const struct cf_crew_order * order, int fd)
{
	size_t i;

	for (i = 0; i < m->crew->workers; i++)
		send_order(&m->hands[i], order, fd);
}

static void
tell_all(const struct master * m, enum cf_crew_what what, const char * text,
    int fd)
{
	struct cf_crew_order order;

	memset(&order, 0, sizeof(order));
	order.what = (uint32_t)what;
	order.mtime_s = m->mtime_s;
	snprintf(order.text, sizeof(order.text), "%s", text);
	send_all(m, &order, fd);
}

int
cf_crew_receive(int control, struct cf_crew_order * order, int * fd,
    struct cf_err * err)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} with;
	struct iovec iov = { order, sizeof(*order) };
	struct cmsghdr * c;
	struct msghdr msg;
	ssize_t n;

	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = with.room;
	msg.msg_controllen = sizeof(with.room);
	*fd = -1;
	do {
		n = recvmsg(control, &msg, MSG_WAITALL);
	} while (n == -1 && errno == EINTR);
	if (n == 0)
		return (0);
	for (c = CMSG_FIRSTHDR(&msg); n > 0 && c != NULL;
	    c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	}
	if (n != (ssize_t)sizeof(*order))
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "an order was cut short"));
	if (*fd != -1)
		fcntl(*fd, F_SETFD, FD_CLOEXEC);
	return (1);
}

/* ---- workers */

static void
start(struct master * m, size_t i)
{
	struct cf_crew * crew = m->crew;
	struct cf_crew_order order;
	struct hand * hand = &m->hands[i];
	int pair[2];
	pid_t pid;
	size_t k;

	hand->retry_ms = cf_clock_ms() + RESTART_MS;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return;
	fcntl(pair[0], F_SETFD, FD_CLOEXEC);
	fcntl(pair[1], F_SETFD, FD_CLOEXEC);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	if ((pid = fork()) == -1) {
		close(pair[0]);
		close(pair[1]);
		return;
	}
	if (pid == 0) {
		/* So that each sees the end of its own orders only. */
		for (k = 0; k < crew->workers; k++) {
			if (m->hands[k].pid != 0)
				close(m->hands[k].control);
		}
		close(pair[0]);
		_exit(crew->work(crew->cookie, i, pair[1]));
	}
	close(pair[1]);
	hand->pid = pid;
	hand->control = pair[0];
	memset(&order, 0, sizeof(order));
	order.mtime_s = m->mtime_s;
	if (m->model != -1) {
		order.what = CF_CREW_MODEL;
		send_order(hand, &order, m->model);
	}
	if (m->trouble.kind != CF_ERR_NONE) {
		order.what = CF_CREW_TROUBLE;
		snprintf(order.text, sizeof(order.text), "%s",
		    m->trouble.text);
		send_order(hand, &order, -1);
	}
}

static void
start_missing(struct master * m)
{
	int64_t now = cf_clock_ms();
	size_t i;

	for (i = 0; i < m->crew->workers && !m->draining; i++) {
		if (m->hands[i].pid == 0 && m->hands[i].retry_ms <= now)
			start(m, i);
	}
}

/* Take note of workers that have ended. */
static void
reap(struct master * m)
{
	char text[100];
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < m->crew->workers; i++) {
			if (m->hands[i].pid == pid)
				break;
		}
		if (i == m->crew->workers)
			continue;
		close(m->hands[i].control);
		m->hands[i].pid = 0;
		cf_board_wipe(m->crew->board, i);
		if (m->draining)
			continue;
		cf_shared_count(m->crew->shared, CF_SHARED_WORKERS_LOST, 1);
		snprintf(text, sizeof(text), WIFSIGNALED(status) ?
		    "a worker was ended by signal %d" :
		    "a worker ended with status %d", WIFSIGNALED(status) ?
		    WTERMSIG(status) : WEXITSTATUS(status));
		note(m, text);
	}
}

static size_t
working(const struct master * m)
{
	size_t i, n = 0;

	for (i = 0; i < m->crew->workers; i++)
		n += m->hands[i].pid != 0;
	return (n);
}

/* End workers that hang, and tell the manager that all is well if it is. */
static void
watch_over(struct master * m)
{
	int64_t now = cf_clock_ms(), beat;
	size_t i;

	for (i = 0; i < m->crew->workers; i++) {
		beat = (int64_t)atomic_load(&m->crew->board->rows[i].beat_s);
		if (m->hands[i].pid != 0 && beat > 0 &&
		    now / 1000 - beat > STUCK_S) {
			note(m, "a worker hangs and is ended");
			atomic_store(&m->crew->board->rows[i].beat_s,
			    (uint64_t)(now / 1000));
			kill(m->hands[i].pid, SIGKILL);
		}
	}
	if (m->watchdog_ms > 0 && now >= m->woof_ms && working(m) > 0) {
		cf_notify("WATCHDOG=1");
		m->woof_ms = now + m->watchdog_ms;
	}
}

/* ---- models and signals */

static void
look_for_model(struct master * m)
{
	struct cf_err err;
	int64_t mtime_s;
	int fd, rc;

	if ((rc = cf_watch_look(m->crew->watch, &fd, &mtime_s, &err)) == 0)
		return;
	if (rc == 1) {
		if (m->model != -1)
			close(m->model);
		m->model = fd;
		m->mtime_s = mtime_s;
		m->trouble.kind = CF_ERR_NONE;
		tell_all(m, CF_CREW_MODEL, "", fd);
		if (m->crew->verbose)
			note(m, "a model was verified and taken");
		cf_shared_count(m->crew->shared, CF_SHARED_MODEL_TAKEN, 1);
		return;
	}
	m->trouble = err;
	tell_all(m, CF_CREW_TROUBLE, err.text, -1);
	cf_shared_count(m->crew->shared, CF_SHARED_MODEL_REFUSED, 1);
	note(m, err.text);
}

static void
reload(struct master * m)
{
	struct cf_crew_order order;
	struct cf_err err;

	memset(&order, 0, sizeof(order));
	order.what = CF_CREW_RELOAD;
	cf_notify("RELOADING=1");
	if (m->crew->reread(m->crew->cookie, &order.measure, &err)) {
		note(m, err.text);
	} else {
		m->crew->watch->looked = 0;
		send_all(m, &order, -1);
	}
	cf_notify("READY=1");
}

static void
take_signals(struct master * m)
{
	unsigned char numbers[64];
	ssize_t n, i;

	n = read(m->crew->signals, numbers, sizeof(numbers));
	for (i = 0; i < n; i++) {
		if (numbers[i] == SIGHUP)
			reload(m);
		if ((numbers[i] == SIGTERM || numbers[i] == SIGINT) &&
		    !m->draining) {
			m->draining = 1;
			m->drain_end_ms = cf_clock_ms() +
			    m->crew->drain_s * 1000;
			cf_notify("STOPPING=1");
			tell_all(m, CF_CREW_DRAIN, "", -1);
		}
	}
}

static void
kill_all(const struct master * m)
{
	size_t i;

	for (i = 0; i < m->crew->workers; i++) {
		if (m->hands[i].pid != 0)
			kill(m->hands[i].pid, SIGKILL);
	}
}

int
cf_crew_run(struct cf_crew * crew, struct cf_err * err)
{
	struct master m = { .crew = crew, .model = -1 };
	struct pollfd signals = { .fd = crew->signals, .events = POLLIN };
	int killed = 0;

	m.hands = cf_mem_array(crew->workers, sizeof(*m.hands), err);
	if (m.hands == NULL)
		return (-1);
	m.watchdog_ms = cf_notify_watchdog();
	look_for_model(&m);
	start_missing(&m);
	cf_notify("READY=1");
	while (!m.draining || working(&m) > 0) {
		if (poll(&signals, 1, LOOK_MS) > 0)
			take_signals(&m);
		reap(&m);
		start_missing(&m);
		if (!m.draining)
			look_for_model(&m);
		watch_over(&m);
		if (m.draining && !killed &&
		    cf_clock_ms() >= m.drain_end_ms) {
			kill_all(&m);
			killed = 1;
		}
	}
	if (m.model != -1)
		close(m.model);
	free(m.hands);
	return (0);
}

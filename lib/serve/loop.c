#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/loop.h"
#include "serve/poller.h"

#define EVENTS 128
#define TICK_MS 500		/* Between looks at the clock. */
#define LINGER_S 2		/* For what is still on its way. */
#define PATIENCE_MS 3		/* For another worker to accept. */
#define OWED 64			/* Turns for what it has left there. */
#define PROGRESS 4096		/* Bytes sent that earn more time. */
#define TAG_CONTROL UINT64_MAX
#define TAG_LISTENER ((uint64_t)1 << 62)

/* A connection and its socket. */
struct peer {
	int fd;			/* -1: free. */
	struct cf_tls_session * tls;
	unsigned int events;	/* Watched for. */
	int lingers;		/* Shut for writing, read to be dropped. */
	int was_idle;
	int64_t deadline_ms;
	size_t unpaid;		/* Bytes sent since it was put off. */
	struct cf_conn conn;
};

struct state {
	struct cf_loop * loop;
	struct cf_poller * poller;
	struct peer ** peers;	/* [board->slots]; NULL: never used. */
	size_t high;		/* Slots from here on are free. */
	size_t open;
	int64_t now_ms;
	int64_t tick_ms;	/* When the next one is due. */
	int listening;
	int64_t waits_ms;	/* Others may accept until then; 0: no. */
	int owed;		/* Turns in which what is left is taken. */
};

static void
watch(struct state * s, size_t slot, unsigned int events)
{
	struct peer * p = s->peers[slot];

	if (p->events == events)
		return;
	p->events = events;
	cf_poller_change(s->poller, p->fd, events, slot, NULL);
}

static void
close_peer(struct state * s, size_t slot)
{
	struct peer * p = s->peers[slot];

	cf_poller_remove(s->poller, p->fd);
	cf_tls_end(p->tls);
	close(p->fd);
	p->fd = -1;
	p->tls = NULL;
	cf_conn_end(&p->conn);
	s->open--;
	cf_board_leave(s->loop->board, s->loop->worker, slot);
	while (s->high > 0 && s->peers[s->high - 1]->fd == -1)
		s->high--;
}

/* ---- bytes: DONE with *n, or what to wait for */

static enum cf_tls_result
receive(struct peer * p, void * data, size_t size, size_t * n)
{
	ssize_t got;

	if (p->tls != NULL)
		return (cf_tls_read(p->tls, data, size, n));
	do {
		got = recv(p->fd, data, size, 0);
	} while (got == -1 && errno == EINTR);
	*n = got > 0 ? (size_t)got : 0;
	if (got > 0)
		return (CF_TLS_DONE);
	if (got == 0)
		return (CF_TLS_END);
	return (errno == EAGAIN ? CF_TLS_READ :
	    CF_TLS_BROKEN);
}

static enum cf_tls_result
transmit(struct peer * p, const void * data, size_t len, size_t * n)
{
	ssize_t put;

	if (p->tls != NULL)
		return (cf_tls_write(p->tls, data, len, n));
	do {
		put = send(p->fd, data, len, MSG_NOSIGNAL);
	} while (put == -1 && errno == EINTR);
	*n = put > 0 ? (size_t)put : 0;
	if (put >= 0)
		return (CF_TLS_DONE);
	return (errno == EAGAIN ? CF_TLS_WRITE :
	    CF_TLS_BROKEN);
}

/* Send what there is.  Return what stopped it. */
static enum cf_tls_result
flush(struct state * s, struct peer * p)
{
	enum cf_tls_result rc = CF_TLS_DONE;
	struct cf_conn * c = &p->conn;
	size_t n;

	while (c->out.len > c->sent) {
		rc = transmit(p, c->out.data + c->sent, c->out.len - c->sent,
		    &n);
		if (rc != CF_TLS_DONE)
			return (rc);
		p->unpaid += n;
		if (p->unpaid >= PROGRESS) {
			p->unpaid = 0;
			p->deadline_ms = s->now_ms +
			    s->loop->timeout_s * 1000;
		}
		cf_conn_sent(c, n);
	}
	return (c->out.failed ? CF_TLS_BROKEN : CF_TLS_DONE);
}

/* Read what there is, once.  Return what stopped it. */
static enum cf_tls_result
fill(struct peer * p)
{
	enum cf_tls_result rc;
	char dropped[4096];
	size_t size, n;
	char * room;

	if (p->lingers) {
		rc = receive(p, dropped, sizeof(dropped), &n);
		return (rc == CF_TLS_END ? CF_TLS_BROKEN : rc);
	}
	room = cf_conn_room(&p->conn, &size);
	if (size == 0)
		return (CF_TLS_DONE);
	rc = receive(p, room, size, &n);
	if (rc == CF_TLS_DONE)
		cf_conn_got(&p->conn, n);
	else if (rc == CF_TLS_END)
		cf_conn_got(&p->conn, 0);
	return (rc);
}

/* ---- what comes next for a connection */

/* All is sent and nothing more will be asked: end, but let it arrive. */
static void
finish(struct state * s, size_t slot)
{
	struct peer * p = s->peers[slot];

	if (p->lingers)
		return;
	if (p->conn.ended || p->tls != NULL ||
	    shutdown(p->fd, SHUT_WR)) {
		close_peer(s, slot);
		return;
	}
	p->lingers = 1;
	p->deadline_ms = s->now_ms + LINGER_S * 1000;
	watch(s, slot, CF_POLLER_IN);
}

/* Time for a request begins with its first byte, for silence with its end. */
static void
set_deadline(struct state * s, struct peer * p)
{
	int idle = cf_conn_is_idle(&p->conn) && p->conn.out.len == 0;

	if (idle || p->was_idle) {
		p->deadline_ms = s->now_ms + 1000 *
		    (idle ? s->loop->idle_s : s->loop->timeout_s);
		p->unpaid = 0;
	}
	p->was_idle = idle;
}

static void
handle(struct state * s, size_t slot, unsigned int events)
{
	struct peer * p = s->peers[slot];
	enum cf_tls_result in = CF_TLS_DONE, out = CF_TLS_DONE;
	unsigned int next = 0;
	size_t size;

	/* A TLS session may hold records that no poll tells of. */
	do {
		if (events & CF_POLLER_IN || p->tls != NULL)
			in = fill(p);
		if (in != CF_TLS_BROKEN && !p->lingers)
			out = flush(s, p);
	} while (p->tls != NULL && in == CF_TLS_DONE && out == CF_TLS_DONE &&
	    cf_tls_pending(p->tls));
	if (in == CF_TLS_BROKEN || out == CF_TLS_BROKEN) {
		close_peer(s, slot);
		return;
	}
	if (p->lingers)
		return;
	if (p->conn.state == CF_CONN_OVER && p->conn.out.len == 0) {
		finish(s, slot);
		return;
	}
	set_deadline(s, p);
	if (out != CF_TLS_DONE)
		next |= out == CF_TLS_READ ? CF_POLLER_IN : CF_POLLER_OUT;
	if (in == CF_TLS_WRITE)
		next |= CF_POLLER_OUT;
	cf_conn_room(&p->conn, &size);
	if (size > 0 && !p->conn.ended)
		next |= CF_POLLER_IN;
	/* Without room the last answer was added just now. */
	if (p->conn.state == CF_CONN_OVER && next == 0)
		next = CF_POLLER_OUT;
	watch(s, slot, next);
}

/* ---- new connections */

/* A free slot, the lowest; board->slots: none. */
static size_t
free_slot(struct state * s, struct cf_err * err)
{
	size_t i;

	for (i = 0; i < s->high; i++) {
		if (s->peers[i]->fd == -1)
			return (i);
	}
	if (i == s->loop->board->slots)
		return (i);
	if (s->peers[i] == NULL) {
		s->peers[i] = cf_mem_array(1, sizeof(**s->peers), err);
		if (s->peers[i] == NULL)
			return (s->loop->board->slots);
		s->peers[i]->fd = -1;
	}
	s->high = i + 1;
	return (i);
}

/* Whether there is room for one more from there; counts a refusal. */
static int
is_welcome(struct state * s, uint64_t who)
{
	struct cf_loop * l = s->loop;
	size_t all, same;

	same = cf_board_count(l->board, who, &all);
	if (all >= l->connections_max) {
		cf_shared_count(l->world->service->shared,
		    CF_SHARED_REFUSED_ALL, 1);
		return (0);
	}
	if (l->address_max > 0 && who > 1 && same >= l->address_max) {
		cf_shared_count(l->world->service->shared,
		    CF_SHARED_REFUSED_ADDRESS, 1);
		return (0);
	}
	return (1);
}

static void
welcome(struct state * s, int fd, const char * address)
{
	struct cf_loop * l = s->loop;
	size_t slot = free_slot(s, NULL);
	struct peer * p;
	uint64_t who;

	if (slot == l->board->slots) {
		close(fd);
		return;
	}
	p = s->peers[slot];
	p->fd = fd;
	p->lingers = 0;
	p->was_idle = 1;
	p->events = CF_POLLER_IN;
	cf_conn_start(&p->conn, l->world, address);
	/* Those of Unix sockets have no address: they are all 1. */
	who = p->conn.who != 0 ? p->conn.who : 1;
	if (!is_welcome(s, who) || (l->tls != NULL &&
	    (p->tls = cf_tls_start(l->tls, fd)) == NULL) ||
	    cf_poller_add(s->poller, fd, CF_POLLER_IN, slot, NULL)) {
		cf_tls_end(p->tls);
		p->tls = NULL;
		p->fd = -1;
		close(fd);
		return;
	}
	cf_board_enter(l->board, l->worker, slot, who);
	cf_shared_count(l->world->service->shared, CF_SHARED_CONNECTIONS, 1);
	s->open++;
	set_deadline(s, p);
	/* Who connects has something to say, mostly at once. */
	handle(s, slot, CF_POLLER_IN);
}

/* Has another worker fewer connections? */
static int
is_turn_of_other(const struct state * s)
{
	const struct cf_board * b = s->loop->board;
	size_t i;

	for (i = 0; i < b->workers; i++) {
		if (i != s->loop->worker &&
		    atomic_load_explicit(&b->rows[i].pid,
		    memory_order_relaxed) != 0 &&
		    atomic_load_explicit(&b->rows[i].open,
		    memory_order_relaxed) < s->open)
			return (1);
	}
	return (0);
}

static void
watch_listeners(struct state * s, unsigned int events)
{
	struct cf_listener * set = s->loop->listeners;
	size_t i;

	for (i = 0; i < set->n && s->listening; i++)
		cf_poller_change(s->poller, set->fd[i], events,
		    TAG_LISTENER + i, NULL);
}

/*
 * A new connection wakes all workers.  It belongs to the one with the fewest,
 * which the others wait for, but not long: it may be busy.
 */
static void
accept_one(struct state * s, size_t i)
{
	char address[CF_LISTENER_ADDRESS_MAX];
	int fd;

	if (s->waits_ms > 0)
		return;
	if (s->owed == 0 && is_turn_of_other(s)) {
		s->waits_ms = s->now_ms + PATIENCE_MS;
		watch_listeners(s, 0);
		return;
	}
	fd = cf_listener_accept(s->loop->listeners->fd[i], address);
	if (fd != -1)
		welcome(s, fd, address);
}

static int
listen_on(struct state * s, struct cf_err * err)
{
	struct cf_listener * set = s->loop->listeners;
	size_t i;

	for (i = 0; i < set->n; i++) {
		if (cf_poller_add(s->poller, set->fd[i], CF_POLLER_IN,
		    TAG_LISTENER + i, err))
			return (-1);
	}
	s->listening = 1;
	return (0);
}

/* Accept no more; who is silent is let go. */
static void
begin_drain(struct state * s)
{
	struct cf_listener * set = s->loop->listeners;
	size_t i;

	for (i = 0; i < set->n; i++)
		cf_poller_remove(s->poller, set->fd[i]);
	s->listening = 0;
	s->loop->world->draining = 1;
	for (i = 0; i < s->high; i++) {
		if (s->peers[i]->fd != -1 &&
		    cf_conn_is_idle(&s->peers[i]->conn) &&
		    s->peers[i]->conn.out.len == 0)
			close_peer(s, i);
	}
}

/* ---- the clock */

static void
end_late(struct state * s)
{
	struct peer * p;
	size_t i;

	for (i = 0; i < s->high; i++) {
		p = s->peers[i];
		if (p->fd == -1 || p->deadline_ms > s->now_ms)
			continue;
		if (p->lingers || p->conn.out.len > 0 || p->tls != NULL) {
			close_peer(s, i);
			continue;
		}
		cf_conn_late(&p->conn);
		flush(s, p);
		if (p->conn.out.len > 0)
			close_peer(s, i);
		else
			finish(s, i);
	}
}

static void
tick(struct state * s)
{
	struct cf_loop * l = s->loop;
	int64_t now_s = cf_clock_now();

	end_late(s);
	cf_board_figures(l->board, l->worker);
	if (l->on_tick != NULL)
		l->on_tick(l->cookie, now_s);
	s->tick_ms = s->now_ms + TICK_MS;
}

static int
turn(struct state * s, struct cf_err * err)
{
	struct cf_poller_event events[EVENTS];
	struct cf_loop * l = s->loop;
	int64_t until = s->tick_ms;
	int n, i;

	if (s->waits_ms > s->now_ms)
		until = s->waits_ms;
	n = cf_poller_wait(s->poller, events, EVENTS,
	    s->now_ms < until ? (int)(until - s->now_ms) : 0, err);
	if (n == -1)
		return (-1);
	s->now_ms = cf_clock_ms();
	if (s->owed > 0)
		s->owed--;
	if (s->waits_ms > 0 && s->waits_ms <= s->now_ms) {
		s->waits_ms = 0;
		s->owed = OWED;
		watch_listeners(s, CF_POLLER_IN);
	}
	for (i = 0; i < n; i++) {
		if (events[i].tag == TAG_CONTROL) {
			if (l->on_control(l->cookie)) {
				cf_poller_remove(s->poller, l->control);
				l->drain = 1;
			}
		} else if (events[i].tag >= TAG_LISTENER) {
			accept_one(s, (size_t)(events[i].tag - TAG_LISTENER));
		} else if (s->peers[events[i].tag]->fd != -1) {
			handle(s, (size_t)events[i].tag, events[i].events);
		}
	}
	if (l->world->audit != NULL && cf_audit_flush(l->world->audit))
		cf_shared_count(l->world->service->shared,
		    CF_SHARED_AUDIT_LOST, 1);
	if (s->now_ms >= s->tick_ms)
		tick(s);
	return (0);
}

int
cf_loop_run(struct cf_loop * l, struct cf_err * err)
{
	struct state s;
	size_t i;
	int rc = -1;

	memset(&s, 0, sizeof(s));
	s.loop = l;
	s.now_ms = cf_clock_ms();
	s.peers = cf_mem_array(l->board->slots, sizeof(*s.peers), err);
	if (s.peers == NULL || (s.poller = cf_poller_new(err)) == NULL ||
	    listen_on(&s, err) || (l->control != -1 && cf_poller_add(s.poller,
	    l->control, CF_POLLER_IN, TAG_CONTROL, err)))
		goto done;
	tick(&s);
	rc = 0;
	while (rc == 0 && !(l->drain && s.open == 0)) {
		if (l->drain && s.listening)
			begin_drain(&s);
		else
			rc = turn(&s, err);
	}
done:
	for (i = 0; s.peers != NULL && i < l->board->slots; i++) {
		if (s.peers[i] == NULL)
			break;
		if (s.peers[i]->fd != -1)
			close_peer(&s, i);
		cf_conn_free(&s.peers[i]->conn);
		free(s.peers[i]);
	}
	cf_poller_free(s.poller);
	free(s.peers);
	return (rc);
}

#ifdef __linux__
#include <sys/epoll.h>
#else
#include <poll.h>
#endif

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "serve/poller.h"

#ifdef __linux__

#define AT_ONCE 128		/* Events taken at a time. */

struct cf_poller {
	int fd;
};

struct cf_poller *
cf_poller_new(struct cf_err * err)
{
	struct cf_poller * p;

	if ((p = cf_mem_array(1, sizeof(*p), err)) == NULL)
		return (NULL);
	if ((p->fd = epoll_create1(EPOLL_CLOEXEC)) == -1) {
		cf_err_errno(err, errno, "epoll");
		free(p);
		return (NULL);
	}
	return (p);
}

static int
control(struct cf_poller * p, int op, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err)
{
	struct epoll_event e;

	memset(&e, 0, sizeof(e));
	e.data.u64 = tag;
	if (events & CF_POLLER_IN)
		e.events |= EPOLLIN;
	if (events & CF_POLLER_OUT)
		e.events |= EPOLLOUT;
	return (epoll_ctl(p->fd, op, fd, &e) == 0 ? 0 :
	    cf_err_errno(err, errno, "epoll"));
}

int
cf_poller_add(struct cf_poller * p, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err)
{

	return (control(p, EPOLL_CTL_ADD, fd, events, tag, err));
}

int
cf_poller_change(struct cf_poller * p, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err)
{

	return (control(p, EPOLL_CTL_MOD, fd, events, tag, err));
}

void
cf_poller_remove(struct cf_poller * p, int fd)
{

	control(p, EPOLL_CTL_DEL, fd, 0, 0, NULL);
}

int
cf_poller_wait(struct cf_poller * p, struct cf_poller_event * events,
    size_t max, int timeout_ms, struct cf_err * err)
{
	struct epoll_event got[AT_ONCE];
	int n, i;

	n = epoll_wait(p->fd, got, max < AT_ONCE ? (int)max : AT_ONCE,
	    timeout_ms);
	if (n == -1)
		return (errno == EINTR ? 0 :
		    cf_err_errno(err, errno, "epoll"));
	for (i = 0; i < n; i++) {
		events[i].tag = got[i].data.u64;
		events[i].events = 0;
		if (got[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
			events[i].events |= CF_POLLER_IN;
		if (got[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
			events[i].events |= CF_POLLER_OUT;
	}
	return (n);
}

void
cf_poller_free(struct cf_poller * p)
{

	if (p == NULL)
		return;
	close(p->fd);
	free(p);
}

#else /* !__linux__ */

struct cf_poller {
	struct pollfd * fds;
	uint64_t * tags;
	size_t n;
	size_t capacity_fds;
	size_t capacity_tags;
};

struct cf_poller *
cf_poller_new(struct cf_err * err)
{

	return (cf_mem_array(1, sizeof(struct cf_poller), err));
}

static void
set(struct cf_poller * p, size_t i, int fd, unsigned int events, uint64_t tag)
{

	memset(&p->fds[i], 0, sizeof(p->fds[i]));
	p->fds[i].fd = fd;
	if (events & CF_POLLER_IN)
		p->fds[i].events |= POLLIN;
	if (events & CF_POLLER_OUT)
		p->fds[i].events |= POLLOUT;
	p->tags[i] = tag;
}

int
cf_poller_add(struct cf_poller * p, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err)
{

	if (cf_mem_grow(&p->fds, &p->capacity_fds, p->n + 1, sizeof(*p->fds),
	    err) || cf_mem_grow(&p->tags, &p->capacity_tags, p->n + 1,
	    sizeof(*p->tags), err))
		return (-1);
	set(p, p->n++, fd, events, tag);
	return (0);
}

static size_t
find(const struct cf_poller * p, int fd)
{
	size_t i;

	for (i = 0; i < p->n && p->fds[i].fd != fd; i++)
		continue;
	return (i);
}

int
cf_poller_change(struct cf_poller * p, int fd, unsigned int events,
    uint64_t tag, struct cf_err * err)
{
	size_t i = find(p, fd);

	if (i == p->n)
		return (cf_err_set(err, CF_ERR_SYSTEM, "poll: not watched"));
	set(p, i, fd, events, tag);
	return (0);
}

void
cf_poller_remove(struct cf_poller * p, int fd)
{
	size_t i = find(p, fd);

	if (i == p->n)
		return;
	p->n--;
	p->fds[i] = p->fds[p->n];
	p->tags[i] = p->tags[p->n];
}

int
cf_poller_wait(struct cf_poller * p, struct cf_poller_event * events,
    size_t max, int timeout_ms, struct cf_err * err)
{
	size_t i, n = 0;
	int rc;

	if ((rc = poll(p->fds, (nfds_t)p->n, timeout_ms)) == -1)
		return (errno == EINTR ? 0 : cf_err_errno(err, errno, "poll"));
	for (i = 0; rc > 0 && i < p->n && n < max; i++) {
		if (p->fds[i].revents == 0)
			continue;
		events[n].tag = p->tags[i];
		events[n].events = 0;
		if (p->fds[i].revents & ~POLLOUT)
			events[n].events |= CF_POLLER_IN;
		if (p->fds[i].revents & ~POLLIN)
			events[n].events |= CF_POLLER_OUT;
		n++;
	}
	return ((int)n);
}

void
cf_poller_free(struct cf_poller * p)
{

	if (p == NULL)
		return;
	free(p->fds);
	free(p->tags);
	free(p);
}

#endif /* __linux__ */

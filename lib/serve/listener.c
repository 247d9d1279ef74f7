#ifdef __linux__
#define _GNU_SOURCE		/* accept4 */
#endif

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "serve/listener.h"

#define FIRST_PASSED 3
#define BACKLOG 1024

static int
set_flags(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ? -1 : 0);
}

static int
add(struct cf_listener * set, int fd, const char * made, struct cf_err * err)
{

	if (set->n == CF_LISTENER_MAX)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "more than %d sockets to listen at", CF_LISTENER_MAX));
	if (set_flags(fd))
		return (cf_err_errno(err, errno, "socket"));
	set->fd[set->n] = fd;
	set->made[set->n++] = made;
	return (0);
}

/* A variable as a number, -1 where it is none. */
static int64_t
variable(const char * name)
{
	const char * text = getenv(name);
	int64_t x = -1;

	if (text == NULL ||
	    cf_num_parse_int(text, strlen(text), &x) != CF_NUM_OK)
		return (-1);
	return (x);
}

int
cf_listener_passed(struct cf_listener * set, struct cf_err * err)
{
	int64_t pid = variable("LISTEN_PID"), n = variable("LISTEN_FDS"), i;
	socklen_t len;
	int listens, fd;

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (pid != (int64_t)getpid() || n < 1)
		return (0);
	for (i = 0; i < n && i <= CF_LISTENER_MAX; i++) {
		fd = FIRST_PASSED + (int)i;
		len = sizeof(listens);
		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len))
			return (cf_err_errno(err, errno,
			    "passed descriptor %d", fd));
		if (!listens)
			return (cf_err_set(err, CF_ERR_USAGE, "passed "
			    "descriptor %d does not listen; for Accept=yes "
			    "use StandardInput=socket", fd));
		if (add(set, fd, NULL, err))
			return (-1);
	}
	return (0);
}

/* Is there somebody who listens at that name? */
static int
is_in_use(const struct sockaddr_un * un)
{
	int fd, rc;

	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return (1);
	rc = connect(fd, (const struct sockaddr *)un, sizeof(*un));
	close(fd);
	return (rc == 0 || errno != ECONNREFUSED);
}

static int
open_unix(struct cf_listener * set, const char * name, struct cf_err * err)
{
	struct sockaddr_un un;
	struct stat sb;
	int fd;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	if (strlen(name) >= sizeof(un.sun_path))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "%s: too long for the name of a socket", name));
	memcpy(un.sun_path, name, strlen(name) + 1);
	/* What a killed server left behind. */
	if (stat(name, &sb) == 0 && S_ISSOCK(sb.st_mode) && !is_in_use(&un))
		unlink(name);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return (cf_err_errno(err, errno, "%s", name));
	if (bind(fd, (const struct sockaddr *)&un, sizeof(un)) ||
	    listen(fd, BACKLOG)) {
		cf_err_errno(err, errno, "%s", name);
		close(fd);
		return (-1);
	}
	if (add(set, fd, name, err)) {
		close(fd);
		return (-1);
	}
	return (0);
}

static int
open_one(struct cf_listener * set, const struct addrinfo * a,
    const char * name, struct cf_err * err)
{
	const int on = 1;
	int fd;

	fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
	/* A machine may be without IPv6. */
	if (fd == -1 && errno == EAFNOSUPPORT && (a->ai_next != NULL ||
	    set->n > 0))
		return (0);
	if (fd == -1)
		return (cf_err_errno(err, errno, "%s", name));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    (a->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6,
	    IPV6_V6ONLY, &on, sizeof(on))) ||
	    bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, BACKLOG)) {
		cf_err_errno(err, errno, "%s", name);
		close(fd);
		return (-1);
	}
	if (add(set, fd, NULL, err)) {
		close(fd);
		return (-1);
	}
	return (0);
}

/* Only the low bits of a number too large would count. */
static int
is_port(const char * text)
{
	int64_t port;

	return (cf_num_parse_int(text, strlen(text), &port) !=
	    CF_NUM_OK || (port >= 0 && port <= 65535));
}

int
cf_listener_open(struct cf_listener * set, const char * name,
    struct cf_err * err)
{
	struct addrinfo hints, * list, * a;
	const char * colon = strrchr(name, ':');
	const char * host = name;
	char text[256];
	size_t len;
	int rc;

	if (strchr(name, '/') != NULL)
		return (open_unix(set, name, err));
	if (colon == NULL || colon[1] == '\0' || !is_port(colon + 1) ||
	    (size_t)(colon - name) >= sizeof(text))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "not ADDRESS:PORT: \"%.60s\"", name));
	len = (size_t)(colon - name);
	if (len >= 2 && *host == '[' && colon[-1] == ']') {
		host++;
		len -= 2;
	}
	memcpy(text, host, len);
	text[len] = '\0';
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE;
	rc = getaddrinfo(len > 0 ? text : NULL, colon + 1, &hints, &list);
	if (rc != 0)
		return (cf_err_set(err, CF_ERR_USAGE, "%.60s: %s", name,
		    gai_strerror(rc)));
	rc = 0;
	for (a = list; a != NULL && rc == 0; a = a->ai_next)
		rc = open_one(set, a, name, err);
	freeaddrinfo(list);
	return (rc);
}

static void
print_address(const struct sockaddr_storage * a, char * address)
{
	const struct sockaddr_in * in = (const void *)a;
	const struct sockaddr_in6 * in6 = (const void *)a;
	const void * from = NULL;

	*address = '\0';
	if (a->ss_family == AF_INET)
		from = &in->sin_addr;
	else if (a->ss_family == AF_INET6)
		from = &in6->sin6_addr;
	if (from != NULL && inet_ntop(a->ss_family, from, address,
	    CF_LISTENER_ADDRESS_MAX) == NULL)
		*address = '\0';
}

int
cf_listener_accept(int fd, char * address)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	int got;

	memset(&a, 0, sizeof(a));
#ifdef __linux__
	got = accept4(fd, (struct sockaddr *)&a, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
	got = accept(fd, (struct sockaddr *)&a, &len);
	if (got != -1 && set_flags(got)) {
		close(got);
		got = -1;
	}
#endif
	if (got != -1)
		print_address(&a, address);
	return (got);
}

void
cf_listener_peer(int fd, char * address)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);

	memset(&a, 0, sizeof(a));
	if (getpeername(fd, (struct sockaddr *)&a, &len) == 0)
		print_address(&a, address);
	else
		*address = '\0';
}

void
cf_listener_name(const struct cf_listener * set, size_t i, char * name,
    size_t size)
{
	char address[CF_LISTENER_ADDRESS_MAX];
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	unsigned int port;

	memset(&a, 0, sizeof(a));
	if (getsockname(set->fd[i], (struct sockaddr *)&a, &len) == 0 &&
	    (a.ss_family == AF_INET || a.ss_family == AF_INET6)) {
		print_address(&a, address);
		port = ntohs(a.ss_family == AF_INET ?
		    ((const struct sockaddr_in *)(const void *)&a)->sin_port :
		    ((const struct sockaddr_in6 *)(const void *)&a)->
		    sin6_port);
		snprintf(name, size, a.ss_family == AF_INET ? "%s:%u" :
		    "[%s]:%u", address, port);
	} else {
		snprintf(name, size, "%s", a.ss_family == AF_UNIX ?
		    ((const struct sockaddr_un *)(const void *)&a)->sun_path :
		    "a socket");
	}
}

void
cf_listener_close(struct cf_listener * set, int remove)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		close(set->fd[i]);
		if (remove && set->made[i] != NULL)
			unlink(set->made[i]);
	}
	set->n = 0;
}

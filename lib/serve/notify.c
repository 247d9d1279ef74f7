#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "serve/notify.h"

void
cf_notify(const char * text)
{
	const char * path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un;
	socklen_t len;
	int fd;

	memset(&un, 0, sizeof(un));
	if (path == NULL || (*path != '/' && *path != '@') ||
	    strlen(path) >= sizeof(un.sun_path))
		return;
	un.sun_family = AF_UNIX;
	memcpy(un.sun_path, path, strlen(path));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(path));
	/* A name of Linux that is no file begins with a NUL. */
	if (*path == '@')
		un.sun_path[0] = '\0';
	if ((fd = socket(AF_UNIX, SOCK_DGRAM, 0)) == -1)
		return;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	/* Whether it arrives is the manager's business. */
	(void)sendto(fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&un, len);
	close(fd);
}

/* A variable as a number, 0 where it is none. */
static int64_t
variable(const char * name)
{
	const char * text = getenv(name);
	int64_t x = 0;

	if (text == NULL ||
	    cf_num_parse_int(text, strlen(text), &x) != CF_NUM_OK)
		return (0);
	return (x);
}

int64_t
cf_notify_watchdog(void)
{
	int64_t us = variable("WATCHDOG_USEC"), pid = variable("WATCHDOG_PID");

	if (us < 2000 || (pid != 0 && pid != (int64_t)getpid()))
		return (0);
	return (us / 2000);
}

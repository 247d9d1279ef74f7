#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "signals.h"

/* The writing end of the pipe that carries the numbers of signals. */
static int wake_fd = -1;

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int e = errno;

	/* A full pipe holds enough to wake the reader. */
	while (write(wake_fd, &byte, 1) == -1 && errno == EINTR)
		continue;
	errno = e;
}

int
cf_signals_catch(struct cf_err * err)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct sigaction sa, old;
	int fds[2];
	size_t i;

	if (pipe(fds))
		return (cf_err_errno(err, errno, "pipe"));
	for (i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	wake_fd = fds[1];
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		/* What nohup(1) has us ignore stays ignored, by the step too. */
		if (numbers[i] == SIGCHLD || (sigaction(numbers[i], NULL,
		    &old) == 0 && old.sa_handler != SIG_IGN))
			sigaction(numbers[i], &sa, NULL);
	}
	return (fds[0]);
}

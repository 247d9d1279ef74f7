#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "track/guard.h"

/* The guard itself: remember the group told last until the pipe closes. */
static void
stand(int fd)
{
	sigset_t all;
	pid_t group = 0, told;
	char bytes[sizeof(told)];
	size_t have = 0;
	ssize_t n;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* Whoever reads the caller's output must not wait for the guard. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	for (;;) {
		n = read(fd, bytes + have, sizeof(bytes) - have);
		if (n == -1 && errno == EINTR)
			continue;
		/* Only the end tells that the caller is gone. */
		if (n == -1)
			_exit(1);
		if (n == 0)
			break;
		have += (size_t)n;
		if (have == sizeof(bytes)) {
			memcpy(&told, bytes, sizeof(told));
			group = told;
			have = 0;
		}
	}
	if (group > 0)
		kill(-group, SIGKILL);
	_exit(0);
}

int
cf_guard_start(struct cf_guard * guard, struct cf_err * err)
{
	int fds[2];

	/* To write to a pipe that nobody reads would end us by a signal. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return (cf_err_errno(err, errno, "socketpair"));
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	if ((guard->pid = fork()) == -1) {
		cf_err_errno(err, errno, "fork");
		close(fds[0]);
		close(fds[1]);
		return (-1);
	}
	if (guard->pid == 0) {
		close(fds[1]);
		stand(fds[0]);
	}
	close(fds[0]);
	guard->fd = fds[1];
	return (0);
}

int
cf_guard_tell(const struct cf_guard * guard, pid_t group, struct cf_err * err)
{
	ssize_t n;

	/* So few bytes go in one piece or not at all. */
	do {
		n = send(guard->fd, &group, sizeof(group), MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	return (n == (ssize_t)sizeof(group) ? 0 :
	    cf_err_errno(err, errno, "guard of the step"));
}

void
cf_guard_end(struct cf_guard * guard)
{

	/* It may be gone already. */
	cf_guard_tell(guard, 0, NULL);
	close(guard->fd);
	while (waitpid(guard->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

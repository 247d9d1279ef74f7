#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "track/guard.h"

/* The guard itself: remember the group told last until the pipe closes. */
static void
stand(int fd)
{
	sigset_t all;
	pid_t group = 0, told;
	ssize_t n;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* Whoever reads the caller's output must not wait for the guard. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	for (;;) {
		n = read(fd, &told, sizeof(told));
		if (n == (ssize_t)sizeof(told))
			group = told;
		else if (n != -1 || errno != EINTR)
			break;
	}
	if (group > 0)
		kill(-group, SIGKILL);
	_exit(0);
}

int
cf_guard_start(struct cf_guard * guard, struct cf_err * err)
{
	int fds[2];

	if (pipe(fds))
		return (cf_err_errno(err, errno, "pipe"));
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

void
cf_guard_tell(const struct cf_guard * guard, pid_t group)
{
	ssize_t n;

	/* So few bytes go in one piece or not at all. */
	do {
		n = write(guard->fd, &group, sizeof(group));
	} while (n == -1 && errno == EINTR);
}

void
cf_guard_end(struct cf_guard * guard)
{

	cf_guard_tell(guard, 0);
	close(guard->fd);
	while (waitpid(guard->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

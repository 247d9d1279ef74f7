#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "backup.h"

/*
 * cf-backup create --to-command: a copy elsewhere.
 */

/* Run the command with the backup as its stdin.  Return 0 or -1. */
static int
run_command(const char * path, const char * name, uint64_t bytes,
    const char * command, struct cf_err * err)
{
	int fd, wstatus;
	off_t at;
	pid_t pid;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", path));
	if ((pid = fork()) == -1) {
		cf_err_errno(err, errno, "fork");
		close(fd);
		return (-1);
	}
	if (pid == 0) {
		if (dup2(fd, STDIN_FILENO) == -1 ||
		    setenv("CF_BACKUP_NAME", name, 1))
			_exit(127);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &wstatus, 0) == -1) {
		if (errno != EINTR) {
			close(fd);
			return (cf_err_errno(err, errno, "waitpid"));
		}
	}
	/* The place in the file is shared: did it take all? */
	at = lseek(fd, 0, SEEK_CUR);
	close(fd);
	if (!WIFEXITED(wstatus) || WEXITSTATUS(wstatus) != 0)
		return (cf_err_set(err, CF_ERR_SYSTEM, "the command for the "
		    "copy ended with %s %d", WIFEXITED(wstatus) ? "status" :
		    "signal", WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) :
		    WTERMSIG(wstatus)));
	if (at < 0 || (uint64_t)at != bytes)
		return (cf_err_set(err, CF_ERR_SYSTEM, "the command for the "
		    "copy took %lld of %llu bytes", (long long)at,
		    (unsigned long long)bytes));
	return (0);
}

int
cf_backup_copy(const struct cf_backup * b, const char * folder,
    const char * name, uint64_t bytes)
{
	struct cf_backup_event event = { .action = "copy", .name = name,
		.start_s = cf_clock_ms(), .bytes = bytes };
	struct cf_buf path = { 0 };
	struct cf_err err;
	int status;

	if (b->to_command == NULL)
		return (0);
	cf_buf_addf(&path, "%s/%s", folder, name);
	if (cf_buf_string(&path, &err) == NULL ||
	    run_command(path.data, name, bytes, b->to_command, &err)) {
		status = cf_main_fail(b->m, &err);
		cf_backup_note(b, folder, &event, &err);
	} else {
		status = cf_backup_note(b, folder, &event, NULL);
	}
	cf_buf_free(&path);
	return (status);
}

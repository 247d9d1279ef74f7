#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/file.h"
#include "base/rng.h"
#include "track/guard.h"
#include "track/step.h"

#define LOOK_S 1.0		/* Between looks whether the step has ended. */
#define LEFTOVER_POLL_S 0.02	/* Between looks at a dying group. */

/* One try while it runs. */
struct try {
	const struct cf_step * step;
	pid_t pid;		/* Also the number of its group. */
	double deadline_s;	/* Monotonic; HUGE_VAL: none. */
	double kill_s;		/* When to send SIGKILL. */
	int timed_out;
	int forwarded;		/* Last signal handed on, 0: none. */
};

/* Wait for a signal until that moment; return its number, or 0. */
static int
next_signal(int signals, double until_s)
{
	struct pollfd pfd = { .fd = signals, .events = POLLIN };
	unsigned char number;
	double left;
	int ms;

	for (;;) {
		if (read(signals, &number, 1) == 1)
			return (number);
		left = until_s - cf_clock_s();
		if (left <= 0)
			return (0);
		ms = left > 3600 ? 3600 * 1000 : (int)ceil(left * 1000);
		if (poll(&pfd, 1, ms) == -1 && errno != EINTR)
			return (0);
	}
}

static int
is_ending(int number)
{

	return (number == SIGTERM || number == SIGINT || number == SIGHUP);
}

int
cf_step_pause(int signals, double seconds)
{
	double until_s = cf_clock_s() + seconds;
	int number;

	do {
		number = next_signal(signals, until_s);
	} while (number != 0 && !is_ending(number));
	return (number);
}

/* What asks for more gets none, and ends with a message of its own. */
static void
limit_memory(uint64_t bytes)
{
	struct rlimit limit;

	if (bytes == 0 || getrlimit(RLIMIT_AS, &limit))
		return;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > bytes)
		limit.rlim_max = (rlim_t)bytes;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_AS, &limit))
		_exit(CF_STEP_NOT_RUN);
}

/* The child cannot become the command; never returns. */
static void
refuse(int failed, int e)
{

	while (write(failed, &e, sizeof(e)) == -1 && errno == EINTR)
		continue;
	_exit(e == ENOENT ? CF_STEP_NOT_FOUND : CF_STEP_NOT_RUN);
}

/* The child: become the command, or tell why not.  Never returns. */
static void
become(const struct cf_step * step, const int * fds, int ready, int failed)
{
	unsigned char go;
	ssize_t n;
	int null;

	setpgid(0, 0);
	/* Begin only when the guard knows the group. */
	while ((n = read(ready, &go, 1)) == -1 && errno == EINTR)
		continue;
	if (n != 1)
		refuse(failed, errno);
	/* Reading a terminal from a group in its background would stop it. */
	if (isatty(STDIN_FILENO) &&
	    (null = open("/dev/null", O_RDONLY)) != -1) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
	if ((fds[0] != -1 && dup2(fds[0], STDOUT_FILENO) == -1) ||
	    (fds[1] != -1 && dup2(fds[1], STDERR_FILENO) == -1))
		refuse(failed, errno);
	limit_memory(step->memory);
	execvp(step->argv[0], step->argv);
	refuse(failed, errno);
}

static int
pipe_cloexec(int * fds, struct cf_err * err)
{

	if (pipe(fds))
		return (cf_err_errno(err, errno, "pipe"));
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return (0);
}

/* The child may begin. */
static int
let_go(int ready, struct cf_err * err)
{
	ssize_t n;

	while ((n = write(ready, "", 1)) == -1 && errno == EINTR)
		continue;
	return (n == 1 ? 0 : cf_err_errno(err, errno, "pipe"));
}

/* End a child that nobody will wait for, and its group if it has one. */
static void
put_down(const struct try * t)
{

	kill(-t->pid, SIGKILL);
	kill(t->pid, SIGKILL);
	while (waitpid(t->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

/**
 * start(t, guard, fds, end, err):
 * Start the command of a try with ${fds} (-1: as they are) as its stdout and
 * stderr.  Return 0, or -1.
 */
static int
start(struct try * t, struct cf_guard * guard, const int * fds,
    struct cf_step_end * end, struct cf_err * err)
{
	int ready[2], failed[2];
	int e = 0, rc = -1;
	ssize_t n;

	if (pipe_cloexec(ready, err))
		return (-1);
	if (pipe_cloexec(failed, err))
		goto done1;
	if ((t->pid = fork()) == -1) {
		cf_err_errno(err, errno, "fork");
		goto done0;
	}
	if (t->pid == 0) {
		close(ready[1]);
		become(t->step, fds, ready[0], failed[1]);
	}
	/* Both do it, whoever is first; it fails here once that has exec'd. */
	setpgid(t->pid, t->pid);
	if ((rc = cf_guard_tell(guard, t->pid, err)) == 0)
		rc = let_go(ready[1], err);
	if (rc) {
		put_down(t);
		goto done0;
	}
	close(failed[1]);
	failed[1] = -1;
	while ((n = read(failed[0], &e, sizeof(e))) == -1 && errno == EINTR)
		continue;
	/* A few bytes come at once; what is not told so, its status tells. */
	end->cannot_run = n == (ssize_t)sizeof(e) ? e : 0;
	if (n == -1) {
		rc = cf_err_errno(err, errno, "pipe");
		put_down(t);
	}
done0:
	close(failed[0]);
	if (failed[1] != -1)
		close(failed[1]);
done1:
	close(ready[0]);
	close(ready[1]);
	return (rc);
}

/* Wait for the end of the try's first process.  Return 0 or -1. */
static int
wait_for(struct try * t, int * wstatus, struct cf_err * err)
{
	int number;
	pid_t pid;

	for (;;) {
		pid = waitpid(t->pid, wstatus, WNOHANG);
		if (pid == t->pid)
			return (0);
		if (pid == -1 && errno != EINTR)
			return (cf_err_errno(err, errno, "waitpid"));
		/* A look now and then, should a signal's byte be lost. */
		number = next_signal(t->step->signals,
		    fmin(cf_clock_s() + LOOK_S,
		    fmin(t->deadline_s, t->kill_s)));
		if (is_ending(number)) {
			t->forwarded = number;
			kill(-t->pid, number);
		}
		if (cf_clock_s() >= t->kill_s) {
			kill(-t->pid, SIGKILL);
			t->kill_s = HUGE_VAL;
		}
		if (cf_clock_s() >= t->deadline_s) {
			t->timed_out = 1;
			t->deadline_s = HUGE_VAL;
			t->kill_s = cf_clock_s() + t->step->grace_s;
			kill(-t->pid, SIGTERM);
			kill(-t->pid, SIGCONT);
		}
	}
}

/* End what is left of the group when its first process has gone. */
static void
clear_group(const struct try * t)
{
	double until_s = cf_clock_s() + t->step->grace_s;
	struct timespec nap = { .tv_nsec = (long)(LEFTOVER_POLL_S * 1e9) };

	if (kill(-t->pid, SIGTERM))
		return;
	kill(-t->pid, SIGCONT);
	while (cf_clock_s() < until_s) {
		/* Those that came to us when their parents ended. */
		while (waitpid(-t->pid, NULL, WNOHANG) > 0)
			continue;
		if (kill(-t->pid, 0))
			return;
		nanosleep(&nap, NULL);
	}
	kill(-t->pid, SIGKILL);
}

/* Turn what waitpid told into a status. */
static void
judge(const struct try * t, int wstatus, struct cf_step_end * end)
{

	end->signal = WIFSIGNALED(wstatus) ? WTERMSIG(wstatus) : 0;
	end->status = end->signal != 0 ? 128 + end->signal :
	    WEXITSTATUS(wstatus);
	end->timed_out = t->timed_out;
	if (t->timed_out)
		end->status = CF_ERR_SYSTEM;
	if (end->cannot_run != 0)
		end->status = end->cannot_run == ENOENT ? CF_STEP_NOT_FOUND :
		    CF_STEP_NOT_RUN;
}

/* Open the output of a try: a temporary, except for what is no file. */
static int
open_output(const char * path, char ** temporary, struct cf_err * err)
{
	struct stat sb;
	int fd;

	*temporary = NULL;
	if (stat(path, &sb) || S_ISREG(sb.st_mode))
		return (cf_file_temporary(path, temporary, err));
	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
		cf_err_errno(err, errno, "%s", path);
	return (fd);
}

/* Keep the output of a try, or drop it. */
static int
close_output(const char * path, int fd, char * temporary, int keep,
    struct cf_err * err)
{
	int rc = 0;

	if (temporary != NULL && keep) {
		rc = cf_file_commit(fd, temporary, path, err);
	} else {
		if (temporary != NULL)
			unlink(temporary);
		close(fd);
	}
	free(temporary);
	return (rc);
}

/* Append a line to the log; one that cannot be written fails no step. */
static void __attribute__((format(printf, 3, 4)))
note(int log, const struct cf_step * step, const char * fmt, ...)
{
	struct cf_buf line = { 0 };
	char text[4096], moment[CF_DAY_TEXT_MAX];
	va_list ap;
	size_t at;
	ssize_t n;

	if (log == -1)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cf_buf_add_text(&line, "==== ");
	cf_buf_add(&line, moment, cf_day_print_moment(cf_clock_now(), 1,
	    moment));
	cf_buf_addf(&line, " %s: %s\n", step->title, text);
	for (at = 0; !line.failed && at < line.len; at += (size_t)n) {
		while ((n = write(log, line.data + at, line.len - at)) == -1 &&
		    errno == EINTR)
			continue;
		if (n == -1)
			break;
	}
	cf_buf_free(&line);
}

/* Where the log ends now. */
static int64_t
log_end(int log)
{

	return (log != -1 ? (int64_t)lseek(log, 0, SEEK_END) : 0);
}

/**
 * run_try(t, guard, log, end, err):
 * Run the command once.  Return 0 however it ended, or -1.
 */
static int
run_try(struct try * t, struct cf_guard * guard, int log,
    struct cf_step_end * end, struct cf_err * err)
{
	const struct cf_step * step = t->step;
	int fds[2] = { step->log_stdout ? log : -1, log };
	char * temporary = NULL;
	int wstatus = 0, rc = -1;

	if (step->output != NULL &&
	    (fds[0] = open_output(step->output, &temporary, err)) == -1)
		return (-1);
	end->log_from = log_end(log);
	if (start(t, guard, fds, end, err))
		goto done;
	t->kill_s = HUGE_VAL;
	t->deadline_s = step->timeout_s > 0 ? cf_clock_s() + step->timeout_s :
	    HUGE_VAL;
	if (wait_for(t, &wstatus, err))
		goto done;
	clear_group(t);
	cf_guard_tell(guard, 0, NULL);
	judge(t, wstatus, end);
	rc = 0;
done:
	if (rc)
		end->status = CF_ERR_SYSTEM;
	end->log_to = log_end(log);
	if (step->output != NULL && close_output(step->output, fds[0],
	    temporary, rc == 0 && end->status <= CF_ERR_NO, err)) {
		end->status = CF_ERR_SYSTEM;
		rc = -1;
	}
	return (rc);
}

/* Can another try end better?  Wrong options and bad data stay what they are. */
static int
is_worth_retry(const struct cf_step_end * end)
{

	return (end->status == CF_ERR_SYSTEM || end->status == CF_ERR_LATER ||
	    end->signal != 0);
}

/* Seconds before try number ${next}: doubling, and up to half more by chance. */
static double
wait_before(const struct cf_step * step, int64_t next)
{
	struct cf_rng rng = cf_rng_stream((uint64_t)cf_clock_now() * 65536 +
	    (uint64_t)getpid(), CF_RNG_BACKOFF, (uint64_t)next);
	double wait_s = step->retry_wait_s * exp2((double)(next - 2));

	return (fmin(wait_s, CF_STEP_WAIT_MAX_S) *
	    (1.0 + cf_rng_uniform(&rng) / 2));
}

/* Run the command until it ended well or another try is in vain. */
static int
run_tries(const struct cf_step * step, struct cf_guard * guard, int log,
    struct cf_step_end * end, struct cf_err * err)
{
	struct try t = { .step = step };
	double wait_s, from_s;
	int number;

	note(log, step, "%s", step->command);
	for (;;) {
		end->tries++;
		t.timed_out = 0;
		from_s = cf_clock_s();
		if (run_try(&t, guard, log, end, err))
			return (-1);
		note(log, step, "try %lld of %lld: status %d%s, %.1f s",
		    (long long)end->tries, (long long)step->retries + 1,
		    end->status, end->timed_out ? " (time limit)" : "",
		    cf_clock_s() - from_s);
		if (t.forwarded != 0 || end->tries > step->retries ||
		    !is_worth_retry(end))
			return (0);
		wait_s = wait_before(step, end->tries + 1);
		note(log, step, "next try in %.1f s", wait_s);
		number = cf_step_pause(step->signals, wait_s);
		if (number != 0) {
			end->signal = number;
			end->status = 128 + number;
			return (0);
		}
	}
}

int
cf_step_run(const struct cf_step * step, struct cf_step_end * end,
    struct cf_err * err)
{
	struct cf_guard guard;
	double from_s = cf_clock_s();
	int log = -1, rc = -1;

#ifdef __linux__
	/*
	 * Orphans of the step come to us, not to the first process of the
	 * system, which may be slow to reap them: we wait for their end.
	 */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
	memset(end, 0, sizeof(*end));
	end->start_s = cf_clock_now();
	end->status = CF_ERR_SYSTEM;
	if (step->log != NULL) {
		log = open(step->log, O_WRONLY | O_APPEND | O_CREAT |
		    O_CLOEXEC, 0666);
		if (log == -1) {
			cf_err_errno(err, errno, "%s", step->log);
			goto done1;
		}
	}
	if (cf_guard_start(&guard, err))
		goto done0;
	rc = run_tries(step, &guard, log, end, err);
	cf_guard_end(&guard);
done0:
	if (log != -1)
		close(log);
done1:
	end->end_s = cf_clock_now();
	end->duration_s = round((cf_clock_s() - from_s) * 1000) / 1000;
	return (rc);
}

int
cf_step_command(char * const * argv, struct cf_buf * buf, struct cf_err * err)
{
	size_t i;

	for (i = 0; argv[i] != NULL; i++) {
		if (i > 0)
			cf_buf_add_char(buf, ' ');
		cf_buf_add_shell(buf, argv[i]);
	}
	return (cf_buf_string(buf, err) != NULL ? 0 : -1);
}

/* Is that a file which we may run? */
static int
can_run(const char * path)
{
	struct stat sb;

	return (stat(path, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    access(path, X_OK) == 0);
}

int
cf_step_find(const char * command, struct cf_buf * path, struct cf_err * err)
{
	const char * folders = getenv("PATH");
	size_t start = path->len, len;

	if (strchr(command, '/') != NULL || folders == NULL)
		folders = "";
	for (;;) {
		len = strcspn(folders, ":");
		path->len = start;
		cf_buf_add(path, folders, len);
		if (len > 0)
			cf_buf_add_char(path, '/');
		cf_buf_add_text(path, command);
		if (cf_buf_string(path, err) == NULL)
			return (-1);
		if (can_run(path->data + start))
			return (0);
		if (folders[len] == '\0')
			break;
		folders += len + 1;
	}
	path->len = start;
	return (cf_err_set(err, CF_ERR_USAGE, "%s: cannot be run", command));
}

int
cf_step_said(const char * log, const struct cf_step_end * end,
    struct cf_buf * buf, struct cf_err * err)
{
	char text[CF_STEP_SAID_MAX];
	int64_t from = end->log_from;
	ssize_t n = 0, at;
	int fd, lines = 0;

	if ((fd = open(log, O_RDONLY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", log));
	if (end->log_to - from > CF_STEP_SAID_MAX)
		from = end->log_to - CF_STEP_SAID_MAX;
	if (end->log_to > from)
		n = pread(fd, text, (size_t)(end->log_to - from), from);
	close(fd);
	if (n < 0)
		return (cf_err_errno(err, errno, "%s", log));
	for (at = n; at > 0; at--) {
		if (at < n && text[at - 1] == '\n' &&
		    ++lines == CF_STEP_SAID_LINES)
			break;
	}
	cf_buf_add(buf, text + at, (size_t)(n - at));
	return (buf->failed ? cf_err_memory(err) : 0);
}

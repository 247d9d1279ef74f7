#ifndef CF_TRACK_STEP_H_
#define CF_TRACK_STEP_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Running one step: a command in a process group of its own, within a time
 * limit, tried again where that can help, its messages kept in a log.
 *
 * Nothing of a step outlives it.  When its first process has ended, what is
 * left of its group gets SIGTERM and, after the grace period, SIGKILL; when
 * the caller itself is killed, a guard (track/guard.h) kills the group.
 *
 * Signals: the library installs no handlers, since they are the process's.
 * The caller's handlers write the number of each signal as one byte to a pipe
 * whose reading end is given here; SIGCHLD must be among them.
 */

struct cf_step {
	char * const * argv;	/* Command and arguments, then NULL. */
	const char * title;	/* For the log: "run R step S". */
	const char * command;	/* For the log: argv as one would type it. */
	const char * output;	/* File for its stdout; NULL: the caller's. */
	const char * log;	/* File for its stderr; NULL: the caller's. */
	int log_stdout;		/* Its stdout goes to the log as well. */
	double timeout_s;	/* Per try; 0: no limit. */
	uint64_t memory;	/* Bytes of address space; 0: no limit. */
	double grace_s;		/* From SIGTERM to SIGKILL. */
	int64_t retries;	/* Further tries. */
	double retry_wait_s;	/* Before the first; doubles each time. */
	int signals;		/* Non-blocking end of the caller's pipe. */
};

struct cf_step_end {
	int status;		/* Exit status; 128 + N for signal N. */
	int signal;		/* That ended it; 0: none. */
	int timed_out;		/* Of the last try; status is CF_ERR_SYSTEM. */
	int cannot_run;		/* errno when COMMAND could not be started. */
	int64_t tries;
	int64_t start_s;
	int64_t end_s;
	double duration_s;
	int64_t log_from;	/* What the last try left in the log. */
	int64_t log_to;
};

#define CF_STEP_NOT_FOUND 127	/* Statuses of a COMMAND that cannot be run, */
#define CF_STEP_NOT_RUN 126	/* as env(1) and nohup(1) have them. */

#define CF_STEP_WAIT_MAX_S 3600.0	/* Between tries, before jitter. */

/**
 * cf_step_run(step, end, err):
 * Run ${step} and fill *${end}.  SIGTERM, SIGINT and SIGHUP are handed on to
 * the step's group; no further try follows them.  An output file appears only
 * if the last try ended with status 0 or 1.  Return 0 however the step ended,
 * or -1 when it could not be run or its output not be kept; *${end} then holds
 * what is known, status CF_ERR_SYSTEM.
 */
int cf_step_run(const struct cf_step * step, struct cf_step_end * end,
    struct cf_err * err);

/**
 * cf_step_command(argv, buf, err):
 * Append the arguments to ${buf} as one would type them, with a NUL behind
 * the end.  Return 0 or -1.
 */
int cf_step_command(char * const * argv, struct cf_buf * buf,
    struct cf_err * err);

/**
 * cf_step_find(command, path, err):
 * Append the file that running ${command} would start to ${path}, with a NUL
 * behind the end.  Return 0, or -1 when there is none.
 */
int cf_step_find(const char * command, struct cf_buf * path,
    struct cf_err * err);

/**
 * cf_step_said(log, end, buf, err):
 * Append the last lines, CF_STEP_SAID_LINES at most, that the last try left in
 * the file ${log}.  Return 0 or -1.
 */
int cf_step_said(const char * log, const struct cf_step_end * end,
    struct cf_buf * buf, struct cf_err * err);
#define CF_STEP_SAID_LINES 20
#define CF_STEP_SAID_MAX 8192		/* Bytes. */

/**
 * cf_step_pause(signals, seconds):
 * Wait that long, or until SIGTERM, SIGINT or SIGHUP is read from ${signals}.
 * Return the number of that signal, or 0.
 */
int cf_step_pause(int signals, double seconds);

#endif /* !CF_TRACK_STEP_H_ */

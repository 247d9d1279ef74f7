#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/file.h"
#include "main.h"
#include "signals.h"
#include "tell.h"
#include "track/record.h"
#include "track/step.h"

/*
 * cf-run: run one step of a pipeline; or tell the configuration, or what the
 * run records hold.
 */

#define LOCK_LOOK_S 0.2		/* Between looks at a lock. */

static const struct cf_main program = {
	"cf-run",
	"[options] [--step NAME] -- COMMAND [ARG...]\n"
	"       cf-run --list | --prom [FILE...]\n"
	"       cf-run --conf [--config FILE] [KEY...]\n"
	"       cf-run --conf-file [--config FILE]",
	"Run COMMAND as one step of a pipeline: under a lock, within a time\n"
	"limit, again where that can help, with a log and a run record.  Its\n"
	"exit status is the step's.\n\n"
	"  cf-run --step train --timeout 3600 --retries 2 --log log/train.log\\\n"
	"      --record runs/1.ndjson -- cf-train -o model.cfm features.csv\n"
	"  cf-run --list runs/*.ndjson\n"
	"  cf-run --conf TREES",
	NULL
};

struct options {
	struct cf_main_common common;
	const char * step;
	const char * run;
	const char * reason;
	const char * lock;
	const char * log;
	const char * record;
	const char * config;
	double lock_wait_s;
	double timeout_s;
	double grace_s;
	int64_t retries;
	double retry_wait_s;
	int64_t memory_mib;
	int env;
	int log_stdout;
	int prom;
	int list;
	int conf;
	int conf_file;
};

/* Take the lock, waiting as long as asked.  Return 0, or the exit status. */
static int
take_lock(const struct options * o, int signals)
{
	struct cf_err err;
	double waited_s = 0;
	int number;

	while (cf_file_lock(o->lock, 0, &err) == -1) {
		if (err.kind != CF_ERR_LATER || waited_s >= o->lock_wait_s)
			return (cf_main_fail(&program, &err));
		number = cf_step_pause(signals, LOCK_LOOK_S);
		if (number != 0)
			return (128 + number);
		waited_s += LOCK_LOOK_S;
	}
	/* The descriptor stays open, and the lock held, until we end. */
	return (0);
}

static int
append_record(const struct options * o, const struct cf_step * step,
    const struct cf_step_end * end, struct cf_err * err)
{
	struct cf_record record = {
		.run = o->run, .step = o->step, .start_s = end->start_s,
		.end_s = end->end_s, .duration_s = end->duration_s,
		.status = end->status, .signal = end->signal,
		.timed_out = end->timed_out, .tries = end->tries,
		.reason = o->reason, .log = o->log, .command = step->command
	};

	return (cf_record_append(o->record, &record, err));
}

/* Tell on stderr how the step ended. */
static void
tell(const struct options * o, const struct cf_step * step,
    const struct cf_step_end * end)
{
	struct cf_buf said = { 0 };

	if (end->cannot_run != 0)
		cf_main_note(&program, "%s: %s", step->argv[0],
		    strerror(end->cannot_run));
	else if (end->timed_out)
		cf_main_note(&program, "step %s: over the time limit of %g s",
		    o->step, step->timeout_s);
	if (end->status != 0 && o->log != NULL) {
		/* Not being able to show it again changes nothing. */
		if (cf_step_said(o->log, end, &said, NULL) == 0 &&
		    said.len > 0)
			fwrite(said.data, 1, said.len, stderr);
		cf_buf_free(&said);
	}
	if (o->common.verbose)
		cf_main_note(&program, "step %s: status %d, %lld tries, %.1f s",
		    o->step, end->status, (long long)end->tries,
		    end->duration_s);
}

static int
run(struct options * o, char * const * argv)
{
	struct cf_step step = { .argv = argv, .log = o->log,
		.log_stdout = o->log_stdout, .timeout_s = o->timeout_s,
		.grace_s = o->grace_s, .retries = o->retries,
		.retry_wait_s = o->retry_wait_s,
		.memory = (uint64_t)o->memory_mib * 1024 * 1024 };
	struct cf_buf command = { 0 };
	struct cf_buf title = { 0 };
	struct cf_step_end end = { .status = CF_ERR_SYSTEM };
	struct cf_err err;
	int status;

	if (strcmp(o->common.out, "-") != 0)
		step.output = o->common.out;
	cf_buf_addf(&title, "run %s step %s", o->run, o->step);
	if ((step.title = cf_buf_string(&title, &err)) == NULL ||
	    cf_step_command(argv, &command, &err) ||
	    (step.signals = cf_signals_catch(&err)) == -1) {
		status = cf_main_fail(&program, &err);
		goto done;
	}
	step.command = command.data;
	if (o->lock != NULL && (status = take_lock(o, step.signals)) != 0)
		goto done;
	if (setenv("CF_RUN_ID", o->run, 1)) {
		cf_err_errno(&err, errno, "CF_RUN_ID");
		status = cf_main_fail(&program, &err);
		goto done;
	}
	if (cf_step_run(&step, &end, &err))
		cf_main_fail(&program, &err);
	else
		tell(o, &step, &end);
	status = end.status;
	if (o->record != NULL && append_record(o, &step, &end, &err)) {
		cf_main_fail(&program, &err);
		if (status == 0)
			status = CF_ERR_SYSTEM;
	}
done:
	cf_buf_free(&title);
	cf_buf_free(&command);
	return (status);
}

/* Name what was not named: the step by its command, the run by the time. */
static void
set_names(struct options * o, char * const * argv, char * run, size_t run_size)
{
	const char * slash = strrchr(argv[0], '/');
	char moment[CF_DAY_TEXT_MAX];
	size_t len, i, n = 0;

	if (o->step == NULL)
		o->step = slash != NULL ? slash + 1 : argv[0];
	if (o->run == NULL)
		o->run = getenv("CF_RUN_ID");
	if (o->run == NULL || *o->run == '\0') {
		len = cf_day_print_moment(cf_clock_now(), 1, moment);
		for (i = 0; i < len; i++) {
			if (moment[i] != '-' && moment[i] != ':')
				moment[n++] = moment[i];
		}
		snprintf(run, run_size, "%.*s-%ld", (int)n, moment,
		    (long)getpid());
		o->run = run;
	}
}

/* With -n: could the step be begun? */
static int
check(const struct options * o, char * const * argv)
{
	struct cf_buf path = { 0 };
	struct cf_err err;
	int status = 0;

	if (cf_step_find(argv[0], &path, &err)) {
		cf_main_fail(&program, &err);
		status = CF_STEP_NOT_FOUND;
	} else if (o->common.verbose) {
		cf_main_note(&program, "step %s would run %s", o->step,
		    path.data);
	}
	cf_buf_free(&path);
	return (status);
}

int
main(int argc, char * argv[])
{
	struct options o = { .common = CF_MAIN_COMMON, .grace_s = 10,
		.retry_wait_s = 5 };
	const struct cf_opt opts[] = {
		{ 0, "step", "NAME", CF_OPT_TEXT, &o.step, 0, 0, NULL,
		    "name of the step, else that of COMMAND" },
		{ 0, "run", "ID", CF_OPT_TEXT, &o.run, 0, 0, NULL,
		    "ID of the run, else $CF_RUN_ID, else one by the time" },
		{ 0, "reason", "TEXT", CF_OPT_TEXT, &o.reason, 0, 0, NULL,
		    "why the step runs, for its record" },
		{ 0, "lock", "FILE", CF_OPT_TEXT, &o.lock, 0, 0, NULL,
		    "run only while holding a lock on FILE" },
		{ 0, "lock-wait", "S", CF_OPT_NUMBER, &o.lock_wait_s, 0,
		    604800, NULL, "seconds to wait for the lock" },
		{ 0, "timeout", "S", CF_OPT_NUMBER, &o.timeout_s, 0, 604800,
		    NULL, "seconds that a try may take, 0 is no limit" },
		{ 0, "grace", "S", CF_OPT_NUMBER, &o.grace_s, 0, 86400, NULL,
		    "seconds between SIGTERM and SIGKILL" },
		{ 0, "retries", "N", CF_OPT_INT, &o.retries, 0, 100, NULL,
		    "further tries after status 4, 75 or a signal" },
		{ 0, "retry-wait", "S", CF_OPT_NUMBER, &o.retry_wait_s, 0,
		    86400, NULL, "seconds before the first further try" },
		{ 0, "memory", "MIB", CF_OPT_INT, &o.memory_mib, 0, 1 << 30,
		    NULL, "memory that each process may take, 0 is no limit" },
		{ 0, "env", NULL, CF_OPT_FLAG, &o.env, 0, 0, NULL,
		    "hand over keys and tokens of the configuration" },
		{ 0, "log", "FILE", CF_OPT_TEXT, &o.log, 0, 0, NULL,
		    "append the step's stderr to FILE" },
		{ 0, "log-stdout", NULL, CF_OPT_FLAG, &o.log_stdout, 0, 0,
		    NULL, "and its stdout" },
		{ 'o', "output", "FILE", CF_OPT_TEXT, &o.common.out, 0, 0,
		    NULL, "keep the step's stdout, or metrics, in FILE" },
		{ 0, "record", "FILE", CF_OPT_TEXT, &o.record, 0, 0, NULL,
		    "append a run record to FILE" },
		{ 0, "list", NULL, CF_OPT_FLAG, &o.list, 0, 0, NULL,
		    "show the run records of FILEs as a table" },
		{ 0, "prom", NULL, CF_OPT_FLAG, &o.prom, 0, 0, NULL,
		    "or as metrics for Prometheus" },
		{ 0, "conf", NULL, CF_OPT_FLAG, &o.conf, 0, 0, NULL,
		    "tell the configuration, or the value of each KEY" },
		{ 0, "conf-file", NULL, CF_OPT_FLAG, &o.conf_file, 0, 0, NULL,
		    "tell which configuration file counts" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &o.config, 0, 0, NULL,
		    "the configuration file" },
		CF_MAIN_OPT_CHECK(o.common),
		CF_MAIN_OPT_TALK(o.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	char run_name[64];
	int operand, status;

	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	argv += operand;
	if (o.list + o.prom + o.conf + o.conf_file > 1)
		return (cf_main_usage(&program,
		    "only one of --list, --prom, --conf, --conf-file"));
	if (o.log_stdout && (o.log == NULL || strcmp(o.common.out, "-") != 0))
		return (cf_main_usage(&program,
		    "--log-stdout needs --log and excludes --output"));
	if (o.list)
		return (cf_tell_records(&program, argv, o.common.quiet));
	if (o.prom)
		return (cf_tell_figures(&program, argv, o.common.out,
		    o.common.quiet));
	if (o.conf)
		return (cf_tell_conf(&program, o.config, argv,
		    o.common.quiet));
	if (o.conf_file)
		return (cf_tell_conf_file(&program, o.config,
		    o.common.quiet));
	if (argv[0] == NULL)
		return (cf_main_usage(&program, "no command"));
	set_names(&o, argv, run_name, sizeof(run_name));
	if (o.common.check)
		return (check(&o, argv));
	if (o.env && (status = cf_tell_step(&program, o.config,
	    o.common.quiet)) != 0)
		return (status);
	return (run(&o, argv));
}

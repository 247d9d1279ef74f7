#ifndef CF_CMD_MAIN_H_
#define CF_CMD_MAIN_H_

#include "base/err.h"
#include "base/opt.h"
#include "base/out.h"
#include "table/writer.h"

/*
 * What every program's main() has in common: its name, the options that mean
 * the same everywhere, help and version, messages, the exit status, and the
 * removal of a half-written file when a signal ends the program.
 *
 * A main() reads: name, defaults, parse, check combinations, open, run, close
 * with check.
 */

struct cf_main {
	const char * name;	/* "cf-train"; never argv[0]. */
	const char * synopsis;	/* Behind the name; more lines indented. */
	const char * about;	/* What it does and an example or two. */
	/* Word number i that an operand may be, NULL behind the last; or NULL:
	 * operands are no words of ours. */
	const char * (*word)(size_t i);
};

/* The options of all programs that write records. */
struct cf_main_common {
	const char * out;	/* -o */
	const char * format;	/* --format */
	int by_line;		/* --line-buffered */
	int check;		/* -n */
	int quiet;		/* -q */
	int verbose;		/* -v */
};

#define CF_MAIN_COMMON { "-", "csv", 0, 0, 0, 0 }

/* Rows of the option table; C is a struct cf_main_common. */
#define CF_MAIN_OPT_HELP						\
	{ 'h', "help", NULL, CF_OPT_HELP, NULL, 0, 0, NULL,		\
	    "print this help and exit" },				\
	{ 'V', "version", NULL, CF_OPT_VERSION, NULL, 0, 0, NULL,	\
	    "print the version and exit" }
#define CF_MAIN_OPT_TALK(C)						\
	{ 'q', "quiet", NULL, CF_OPT_FLAG, &(C).quiet, 0, 0, NULL,	\
	    "no warnings, no progress line" },				\
	{ 'v', "verbose", NULL, CF_OPT_FLAG, &(C).verbose, 0, 0, NULL,	\
	    "say on stderr what is done" }
#define CF_MAIN_OPT_CHECK(C)						\
	{ 'n', "check", NULL, CF_OPT_FLAG, &(C).check, 0, 0, NULL,	\
	    "check only: read and compute, write nothing" }
#define CF_MAIN_OPT_OUT(C)						\
	{ 'o', "output", "FILE", CF_OPT_TEXT, &(C).out, 0, 0, NULL,	\
	    "write to FILE, - is stdout" }
#define CF_MAIN_OPT_RECORDS(C)						\
	{ 0, "format", "FORMAT", CF_OPT_CHOICE, &(C).format, 0, 0,	\
	    "csv|ndjson", "records as csv or ndjson" },			\
	{ 0, "line-buffered", NULL, CF_OPT_FLAG, &(C).by_line, 0, 0,	\
	    NULL, "flush after each record" }
#define CF_MAIN_OPT_END { 0, NULL, NULL, CF_OPT_FLAG, NULL, 0, 0, NULL, NULL }

/**
 * cf_main_action(argc, argv):
 * Take the action, which comes first, its options behind it, off the arguments
 * of main().  Return its name, or NULL where there is none.
 */
const char * cf_main_action(int * argc, char *** argv);

/**
 * cf_main_options(m, opts, argc, argv, operand):
 * Put standard descriptors and SIGPIPE in order, then parse the options.
 * Answer --help and --version on stdout and wrong options on stderr; and
 * --option-table, alone, by the table itself, cashflow(7).  Return -1 to go
 * on, else the status to return from main().
 */
int cf_main_options(const struct cf_main * m, const struct cf_opt * opts,
    int argc, char * const * argv, int * operand);

/**
 * cf_main_fail(m, err):
 * Print the error and return its exit status.
 */
int cf_main_fail(const struct cf_main * m, const struct cf_err * err);

/**
 * cf_main_usage(m, fmt, ...):
 * Print a fault in the combination of options; return CF_ERR_USAGE.
 */
int cf_main_usage(const struct cf_main * m, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_main_note(m, fmt, ...):
 * Print "NAME: text" on stderr: a warning or a notice.
 */
void cf_main_note(const struct cf_main * m, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_main_out(path, err):
 * As cf_out_open; a signal that ends the program removes the temporary.  One
 * such output at a time; end it by cf_main_out_close.
 */
struct cf_out * cf_main_out(const char * path, struct cf_err * err);

/**
 * cf_main_out_close(out, keep, err):
 * End an output of cf_main_out: close it if ${keep}, else abandon it.  Return
 * 0 or -1.
 */
int cf_main_out_close(struct cf_out * out, int keep, struct cf_err * err);

/**
 * cf_main_expect_exit(m, err), cf_main_expect_no_exit(void):
 * Between these, an exit() that is not ours ends the program as one that is
 * out of memory: libarchive exits with status 1 then, which would be an answer.
 * A temporary of cf_main_out is removed.  The first returns 0 or -1.
 */
int cf_main_expect_exit(const struct cf_main * m, struct cf_err * err);
void cf_main_expect_no_exit(void);

/**
 * cf_main_format(common):
 * Return the record format that --format names.
 */
enum cf_format cf_main_format(const struct cf_main_common * common);

#endif /* !CF_CMD_MAIN_H_ */

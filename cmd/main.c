#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "table/json.h"

#include "main.h"

#define NOTE_MAX 2048		/* Bytes of a line on stderr. */

/* The temporary that a signal must remove; read by the handler only. */
static const char * volatile guarded;

static void
on_signal(int number)
{
	const char * path = guarded;

	if (path != NULL)
		unlink(path);
	/* The handler was reset on entry: die of the signal itself. */
	raise(number);
}

static void
guard(const char * path)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE,
	    SIGXCPU, SIGXFSZ };
	struct sigaction sa, old;
	size_t i;

	guarded = path;
	if (path == NULL)
		return;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			sigaction(numbers[i], &sa, NULL);
	}
}

/* The program that a library may end, or NULL. */
static const struct cf_main * at_stake;

static void
on_exit_unasked(void)
{

	if (at_stake == NULL)
		return;
	if (guarded != NULL)
		unlink(guarded);
	fprintf(stderr, "%s: out of memory\n", at_stake->name);
	_exit(CF_ERR_SYSTEM);
}

int
cf_main_expect_exit(const struct cf_main * m, struct cf_err * err)
{

	if (atexit(on_exit_unasked))
		return (cf_err_memory(err));
	at_stake = m;
	return (0);
}

void
cf_main_expect_no_exit(void)
{

	at_stake = NULL;
}

/* Print to stdout with a check; return the exit status. */
static int
say(const struct cf_main * m, const char * text)
{
	struct cf_err err;
	struct cf_out * out;

	if ((out = cf_out_open("-", &err)) == NULL)
		return (cf_main_fail(m, &err));
	cf_out_text(out, text);
	if (cf_out_close(out, &err))
		return (cf_main_fail(m, &err));
	return (0);
}

static int
help(const struct cf_main * m, const struct cf_opt * opts)
{
	struct cf_buf buf = { 0 };
	struct cf_err err;
	const char * text;
	int status;

	cf_buf_addf(&buf, "usage: %s %s\n\n%s\n\nOptions:\n", m->name,
	    m->synopsis, m->about);
	cf_opt_help(opts, &buf);
	cf_buf_addf(&buf, "\nThe manual page %s(1) tells all.\n", m->name);
	text = cf_buf_string(&buf, &err);
	status = text != NULL ? say(m, text) : cf_main_fail(m, &err);
	cf_buf_free(&buf);
	return (status);
}

/* What completions for shells are made of. */
static int
table(const struct cf_main * m, const struct cf_opt * opts)
{
	struct cf_buf buf = { 0 };
	struct cf_err err;
	const char * text;
	size_t i;
	int status;

	cf_buf_addf(&buf, "program\t%s\t", m->name);
	cf_buf_add(&buf, m->synopsis, strcspn(m->synopsis, "\n"));
	cf_buf_add_char(&buf, '\n');
	for (i = 0; m->word != NULL && m->word(i) != NULL; i++)
		cf_buf_addf(&buf, "word\t%s\n", m->word(i));
	cf_opt_table(opts, &buf);
	text = cf_buf_string(&buf, &err);
	status = text != NULL ? say(m, text) : cf_main_fail(m, &err);
	cf_buf_free(&buf);
	return (status);
}

/*
 * A standard descriptor that came closed would be given to the next file
 * opened, and messages be written into that.  Take its place with one that
 * fails when used.
 */
static void
hold_standard(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return;
	}
}

/*
 * Service managers and some languages start programs with SIGPIPE ignored.  A
 * filter whose reader has gone away ends quietly all the same.
 */
static void
restore_pipe(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGPIPE, &sa, NULL);
}

const char *
cf_main_action(int * argc, char *** argv)
{

	if (*argc < 2 || (*argv)[1][0] == '-')
		return (NULL);
	--*argc;
	++*argv;
	return ((*argv)[0]);
}

int
cf_main_options(const struct cf_main * m, const struct cf_opt * opts,
    int argc, char * const * argv, int * operand)
{
	enum cf_opt_type asked;
	struct cf_err err;
	char version[80];

	hold_standard();
	restore_pipe();
	cf_json_watch();
	if (argc == 2 && strcmp(argv[1], "--option-table") == 0)
		return (table(m, opts));
	if (cf_opt_parse(opts, argc, argv, operand, &asked, &err)) {
		fprintf(stderr, "%s: %s; try \"%s --help\"\n", m->name,
		    err.text, m->name);
		return ((int)err.kind);
	}
	if (asked == CF_OPT_HELP)
		return (help(m, opts));
	if (asked == CF_OPT_VERSION) {
		snprintf(version, sizeof(version), "%s (cashflow) %s\n",
		    m->name, CF_VERSION);
		return (say(m, version));
	}
	return (-1);
}

int
cf_main_fail(const struct cf_main * m, const struct cf_err * err)
{

	fprintf(stderr, "%s: %s\n", m->name, err->text);
	return ((int)err->kind);
}

/* Make the text of a line for a terminal. */
static void __attribute__((format(printf, 2, 0)))
compose(char text[NOTE_MAX], const char * fmt, va_list ap)
{

	vsnprintf(text, NOTE_MAX, fmt, ap);
	cf_err_plain(text);
}

int
cf_main_usage(const struct cf_main * m, const char * fmt, ...)
{
	char text[NOTE_MAX];
	va_list ap;

	va_start(ap, fmt);
	compose(text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s; try \"%s --help\"\n", m->name, text, m->name);
	return (CF_ERR_USAGE);
}

void
cf_main_note(const struct cf_main * m, const char * fmt, ...)
{
	char text[NOTE_MAX];
	va_list ap;

	va_start(ap, fmt);
	compose(text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s\n", m->name, text);
}

struct cf_out *
cf_main_out(const char * path, struct cf_err * err)
{
	struct cf_out * out;

	if ((out = cf_out_open(path, err)) != NULL)
		guard(cf_out_temporary(out));
	return (out);
}

int
cf_main_out_close(struct cf_out * out, int keep, struct cf_err * err)
{
	int rc = 0;

	if (keep)
		rc = cf_out_close(out, err);
	else
		cf_out_abandon(out);
	guard(NULL);
	return (rc);
}

enum cf_format
cf_main_format(const struct cf_main_common * common)
{

	return (strcmp(common->format, "ndjson") == 0 ? CF_FORMAT_NDJSON :
	    CF_FORMAT_CSV);
}

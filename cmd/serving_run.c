#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/modfile.h"
#include "serve/confine.h"
#include "serve/crew.h"
#include "serve/loop.h"
#include "serve/single.h"

#include "serving.h"
#include "signals.h"

/* What a macro stands for, as text. */
#define TEXT_OF(macro) TEXT_OF_IT(macro)
#define TEXT_OF_IT(macro) #macro

/* The folder of a file, "." if its name has none; to be freed. */
static char *
folder_of(const char * path)
{
	const char * slash = strrchr(path, '/');

	return (slash == NULL ? cf_mem_strdup(".", NULL) :
	    cf_mem_strndup(path, slash == path ? 1 : (size_t)(slash - path),
	    NULL));
}

/* What answers requests reads the state folder and what HUP names, no more. */
static int
confine(const struct cf_serving * s, struct cf_err * err)
{
	const char * const files[] = { s->tokens_path, s->tls_cert,
	    s->tls_key, s->config, s->audit_path };
	struct cf_confine_path paths[8];
	char * made[5];
	size_t i, n = 0;
	int rc;

	paths[n++] = (struct cf_confine_path){ cf_conf_get(s->conf,
	    "CF_HOME"), 0 };
	paths[n++] = (struct cf_confine_path){ "/proc/self", 0 };
	for (i = 0; i < 5; i++) {
		made[i] = files[i] != NULL ? folder_of(files[i]) : NULL;
		if (made[i] != NULL)
			paths[n++] = (struct cf_confine_path){ made[i],
			    files[i] == s->audit_path };
	}
#ifdef CF_COVERAGE
	/* The counts of lines are written as a process ends. */
	paths[n++] = (struct cf_confine_path){ TEXT_OF(CF_COVERAGE), 1 };
#endif
	rc = cf_confine_files(paths, n, err);
	for (i = 0; i < 5; i++)
		free(made[i]);
	return (rc == -1 ? -1 : 0);
}

/* ---- a worker */

struct worker {
	struct cf_serving * s;
	struct cf_loop loop;
};

/* A new model, already verified, for which there is a file. */
static void
take_model(struct cf_serving * s, int fd, int64_t mtime_s)
{
	struct cf_model * model;
	struct cf_err err;

	model = cf_modfile_open_fd(fd, s->paths[CF_SERVING_MODEL], &err);
	if (model == NULL || cf_holder_take(&s->service.holder, model,
	    mtime_s, &err))
		cf_holder_trouble(&s->service.holder, err.text);
}

static int
on_control(void * cookie)
{
	struct worker * w = cookie;
	struct cf_crew_order order;
	int fd;

	if (cf_crew_receive(w->loop.control, &order, &fd, NULL) != 1)
		return (-1);
	switch (order.what) {
	case CF_CREW_MODEL:
		if (fd != -1)
			take_model(w->s, fd, order.mtime_s);
		break;
	case CF_CREW_TROUBLE:
		cf_holder_trouble(&w->s->service.holder, order.text);
		break;
	case CF_CREW_RELOAD:
		/* The master has tried the same and found no fault. */
		if (cf_serving_reread(w->s, NULL) == 0)
			w->loop.tls = w->s->tls;
		cf_service_measure(&w->s->service, &order.measure);
		break;
	case CF_CREW_DRAIN:
		w->loop.drain = 1;
		break;
	default:
		break;
	}
	if (fd != -1)
		close(fd);
	return (0);
}

static void
ignore_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &sa, NULL);
	sa.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &sa, NULL);
}

static int
work(void * cookie, size_t worker, int control)
{
	struct cf_serving * s = cookie;
	struct worker w = { .s = s, .loop = { .world = &s->world,
	    .board = s->board, .worker = worker, .listeners = &s->listeners,
	    .tls = s->tls, .control = control, .on_control = on_control,
	    .connections_max = (size_t)s->connections_max,
	    .address_max = (size_t)s->address_max,
	    .timeout_s = s->timeout_s, .idle_s = s->idle_s } };
	struct cf_err err;
	int status = 0;

	w.loop.cookie = &w;
	ignore_signals();
	/* Nobody is told that there is no model while it is on its way. */
	while (s->service.holder.model == NULL &&
	    s->service.holder.trouble[0] == '\0' && !w.loop.drain)
		w.loop.drain |= on_control(&w) != 0;
	if (confine(s, &err) || cf_loop_run(&w.loop, &err))
		status = cf_main_fail(s->m, &err);
	if (s->world.audit != NULL)
		cf_audit_flush(s->world.audit);
	s->listeners.n = 0;	/* Those are the master's to remove. */
	cf_serving_end(s);
	/* Not left to the crew, so that what checks a process as it ends, for
	 * leaks or coverage, sees this one too. */
	exit(status);
}

/* ---- master, or the one connection */

static int
reread(void * cookie, struct cf_measure_params * measure, struct cf_err * err)
{

	return (cf_serving_reconfigure(cookie, measure, err));
}

static void
say(void * cookie, const char * text)
{

	cf_main_note(((struct cf_serving *)cookie)->m, "%s", text);
}

static int
run_crew(struct cf_serving * s, struct cf_err * err)
{
	char name[200];
	size_t i;
	struct cf_crew crew = { .workers = (size_t)s->workers,
	    .board = s->board, .shared = &s->shared, .watch = &s->watch,
	    .drain_s = s->drain_s, .verbose = s->verbose, .work = work,
	    .reread = reread, .note = say, .cookie = s };

	if ((crew.signals = cf_signals_catch(err)) == -1)
		return (-1);
	for (i = 0; i < s->listeners.n && !s->quiet; i++) {
		cf_listener_name(&s->listeners, i, name, sizeof(name));
		cf_main_note(s->m, "listens at %s", name);
	}
	return (cf_crew_run(&crew, err));
}

void
cf_serving_spare_client(void)
{
	struct stat in, error;
	int fd;

	if (fstat(STDIN_FILENO, &in) || fstat(STDERR_FILENO, &error) ||
	    !S_ISSOCK(in.st_mode) || in.st_dev != error.st_dev ||
	    in.st_ino != error.st_ino)
		return;
	if ((fd = open("/dev/null", O_WRONLY | O_CLOEXEC)) != -1) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
}

static int
run_single(struct cf_serving * s, struct cf_err * err)
{
	struct cf_model * model;
	struct cf_err fault;
	int64_t mtime_s;

	model = cf_watch_open(&s->watch, &mtime_s, &fault);
	if (model == NULL || cf_holder_take(&s->service.holder, model,
	    mtime_s, &fault))
		cf_holder_trouble(&s->service.holder, fault.text);
	cf_board_figures(s->board, 0);
	if (confine(s, err))
		return (-1);
	return (cf_single_run(&s->world, STDIN_FILENO, STDOUT_FILENO,
	    s->timeout_s, s->idle_s, err));
}

int
cf_serving_run(struct cf_serving * s, struct cf_err * err)
{

	if (s->listeners.n > 0)
		return (run_crew(s, err));
	return (run_single(s, err));
}

int
cf_serving_new_token(struct cf_serving * s, const char * name,
    struct cf_err * err)
{
	char token[CF_TOKEN_CHARS + 1];
	struct cf_out * out;
	int rc;

	if (cf_serving_paths(s, err) ||
	    cf_file_make_folders(s->paths[CF_SERVING_STATE], err) ||
	    cf_token_make(s->tokens_path, name, token, err))
		return (-1);
	if ((out = cf_out_open("-", err)) == NULL)
		return (-1);
	cf_out_text(out, token);
	cf_out_char(out, '\n');
	sodium_memzero(token, sizeof(token));
	rc = cf_out_close(out, err);
	return (rc);
}

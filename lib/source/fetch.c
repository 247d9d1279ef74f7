#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/secret.h"
#include "http/url.h"
#include "source/fetch.h"
#include "source/source.h"
#include "source/task.h"
#include "source/userfile.h"

#define WINDOW 3		/* Jobs that are not yet handed over. */
#define LINES_MAX 8		/* Sources. */
#define TASKS_MAX 100000
#define LOOK_S 0.2		/* At least so often, for files and others. */

struct cf_fetch {
	const struct cf_fetch_options * options;
	const struct cf_fetch_hooks * hooks;
	struct cf_task_common common;
	struct cf_buf cache;
	struct cf_task_line lines[LINES_MAX];
	size_t nlines;
	struct cf_task * tasks;
	size_t n;
	size_t capacity;
	struct cf_userfile_ids * files;	/* Own the names that tasks use. */
	size_t nfiles;
	size_t files_capacity;
	unsigned int columns;
	double calls[LINES_MAX];	/* Of each line. */
	size_t head;			/* The first not yet handed over. */
	double end_s;
};

static int
make_client(struct cf_fetch * f, struct cf_err * err)
{
	const struct cf_fetch_options * o = f->options;
	struct cf_client_options client = { .agent = o->agent,
		.max_bytes = o->max_bytes, .timeout_s = o->timeout_s,
		.parallel = CF_HTTP_PARALLEL_MAX };
	int rc = 0;

	if (o->base_url != NULL) {
		if ((rc = cf_url_check(o->base_url, "--base-url", err)) < 0)
			return (-1);
		cf_url_host(o->base_url, f->common.base_host,
		    sizeof(f->common.base_host));
	}
	client.allow_http = rc;
	f->common.client = cf_client_new(&client, err);
	return (f->common.client != NULL ? 0 : -1);
}

struct cf_fetch *
cf_fetch_new(const struct cf_fetch_options * o,
    const struct cf_fetch_hooks * hooks, struct cf_err * err)
{
	struct cf_fetch * f;
	struct cf_task_common * c;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->options = o;
	f->hooks = hooks;
	c = &f->common;
	c->home = o->home;
	c->base_url = o->base_url;
	c->max_wait_s = o->max_wait_s;
	c->max_age_s = o->max_age_s;
	c->retry_wait_s = o->retry_wait_s;
	c->retries = o->retries;
	c->offline = o->offline;
	c->pinned_s = (double)o->now_s;
	c->start_s = cf_clock_s();
	c->rng = cf_rng_stream(o->seed, CF_RNG_BACKOFF, 0);
	f->end_s = c->start_s + o->deadline_s;
	if (cf_quota_folder(o->home, &f->cache, err))
		goto err0;
	cf_buf_add_text(&f->cache, "/cache");
	if ((c->cache = cf_buf_string(&f->cache, err)) == NULL ||
	    make_client(f, err))
		goto err0;
	return (f);

err0:
	cf_fetch_free(f);
	return (NULL);
}

static int
missing_key(const struct cf_source * source, struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_USAGE, "%s needs a key: set %s, or "
	    "%s_FILE to a file that holds it", source->name, source->key_name,
	    source->key_name));
}

/* The line of a source, made when it is first met. */
static struct cf_task_line *
line_of(struct cf_fetch * f, const struct cf_source * source,
    struct cf_err * err)
{
	const struct cf_fetch_options * o = f->options;
	struct cf_task_line * line;
	size_t i;

	for (i = 0; i < f->nlines; i++) {
		if (f->lines[i].source == source)
			return (&f->lines[i]);
	}
	if (f->nlines == LINES_MAX) {
		cf_err_set(err, CF_ERR_USAGE, "too many sources");
		return (NULL);
	}
	line = &f->lines[f->nlines];
	memset(line, 0, sizeof(*line));
	line->source = source;
	line->quota = source->quota;
	if (o->per_day >= 0)
		line->quota.per_day = o->per_day;
	if (o->spacing_s >= 0)
		line->quota.spacing_s = o->spacing_s;
	if (source->key_name != NULL && cf_secret_load(source->key_name,
	    &line->key, err))
		return (NULL);
	f->nlines++;
	if (source->needs_key && line->key == NULL && !o->offline) {
		missing_key(source, err);
		return (NULL);
	}
	return (line);
}

static int
add_task(struct cf_fetch * f, struct cf_task_line * line, const char * arg,
    const char * select, int takes_all, struct cf_err * err)
{
	struct cf_task * t;

	if (f->n == TASKS_MAX)
		return (cf_err_set(err, CF_ERR_USAGE, "too many names"));
	if (cf_mem_grow(&f->tasks, &f->capacity, f->n + 1, sizeof(*f->tasks),
	    err))
		return (-1);
	t = &f->tasks[f->n++];
	memset(t, 0, sizeof(*t));
	t->line = line;
	t->job.source = line->source;
	t->job.ask = f->options->ask;
	t->job.arg = arg;
	t->job.key = line->key;
	t->job.select = select;
	t->job.takes_all = takes_all;
	t->job.held_to = CF_DAY_MIN;
	t->job.now_s = (int64_t)cf_task_now(&f->common);
	if (line->source->is_stepwise && f->options->ask->to_store &&
	    cf_store_newest(f->options->home, CF_HAUL_SERIES, arg,
	    &t->job.held_to, err))
		return (-1);
	if (line->source->begin(&t->job, err))
		return (-1);
	f->calls[line - f->lines] += (double)t->job.ncalls;
	return (0);
}

/* A file may be several jobs. */
static int
add_file(struct cf_fetch * f, struct cf_task_line * line, const char * arg,
    struct cf_err * err)
{
	struct cf_userfile_ids * ids;
	size_t i;

	if (cf_mem_grow(&f->files, &f->files_capacity, f->nfiles + 1,
	    sizeof(*f->files), err))
		return (-1);
	ids = &f->files[f->nfiles];
	if (cf_userfile_expand(arg, f->options->ask, ids, err))
		return (-1);
	f->nfiles++;
	f->columns |= ids->columns;
	for (i = 0; i < ids->n; i++) {
		if (add_task(f, line, arg, ids->ids[i], !ids->several, err))
			return (-1);
	}
	return (0);
}

int
cf_fetch_add(struct cf_fetch * f, const struct cf_source * source,
    const char * arg, struct cf_err * err)
{
	const struct cf_job_ask * ask = f->options->ask;
	struct cf_task_line * line;

	if ((line = line_of(f, source, err)) == NULL)
		return (-1);
	if (source->load != NULL)
		return (add_file(f, line, arg, err));
	if (strcmp(ask->function, "adjusted") == 0)
		f->columns |= 1u << CF_HAUL_ADJUSTED |
		    1u << CF_HAUL_DIVIDEND | 1u << CF_HAUL_SPLIT;
	if (ask->splits)
		f->columns |= 1u << CF_HAUL_SPLIT;
	return (add_task(f, line, arg, NULL, 0, err));
}

int
cf_fetch_add_all(struct cf_fetch * f, char * const * operands,
    struct cf_err * err)
{
	const struct cf_source * source = NULL;
	const struct cf_source * named;
	size_t before = 0;

	for (; *operands != NULL; operands++) {
		named = cf_source_find(*operands);
		/* Two sources in a row: the first has no names. */
		if (named != NULL && (source == NULL || f->n > before)) {
			source = named;
			before = f->n;
		} else if (source == NULL) {
			return (cf_err_set(err, CF_ERR_USAGE, "%.60s: no such "
			    "source; --list shows them", *operands));
		} else if (cf_fetch_add(f, source, *operands, err)) {
			return (-1);
		}
	}
	if (source == NULL)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "no source; --list shows them"));
	if (f->n == before && source->load == NULL)
		return (cf_err_set(err, CF_ERR_USAGE, "%s: no %s",
		    source->name, source->ids));
	return (0);
}

unsigned int
cf_fetch_columns(const struct cf_fetch * f)
{

	return (f->columns);
}

double
cf_fetch_pace(const struct cf_fetch * f)
{
	double pace_s = 0, s;
	size_t i;

	for (i = 0; i < f->nlines; i++) {
		if (f->lines[i].quota.per_day == 0)
			continue;
		s = CF_QUOTA_DAY_S / (double)f->lines[i].quota.per_day *
		    f->calls[i];
		if (s > pace_s)
			pace_s = s;
	}
	return (pace_s);
}

/* The present window of tasks. */
static size_t
window_end(const struct cf_fetch * f)
{

	return (f->head + WINDOW < f->n ? f->head + WINDOW : f->n);
}

/* Is a request of that name under way for another task? */
static int
is_flying(void * cookie, const struct cf_task * task)
{
	const struct cf_fetch * f = cookie;
	const struct cf_task * t;
	size_t i;

	for (i = f->head; i < window_end(f); i++) {
		t = &f->tasks[i];
		if (t != task && t->state == CF_TASK_FLYING &&
		    t->name.len == task->name.len &&
		    memcmp(t->name.data, task->name.data, t->name.len) == 0)
			return (1);
	}
	return (0);
}

static void
say_notes(const struct cf_fetch * f, struct cf_job * job)
{
	const char * text = cf_buf_string(&job->notes, NULL);
	char * end;
	char * p;

	if (text == NULL)
		return;
	for (p = job->notes.data; (end = strchr(p, '\n')) != NULL;
	    p = end + 1) {
		*end = '\0';
		f->hooks->say(f->hooks->cookie, 0, p);
	}
	job->notes.len = 0;
}

/* Hand over what the head of the line has. */
static int
hand_over(struct cf_fetch * f, struct cf_task * t, struct cf_err * err)
{
	const struct cf_fetch_hooks * h = f->hooks;
	struct cf_store_report report;
	struct cf_err reason;
	size_t notes = t->job.notes.len;

	if (f->options->ask->to_store) {
		if (cf_store_merge(f->options->home, &t->job, &report,
		    &reason)) {
			/* What was noted of the merge did not happen. */
			t->job.notes.len = notes;
			cf_task_fail(t, &reason);
			return (0);
		}
		say_notes(f, &t->job);
		h->stored(h->cookie, &t->job, &report);
	}
	return (h->deliver(h->cookie, &t->job, err));
}

/* Hand over all that is ready at the head. */
static int
deliver(struct cf_fetch * f, int * status, struct cf_err * err)
{
	struct cf_task * t;

	for (; f->head < f->n; f->head++) {
		t = &f->tasks[f->head];
		if (t->state != CF_TASK_DONE && t->state != CF_TASK_FAILED)
			return (0);
		if (t->state == CF_TASK_DONE && hand_over(f, t, err))
			return (-1);
		say_notes(f, &t->job);
		if (t->state == CF_TASK_FAILED) {
			f->hooks->say(f->hooks->cookie, 1, t->err.text);
			*status = cf_err_worse(*status, (int)t->err.kind);
		}
		cf_job_free(&t->job);
		cf_buf_free(&t->name);
	}
	return (0);
}

/* Fail the tasks whose time is over. */
static void
check_deadlines(struct cf_fetch * f)
{
	const struct cf_fetch_options * o = f->options;
	double now_s = cf_clock_s();
	struct cf_err err;
	struct cf_task * t;
	size_t i;

	for (i = f->head; i < window_end(f); i++) {
		t = &f->tasks[i];
		if (t->state == CF_TASK_DONE || t->state == CF_TASK_FAILED)
			continue;
		if (t->line->end_s <= 0)
			t->line->end_s = now_s + o->source_deadline_s;
		if (now_s < f->end_s && now_s < t->line->end_s)
			continue;
		cf_err_set(&err, CF_ERR_SYSTEM, "not done within the %g s of "
		    "%s", now_s >= f->end_s ? o->deadline_s :
		    o->source_deadline_s, now_s >= f->end_s ? "--deadline" :
		    "--source-deadline");
		cf_task_fail(t, &err);
	}
}

/* How long nothing can happen but a reply. */
static double
idle_s(const struct cf_fetch * f)
{
	double now_s = cf_clock_s();
	double next_s = f->end_s, s;
	const struct cf_task * t;
	size_t i;

	for (i = f->head; i < window_end(f); i++) {
		t = &f->tasks[i];
		if (t->line->end_s > 0 && t->line->end_s < next_s)
			next_s = t->line->end_s;
		if (t->state != CF_TASK_READY)
			continue;
		s = t->not_before_s > t->line->wait_s ? t->not_before_s :
		    t->line->wait_s;
		/* Waiting for a slot, or for another's reply. */
		if (s <= now_s)
			s = now_s + LOOK_S;
		if (s < next_s)
			next_s = s;
	}
	return (next_s > now_s ? next_s - now_s : 0);
}

static int
take_replies(struct cf_fetch * f, struct cf_err * err)
{
	struct cf_client_reply reply;
	struct cf_task * t;
	int rc;

	while ((rc = cf_client_take(f->common.client, &reply, err)) == 1) {
		t = reply.cookie;
		/* One that is over its deadline has failed already. */
		if (t->state == CF_TASK_FLYING)
			cf_task_reply(t, &f->common, &reply);
		else
			cf_buf_free(&reply.body);
	}
	return (rc);
}

int
cf_fetch_run(struct cf_fetch * f, int * status, struct cf_err * err)
{
	size_t i;
	int rc;

	*status = 0;
	if (f->options->progress != NULL)
		f->options->progress->total = f->n;
	for (;;) {
		cf_progress_at(f->options->progress, f->head);
		check_deadlines(f);
		for (i = f->head; i < window_end(f); i++)
			cf_task_go(&f->tasks[i], &f->common, is_flying, f);
		i = f->head;
		if (deliver(f, status, err))
			return (-1);
		if (f->head == f->n)
			return (0);
		if (f->head != i)
			continue;	/* The window has moved. */
		rc = cf_client_wait(f->common.client, idle_s(f),
		    f->options->stop_fd, err);
		if (rc != 0)
			return (rc);
		if (take_replies(f, err))
			return (-1);
	}
}

void
cf_fetch_free(struct cf_fetch * f)
{
	size_t i;

	if (f == NULL)
		return;
	cf_client_free(f->common.client);
	for (i = f->head; i < f->n; i++) {
		cf_job_free(&f->tasks[i].job);
		cf_buf_free(&f->tasks[i].name);
	}
	free(f->tasks);
	for (i = 0; i < f->nfiles; i++)
		cf_userfile_free(&f->files[i]);
	free(f->files);
	for (i = 0; i < f->nlines; i++)
		cf_secret_free(f->lines[i].key);
	cf_buf_free(&f->cache);
	free(f);
}

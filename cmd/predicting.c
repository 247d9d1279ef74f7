#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/progress.h"
#include "risk/answer.h"

#include "predicting.h"

#define BATCH 4096		/* Records forecast at a time. */
#define PARTS 8			/* Of a round, for each thread. */

/* Records read together. */
struct round {
	struct cf_batch batch;
	int failed;		/* Reading behind them did. */
	struct cf_err err;
};

struct work {
	struct cf_predicting * p;
	struct cf_intake * intake;
	struct cf_answer ** answers;	/* Of each thread. */
	size_t threads;
	int begun;		/* Columns are known. */
	struct round rounds[2];
	struct round * now;	/* Being forecast, */
	struct round * next;	/* and read; NULL: not in this run. */
	size_t from;		/* Of now: its records not yet forecast. */
	size_t part;		/* Records forecast at a time. */
	struct cf_buf * texts;	/* [nparts] */
	size_t nparts;
	const double * ranks;
};

static void
read_round(struct work * w, struct round * round)
{

	round->failed = cf_intake_next(w->intake, &round->batch,
	    &round->err) != 0;
	if (round->failed)
		cf_batch_clear(&round->batch);
}

/* Item 0 reads the next round, if there is one to read; others forecast. */
static int
work(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct work * w = cookie;
	const struct cf_batch * batch = &w->now->batch;
	size_t at, n;

	if (w->next != NULL && item-- == 0) {
		read_round(w, w->next);
		return (0);
	}
	at = w->from + item * w->part;
	n = batch->n - at < w->part ? batch->n - at : w->part;
	return (cf_answer_batch(w->answers[thread], batch, at, n, w->ranks,
	    &w->texts[item], err));
}

/* The columns, as soon as they are known. */
static int
begin(struct work * w, struct cf_out * out, struct cf_err * err)
{
	struct cf_buf head = { 0 };
	size_t i;
	int rc = 0;

	if (w->begun || !(cf_intake_known(w->intake) ||
	    (w->p->format == CF_FORMAT_CSV && w->now->batch.n > 0)))
		return (0);
	for (i = 0; i < w->threads && rc == 0; i++)
		rc = cf_answer_begin(w->answers[i], w->intake,
		    i == 0 ? &head : NULL, err);
	if (rc == 0 && head.len > 0)
		cf_out_write(out, head.data, head.len);
	if (rc == 0 && w->p->by_line)
		rc = cf_out_flush(out, err);
	cf_buf_free(&head);
	w->begun = 1;
	return (rc);
}

/* Forecast the present round, and write it; with --latest it has any size. */
static int
answer_round(struct work * w, struct cf_out * out, struct cf_err * err)
{
	const size_t n = w->now->batch.n;
	struct round * next = w->next;
	size_t parts, i;

	for (w->from = 0; w->from < n; w->from += parts * w->part) {
		parts = (n - w->from + w->part - 1) / w->part;
		parts = parts < w->nparts ? parts : w->nparts;
		w->next = w->from + parts * w->part >= n ? next : NULL;
		if (cf_par_run(parts + (w->next != NULL), w->threads, work, w,
		    err))
			return (-1);
		for (i = 0; i < parts; i++) {
			cf_out_write(out, w->texts[i].data, w->texts[i].len);
			w->texts[i].len = 0;
		}
		if (w->p->by_line && cf_out_flush(out, err))
			return (-1);
	}
	w->p->bad += w->now->batch.nbad;
	return (0);
}

static int
answer_all(struct work * w, struct cf_out * out, struct cf_progress * progress,
    struct cf_err * err)
{
	struct round * last;
	size_t done = 0;

	w->now = &w->rounds[0];
	read_round(w, w->now);
	for (;;) {
		if (w->now->failed) {
			*err = w->now->err;
			return (-1);
		}
		if (begin(w, out, err))
			return (-1);
		if (w->now->batch.n == 0)
			return (0);
		/* One thread reads when it has answered, not before. */
		w->next = w->threads > 1 ? &w->rounds[w->now == w->rounds] :
		    NULL;
		last = w->now;
		if (answer_round(w, out, err))
			return (-1);
		cf_progress_at(progress, done += last->batch.n);
		if (w->next != NULL)
			w->now = w->next;
		else
			read_round(w, w->now);
	}
}

static int
start(struct work * w, struct cf_err * err)
{
	struct cf_predicting * p = w->p;
	size_t i;

	w->threads = p->by_line ? 1 : cf_par_threads(p->threads);
	w->nparts = w->threads > 1 ? PARTS * w->threads : 1;
	w->part = p->by_line ? 1 : BATCH;
	p->from.batch = w->nparts * w->part;
	p->from.await_keys = p->format == CF_FORMAT_CSV;
	for (i = 0; i < 2; i++)
		cf_batch_init(&w->rounds[i].batch, p->model->inputs.n);
	w->answers = cf_mem_array(w->threads, sizeof(*w->answers), err);
	w->texts = cf_mem_array(w->nparts, sizeof(*w->texts), err);
	if (w->answers == NULL || w->texts == NULL ||
	    (w->intake = cf_intake_open(p->model, &p->from, err)) == NULL)
		return (-1);
	for (i = 0; i < w->threads; i++) {
		w->answers[i] = cf_answer_new(p->model, &p->print, p->format,
		    w->part, err);
		if (w->answers[i] == NULL)
			return (-1);
	}
	return (0);
}

static void
end(struct work * w)
{
	size_t i;

	for (i = 0; w->answers != NULL && i < w->threads; i++)
		cf_answer_free(w->answers[i]);
	for (i = 0; w->texts != NULL && i < w->nparts; i++)
		cf_buf_free(&w->texts[i]);
	for (i = 0; i < 2; i++)
		cf_batch_free(&w->rounds[i].batch);
	free(w->answers);
	free(w->texts);
	cf_intake_close(w->intake);
}

int
cf_predicting_run(struct cf_predicting * p, struct cf_out * out,
    struct cf_err * err)
{
	struct work w = { .p = p };
	struct cf_progress progress;
	int rc = -1;

	cf_progress_start(&progress, p->progress_fd, "rows", 0);
	if (start(&w, err) == 0)
		rc = answer_all(&w, out, &progress, err);
	cf_progress_end(&progress);
	end(&w);
	return (rc);
}

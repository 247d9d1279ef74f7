#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/progress.h"
#include "risk/answer.h"
#include "risk/joint.h"

#include "predicting.h"

/* Records forecast at a time, of all threads: each reads all trees for them. */
#define BATCH 16384
#define BATCH_LEAST 4096	/* Of each. */
#define PARTS 2			/* Of a round, for each thread. */

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

/* Write a portfolio's records, one a date. */
static int
write_portfolio(struct work * w, const struct cf_joint * joint,
    struct cf_out * out, struct cf_err * err)
{
	const struct cf_predicting * p = w->p;
	const struct cf_joint_outcome * outcomes;
	struct cf_writer * writer;
	size_t n, i;
	int rc = -1;

	writer = cf_writer_new(out, p->format, p->by_line, err);
	if (writer == NULL || cf_forecasts_begin(writer, w->intake, p->model,
	    &p->print, 0, err))
		goto done;
	outcomes = cf_joint_outcomes(joint, &n);
	for (i = 0; i < n; i++) {
		if (cf_forecasts_add_portfolio(writer, w->intake,
		    &w->now->batch, p->model, &outcomes[i], &p->print, err))
			goto done;
	}
	rc = 0;
done:
	cf_writer_free(writer);
	return (rc);
}

/* All that is read from the records and files of a joint forecast. */
static int
simulate(struct work * w, const struct cf_factor * factor,
    const struct cf_portfolio * portfolio, struct cf_out * out,
    struct cf_err * err)
{
	const struct cf_predicting * p = w->p;
	const struct cf_joint_params params = { .paths = p->paths,
	    .seed = p->seed, .threads = w->threads,
	    .nranks = p->print.nranks, .portfolio = portfolio,
	    .measure = p->print.measure, .nquantiles = p->print.nquantiles,
	    .quantile = p->print.quantile };
	struct cf_joint * joint;
	int rc;

	joint = cf_joint_run(p->model, &w->now->batch, factor, &params, err);
	if (joint == NULL)
		return (-1);
	cf_joint_outcomes(joint, &w->p->dates);
	if (portfolio != NULL) {
		rc = write_portfolio(w, joint, out, err);
		w->p->bad += w->now->batch.nbad;
	} else {
		w->ranks = cf_joint_ranks(joint);
		rc = begin(w, out, err) || answer_round(w, out, err) ? -1 : 0;
	}
	cf_joint_free(joint);
	return (rc);
}

/* Joint forecasts: a date's records may stand anywhere, so read them all. */
static int
answer_jointly(struct work * w, struct cf_out * out, struct cf_err * err)
{
	struct cf_predicting * p = w->p;
	struct cf_portfolio * portfolio = NULL;
	struct cf_factor * factor = NULL;
	int rc = -1;

	if (!p->model->kind->is_return)
		return (cf_err_set(err, CF_ERR_DATA,
		    "joint forecasts need a model of holdings"));
	w->now = &w->rounds[0];
	if (cf_intake_next(w->intake, &w->now->batch, err) ||
	    cf_intake_next(w->intake, &w->rounds[1].batch, err))
		return (-1);
	if (!cf_intake_known(w->intake))
		return (begin(w, out, err) || answer_round(w, out, err) ?
		    -1 : 0);
	if (!cf_intake_has(w->intake, CF_BATCH_SYMBOL) ||
	    !cf_intake_has(w->intake, CF_BATCH_DATE))
		return (cf_err_set(err, CF_ERR_DATA,
		    "joint forecasts need columns symbol and date"));
	if (p->portfolio == NULL ||
	    (portfolio = cf_portfolio_load(p->portfolio, err)) != NULL) {
		factor = cf_factor_load(p->bars, p->nbars, err);
		if (factor != NULL)
			rc = simulate(w, factor, portfolio, out, err);
	}
	cf_factor_free(factor);
	cf_portfolio_free(portfolio);
	return (rc);
}

static int
start(struct work * w, struct cf_err * err)
{
	struct cf_predicting * p = w->p;
	size_t i;

	w->threads = p->by_line ? 1 : cf_par_threads(p->threads);
	w->nparts = w->threads > 1 ? PARTS * w->threads : 1;
	w->part = p->by_line ? 1 : BATCH / w->threads > BATCH_LEAST ?
	    BATCH / w->threads : BATCH_LEAST;
	p->from.batch = p->nbars > 0 ? SIZE_MAX : w->nparts * w->part;
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
		rc = p->nbars > 0 ? answer_jointly(&w, out, err) :
		    answer_all(&w, out, &progress, err);
	cf_progress_end(&progress);
	end(&w);
	return (rc);
}

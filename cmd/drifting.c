#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/progress.h"
#include "drift/compare.h"
#include "drift/joined.h"
#include "drift/perform.h"
#include "drift/trained.h"

#include "drifting.h"

int
cf_drifting_inputs(struct cf_drifting * s, char * const * operands,
    size_t n, struct cf_err * err)
{
	const struct cf_opt_list * named = s->current.n > 0 ? &s->current :
	    &s->forecasts;
	const char * other = s->reference != NULL ? s->reference :
	    s->outcomes;
	size_t i, standard = 0;

	s->inputs.items = cf_mem_array(named->n + n, sizeof(char *), err);
	if (s->inputs.items == NULL)
		return (-1);
	for (i = 0; i < named->n; i++)
		s->inputs.items[s->inputs.n++] = named->items[i];
	for (i = 0; i < n; i++)
		s->inputs.items[s->inputs.n++] = operands[i];
	if (s->inputs.n == 0)
		standard++;
	if (strcmp(other, "-") == 0)
		standard++;
	for (i = 0; i < s->inputs.n; i++) {
		if (strcmp(s->inputs.items[i], "-") == 0)
			standard++;
	}
	if (standard > 1)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "standard input can be read once only"));
	return (0);
}

static struct cf_frame *
load(const struct cf_drifting * s, const char * const * paths, size_t n,
    struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_frame_options options = { .paths = paths, .npaths = n,
	    .horizon = s->horizon, .progress = &progress };
	struct cf_frame * frame;

	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "rows", 0);
	frame = cf_frame_load(&options, err);
	cf_progress_end(&progress);
	return (frame);
}

int
cf_drifting_data(const struct cf_main * m, struct cf_drifting * s,
    struct cf_findings * all, struct cf_err * err)
{
	struct cf_compare_params params;
	struct cf_span reference = { NULL, 0, 0, NULL, NULL, 0, 0 };
	struct cf_span current = { NULL, 0, 0, NULL, NULL, 0, 0 };
	int64_t before_s = INT64_MAX;
	int rc = -1;

	cf_compare_defaults(&params);
	params.target = s->target;
	params.alpha = s->alpha;
	params.looks = (size_t)s->looks;
	params.seed = (uint64_t)s->seed;
	params.threads = cf_par_threads((size_t)s->threads);
	s->frames[0] = load(s, &s->reference, 1, err);
	if (s->frames[0] == NULL)
		return (-1);
	s->frames[1] = load(s, s->inputs.items, s->inputs.n, err);
	if (s->frames[1] == NULL)
		return (-1);
	if (cf_span_make(&current, s->frames[1], (size_t)s->window,
	    INT64_MAX, "current data", err))
		goto done;
	/* What is compared is no part of what it is compared with. */
	if (current.days > 0 && s->frames[1]->time_s != NULL)
		before_s = current.first_s;
	if (cf_span_make(&reference, s->frames[0], 0, before_s, s->reference,
	    err))
		goto done;
	if (s->common.verbose)
		cf_main_note(m, "%zu records of %zu days against %zu of %zu",
		    current.records, current.days, reference.records,
		    reference.days);
	rc = cf_compare_run(&reference, &current, &params, all, err);
done:
	cf_span_free(&reference);
	cf_span_free(&current);
	return (rc);
}

int
cf_drifting_performance(const struct cf_main * m, struct cf_drifting * s,
    struct cf_findings * all, struct cf_err * err)
{
	struct cf_perform_params params;
	struct cf_joined_options options = { .forecasts = s->inputs.items,
	    .nforecasts = s->inputs.n, .outcomes = s->outcomes,
	    .target = s->target, .model = s->model };
	struct cf_joined joined;
	int rc;

	cf_perform_defaults(&params);
	params.window = s->window > 0 ? (size_t)s->window : SIZE_MAX;
	params.alpha = s->alpha;
	params.looks = (size_t)s->looks;
	params.seed = (uint64_t)s->seed;
	params.least_accuracy = s->min_accuracy;
	params.most_drop = s->max_drop;
	if (s->training > 0)
		params.training = s->training;
	else if (s->metrics != NULL &&
	    cf_trained_accuracy(s->metrics, &params.training, err))
		return (-1);
	rc = cf_joined_load(&joined, &options, err);
	if (rc == 0) {
		if (s->common.verbose)
			cf_main_note(m, "%zu of %zu forecasts have an outcome",
			    joined.n, joined.forecasts);
		rc = cf_perform_run(&joined, &params, all, err);
	}
	cf_joined_free(&joined);
	return (rc);
}

void
cf_drifting_free(struct cf_drifting * s)
{

	cf_frame_free(s->frames[0]);
	cf_frame_free(s->frames[1]);
	free(s->inputs.items);
	cf_opt_list_free(&s->current);
	cf_opt_list_free(&s->forecasts);
}

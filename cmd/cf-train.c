#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "base/progress.h"
#include "model/metrics.h"
#include "model/modfile.h"
#include "model/train.h"
#include "table/frame.h"
#include "table/json.h"

#include "main.h"

static const struct cf_main m = {
	"cf-train",
	"[options] -o MODEL [FEATURES ...]",
	"Train a model on features and write it to the file MODEL.  Prints one\n"
	"metrics object (JSON): what was trained on what, and how it validated\n"
	"on data it had not seen, beside forecasts that need no model.\n\n"
	"  cf-features bars.csv | cf-train -o model.cfm\n"
	"  cf-train --target y -o model.cfm table.csv"
};

/* The options and what they select. */
struct settings {
	struct cf_main_common common;
	const char * kind;
	const char * target;
	int64_t horizon;
	int64_t trees;
	int64_t mtry;
	int64_t min_leaf;
	int64_t min_leaf_dates;
	int64_t max_depth;
	int64_t seed;
	int64_t threads;
	int64_t folds;
	double require_skill;
	struct cf_fit_params fit;
};

/* Which kind of target a file has: its header decides. */
static const struct cf_kind *
choose_kind(const struct settings * s, const struct cf_frame * frame)
{

	if (s->kind != NULL)
		return (cf_kind_by_name(s->kind));
	if (s->target == NULL && frame->entity_key != NULL &&
	    strcmp(frame->entity_key, "symbol") == 0 &&
	    cf_frame_find(frame, "cash_flow") != CF_FRAME_NONE)
		return (cf_kind_by_name("holding"));
	return (cf_kind_by_name("plain"));
}

/* The progress of growing, fold by fold. */
static void
grown(void * cookie, size_t done, size_t total)
{

	(void)total;
	cf_progress_at(cookie, done);
}

/* Print the metrics object with the model's id and name. */
static int
print_metrics(json_t * metrics, const struct settings * s, const char * id,
    struct cf_err * err)
{
	struct cf_buf line = { 0 };
	struct cf_out * out;
	int rc;

	if (*id != '\0' &&
	    (json_object_set_new(metrics, "model", json_string(id)) ||
	    json_object_set_new(metrics, "file", json_string(s->common.out))))
		return (cf_err_memory(err));
	cf_json_print(metrics, &line);
	cf_buf_add_char(&line, '\n');
	if (line.failed) {
		rc = cf_err_memory(err);
	} else if ((out = cf_out_open("-", err)) == NULL) {
		rc = -1;
	} else {
		cf_out_write(out, line.data, line.len);
		rc = cf_out_close(out, err);
	}
	cf_buf_free(&line);
	return (rc);
}

/* Write the model file; -n trains and writes none. */
static int
save(struct cf_model * model, json_t * metrics, const struct settings * s,
    struct cf_err * err)
{
	struct cf_buf info = { 0 };
	struct cf_out * out;
	int rc = -1;

	if (s->common.check)
		return (0);
	cf_json_print(metrics, &info);
	if (cf_buf_string(&info, err) == NULL)
		goto done;
	if ((out = cf_main_out(s->common.out, err)) == NULL)
		goto done;
	if (cf_modfile_save(model, info.data, out, err))
		cf_main_out_close(out, 0, err);
	else
		rc = cf_main_out_close(out, 1, err);
done:
	cf_buf_free(&info);
	return (rc);
}

/* Train, write, print.  Return 0, 1 if the skill is not reached, or -1. */
static int
train(const struct settings * s, struct cf_data * data, struct cf_err * err)
{
	struct cf_validate validation = { 0 };
	struct cf_model * model;
	json_t * metrics = NULL;
	double skill;
	int rc = -1;

	if ((model = cf_train_run(data, &s->fit, &validation, err)) == NULL)
		return (-1);
	metrics = cf_metrics_make(data, model, &validation, &s->fit, err);
	if (metrics == NULL || save(model, metrics, s, err) ||
	    print_metrics(metrics, s, model->id, err))
		goto done;
	skill = cf_tally_skill(&validation.total);
	rc = 0;
	if (isfinite(s->require_skill) && !(skill >= s->require_skill)) {
		cf_main_note(&m, "skill %.4g is below the %.4g required",
		    skill, s->require_skill);
		rc = 1;
	}
done:
	json_decref(metrics);
	cf_model_free(model);
	return (rc);
}

static int
run(struct settings * s, char * const * operands, int n, struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_frame_options from = {
		.paths = (const char * const *)operands, .npaths = (size_t)n,
		.target = s->target, .horizon = s->horizon,
		.progress = &progress };
	struct cf_frame * frame;
	struct cf_data * data;
	int rc = -1, fd = s->common.quiet ? -1 : STDERR_FILENO;

	cf_progress_start(&progress, fd, "rows", 0);
	frame = cf_frame_load(&from, err);
	cf_progress_end(&progress);
	if (frame == NULL)
		return (-1);
	cf_progress_start(&progress, fd, "trees", 0);
	s->fit.progress = grown;
	s->fit.progress_cookie = &progress;
	if (frame->rows == 0)
		cf_err_set(err, CF_ERR_DATA, "%s: no records",
		    n > 0 ? operands[0] : "stdin");
	else if ((data = cf_data_new(choose_kind(s, frame), frame, s->target,
	    err)) != NULL) {
		rc = train(s, data, err);
		cf_data_free(data);
	}
	cf_progress_end(&progress);
	cf_frame_free(frame);
	return (rc);
}

int
main(int argc, char ** argv)
{
	struct settings s = { .common = CF_MAIN_COMMON, .trees = 200,
	    .seed = 1, .folds = 5, .require_skill = NAN };
	struct cf_err err;
	const struct cf_opt opts[] = {
		{ 'o', "output", "FILE", CF_OPT_TEXT, &s.common.out, 0, 0,
		    NULL, "the model file; never stdout" },
		{ 0, "kind", "KIND", CF_OPT_CHOICE, &s.kind, 0, 0,
		    "holding|plain", "kind of target; else the header decides" },
		{ 0, "target", "COLUMN", CF_OPT_TEXT, &s.target, 0, 0, NULL,
		    "what to forecast; else the kind's own" },
		{ 0, "horizon", "N", CF_OPT_INT, &s.horizon, 0, 2500, NULL,
		    "of several horizons take this one; 0 takes the only one" },
		{ 0, "trees", "N", CF_OPT_INT, &s.trees, 0, 100000, NULL,
		    "trees in the forest" },
		{ 0, "mtry", "N", CF_OPT_INT, &s.mtry, 0, 4096, NULL,
		    "columns tried at each node; 0 is a third" },
		{ 0, "min-leaf", "N", CF_OPT_INT, &s.min_leaf, 0, 1e9, NULL,
		    "records in a leaf at least; 0 is the kind's own" },
		{ 0, "min-leaf-dates", "N", CF_OPT_INT, &s.min_leaf_dates, 0,
		    1e9, NULL,
		    "distinct dates in a leaf; 0 is the kind's own" },
		{ 0, "max-depth", "N", CF_OPT_INT, &s.max_depth, 0, 1000,
		    NULL, "splits above a leaf; 0 is no limit" },
		{ 0, "sample-fraction", "X", CF_OPT_NUMBER,
		    &s.fit.sample_fraction, 1e-6, 1, NULL,
		    "share of the dates that a tree draws" },
		{ 0, "extra-trees", NULL, CF_OPT_FLAG, &s.fit.extra_trees, 0,
		    0, NULL, "try one random cut per column" },
		{ 0, "folds", "N", CF_OPT_INT, &s.folds, 1,
		    CF_FOLD_MAX, NULL, "folds of the walk-forward" },
		{ 0, "seed", "N", CF_OPT_INT, &s.seed, 0, 9007199254740992.0,
		    NULL, "seed of the random streams" },
		{ 'j', "jobs", "N", CF_OPT_INT, &s.threads, 0, 1024, NULL,
		    "threads; 0 is all processors" },
		{ 0, "require-skill", "X", CF_OPT_NUMBER, &s.require_skill,
		    -1e9, 1, NULL, "exit 1 if the skill is below X" },
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	int operand, status;

	gsl_set_error_handler_off();
	cf_fit_defaults(&s.fit);
	s.common.out = NULL;
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (!s.common.check && s.common.out == NULL)
		return (cf_main_usage(&m, "no model file: -o FILE is missing"));
	if (s.common.out != NULL && strcmp(s.common.out, "-") == 0)
		return (cf_main_usage(&m,
		    "a model cannot go to stdout, which is for its metrics"));
	s.fit.trees = (uint32_t)s.trees;
	s.fit.mtry = (uint32_t)s.mtry;
	s.fit.min_leaf = (uint32_t)s.min_leaf;
	s.fit.min_leaf_dates = (uint32_t)s.min_leaf_dates;
	s.fit.max_depth = (uint32_t)s.max_depth;
	s.fit.seed = (uint64_t)s.seed;
	s.fit.threads = (size_t)s.threads;
	s.fit.folds = (uint32_t)s.folds;

	status = run(&s, argv + operand, argc - operand, &err);
	return (status == -1 ? cf_main_fail(&m, &err) : status);
}

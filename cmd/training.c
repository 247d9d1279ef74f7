#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/progress.h"
#include "model/metrics.h"
#include "model/modfile.h"
#include "model/shard.h"
#include "model/train.h"
#include "model/tune.h"
#include "table/frame.h"
#include "table/json.h"

#include "training.h"

/* Print a JSON object as a line on stdout. */
static int
print_line(const json_t * object, struct cf_err * err)
{
	struct cf_out * out;
	int rc;

	if ((out = cf_out_open("-", err)) == NULL)
		return (-1);
	rc = cf_json_line(object, out, err);
	return (cf_out_close(out, rc == 0 ? err : NULL) ? -1 : rc);
}

/* Validate one set of parameters and print what it came to. */
static int
try_one(struct cf_training * t, struct cf_data * data,
    const struct cf_fit_params * params, size_t number, double * loss,
    struct cf_err * err)
{
	struct cf_validate walk = { 0 };
	json_t * line;
	int rc;

	if (cf_train_validate(data, params, &walk, err))
		return (-1);
	*loss = walk.total.n > 0 ? walk.total.pinball[CF_TALLY_MODEL] /
	    (double)walk.total.n : (double)INFINITY;
	line = json_pack("{s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "trial",
	    (json_int_t)number, "min_leaf", (json_int_t)params->min_leaf,
	    "mtry", (json_int_t)params->mtry, "max_depth",
	    (json_int_t)params->max_depth, "pinball", cf_json_number(*loss),
	    "skill", cf_json_number(cf_tally_skill(&walk.total)), "weight",
	    cf_json_number(walk.weight));
	if (line == NULL)
		return (cf_err_memory(err));
	rc = t->quiet ? 0 : print_line(line, err);
	json_decref(line);
	return (rc);
}

/* How many trees, unless that was said. */
static int
choose_trees(struct cf_training * t, const struct cf_data * data,
    struct cf_err * err)
{
	int chosen;

	if (!t->choose_trees)
		return (0);
	t->fit.trees = 0;
	if ((chosen = cf_trees_settle(data, &t->fit, &t->trees, err)) == -1)
		return (-1);
	t->choose_trees = chosen;
	if (chosen && t->verbose)
		cf_main_note(t->main, "%u trees, %g needed", t->trees.trees,
		    t->trees.needed);
	return (0);
}

/* Search: leave the best parameters in t->fit. */
static int
search(struct cf_training * t, struct cf_data * data, struct cf_err * err)
{
	struct cf_fit_params trials[CF_TUNE_TRIALS_MAX];
	double loss, best = INFINITY;
	size_t n, i, winner = 0;

	cf_fit_resolve(&t->fit, data->kind, data->n, data->date != NULL);
	n = cf_tune_trials(&t->fit, data->inputs.nderived, (size_t)t->trials,
	    trials);
	for (i = 0; i < n; i++) {
		if (try_one(t, data, &trials[i], i + 1, &loss, err))
			return (-1);
		if (loss < best) {
			best = loss;
			winner = i;
		}
	}
	t->fit = trials[winner];
	return (choose_trees(t, data, err));
}

/* The metrics object gets the file's name and the model's id. */
static int
finish_metrics(json_t * metrics, const struct cf_training * t,
    const struct cf_model * model, struct cf_err * err)
{

	if (t->out == NULL)
		return (0);
	if (json_object_set_new(metrics, "model", json_string(model->id)) ||
	    json_object_set_new(metrics, "file", cf_json_text(t->out,
	    strlen(t->out))))
		return (cf_err_memory(err));
	return (0);
}

static int
train(struct cf_training * t, struct cf_data * data, struct cf_err * err)
{
	struct cf_validate walk = { 0 };
	struct cf_model * model;
	json_t * explained = NULL;
	json_t * metrics = NULL;
	double skill;
	int rc = -1;

	if (t->trials > 0 && search(t, data, err))
		return (-1);
	if (t->backtest &&
	    (walk.backtest = cf_backtest_new(data, err)) == NULL)
		return (-1);
	model = cf_train_run(data, &t->fit, &walk,
	    t->explain ? &explained : NULL, err);
	if (model == NULL)
		goto done;
	metrics = cf_metrics_make(data, model, &walk, &t->fit,
	    t->choose_trees ? &t->trees : NULL, err);
	if (metrics == NULL)
		goto done;
	if (explained != NULL && json_object_update(metrics, explained)) {
		cf_err_memory(err);
		goto done;
	}
	if ((t->out != NULL && cf_training_model(model, metrics, t->out, err)) ||
	    cf_training_forecasts(t, data, model, err) ||
	    finish_metrics(metrics, t, model, err) ||
	    print_line(metrics, err))
		goto done;
	skill = cf_tally_skill(&walk.total);
	rc = 0;
	if (t->verbose)
		cf_main_note(t->main, "%zu records forecast in validation, "
		    "skill %.4g, weight of the forest %.2g", walk.total.n,
		    skill, walk.weight);
	if (!isnan(t->require_skill) && !(skill >= t->require_skill)) {
		if (isnan(skill))
			cf_main_note(t->main, "skill is not known: "
			    "too little to validate on");
		else
			cf_main_note(t->main, "skill %.4g is below the %.4g "
			    "required", skill, t->require_skill);
		rc = 1;
	}
done:
	json_decref(explained);
	json_decref(metrics);
	cf_model_free(model);
	cf_backtest_free(walk.backtest);
	return (rc);
}

/* Grow one shard into its file. */
static int
shard(const struct cf_training * t, const struct cf_data * data,
    struct cf_err * err)
{
	struct cf_out * out;
	int rc;

	out = cf_main_out(t->out != NULL ? t->out : "/dev/null", err);
	if (out == NULL)
		return (-1);
	rc = cf_shard_save(data, &t->fit, out, err);
	if (cf_main_out_close(out, rc == 0, err))
		rc = -1;
	return (rc);
}

static int
merge(struct cf_training * t, struct cf_data * data, struct cf_err * err)
{
	struct cf_shards shards;
	int rc;

	rc = cf_shard_open(&shards, t->shards, t->nshards, err) ||
	    cf_shard_match(&shards, data, &t->fit, err) ? -1 : 0;
	if (rc == 0) {
		t->fit.grown = &shards;
		rc = train(t, data, err);
	}
	cf_shard_close(&shards);
	return (rc);
}

/* The progress of growing, fit by fit. */
static void
grown(void * cookie, size_t done, size_t total)
{

	(void)total;
	cf_progress_at(cookie, done);
}

static int
run_on(struct cf_training * t, const struct cf_frame * frame,
    struct cf_err * err)
{
	struct cf_data * data;
	int rc;

	if (frame->rows == 0)
		return (cf_err_set(err, CF_ERR_DATA, "%s: no records",
		    t->nfeatures > 0 ? t->features[0] : "stdin"));
	data = cf_data_new(cf_data_kind(frame, t->kind, t->target), frame,
	    t->target, err);
	if (data == NULL)
		return (-1);
	if (t->verbose)
		cf_main_note(t->main, "%zu records of %zu have a known %s; "
		    "%zu inputs", data->n, frame->rows, data->target_name,
		    data->inputs.n);
	if (choose_trees(t, data, err))
		rc = -1;
	else if (t->fit.shards > 0)
		rc = shard(t, data, err);
	else if (t->nshards > 0)
		rc = merge(t, data, err);
	else
		rc = train(t, data, err);
	cf_data_free(data);
	return (rc);
}

int
cf_training_run(struct cf_training * t, struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_frame_options from = { .paths = t->features,
	    .npaths = t->nfeatures, .target = t->target,
	    .number = t->target == NULL ? "cash_flow" : NULL,
	    .horizon = t->horizon, .progress = &progress };
	struct cf_frame * frame;
	int rc, fd = t->quiet ? -1 : STDERR_FILENO;

	/* Before the work: a folder that is not there. */
	if (t->out != NULL && (cf_file_check_folder(t->out, err) ||
	    (t->forecasts != NULL && cf_file_check_folder(t->forecasts, err))))
		return (-1);
	cf_progress_start(&progress, fd, "rows", 0);
	frame = cf_frame_load(&from, err);
	cf_progress_end(&progress);
	if (frame == NULL)
		return (-1);
	cf_progress_start(&progress, fd, "trees", 0);
	if (t->forecasts != NULL)
		t->fit.walked = &t->walked;
	t->fit.progress = grown;
	t->fit.progress_cookie = &progress;
	rc = run_on(t, frame, err);
	cf_walked_free(&t->walked);
	cf_progress_end(&progress);
	cf_frame_free(frame);
	return (rc);
}

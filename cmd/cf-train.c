#include "config.h"

#ifdef HAVE_MALLOPT
#include <malloc.h>
#endif
#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/num.h"
#include "model/fold.h"
#include "model/shard.h"
#include "model/tune.h"

#include "training.h"

static const struct cf_main m = {
	"cf-train",
	"[options] -o MODEL [FEATURES ...]\n"
	"       cf-train --shard I/N [options] -o SHARD [FEATURES ...]\n"
	"       cf-train --merge [options] -o MODEL SHARD ... [-- FEATURES ...]",
	"Train a model on features and write it to the file MODEL.  Prints one\n"
	"metrics object (JSON): what was trained on what, and how it validated\n"
	"on data it had not seen, beside forecasts that need no model.\n\n"
	"  cf-features bars.csv | cf-train -o model.cfm\n"
	"  cf-train --target y -o model.cfm table.csv",
	NULL
};

#define AS_NEEDED (-1)		/* Trees. */
#define GIVE_BACK (1 << 20)	/* Bytes of an array that is worth it. */

/* Options that do not go to their place as they are. */
struct raw {
	struct cf_main_common common;
	int64_t trees;
	int64_t mtry;
	int64_t min_leaf;
	int64_t min_node;
	int64_t min_leaf_dates;
	int64_t max_depth;
	int64_t seed;
	int64_t threads;
	int64_t folds;
	const char * shard;
	int merge;
};

/* "I/N", 1 <= I <= N */
static int
parse_shard(const char * text, struct cf_fit_params * fit)
{
	const char * slash = strchr(text, '/');
	int64_t shard, shards;

	if (slash == NULL || cf_num_parse_int(text, (size_t)(slash - text),
	    &shard) || cf_num_parse_int(slash + 1, strlen(slash + 1),
	    &shards) || shard < 1 || shard > shards || shards > CF_SHARD_MAX)
		return (cf_main_usage(&m, "option --shard: not I/N with I of "
		    "1 .. N, N up to %d: \"%.60s\"", CF_SHARD_MAX, text));
	fit->shard = (uint32_t)shard;
	fit->shards = (uint32_t)shards;
	return (0);
}

/* Operands are features, or with --merge shards, then features behind --. */
static void
take_operands(struct cf_training * t, int merge, char * const * operands,
    size_t n)
{
	size_t i = 0;

	if (merge) {
		t->shards = (const char * const *)operands;
		while (i < n && strcmp(operands[i], "--") != 0)
			i++;
		t->nshards = i;
		i += i < n;
	}
	t->features = (const char * const *)operands + i;
	t->nfeatures = n - i;
}

/* Checks what the option table cannot.  Return 0 or an exit status. */
static int
combine(struct cf_training * t, struct raw * raw)
{
	struct cf_fit_params * fit = &t->fit;

	if (!raw->common.check && t->out == NULL)
		return (cf_main_usage(&m, "no model file: -o FILE is missing"));
	if (t->out != NULL && strcmp(t->out, "-") == 0)
		return (cf_main_usage(&m,
		    "a model cannot go to stdout, which is for its metrics"));
	if (raw->shard != NULL && (raw->merge || t->trials > 0))
		return (cf_main_usage(&m,
		    "--shard goes with neither --merge nor --tune"));
	if (raw->shard != NULL && t->forecasts != NULL)
		return (cf_main_usage(&m,
		    "--shard goes not with --forecasts"));
	if (raw->merge && t->trials > 0)
		return (cf_main_usage(&m, "--merge goes not with --tune"));
	if (raw->merge && t->nshards == 0)
		return (cf_main_usage(&m, "--merge: no shard files"));
	if (raw->shard != NULL && parse_shard(raw->shard, fit))
		return (CF_ERR_USAGE);
	if (raw->common.check)
		t->out = NULL;
	t->quiet = raw->common.quiet;
	t->verbose = raw->common.verbose;
	t->choose_trees = raw->trees == AS_NEEDED;
	if (!t->choose_trees)
		fit->trees = (uint32_t)raw->trees;
	fit->mtry = (uint32_t)raw->mtry;
	fit->min_leaf = (uint32_t)raw->min_leaf;
	fit->min_node = (uint32_t)raw->min_node;
	fit->min_leaf_dates = (uint32_t)raw->min_leaf_dates;
	fit->max_depth = (uint32_t)raw->max_depth;
	fit->seed = (uint64_t)raw->seed;
	fit->threads = (size_t)raw->threads;
	fit->folds = (uint32_t)raw->folds;
	return (0);
}

int
main(int argc, char ** argv)
{
	struct raw s = { .common = CF_MAIN_COMMON, .trees = AS_NEEDED,
	    .seed = 1, .folds = 5 };
	struct cf_training t = { .main = &m, .require_skill = NAN,
	    .walked = { .level = 0.9 } };
	struct cf_err err;
	const struct cf_opt opts[] = {
		{ 'o', "output", "FILE", CF_OPT_TEXT, &t.out, 0, 0, NULL,
		    "the model file; never stdout" },
		{ 0, "kind", "KIND", CF_OPT_CHOICE, &t.kind, 0, 0,
		    CF_KIND_NAMES, "kind of target; else the header decides" },
		{ 0, "target", "COLUMN", CF_OPT_TEXT, &t.target, 0, 0, NULL,
		    "what to forecast; else the kind's own" },
		{ 0, "horizon", "N", CF_OPT_INT, &t.horizon, 0, 2500, NULL,
		    "take this horizon of several, or where there is no such column" },
		{ 0, "trees", "N", CF_OPT_INT, &s.trees, 0, 100000, NULL,
		    "trees in the forest; else as many as needed, to 500" },
		{ 0, "mtry", "N", CF_OPT_INT, &s.mtry, 0, 4096, NULL,
		    "columns tried at each node; 0 is a third" },
		{ 0, "min-leaf", "N", CF_OPT_INT, &s.min_leaf, 0, 1e9, NULL,
		    "records in a leaf at least; 0 is the kind's own" },
		{ 0, "min-node", "N", CF_OPT_INT, &s.min_node, 0, 1e9, NULL,
		    "records in a node that is split at least; 0 is any" },
		{ 0, "min-leaf-dates", "N", CF_OPT_INT, &s.min_leaf_dates, 0,
		    1e9, NULL,
		    "distinct dates in a leaf; 0 is the kind's own" },
		{ 0, "max-depth", "N", CF_OPT_INT, &s.max_depth, 0, 1000,
		    NULL, "splits above a leaf; 0 is no limit" },
		{ 0, "sample-fraction", "X", CF_OPT_NUMBER,
		    &t.fit.sample_fraction, 1e-6, 1, NULL,
		    "share of the dates that a tree draws" },
		{ 0, "extra-trees", NULL, CF_OPT_FLAG, &t.fit.extra_trees, 0,
		    0, NULL, "try one random cut per column" },
		{ 0, "half-life", "DAYS", CF_OPT_NUMBER,
		    &t.fit.half_life_days, 0, 1e6, NULL,
		    "weight halves with each such age; 0: all weigh alike" },
		{ 0, "folds", "N", CF_OPT_INT, &s.folds, 1, CF_FOLD_MAX,
		    NULL, "folds of the walk-forward" },
		{ 0, "seed", "N", CF_OPT_INT, &s.seed, 0, 9007199254740992.0,
		    NULL, "seed of the random streams" },
		{ 'j', "jobs", "N", CF_OPT_INT, &s.threads, 0, 1024, NULL,
		    "threads; 0 is all processors" },
		{ 0, "tune", "N", CF_OPT_INT, &t.trials, 0,
		    CF_TUNE_TRIALS_MAX, NULL,
		    "try N sets of parameters, take the best; 0: none" },
		{ 0, "explain", NULL, CF_OPT_FLAG, &t.explain, 0, 0, NULL,
		    "add importance and partial dependence to the metrics" },
		{ 0, "backtest", NULL, CF_OPT_FLAG, &t.backtest, 0, 0, NULL,
		    "of accounts: add scores by the days ahead" },
		{ 0, "shard", "I/N", CF_OPT_TEXT, &s.shard, 0, 0, NULL,
		    "grow only the trees I, I+N, ... into a shard file" },
		{ 0, "merge", NULL, CF_OPT_FLAG, &s.merge, 0, 0, NULL,
		    "take the trees from shard files, the first operands" },
		{ 0, "forecasts", "FILE", CF_OPT_TEXT, &t.forecasts, 0, 0,
		    NULL, "write the forecasts of the walk-forward to FILE" },
		{ 0, "level", "P", CF_OPT_NUMBER, &t.walked.level, 0.01,
		    0.9999, NULL, "probability of their interval" },
		{ 0, "require-skill", "X", CF_OPT_NUMBER, &t.require_skill,
		    -1e9, 1, NULL, "exit 1 if the skill is below X" },
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	int operand, status;

	gsl_set_error_handler_off();
#ifdef HAVE_MALLOPT
	/*
	 * Large arrays go back to the system as soon as they are freed.  Left
	 * alone the GNU library keeps them once it has seen one freed: a tenth
	 * of the peak.
	 */
	mallopt(M_MMAP_THRESHOLD, GIVE_BACK);
#endif
	cf_fit_defaults(&t.fit);
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	take_operands(&t, s.merge, argv + operand, (size_t)(argc - operand));
	if ((status = combine(&t, &s)) != 0)
		return (status);
	status = cf_training_run(&t, &err);
	return (status == -1 ? cf_main_fail(&m, &err) : status);
}

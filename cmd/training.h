#ifndef CF_CMD_TRAINING_H_
#define CF_CMD_TRAINING_H_

#include <stdint.h>

#include <jansson.h>

#include "model/fit.h"
#include "model/trees.h"

#include "main.h"

/*
 * The work of cf-train: features are loaded, and a model is trained, a shard
 * of it is grown, or shards are merged.
 */
struct cf_training {
	const struct cf_main * main;
	const char * out;	/* NULL: write no file. */
	int quiet;
	int verbose;
	const char * kind;	/* NULL: the header decides. */
	const char * target;	/* NULL: the kind's own. */
	int64_t horizon;	/* 0: the only one. */
	int explain;
	int backtest;
	int choose_trees;	/* fit.trees is open. */
	int64_t trials;		/* Of the search; 0: none. */
	double require_skill;	/* NaN: none. */
	const char * forecasts;	/* File for those of the walk-forward, */
	struct cf_walked walked;	/* and themselves. */
	const char * const * shards;	/* To be merged. */
	size_t nshards;
	const char * const * features;	/* Files; none: stdin. */
	size_t nfeatures;
	struct cf_fit_params fit;
	struct cf_trees trees;	/* If chosen. */
};

/**
 * cf_training_run(t, err):
 * Do it: write the file, print the metrics.  Return 0, 1 if the skill required
 * is not reached, or -1.
 */
int cf_training_run(struct cf_training * t, struct cf_err * err);

/**
 * cf_training_model(model, metrics, path, err):
 * Write the model file.  Return 0 or -1.
 */
int cf_training_model(struct cf_model * model, const json_t * metrics,
    const char * path, struct cf_err * err);

/**
 * cf_training_forecasts(t, data, model, err):
 * Write the forecasts of the walk-forward where that is asked for, as CSV, or
 * NDJSON by the file's name.  Return 0 or -1.
 */
int cf_training_forecasts(const struct cf_training * t,
    const struct cf_data * data, const struct cf_model * model,
    struct cf_err * err);

#endif /* !CF_CMD_TRAINING_H_ */

#ifndef CF_TRACK_MLFLOW_H_
#define CF_TRACK_MLFLOW_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * A trained model as MLflow sees it: one run of an experiment, with params,
 * metrics and tags, and one version of a registered model.  This module makes
 * the description, from the metrics object that cf-train printed and the run
 * record of its training; track/mlflow_files writes it into a file store,
 * track/mlflow_rest tells it a server.  So both say the same.
 *
 * Which member of the metrics object becomes what is a table in mlflow.c.
 * Folds of the walk-forward validation are points of metrics fold/..., one step
 * each.  What MLflow does not take is left out here: numbers that are not
 * finite, which break its pages; values beyond its lengths, which it refuses,
 * are cut and end in "...".
 *
 * A run is recognized when it is exported again: its key is made of the names
 * of experiment and registry, the model's ID and the content of its file, so
 * the same model has the same key wherever and whenever it is exported.
 */

/* Limits of MLflow, in characters; a byte count never exceeds them. */
#define CF_MLFLOW_KEY_MAX 250
#define CF_MLFLOW_PARAM_MAX 6000
#define CF_MLFLOW_TAG_MAX 5000
#define CF_MLFLOW_EXPERIMENT_MAX 500

#define CF_MLFLOW_CHAMPION "champion"	/* Alias of the model in use. */
#define CF_MLFLOW_KEY_TAG "cashflow.key"
#define CF_MLFLOW_ARTIFACT "model"	/* Its folder among the artifacts. */
#define CF_MLFLOW_METRICS "metrics.json"

struct cf_mlflow_pair {
	char * key;
	char * value;
};

struct cf_mlflow_metric {
	char * key;
	double value;		/* Finite. */
	int64_t step;
};

struct cf_mlflow_pairs {
	struct cf_mlflow_pair * items;
	size_t n;
	size_t capacity;
};

struct cf_mlflow_run {
	char key[33];		/* 32 hexadecimal digits. */
	char * id;		/* Of the model; the run's name. */
	char * folder;		/* models/NAME/ID, absolute. */
	char * experiment;
	char * registered;	/* Name of the registered model. */
	char * user;
	int64_t start_ms;	/* Of the training, UTC. */
	int64_t end_ms;
	int is_current;		/* models/NAME/current is this one. */
	struct cf_mlflow_pairs params;
	struct cf_mlflow_pairs tags;
	struct cf_mlflow_metric * metrics;
	size_t nmetrics;
	size_t metrics_capacity;
};

/**
 * cf_mlflow_describe(run, folder, id, experiment, err):
 * Describe model ${id} of the registry ${folder}, which lies in models/ of a
 * state folder whose runs/ may hold the record of its training; without one
 * the time of the model file counts.  ${experiment} NULL stands for
 * "cashflow-NAME".  Return 0 or -1: CF_ERR_NO for no such model, CF_ERR_DATA
 * for metrics that are none, CF_ERR_USAGE for a name that MLflow does not
 * take.  The caller ends *${run} with cf_mlflow_free in any case.
 */
int cf_mlflow_describe(struct cf_mlflow_run * run, const char * folder,
    const char * id, const char * experiment, struct cf_err * err);

/**
 * cf_mlflow_file(run, name, max_bytes, buf, err):
 * Append the file ${name} of the model's folder to ${buf}.  Return 0 or -1.
 */
int cf_mlflow_file(const struct cf_mlflow_run * run, const char * name,
    size_t max_bytes, struct cf_buf * buf, struct cf_err * err);

/**
 * cf_mlflow_flavor(run, buf):
 * Append the MLmodel file that stands beside the model among the artifacts:
 * with it MLflow's pages show the folder as a model, of a flavor of our own.
 */
void cf_mlflow_flavor(const struct cf_mlflow_run * run, struct cf_buf * buf);

/**
 * cf_mlflow_free(run):
 * Free what it holds and leave it empty.
 */
void cf_mlflow_free(struct cf_mlflow_run * run);

#endif /* !CF_TRACK_MLFLOW_H_ */

#ifndef CF_CMD_MODEL_MLFLOW_H_
#define CF_CMD_MODEL_MLFLOW_H_

#include "base/err.h"
#include "model_registry.h"

/*
 * cf-model mlflow: where the file store lies, which server is told and with
 * which secrets, by options, configuration and environment.
 */
struct cf_model_mlflow {
	const char * store;		/* NULL: as configured. */
	const char * experiment;	/* NULL: as configured. */
	double timeout_s;		/* Of a request. */
};

#define CF_MODEL_MLFLOW_S 60	/* Seconds, unless given. */

/* Rows of the option table; M is a struct cf_model_mlflow. */
#define CF_MODEL_MLFLOW_OPTS(M)						\
	{ 0, "store", "FOLDER", CF_OPT_TEXT, &(M).store, 0, 0, NULL,	\
	    "MLflow's file store, else mlruns of the state" },		\
	{ 0, "experiment", "NAME", CF_OPT_TEXT, &(M).experiment, 0, 0,	\
	    NULL, "MLflow's experiment, else cashflow-NAME" },		\
	{ 0, "timeout", "SECONDS", CF_OPT_NUMBER, &(M).timeout_s, 0.01,	\
	    3600, NULL, "seconds of a request to MLflow's server" }

/**
 * cf_model_mlflow(m, r, ids, n, err):
 * Export these models of the folder of ${r}.  Return 0, -1 with an error, or the status of models
 * that could not be exported, whose messages are printed.
 */
int cf_model_mlflow(const struct cf_model_mlflow * m,
    const struct cf_model_registry * r, char * const * ids, int n,
    struct cf_err * err);

#endif /* !CF_CMD_MODEL_MLFLOW_H_ */

#ifndef CF_TRACK_MLFLOW_REST_H_
#define CF_TRACK_MLFLOW_REST_H_

#include "base/err.h"
#include "track/mlflow.h"
#include "track/mlflow_call.h"

/*
 * An MLflow tracking server, any of its backends, by its REST API.  A run has
 * the ID that the server gives it and is known by its tag cashflow.key: what an
 * earlier export began and could not end is found and completed, and what is
 * complete is left alone, so that exporting twice changes nothing.  (Params may
 * be told again as long as they are the same; a point of a metric with the same
 * time and step counts once.)
 *
 * The steps, each one or more requests:
 *	experiment	get-by-name, else create
 *	run		search by the tag, else create; log-batch; artifacts if
 *			the server takes them itself; update to FINISHED
 *	model		registered-models/create; model-versions/search by run,
 *			else create; the alias of the model in use
 * Bodies keep to the limits of log-batch: 1000 metrics, 100 params and 100 tags
 * in a request, 1000 of all, 1 MB.
 */

/* What was done, for a line of talk. */
struct cf_mlflow_told {
	char run_id[80];	/* On the server. */
	int had_run;		/* It was complete before. */
	int has_artifacts;	/* The server took them. */
	char version[24];	/* Of the registered model. */
};

/**
 * cf_mlflow_rest_tell(run, server, told, err):
 * Tell the server of ${run}.  Return 0 or -1, after which a further call
 * goes on where this one ended.
 */
int cf_mlflow_rest_tell(const struct cf_mlflow_run * run,
    const struct cf_mlflow_server * server, struct cf_mlflow_told * told,
    struct cf_err * err);

#endif /* !CF_TRACK_MLFLOW_REST_H_ */

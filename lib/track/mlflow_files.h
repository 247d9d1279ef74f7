#ifndef CF_TRACK_MLFLOW_FILES_H_
#define CF_TRACK_MLFLOW_FILES_H_

#include "base/err.h"
#include "track/mlflow.h"

/*
 * MLflow's file store, the folder mlruns/ as its releases up to 3.12 read it,
 * later ones with MLFLOW_ALLOW_FILE_STORE=true, and as `mlflow
 * migrate-filestore` takes it over:
 *
 *	mlruns/EXPERIMENT/meta.yaml
 *	mlruns/EXPERIMENT/RUN/{meta.yaml,params/,metrics/,tags/,artifacts/}
 *	mlruns/models/NAME/{meta.yaml,version-N/meta.yaml,aliases/champion}
 *
 * One file that its reader does not take breaks the listing of everything, so
 * nothing may be seen before it is whole.  A run's folder counts from its
 * meta.yaml on, which is therefore written last; one without is a leftover,
 * removed and written anew.  Of the registered models every folder counts, so
 * they are made inside the run's folder, where no reader looks, and renamed
 * into place.  The model among the artifacts is a second link to the
 * registry's file where the file system allows that, else a copy.
 *
 * What was made in MLflow itself (experiments, tags, versions, a run's
 * deletion) is left as it is.
 */

/**
 * cf_mlflow_files_write(run, store, err):
 * Write ${run} into the store, which is made if missing, unless it is there
 * already; register its model as a version, unless one has it; and let the
 * alias of the model in use follow, if it is that.  One process at a time:
 * another waits.  Return 0 or -1; CF_ERR_DATA for an experiment that was
 * deleted in MLflow.
 */
int cf_mlflow_files_write(const struct cf_mlflow_run * run,
    const char * store, struct cf_err * err);

#endif /* !CF_TRACK_MLFLOW_FILES_H_ */

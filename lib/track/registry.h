#ifndef CF_TRACK_REGISTRY_H_
#define CF_TRACK_REGISTRY_H_

#include <jansson.h>

#include "base/err.h"

/*
 * The registry of models: a folder models/NAME with one folder for each
 * trained model, named by its ID, and a symbolic link `current` that names the
 * ID in use.  Replacing that link by a rename is the whole of a promotion:
 * who opens models/NAME/current/model.cfm gets the old model or the new one.
 * What was current before is known from its lineage (track/lineage.h).
 *
 * Who changes a registry holds a lock on the file .lock in it.
 */
#define CF_REGISTRY_CURRENT "current"
#define CF_REGISTRY_MODEL "model.cfm"
#define CF_REGISTRY_METRICS "metrics.json"
#define CF_REGISTRY_LOCK ".lock"
#define CF_REGISTRY_ID_MAX 100	/* Bytes of an ID. */

/**
 * cf_registry_check(folder, id, err):
 * Return 0 if the registry ${folder} has a model ${id} with a model file, else
 * -1: kind CF_ERR_USAGE for what is no ID, CF_ERR_NO when there is no such
 * model.
 */
int cf_registry_check(const char * folder, const char * id,
    struct cf_err * err);

/**
 * cf_registry_has(folder, id, err):
 * Return 1 if cf_registry_check finds the model, 0 if there is none, or -1 if
 * that cannot be known.
 */
int cf_registry_has(const char * folder, const char * id,
    struct cf_err * err);

/**
 * cf_registry_promote(folder, id, comparison, err):
 * Make model ${id} of the registry ${folder} the current one, durably, if it
 * passes cf_registry_check; ${comparison}, which may be NULL, goes into the
 * lineage.  Return 0 or -1; then the old link stands.
 */
int cf_registry_promote(const char * folder, const char * id,
    json_t * comparison, struct cf_err * err);

/**
 * cf_registry_current(folder, id, err):
 * Set *${id} to the ID that the link names, to be freed by the caller, or to
 * NULL if there is no link.  Return 0 or -1.
 */
int cf_registry_current(const char * folder, char ** id, struct cf_err * err);

/**
 * cf_registry_previous(folder, id, err):
 * Set *${id} to that of the model that was current before, to be freed by the
 * caller, or to NULL if there is none that has a model file yet.  Return 0 or
 * -1.
 */
int cf_registry_previous(const char * folder, char ** id,
    struct cf_err * err);

/**
 * cf_registry_rollback(folder, id, err):
 * Make the model ${id}, which cf_registry_previous told, current again.  Return
 * 0 or -1.
 */
int cf_registry_rollback(const char * folder, const char * id,
    struct cf_err * err);

#endif /* !CF_TRACK_REGISTRY_H_ */

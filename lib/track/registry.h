#ifndef CF_TRACK_REGISTRY_H_
#define CF_TRACK_REGISTRY_H_

#include "base/err.h"

/*
 * The registry of models: a folder models/NAME with one folder for each
 * trained model, named by its ID, and a symbolic link `current` that names the
 * ID in use.  Replacing that link by a rename is the whole of a promotion:
 * who opens models/NAME/current/model.cfm gets the old model or the new one.
 */
#define CF_REGISTRY_CURRENT "current"
#define CF_REGISTRY_MODEL "model.cfm"
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
 * cf_registry_promote(folder, id, err):
 * Make model ${id} of the registry ${folder} the current one, durably, if it
 * passes cf_registry_check.  Return 0 or -1; then the old link stands.
 */
int cf_registry_promote(const char * folder, const char * id,
    struct cf_err * err);

#endif /* !CF_TRACK_REGISTRY_H_ */

#ifndef CF_TRACK_METAFILE_H_
#define CF_TRACK_METAFILE_H_

#include "base/buf.h"
#include "base/err.h"

/*
 * Folders with a meta.yaml, of which MLflow's stores consist, and the other
 * small files in them.
 */
#define CF_METAFILE "meta.yaml"
#define CF_METAFILE_MAX (1024 * 1024)	/* Bytes. */

/**
 * cf_metafile_path(folder, name, err):
 * Return "FOLDER/NAME", to be freed, or NULL.
 */
char * cf_metafile_path(const char * folder, const char * name,
    struct cf_err * err);

/**
 * cf_metafile_folder(folder, name, err):
 * Make the folder ${name} in ${folder} if it is missing.  Return 0 or -1.
 */
int cf_metafile_folder(const char * folder, const char * name,
    struct cf_err * err);

/**
 * cf_metafile_there(folder, name, there, err):
 * Set *${there} to whether ${folder} has a ${name}.  Return 0 or -1.
 */
int cf_metafile_there(const char * folder, const char * name, int * there,
    struct cf_err * err);

/**
 * cf_metafile_put(folder, name, text, err):
 * Write the file ${name}, with the folders in it, into ${folder}, durably.
 * ${text} is empty afterwards.  Return 0 or -1.
 */
int cf_metafile_put(const char * folder, const char * name,
    struct cf_buf * text, struct cf_err * err);

/**
 * cf_metafile_value(folder, key, value, err):
 * Set *${value} to member ${key} of FOLDER/meta.yaml, to be freed, or to NULL
 * when there is none or no such file.  Return 0 or -1.
 */
int cf_metafile_value(const char * folder, const char * key, char ** value,
    struct cf_err * err);

/**
 * cf_metafile_uri(text, key, path, behind):
 * Append the member ${key} with the file: URI of the absolute ${path}, and
 * ${behind} that, which needs no escapes.
 */
void cf_metafile_uri(struct cf_buf * text, const char * key,
    const char * path, const char * behind);

#endif /* !CF_TRACK_METAFILE_H_ */

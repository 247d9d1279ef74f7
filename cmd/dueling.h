#ifndef CF_CMD_DUELING_H_
#define CF_CMD_DUELING_H_

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "main.h"

/*
 * Champion against challenger, as cf-model promote asks for it.
 *
 * First by stored forecasts: what the champion said since the end of its
 * training, as files of a folder hold it, against what the challenger's
 * walk-forward says of the same keys (cf-train --forecasts), which also has
 * the outcomes.  If that is of fewer than 60 dates, by recipes: both are
 * followed in a walk-forward on the same folds of the same features; equal
 * recipes need not be.
 */
struct cf_dueling {
	const struct cf_main * program;
	const char * folder;		/* Of models. */
	const char * predictions;	/* Folder of forecasts; NULL: none. */
	const char * forecasts;		/* The challenger's; NULL: beside it. */
	const char * features;		/* File; NULL: none. */
	int quiet;
	int verbose;
};

/**
 * cf_dueling_run(d, champion, challenger, comparison, refused, err):
 * Compare the models of these IDs.  Set *${comparison} to what it came to, as a
 * new reference, and *${refused} to whether the challenger is worse.  Return 0
 * or -1.
 */
int cf_dueling_run(const struct cf_dueling * d, const char * champion,
    const char * challenger, json_t ** comparison, int * refused,
    struct cf_err * err);

/**
 * cf_dueling_files(folder, files, n, err):
 * List the files of records in a folder, by name; the caller frees each and the
 * list, also after failure.  Return 0 or -1.
 */
int cf_dueling_files(const char * folder, char *** files, size_t * n,
    struct cf_err * err);

/**
 * cf_dueling_forecasts(d, id, path, err):
 * Set the empty ${path} to the file of what model ${id} forecast in its
 * walk-forward: the one named, or one beside the model.  Return 1, 0 if there
 * is none, or -1.
 */
int cf_dueling_forecasts(const struct cf_dueling * d, const char * id,
    struct cf_buf * path, struct cf_err * err);

#endif /* !CF_CMD_DUELING_H_ */

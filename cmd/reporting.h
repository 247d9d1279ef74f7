#ifndef CF_CMD_REPORTING_H_
#define CF_CMD_REPORTING_H_

#include "base/err.h"
#include "base/opt.h"
#include "report/figure.h"
#include "report/judged.h"

/*
 * What a report is made of: files that were named, else those that the state
 * folder has.  Forecasts of each name (market, ledger-X) are judged apart.
 */

struct cf_reporting {
	const char * home;	/* The state folder. */
	const char * name;	/* Only that; NULL: all in predictions/. */
	struct cf_opt_list forecasts;	/* Named ones are of one name. */
	const char * outcomes;	/* NULL: features/NAME.csv. */
	const char * target;
	const char * portfolio;
	const char * metrics;	/* NULL: of the current model. */
	struct cf_opt_list findings;	/* None: drift/. */
	struct cf_opt_list runs;	/* None: runs/. */
	const char * backups;	/* NULL: backups/. */
	int64_t days;		/* Files of each folder, the newest. */
	struct cf_buf prom;	/* Metrics on the way. */
};

/**
 * cf_reporting_figures(r, figures, err):
 * Gather everything.  What is not there is left out; what was named must be
 * there.  Return 0 or -1.
 */
int cf_reporting_figures(struct cf_reporting * r, struct cf_figures * figures,
    struct cf_err * err);

/* Paths of files, in the order of their names. */
struct cf_reporting_files {
	char ** paths;
	size_t n;
	size_t capacity;
};

/**
 * cf_reporting_path(r, before, name, behind, err):
 * Return the path of something in the state folder, to be freed, or NULL.
 */
char * cf_reporting_path(const struct cf_reporting * r, const char * before,
    const char * name, const char * behind, struct cf_err * err);

/**
 * cf_reporting_find(r, named, before, name, files, err):
 * Set ${files} to those that were named, else to the newest records in a folder
 * of the state; free them by cf_reporting_free in any case.  Return 0 or -1.
 */
int cf_reporting_find(const struct cf_reporting * r,
    const struct cf_opt_list * named, const char * before, const char * name,
    struct cf_reporting_files * files, struct cf_err * err);

/**
 * cf_reporting_names(r, names, err):
 * Set ${names} to what there are models or forecasts of, the market first; each
 * has a slash before it.  Return 0 or -1.
 */
int cf_reporting_names(const struct cf_reporting * r,
    struct cf_reporting_files * names, struct cf_err * err);

/**
 * cf_reporting_free(files):
 * Free the paths and leave none.
 */
void cf_reporting_free(struct cf_reporting_files * files);

/**
 * cf_reporting_series(r):
 * Return whether the state folder has macro series, whose source wants to be
 * named.
 */
int cf_reporting_series(const struct cf_reporting * r);

#endif /* !CF_CMD_REPORTING_H_ */

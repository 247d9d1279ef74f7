#ifndef CF_REPORT_UPKEEP_H_
#define CF_REPORT_UPKEEP_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/figure.h"

/*
 * What keeps the forecasts in order, from its records: the model's metrics, runs
 * of the pipeline, the log of backups.  (Findings of drift: report/heat.h.)
 */

#define CF_UPKEEP_TEXT 32	/* Room for a moment. */

/* What the summary tells of it. */
struct cf_upkeep {
	double trained_coverage;	/* Of the model; NaN: unknown. */
	double trained_skill;
	int run_status;			/* Of the newest run; -1: none. */
	char run_day[CF_UPKEEP_TEXT];
	int backup_ok;			/* Of the newest; -1: none. */
	char backup_day[CF_UPKEEP_TEXT];
};

/**
 * cf_upkeep_model(path, upkeep, figures, err):
 * Add what the metrics object in the file ${path} tells: facts, skill in
 * walk-forward validation, importance of the inputs.  Return 0 or -1.
 */
int cf_upkeep_model(const char * path, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err);

/**
 * cf_upkeep_runs(paths, n, upkeep, figures, err):
 * Add the run records of the files, oldest first: the steps of the newest run,
 * and a row for each.  Return 0 or -1.
 */
int cf_upkeep_runs(char * const * paths, size_t n, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err);

/**
 * cf_upkeep_backups(folder, upkeep, figures, err):
 * Add what the log of the folder of backups tells; that there is none adds
 * nothing.  Return 0 or -1.
 */
int cf_upkeep_backups(const char * folder, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err);

#endif /* !CF_REPORT_UPKEEP_H_ */

#ifndef CF_REPORT_HEAT_H_
#define CF_REPORT_HEAT_H_

#include <stddef.h>

#include "base/err.h"
#include "report/figure.h"

/*
 * Findings of cf-drift as a heat map: a row for each feature (and each test of
 * performance), a column for each week, in a cell the worst finding of that
 * week.  A file of findings is of the day in its name, as drift/DATE.ndjson.
 */

struct cf_heat {
	enum cf_figure_state state;	/* The worst of the newest day. */
	char day[32];		/* That day; "": no findings. */
};

/**
 * cf_heat_figures(paths, n, heat, figures, err):
 * Read the ${n} files, set *${heat} and add the map.  Return 0 or -1.
 */
int cf_heat_figures(char * const * paths, size_t n, struct cf_heat * heat,
    struct cf_figures * figures, struct cf_err * err);

#endif /* !CF_REPORT_HEAT_H_ */

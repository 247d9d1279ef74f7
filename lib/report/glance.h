#ifndef CF_REPORT_GLANCE_H_
#define CF_REPORT_GLANCE_H_

#include <stddef.h>

#include "base/err.h"
#include "report/figure.h"
#include "report/heat.h"
#include "report/judged.h"
#include "report/past.h"
#include "report/upkeep.h"

/*
 * The first thing that is read: is all well?  A row for each thing to watch,
 * with its state in a word.
 */

/**
 * cf_glance_start(figures, err):
 * Add the summary, empty.  Return it, or NULL.
 */
struct cf_figure * cf_glance_start(struct cf_figures * figures,
    struct cf_err * err);

/**
 * cf_glance_forecasts(figure, name, past, judged, flagged):
 * Append rows on forecasts of which ${flagged} are of high risk; ${name} stands
 * before each when it is not NULL.
 */
void cf_glance_forecasts(struct cf_figure * figure, const char * name,
    const struct cf_past * past, const struct cf_judged * judged,
    size_t flagged);

/**
 * cf_glance_upkeep(figure, upkeep, heat):
 * Append rows on what is known of drift, runs and backups.
 */
void cf_glance_upkeep(struct cf_figure * figure,
    const struct cf_upkeep * upkeep, const struct cf_heat * heat);

#endif /* !CF_REPORT_GLANCE_H_ */

#ifndef CF_TRACK_FIGURES_H_
#define CF_TRACK_FIGURES_H_

#include "base/buf.h"
#include "base/err.h"
#include "track/record.h"

/*
 * What run records come to, as Prometheus metrics cashflow_pipeline_*: of each
 * step how it ended when it was last run, and when it last went well; and the
 * same of the pipeline as a whole, which is the step "run" around the others.
 */

/**
 * cf_figures_prom(records, buf, err):
 * Append the metrics to ${buf}, steps in the order of their names.  Return 0
 * or -1.
 */
int cf_figures_prom(const struct cf_records * records, struct cf_buf * buf,
    struct cf_err * err);

#endif /* !CF_TRACK_FIGURES_H_ */

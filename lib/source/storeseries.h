#ifndef CF_SOURCE_STORESERIES_H_
#define CF_SOURCE_STORESERIES_H_

#include "base/out.h"
#include "source/store.h"
#include "table/reader.h"

/**
 * cf_storeseries_merge(old, job, out, report, err):
 * Merge the points of ${old} (NULL: there is no file yet) and of ${job} to
 * ${out}, as cf_store_merge tells.  The stored file is held in memory.  Return
 * 0 or -1.
 */
int cf_storeseries_merge(struct cf_reader * old, struct cf_job * job,
    struct cf_out * out, struct cf_store_report * report,
    struct cf_err * err);

#endif /* !CF_SOURCE_STORESERIES_H_ */

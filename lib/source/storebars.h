#ifndef CF_SOURCE_STOREBARS_H_
#define CF_SOURCE_STOREBARS_H_

#include "base/out.h"
#include "source/store.h"
#include "table/reader.h"

/*
 * Merging bars: the stored file is read once, row by row, beside the new rows,
 * and written anew; so its length costs no memory.
 */

/**
 * cf_storebars_merge(old, job, out, report, err):
 * Merge the bars of ${old} (NULL: there is no file yet) and of ${job} to
 * ${out}, as cf_store_merge tells.  Return 0 or -1.
 */
int cf_storebars_merge(struct cf_reader * old, struct cf_job * job,
    struct cf_out * out, struct cf_store_report * report,
    struct cf_err * err);

#endif /* !CF_SOURCE_STOREBARS_H_ */

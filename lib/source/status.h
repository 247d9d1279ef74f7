#ifndef CF_SOURCE_STATUS_H_
#define CF_SOURCE_STATUS_H_

#include <stdint.h>

#include "base/err.h"
#include "table/writer.h"

/*
 * Records about the sources themselves.
 */

/**
 * cf_status_list(writer, err):
 * Write the table of sources: source, ids, gives, key, key_needed, per_day,
 * spacing_s, url, notice.  Return 0 or -1.
 */
int cf_status_list(struct cf_writer * writer, struct cf_err * err);

/**
 * cf_status_check(home, per_day, now_s, writer, err):
 * Write how each source stands: source, key (set, missing, none: it can do
 * without), quota_left (missing: no limit), next_request, last_success,
 * newest_row.  ${per_day} replaces the sources' own quotas unless negative.
 * Nothing is asked and nothing changed.  Return 0 or -1.
 */
int cf_status_check(const char * home, int64_t per_day, double now_s,
    struct cf_writer * writer, struct cf_err * err);

#endif /* !CF_SOURCE_STATUS_H_ */

#ifndef CF_SOURCE_STORE_H_
#define CF_SOURCE_STORE_H_

#include <stddef.h>
#include <stdint.h>

#include "source/job.h"

/*
 * The store: one file for each symbol (raw/bars) and series (raw/series) of
 * the state folder, into which what was fetched is merged by date.
 *
 * New rows are added.  A value that differs from the stored one replaces it and
 * is reported; a missing one replaces nothing.  Rows are never removed.  A
 * merge that changes nothing leaves the file as it is.  The new file appears
 * in one step, and one merge at a time is made in a store, so that two
 * processes lose nothing of each other.
 *
 * Of a series with one stored row of a day, the value is replaced and
 * `available` kept (--lag sets it anew).  Where several stand (real vintages),
 * a new value becomes a further vintage, available today; rows that are
 * vintages themselves replace those of their days.
 */
#define CF_STORE_NOTES 10	/* Revisions told one by one. */
#define CF_STORE_GAP_DAYS 5	/* Business days without a row: a gap. */

struct cf_store_report {
	size_t added;
	size_t revised;		/* Rows with a value replaced. */
	size_t rows;		/* In the file now. */
	int32_t first;		/* Days of its first and last row. */
	int32_t newest;
	int changed;		/* The file was written. */
};

/**
 * cf_store_merge(home, job, report, err):
 * Merge the rows and splits of ${job} into the store under ${home}, fill
 * *${report}, and add notes to the job: revisions, gaps, and jumps between two
 * closes that look like a split not recorded.  Return 0 or -1.
 */
int cf_store_merge(const char * home, struct cf_job * job,
    struct cf_store_report * report, struct cf_err * err);

/**
 * cf_store_newest(home, kind, id, day, err):
 * Set *${day} to the day of the newest stored row, CF_DAY_MIN if there is none.
 * Return 0 or -1.
 */
int cf_store_newest(const char * home, enum cf_haul_kind kind,
    const char * id, int32_t * day, struct cf_err * err);

#endif /* !CF_SOURCE_STORE_H_ */

#ifndef CF_DRIFT_SPAN_H_
#define CF_DRIFT_SPAN_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/frame.h"

/*
 * A span of a frame: its records of some days, with what comparing needs to
 * know about time.  Days are those on which any record of the span stands,
 * numbered from 0.  Where records have no date, each is a day of its own.
 */

#define CF_SPAN_NONE UINT32_MAX

struct cf_span {
	const struct cf_frame * frame;	/* Borrowed. */
	size_t records;		/* In the span. */
	size_t days;
	uint32_t * day;		/* By row; CF_SPAN_NONE: not in the span. */
	uint32_t * before;	/* By row: the one before of its symbol. */
	int64_t first_s;	/* First and last day; 0 without dates. */
	int64_t last_s;
};

/**
 * cf_span_make(span, frame, newest, before_s, name, err):
 * Take the records of ${frame}, which is borrowed, that are dated before
 * ${before_s} (INT64_MAX: all), and of these the ${newest} days (0: all).
 * Records of one symbol must stand in ascending order of dates; if not, the
 * error names the file ${name}.  Free the span by cf_span_free, also after
 * failure.  Return 0 or -1.
 */
int cf_span_make(struct cf_span * span, const struct cf_frame * frame,
    size_t newest, int64_t before_s, const char * name, struct cf_err * err);

/**
 * cf_span_free(span):
 * Free what it holds and leave it empty.
 */
void cf_span_free(struct cf_span * span);

#endif /* !CF_DRIFT_SPAN_H_ */

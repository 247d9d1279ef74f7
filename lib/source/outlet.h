#ifndef CF_SOURCE_OUTLET_H_
#define CF_SOURCE_OUTLET_H_

#include "base/out.h"
#include "source/follow.h"
#include "source/job.h"
#include "table/writer.h"

/*
 * Where rows are written: records of one kind, with a header that is known when
 * the first rows come.
 */
struct cf_outlet {
	struct cf_out * out;	/* The caller's. */
	enum cf_format format;
	int by_line;
	unsigned int columns;	/* Optional ones to come at any time. */
	struct cf_follow * follow;	/* NULL: all rows are written. */
	struct cf_writer * writer;	/* NULL before the first rows. */
	enum cf_haul_kind kind;
};

/**
 * cf_outlet_put(sink, job, err):
 * Write the rows of ${job}; with sink->follow, those that are new or changed.
 * Bars behind points, or the reverse, are bad data.  Return 0 or -1.
 */
int cf_outlet_put(struct cf_outlet * sink, struct cf_job * job,
    struct cf_err * err);

/**
 * cf_outlet_end(sink):
 * Free what it holds; the output stays open.
 */
void cf_outlet_end(struct cf_outlet * sink);

#endif /* !CF_SOURCE_OUTLET_H_ */

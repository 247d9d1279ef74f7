#ifndef CF_FEATURE_ASSEMBLY_H_
#define CF_FEATURE_ASSEMBLY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * An assembly line.  Pieces of work are filled one after the other by the
 * caller's thread, worked on by several threads, and drained in their order by
 * the caller's thread again.  The work has two steps: the first is done in
 * order for a piece that continues the one before, the second whenever a thread
 * is free.  A piece lies in a slot while it is under way; there are as many
 * slots as pieces may be under way.
 *
 * What comes out does not depend on the number of threads.  After a failure the
 * pieces before it are still drained, none behind it is, and its error is the
 * one reported.
 */
struct cf_assembly {
	size_t threads;		/* At least 1: the caller's. */
	size_t slots;		/* At least 1. */
	void * cookie;
	/* Fill a slot: 1, 0 when there is nothing left, -1. */
	int (*fill)(void * cookie, uint64_t piece, size_t slot,
	    int * continues, struct cf_err * err);
	/* The steps of the work: 0 or -1. */
	int (*first)(void * cookie, uint64_t piece, size_t slot,
	    struct cf_err * err);
	int (*second)(void * cookie, uint64_t piece, size_t slot,
	    struct cf_err * err);
	/* Take the result: 0 or -1. */
	int (*drain)(void * cookie, uint64_t piece, size_t slot,
	    struct cf_err * err);
};

/**
 * cf_assembly_run(assembly, err):
 * Run the line until nothing is left.  Return 0 or -1.
 */
int cf_assembly_run(const struct cf_assembly * assembly, struct cf_err * err);

#endif /* !CF_FEATURE_ASSEMBLY_H_ */

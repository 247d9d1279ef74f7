#ifndef CF_BASE_PAR_H_
#define CF_BASE_PAR_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Work in parallel.  A job is a number of items that do not depend on one
 * another; threads take the next item as they become free.  Since an item's
 * result may depend on its number only, the outcome is the same for any number
 * of threads.
 */

/**
 * A worker: do item number ${item}.  ${thread} is 0 .. threads-1 and selects
 * scratch space.  Return 0, or -1 with ${err} filled.
 */
typedef int cf_par_work(void * cookie, size_t item, size_t thread,
    struct cf_err * err);

/**
 * cf_par_threads(asked):
 * Return the number of threads to use: ${asked}, or the number of processors
 * that this process may use if ${asked} is 0.  At least 1.
 */
size_t cf_par_threads(size_t asked);

/**
 * cf_par_run(items, threads, work, cookie, err):
 * Do items 0 .. ${items}-1 on up to ${threads} threads (the caller's is one of
 * them).  After a failure no new item is begun, and the error of the lowest
 * failed item is reported.  Return 0 or -1.
 */
int cf_par_run(size_t items, size_t threads, cf_par_work * work,
    void * cookie, struct cf_err * err);

#endif /* !CF_BASE_PAR_H_ */

#ifndef CF_SOURCE_SOURCE_H_
#define CF_SOURCE_SOURCE_H_

#include <stddef.h>

#include "source/job.h"

/*
 * The table of sources: one row each.  A new source is a file with its four
 * functions and a row here.
 */

/**
 * cf_source_at(i):
 * Return source number ${i}, or NULL behind the last.
 */
const struct cf_source * cf_source_at(size_t i);

/**
 * cf_source_find(name):
 * Return the source of that name, or NULL.
 */
const struct cf_source * cf_source_find(const char * name);

#endif /* !CF_SOURCE_SOURCE_H_ */

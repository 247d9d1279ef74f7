#ifndef CF_FEATURE_CATALOGUE_H_
#define CF_FEATURE_CATALOGUE_H_

#include <stddef.h>

#include "feature/indicator.h"

/**
 * cf_catalogue_rows(n):
 * Return the table of all indicators and set *${n} to its number of rows.  To
 * add one: a machine, or another output of one; a row here; its naive
 * reference in tests/unit/test_feature_catalogue.c.
 */
const struct cf_indicator * cf_catalogue_rows(size_t * n);

#endif /* !CF_FEATURE_CATALOGUE_H_ */

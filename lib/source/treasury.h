#ifndef CF_SOURCE_TREASURY_H_
#define CF_SOURCE_TREASURY_H_

#include "source/job.h"

/*
 * Par yields of the US Treasury: one CSV file for each year, no key, a column
 * for each maturity.  The id UST10Y is the column "10 Yr".  Years that the
 * store has already are not asked for again.
 */
extern const struct cf_source cf_treasury;

#endif /* !CF_SOURCE_TREASURY_H_ */

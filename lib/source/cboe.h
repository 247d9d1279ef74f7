#ifndef CF_SOURCE_CBOE_H_
#define CF_SOURCE_CBOE_H_

#include "source/job.h"

/*
 * Cboe's index histories: one CSV file for each index, all days since its
 * beginning, no key.  Given as a series of closes.
 */
extern const struct cf_source cf_cboe;

#endif /* !CF_SOURCE_CBOE_H_ */

#ifndef CF_SOURCE_ALPHAVANTAGE_H_
#define CF_SOURCE_ALPHAVANTAGE_H_

#include "source/job.h"

/*
 * Alpha Vantage: bars of shares and currencies.  What a free key gets is little
 * and changes: 100 rows of TIME_SERIES_DAILY, all of WEEKLY, GLOBAL_QUOTE,
 * SPLITS, FX_DAILY, 25 requests a day.  The server answers 200 to everything
 * and writes limits and errors as a JSON sentence, also when CSV was asked
 * for, sometimes with the caller's key in it.
 *
 * The number before a JSON key ("5. volume", "6. volume", "1: Symbol") is not
 * the same everywhere; keys are told by what follows it.
 */
extern const struct cf_source cf_alphavantage;

#define CF_ALPHAVANTAGE_FUNCTIONS					\
	"daily|adjusted|intraday|weekly|quote|fx|splits"

#endif /* !CF_SOURCE_ALPHAVANTAGE_H_ */

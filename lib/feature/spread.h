#ifndef CF_FEATURE_SPREAD_H_
#define CF_FEATURE_SPREAD_H_

#include "feature/machine.h"

/*
 * Estimates of the deviation of a day's log return.
 *
 * Those from the range of a bar take a window of n rows and in it the bars that
 * have a range (high above low, all prices above zero): a bar with open = high
 * = low = close tells of no trade, not of no movement.  Where the window holds
 * no such bar there is no value.
 */
extern const struct cf_machine cf_spread_volatility;	/* n */
extern const struct cf_machine cf_spread_ewma;		/* lambda, percent */
extern const struct cf_machine cf_spread_parkinson;	/* n */
extern const struct cf_machine cf_spread_garman_klass;	/* n */
extern const struct cf_machine cf_spread_rogers_satchell; /* n */
extern const struct cf_machine cf_spread_yang_zhang;	/* n */

#define CF_SPREAD_EWMA_BEGIN 20		/* Returns to begin with. */

#endif /* !CF_FEATURE_SPREAD_H_ */

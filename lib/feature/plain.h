#ifndef CF_FEATURE_PLAIN_H_
#define CF_FEATURE_PLAIN_H_

#include "feature/machine.h"

/*
 * Machines without a window, or with nothing but the value n rows before: the
 * bar's own fields, returns, the calendar.
 */
extern const struct cf_machine cf_plain_price;
extern const struct cf_machine cf_plain_volume;
extern const struct cf_machine cf_plain_log_return;	/* n */
extern const struct cf_machine cf_plain_change;		/* n: roc, momentum */
extern const struct cf_machine cf_plain_drawdown;	/* n */
extern const struct cf_machine cf_plain_calendar;	/* weekday, month, */
							/* days to its end */

#endif /* !CF_FEATURE_PLAIN_H_ */

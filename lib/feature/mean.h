#ifndef CF_FEATURE_MEAN_H_
#define CF_FEATURE_MEAN_H_

#include "feature/machine.h"

/* Averages of the close, and differences of them. */
extern const struct cf_machine cf_mean_sma;		/* n */
extern const struct cf_machine cf_mean_wma;		/* n */
extern const struct cf_machine cf_mean_ema;		/* n */
extern const struct cf_machine cf_mean_dema;		/* n */
extern const struct cf_machine cf_mean_macd;		/* fast, slow, signal: */
							/* line, signal, rest */

#endif /* !CF_FEATURE_MEAN_H_ */

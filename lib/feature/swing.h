#ifndef CF_FEATURE_SWING_H_
#define CF_FEATURE_SWING_H_

#include "feature/machine.h"

/* Where the price stands in its late range, and how far it moves in a day. */
extern const struct cf_machine cf_swing_rsi;		/* n */
extern const struct cf_machine cf_swing_stochastic;	/* n, d: %K, %D, %R */
extern const struct cf_machine cf_swing_cci;		/* n */
extern const struct cf_machine cf_swing_aroon;		/* n: up, down, */
							/* oscillator */
extern const struct cf_machine cf_swing_true_range;
extern const struct cf_machine cf_swing_atr;		/* n: money, percent */
extern const struct cf_machine cf_swing_adx;		/* n: adx, +DI, -DI */

/* The mean deviation of cci takes a pass over the window. */
#define CF_SWING_CCI_MAX 250

#endif /* !CF_FEATURE_SWING_H_ */

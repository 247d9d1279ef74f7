#ifndef CF_FEATURE_BAND_H_
#define CF_FEATURE_BAND_H_

#include "feature/machine.h"

/* Bands around the price, and where the price stands among them. */
extern const struct cf_machine cf_band_bollinger;	/* n, k: upper, lower, */
							/* %b, bandwidth */
extern const struct cf_machine cf_band_zscore;		/* n: of the close */
extern const struct cf_machine cf_band_volume_zscore;	/* n: of the volume */
extern const struct cf_machine cf_band_keltner;		/* n, m, k: upper, */
							/* lower */
extern const struct cf_machine cf_band_donchian;	/* n: upper, lower, */
							/* middle */

#endif /* !CF_FEATURE_BAND_H_ */

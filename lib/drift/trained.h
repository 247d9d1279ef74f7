#ifndef CF_DRIFT_TRAINED_H_
#define CF_DRIFT_TRAINED_H_

#include "base/err.h"

/**
 * cf_trained_accuracy(path, accuracy, err):
 * Set *${accuracy} to the coverage that the metrics object in the file ${path},
 * as cf-train writes it, tells of forecasts in validation (total.coverage); NaN
 * if that is null, as there was no validation.  Return 0 or -1.
 */
int cf_trained_accuracy(const char * path, double * accuracy,
    struct cf_err * err);

#endif /* !CF_DRIFT_TRAINED_H_ */

#ifndef CF_MODEL_CALIB_H_
#define CF_MODEL_CALIB_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Calibration: a monotone map of cumulative probability, fitted to the
 * probability integral transforms (PIT) of outcomes that the model had not
 * seen.  If outcomes fall below the model's p-quantile in a share G(p) of the
 * cases, G o F is the calibrated distribution function (Dawid 1984; Kuleshov,
 * Fenner, Ermon 2018, "Accurate uncertainties for deep learning using
 * calibrated regression").
 *
 * G is piecewise linear through the knots below.  At each knot the share found
 * is drawn towards the knot itself as if CF_CALIB_PRIOR cases had shown perfect
 * calibration there, so that few cases bend little.
 */

#define CF_CALIB_KNOTS 17
#define CF_CALIB_PRIOR 100.0

struct cf_calib {
	double to[CF_CALIB_KNOTS];	/* G at cf_calib_knot(i); 0 .. 1. */
};

/**
 * cf_calib_knot(i):
 * Return the ${i}-th knot, from 0 to 1.
 */
double cf_calib_knot(size_t i);

/**
 * cf_calib_identity(calib):
 * Set the map that changes nothing.
 */
void cf_calib_identity(struct cf_calib * calib);

/**
 * cf_calib_fit(calib, pit, weight, n):
 * Fit the map to ${n} transforms; ${weight} (NULL: all 1) says how many
 * independent cases each is worth.
 */
void cf_calib_fit(struct cf_calib * calib, const double * pit,
    const double * weight, size_t n);

/**
 * cf_calib_check(calib):
 * Return 0 if it is a monotone map of 0 .. 1 onto itself, else -1.
 */
int cf_calib_check(const struct cf_calib * calib);

/**
 * cf_calib_at(calib, p):
 * Return G at ${p}.
 */
double cf_calib_at(const struct cf_calib * calib, double p);

/**
 * cf_calib_map(calib, cum, n):
 * Map the ${n} ascending cumulative probabilities in place.
 */
void cf_calib_map(const struct cf_calib * calib, double * cum, size_t n);

#endif /* !CF_MODEL_CALIB_H_ */

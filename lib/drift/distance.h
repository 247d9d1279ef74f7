#ifndef CF_DRIFT_DISTANCE_H_
#define CF_DRIFT_DISTANCE_H_

#include <stddef.h>

/*
 * Distances between two samples, each given as the shares of the same cells
 * of the line.  Where every distinct value has a cell of its own they are
 * those of the samples themselves; with the percentiles of one sample as
 * cells, Kolmogorov and Smirnov's is short of that by 0.01 at most.
 *
 *	psi		sum (p - q) ln(p / q), the population stability index:
 *			Jeffreys' divergence (1946) with shares below 1e-4
 *			taken as 1e-4
 *	ks		max |P - Q| of the cumulative shares (Kolmogorov 1933,
 *			Smirnov 1939)
 *	wasserstein	integral of |P - Q| (Vaserstein 1969): how far a unit
 *			of probability is moved on average
 *	jensen_shannon	square root of the Jensen-Shannon divergence (Lin
 *			1991) to base 2: a metric within 0 and 1
 *
 * None is a test by itself: what it comes to by chance depends on the sizes
 * of the samples and on how their members depend on one another.
 */

/* Rows: id, name. */
#define CF_DISTANCES(X)							\
	X(CF_DISTANCE_PSI, "psi")					\
	X(CF_DISTANCE_KS, "ks")						\
	X(CF_DISTANCE_WASSERSTEIN, "wasserstein")			\
	X(CF_DISTANCE_JENSEN_SHANNON, "jensen_shannon")

#define CF_DISTANCE_ENUM(id, name) id,
enum cf_distance { CF_DISTANCES(CF_DISTANCE_ENUM) CF_DISTANCE_COUNT };
#undef CF_DISTANCE_ENUM

#define CF_DISTANCE_SHARE_MIN 1e-4	/* Of a cell, in psi. */

/**
 * cf_distance_name(id):
 * Return its name.
 */
const char * cf_distance_name(enum cf_distance id);

/**
 * cf_distance_psi(p, q, n), cf_distance_ks(p, q, n),
 * cf_distance_jensen_shannon(p, q, n):
 * Return the distance between two distributions over the same ${n} cells;
 * the shares of each sum to 1.  For ks the cells are in ascending order.
 */
double cf_distance_psi(const double * p, const double * q, size_t n);
double cf_distance_ks(const double * p, const double * q, size_t n);
double cf_distance_jensen_shannon(const double * p, const double * q,
    size_t n);

/**
 * cf_distance_wasserstein(p, q, at, n):
 * The same, with the members of cell i at ${at}[i], which ascend; in their
 * unit.
 */
double cf_distance_wasserstein(const double * p, const double * q,
    const double * at, size_t n);

#endif /* !CF_DRIFT_DISTANCE_H_ */

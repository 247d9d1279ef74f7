#ifndef CF_MODEL_GRID_H_
#define CF_MODEL_GRID_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The grid on which a model's distributions live.
 *
 * All distributions of one model are probabilities of the same cells, which
 * cut the learned target z (see model/kind.h) at quantiles of the training
 * sample.  A forest's leaves keep the cells of their samples; the empirical
 * distribution is the cells' own shares; mixing two distributions is adding,
 * and calibrating one is mapping its cumulative probabilities.
 *
 * Cell edges lie at the probabilities sin^2(pi k / 2n), which are close
 * together in the tails, where risk is read, and about 1.6/n apart in the
 * middle.  Within a cell probability is spread evenly from its lowest to its
 * highest sample; between cells there is none.  Where z has fewer distinct
 * values than cells, each has a cell of its own and quantiles are exact; so has
 * a value that alone would fill one of them, as z = 0 where prices often stand.
 */

#define CF_GRID_CELLS_MAX 4096
#define CF_GRID_ROUNDING 1e-12	/* Of sums of shares. */

struct cf_grid {
	size_t n;
	double * low;		/* Lowest sample of each cell. */
	double * high;		/* Highest; low[i + 1] > high[i]. */
	double * mean;		/* Mean of the samples. */
	double * share;		/* Share of the samples; sums to 1. */
};

/**
 * cf_grid_make(grid, z, weight, n, cells, err):
 * Cut the ${n} finite values ${z}, with weights ${weight} (NULL: all 1), into
 * at most ${cells} cells.  n is at least 1.  The caller frees the grid with
 * cf_grid_free.  Return 0 or -1.
 */
int cf_grid_make(struct cf_grid * grid, const double * z,
    const double * weight, size_t n, size_t cells, struct cf_err * err);

/**
 * cf_grid_alloc(grid, n, err):
 * Make an uninitialised grid of ${n} cells.  Return 0 or -1.
 */
int cf_grid_alloc(struct cf_grid * grid, size_t n, struct cf_err * err);

/**
 * cf_grid_check(grid):
 * Return 0 if the grid has the properties above, else -1.
 */
int cf_grid_check(const struct cf_grid * grid);

/**
 * cf_grid_cell(grid, z):
 * Return the cell of ${z}: the first whose high is at least z, or the last.
 */
size_t cf_grid_cell(const struct cf_grid * grid, double z);

/**
 * cf_grid_mean(grid):
 * Return the mean of the sample.
 */
double cf_grid_mean(const struct cf_grid * grid);

/*
 * A distribution on a grid is given by its cumulative probabilities: cum[0] =
 * 0, cum[i] = P(z in cells 0 .. i-1), cum[n] = 1.
 */

/**
 * cf_grid_cdf(grid, cum, z):
 * Return P(Z <= z).
 */
double cf_grid_cdf(const struct cf_grid * grid, const double * cum, double z);

/**
 * cf_grid_pit(grid, cum, z):
 * Return the probability integral transform of ${z}: the CDF, but in the
 * middle of the jump where a cell is a single point.
 */
double cf_grid_pit(const struct cf_grid * grid, const double * cum, double z);

/**
 * cf_grid_quantile(grid, cum, p):
 * Return the ${p}-quantile, 0 <= p <= 1.
 */
double cf_grid_quantile(const struct cf_grid * grid, const double * cum,
    double p);

/**
 * cf_grid_part(grid, c, z, at_point):
 * Return which part of cell ${c}'s probability lies at or below ${z};
 * ${at_point} where the cell is that single point.
 */
double cf_grid_part(const struct cf_grid * grid, size_t c, double z,
    double at_point);

/**
 * cf_grid_within(grid, c, below, above, p):
 * Return the ${p}-quantile if it lies in cell ${c}, before which the cumulative
 * probability is ${below} and behind which it is ${above}.
 */
double cf_grid_within(const struct cf_grid * grid, size_t c, double below,
    double above, double p);

/**
 * cf_grid_crps(grid, cum, z):
 * Return the continuous ranked probability score of the distribution for the
 * outcome ${z}: the integral of (F(x) - [x >= z])^2 (Gneiting, Raftery 2007).
 */
double cf_grid_crps(const struct cf_grid * grid, const double * cum, double z);

/**
 * cf_grid_free(grid):
 * Free what it holds and leave it empty.
 */
void cf_grid_free(struct cf_grid * grid);

#endif /* !CF_MODEL_GRID_H_ */

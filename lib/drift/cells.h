#ifndef CF_DRIFT_CELLS_H_
#define CF_DRIFT_CELLS_H_

#include <stddef.h>

/*
 * Cells that cut the line at the quantiles of a sample, the outer ones open.
 * There are about a hundred fine ones, and of ten neighbours each a coarse
 * one, for the distances that compare share with share.  Where the sample has
 * few distinct values, each of them has a fine cell of its own, and there is
 * one below and one above them all, so that a value never met is seen even if
 * the sample was constant.
 */

#define CF_CELLS_FINE 100
#define CF_CELLS_COARSE 10
#define CF_CELLS_MAX (CF_CELLS_FINE + 2)

struct cf_cells {
	size_t n;		/* Fine cells. */
	size_t ncoarse;
	double edge[CF_CELLS_MAX];	/* Highest value; the last is open. */
	double at[CF_CELLS_MAX];	/* Mean, in standard deviations. */
	size_t coarse[CF_CELLS_MAX];	/* Which one a fine cell is in. */
	double low;		/* Lowest and highest of the sample. */
	double high;
	double mean;
	double sd;		/* Standard deviation; 0 if it is constant. */
};

/**
 * cf_cells_make(cells, x, n):
 * Cut the line by the ${n} finite values ${x}, at least 1, which ascend.
 */
void cf_cells_make(struct cf_cells * cells, const double * x, size_t n);

/**
 * cf_cells_find(cells, x):
 * Return the fine cell that the finite ${x} lies in.
 */
size_t cf_cells_find(const struct cf_cells * cells, double x);

/**
 * cf_cells_gather(cells, fine, coarse):
 * Set ${coarse}[ncoarse] to sums over ${fine}[n].
 */
void cf_cells_gather(const struct cf_cells * cells, const double * fine,
    double * coarse);

#endif /* !CF_DRIFT_CELLS_H_ */

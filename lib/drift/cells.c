#include <math.h>
#include <string.h>

#include "drift/cells.h"

static void
moments(struct cf_cells * c, const double * x, size_t n)
{
	double sum = 0, squares = 0, d;
	size_t i;

	c->low = x[0];
	c->high = x[n - 1];
	for (i = 0; i < n; i++)
		sum += x[i] - x[0];
	c->mean = x[0] + sum / (double)n;
	for (i = 0; i < n; i++) {
		d = x[i] - c->mean;
		squares += d * d;
	}
	/* Equal values have none, whatever rounding says. */
	c->sd = c->high > c->low ? sqrt(squares / (double)n) : 0;
}

static size_t
count_distinct(const double * x, size_t n)
{
	size_t i, distinct = 1;

	for (i = 1; i < n && distinct <= CF_CELLS_FINE; i++)
		distinct += x[i] > x[i - 1];
	return (distinct);
}

/* A cell for each value, and one on each side. */
static void
cut_values(struct cf_cells * c, const double * x, size_t n, double unit)
{
	size_t i;

	c->edge[0] = nextafter(x[0], -(double)INFINITY);
	c->at[0] = (x[0] - c->mean) / unit - 1;
	c->n = 1;
	for (i = 0; i < n; i++) {
		if (i > 0 && x[i] == x[i - 1])
			continue;
		c->edge[c->n] = x[i];
		c->at[c->n++] = (x[i] - c->mean) / unit;
	}
	c->at[c->n] = (x[n - 1] - c->mean) / unit + 1;
	c->n++;
}

/* A cell for each percent of the values, wider where many are equal. */
static void
cut_quantiles(struct cf_cells * c, const double * x, size_t n, double unit)
{
	size_t i, first = 0, behind, k;
	double sum;

	c->n = 0;
	for (k = 1; k <= CF_CELLS_FINE; k++) {
		behind = k * n / CF_CELLS_FINE;
		while (behind > 0 && behind < n && x[behind] == x[behind - 1])
			behind++;
		if (behind <= first)
			continue;
		sum = 0;
		for (i = first; i < behind; i++)
			sum += x[i] - c->mean;
		c->edge[c->n] = x[behind - 1];
		c->at[c->n++] = sum / (double)(behind - first) / unit;
		first = behind;
	}
}

/* Neighbouring fine cells with a tenth of the sample make a coarse one. */
static void
group(struct cf_cells * c, const double * x, size_t n)
{
	size_t i, first = 0, behind, tenth, last = (size_t)-1;

	c->ncoarse = 0;
	for (i = 0; i < c->n; i++) {
		behind = first;
		while (behind < n && (i + 1 == c->n || x[behind] <= c->edge[i]))
			behind++;
		/* The tenth that the cell's middle lies in; none if empty. */
		tenth = CF_CELLS_COARSE + i;
		if (behind > first)
			tenth = (first + behind) * CF_CELLS_COARSE / (2 * n);
		if (i == 0 || tenth != last)
			c->ncoarse++;
		c->coarse[i] = c->ncoarse - 1;
		last = tenth;
		first = behind;
	}
}

void
cf_cells_make(struct cf_cells * c, const double * x, size_t n)
{
	double unit;

	memset(c, 0, sizeof(*c));
	moments(c, x, n);
	unit = c->sd > 0 ? c->sd : 1;
	if (count_distinct(x, n) <= CF_CELLS_FINE)
		cut_values(c, x, n, unit);
	else
		cut_quantiles(c, x, n, unit);
	group(c, x, n);
}

size_t
cf_cells_find(const struct cf_cells * c, double x)
{
	size_t low = 0, high = c->n - 1, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (x <= c->edge[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return (low);
}

void
cf_cells_gather(const struct cf_cells * c, const double * fine,
    double * coarse)
{
	size_t i;

	memset(coarse, 0, c->ncoarse * sizeof(*coarse));
	for (i = 0; i < c->n; i++)
		coarse[c->coarse[i]] += fine[i];
}

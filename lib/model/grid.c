#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/grid.h"

#define PI 3.14159265358979323846

struct sample {
	double z;
	double weight;
};

static int
by_z(const void * a, const void * b)
{
	double x = ((const struct sample *)a)->z;
	double y = ((const struct sample *)b)->z;

	return ((x > y) - (x < y));
}

int
cf_grid_alloc(struct cf_grid * grid, size_t n, struct cf_err * err)
{
	double * all;

	if ((all = cf_mem_array(n, 4 * sizeof(*all), err)) == NULL)
		return (-1);
	grid->n = n;
	grid->low = all;
	grid->high = all + n;
	grid->mean = all + 2 * n;
	grid->share = all + 3 * n;
	return (0);
}

/* Cumulative probability at which cell k of n ends. */
static double
level(size_t k, size_t n)
{
	double s = sin(PI * (double)(k + 1) / (2.0 * (double)n));

	return (k + 1 >= n ? 1.0 : s * s);
}

/* End a cell that holds samples first .. last. */
static void
close_cell(struct cf_grid * grid, const struct sample * s, size_t first,
    size_t last, double total)
{
	size_t i, c = grid->n++;
	double weight = 0, sum = 0;

	for (i = first; i <= last; i++) {
		weight += s[i].weight;
		/* From the first sample on, so that equal ones are exact. */
		sum += s[i].weight * (s[i].z - s[first].z);
	}
	grid->low[c] = s[first].z;
	grid->high[c] = s[last].z;
	grid->mean[c] = s[first].z + (weight > 0 ? sum / weight : 0.0);
	grid->share[c] = weight / total;
}

int
cf_grid_make(struct cf_grid * grid, const double * z, const double * weight,
    size_t n, size_t cells, struct cf_err * err)
{
	struct sample * s;
	double total = 0, cum = 0;
	size_t i, j, first = 0, distinct = 1, k = 0;

	if ((s = cf_mem_array(n, sizeof(*s), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		s[i].z = z[i] + 0.0;	/* -0 becomes 0. */
		s[i].weight = weight != NULL ? weight[i] : 1.0;
		total += s[i].weight;
	}
	qsort(s, n, sizeof(*s), by_z);
	for (i = 1; i < n; i++)
		distinct += s[i].z > s[i - 1].z;
	if (cells > distinct)
		cells = distinct;
	if (cf_grid_alloc(grid, cells, err)) {
		free(s);
		return (-1);
	}
	grid->n = 0;
	for (i = 0; i < n; i = j) {
		for (j = i; j < n && s[j].z == s[i].z; j++)
			cum += s[j].weight / total;
		/* A value that would fill the next cell alone shares none. */
		if (first < i && k + 2 < cells && level(k + 1, cells) <= cum) {
			close_cell(grid, s, first, i - 1, total);
			first = i;
		}
		/* The last cell takes all the rest, whatever rounding says. */
		if (j < n && distinct > cells &&
		    (k + 1 == cells || cum < level(k, cells)))
			continue;
		close_cell(grid, s, first, j - 1, total);
		first = j;
		while (k + 1 < cells && level(k, cells) <= cum)
			k++;
	}
	free(s);
	return (0);
}

int
cf_grid_check(const struct cf_grid * grid)
{
	double sum = 0;
	size_t i;

	if (grid->n < 1 || grid->n > CF_GRID_CELLS_MAX)
		return (-1);
	for (i = 0; i < grid->n; i++) {
		if (!isfinite(grid->low[i]) || !isfinite(grid->high[i]) ||
		    !(grid->low[i] <= grid->mean[i]) ||
		    !(grid->mean[i] <= grid->high[i]) ||
		    !(grid->share[i] >= 0.0 && grid->share[i] <= 1.0))
			return (-1);
		if (i > 0 && !(grid->high[i - 1] < grid->low[i]))
			return (-1);
		sum += grid->share[i];
	}
	return (fabs(sum - 1.0) < 1e-6 ? 0 : -1);
}

size_t
cf_grid_cell(const struct cf_grid * grid, double z)
{
	size_t low = 0, high = grid->n - 1, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (grid->high[middle] >= z)
			high = middle;
		else
			low = middle + 1;
	}
	return (low);
}

double
cf_grid_mean(const struct cf_grid * grid)
{
	double sum = 0;
	size_t c;

	for (c = 0; c < grid->n; c++)
		sum += grid->share[c] * grid->mean[c];
	return (sum);
}

double
cf_grid_part(const struct cf_grid * grid, size_t c, double z, double at_point)
{
	double width = grid->high[c] - grid->low[c];

	if (z < grid->low[c])
		return (0.0);
	if (z > grid->high[c])
		return (1.0);
	return (width > 0 ? (z - grid->low[c]) / width : at_point);
}

double
cf_grid_cdf(const struct cf_grid * grid, const double * cum, double z)
{
	size_t c = cf_grid_cell(grid, z);

	return (cum[c] + (cum[c + 1] - cum[c]) * cf_grid_part(grid, c, z, 1.0));
}

double
cf_grid_pit(const struct cf_grid * grid, const double * cum, double z)
{
	size_t c = cf_grid_cell(grid, z);

	return (cum[c] + (cum[c + 1] - cum[c]) * cf_grid_part(grid, c, z, 0.5));
}

double
cf_grid_within(const struct cf_grid * grid, size_t c, double below,
    double above, double p)
{
	double mass = above - below;

	if (!(mass > 0))
		return (grid->low[c]);
	p = (p - below) / mass;
	if (!(p > 0))
		return (grid->low[c]);
	if (p >= 1)
		return (grid->high[c]);
	return (grid->low[c] + p * (grid->high[c] - grid->low[c]));
}

double
cf_grid_quantile(const struct cf_grid * grid, const double * cum, double p)
{
	size_t low = 0, high = grid->n - 1, middle;

	/* The first cell whose end reaches p, but for rounding. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (cum[middle + 1] >= p - CF_GRID_ROUNDING)
			high = middle;
		else
			low = middle + 1;
	}
	return (cf_grid_within(grid, low, cum[low], cum[low + 1], p));
}

/* The integral of (F - above)^2 over a stretch on which F goes from a to b. */
static double
stretch(double width, double a, double b, int above)
{

	if (above) {
		a = 1.0 - a;
		b = 1.0 - b;
	}
	return (width * (a * a + a * b + b * b) / 3.0);
}

/* The same over low .. high, which the outcome may divide. */
static double
divided(double low, double high, double a, double b, double z)
{
	double at;

	if (z <= low || z >= high)
		return (stretch(high - low, a, b, z <= low));
	at = a + (b - a) * (z - low) / (high - low);
	return (stretch(z - low, a, at, 0) + stretch(high - z, at, b, 1));
}

double
cf_grid_crps(const struct cf_grid * grid, const double * cum, double z)
{
	double sum = 0;
	size_t c;

	if (z < grid->low[0])
		sum += grid->low[0] - z;
	if (z > grid->high[grid->n - 1])
		sum += z - grid->high[grid->n - 1];
	for (c = 0; c < grid->n; c++) {
		sum += divided(grid->low[c], grid->high[c], cum[c],
		    cum[c + 1], z);
		if (c + 1 < grid->n)
			sum += divided(grid->high[c], grid->low[c + 1],
			    cum[c + 1], cum[c + 1], z);
	}
	return (sum);
}

void
cf_grid_free(struct cf_grid * grid)
{

	free(grid->low);
	memset(grid, 0, sizeof(*grid));
}

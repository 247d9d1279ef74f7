#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "forest/bins.h"

#define DIGIT_BITS 11		/* Radix sort: six passes over 64 bits. */
#define DIGITS 6
#define DIGIT_VALUES (1u << DIGIT_BITS)

/* A job for cf_par_run: one item is one column. */
struct job {
	const double * const * columns;
	struct cf_bins * bins;
	double * edges;		/* CF_BINS_MAX slots for each column. */
	uint32_t * n_edges;
	unsigned max_bins;
	uint64_t ** scratch;	/* Of each thread: 2 * n_rows. */
};

/* Map the order of doubles without NaN to the order of integers. */
static uint64_t
key_of(double x)
{
	uint64_t bits;

	x += 0.0;		/* -0 becomes 0. */
	memcpy(&bits, &x, sizeof(bits));
	return (bits >> 63 ? ~bits : bits | UINT64_C(1) << 63);
}

static double
value_of(uint64_t key)
{
	uint64_t bits;
	double x;

	bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
	memcpy(&x, &bits, sizeof(x));
	return (x);
}

/* One stable pass of the sort by the digit at ${shift}. */
static void
sort_pass(const uint64_t * from, uint64_t * to, size_t n, unsigned shift,
    size_t * start)
{
	size_t i, sum, count;

	for (sum = i = 0; i < DIGIT_VALUES; i++) {
		count = start[i];
		start[i] = sum;
		sum += count;
	}
	for (i = 0; i < n; i++)
		to[start[from[i] >> shift & (DIGIT_VALUES - 1)]++] = from[i];
}

/*
 * Sort ${n} keys with ${spare} as second room; return where they ended up.
 * Passes in which all keys have one digit are skipped.
 */
static uint64_t *
sort_keys(uint64_t * keys, uint64_t * spare, size_t n)
{
	size_t count[DIGITS][DIGIT_VALUES];
	uint64_t * swap;
	size_t i;
	unsigned d;

	memset(count, 0, sizeof(count));
	for (i = 0; i < n; i++)
		for (d = 0; d < DIGITS; d++)
			count[d][keys[i] >> d * DIGIT_BITS &
			    (DIGIT_VALUES - 1)]++;
	for (d = 0; d < DIGITS && n > 0; d++) {
		if (count[d][keys[0] >> d * DIGIT_BITS &
		    (DIGIT_VALUES - 1)] == n)
			continue;
		sort_pass(keys, spare, n, d * DIGIT_BITS, count[d]);
		swap = keys;
		keys = spare;
		spare = swap;
	}
	return (keys);
}

/* The edge between neighbouring values a < b: a <= edge < b. */
static double
edge_between(double a, double b)
{
	double edge;

	edge = a + (b - a) / 2;
	return (edge >= a && edge < b ? edge : a);
}

/* Count the distinct among ${n} sorted keys, up to one more than ${limit}. */
static unsigned
count_distinct(const uint64_t * keys, size_t n, unsigned limit)
{
	unsigned distinct = n > 0;
	size_t i;

	for (i = 1; i < n && distinct <= limit; i++)
		distinct += keys[i] != keys[i - 1];
	return (distinct);
}

/*
 * Cut ${n} sorted keys into at most ${max_bins} runs of nearly equal size,
 * never between equal keys, and write the edges.  A bin is full when it holds
 * its share of what the bins before it left over.  With few distinct keys the
 * share is nothing and each has its own bin.
 */
static uint32_t
find_edges(const uint64_t * keys, size_t n, unsigned max_bins, double * edges)
{
	size_t i, begin = 0;
	uint32_t n_edges = 0;
	int each;

	each = count_distinct(keys, n, max_bins) <= max_bins;
	for (i = 1; i < n && n_edges + 1 < max_bins; i++) {
		if (keys[i] == keys[i - 1])
			continue;
		if (!each && i - begin < (n - begin) / (max_bins - n_edges))
			continue;
		edges[n_edges++] = edge_between(value_of(keys[i - 1]),
		    value_of(keys[i]));
		begin = i;
	}
	return (n_edges);
}

static int
find_column(void * cookie, size_t column, size_t thread, struct cf_err * err)
{
	struct job * job = cookie;
	const struct cf_bins * bins = job->bins;
	const double * x = job->columns[column];
	double * edges = job->edges + column * CF_BINS_MAX;
	uint8_t * codes = bins->codes + column * bins->n_rows;
	uint64_t * keys = job->scratch[thread];
	uint32_t n_edges;
	size_t i, n = 0;

	if (keys == NULL) {
		if ((keys = cf_mem_array(bins->n_rows, 2 * sizeof(*keys),
		    err)) == NULL)
			return (-1);
		job->scratch[thread] = keys;
	}
	for (i = 0; i < bins->n_rows; i++) {
		keys[n] = key_of(x[i]);
		n += isnan(x[i]) ? 0 : 1;
	}
	n_edges = find_edges(sort_keys(keys, keys + bins->n_rows, n), n,
	    job->max_bins, edges);
	for (i = 0; i < bins->n_rows; i++)
		codes[i] = cf_bins_code(edges, n_edges, x[i]);
	job->n_edges[column] = n_edges;
	return (0);
}

/* Put the columns' edges one behind another. */
static int
pack_edges(struct cf_bins * bins, const struct job * job, struct cf_err * err)
{
	uint32_t sum = 0;
	size_t j;

	for (j = 0; j < bins->n_columns; j++) {
		bins->first_edge[j] = sum;
		sum += job->n_edges[j];
	}
	bins->first_edge[j] = sum;
	if ((bins->edges = cf_mem_array(sum, sizeof(double), err)) == NULL)
		return (-1);
	for (j = 0; j < bins->n_columns; j++)
		memcpy(bins->edges + bins->first_edge[j],
		    job->edges + j * CF_BINS_MAX,
		    job->n_edges[j] * sizeof(double));
	return (0);
}

static int
fill(struct cf_bins * bins, struct job * job, size_t threads,
    struct cf_err * err)
{
	size_t i;
	int rc = -1;

	job->edges = cf_mem_array(bins->n_columns,
	    CF_BINS_MAX * sizeof(double), err);
	job->n_edges = cf_mem_array(bins->n_columns, sizeof(uint32_t), err);
	job->scratch = cf_mem_array(threads, sizeof(*job->scratch), err);
	if (job->edges == NULL || job->n_edges == NULL ||
	    job->scratch == NULL)
		goto done;
	if (cf_par_run(bins->n_columns, threads, find_column, job, err))
		goto done;
	rc = pack_edges(bins, job, err);
done:
	for (i = 0; job->scratch != NULL && i < threads; i++)
		free(job->scratch[i]);
	free(job->scratch);
	free(job->n_edges);
	free(job->edges);
	return (rc);
}

/**
 * cf_bins_new(columns, n_columns, n_rows, max_bins, threads, err):
 * Bin ${n_columns} arrays of ${n_rows} doubles into at most ${max_bins} (2 ..
 * CF_BINS_MAX) bins each, on ${threads} threads.  The result does not depend
 * on ${threads}.  Return the bins, which the caller frees with cf_bins_free,
 * or NULL.
 */
struct cf_bins *
cf_bins_new(const double * const * columns, size_t n_columns, size_t n_rows,
    unsigned max_bins, size_t threads, struct cf_err * err)
{
	struct job job = { .columns = columns, .max_bins = max_bins };
	struct cf_bins * bins;

	if (n_columns > CF_BINS_COLUMNS_MAX) {
		cf_err_set(err, CF_ERR_DATA, "too many columns: %zu of %d",
		    n_columns, CF_BINS_COLUMNS_MAX);
		return (NULL);
	}
	if (max_bins < 2 || max_bins > CF_BINS_MAX) {
		cf_err_set(err, CF_ERR_USAGE, "bins must be 2 to %d",
		    CF_BINS_MAX);
		return (NULL);
	}
	if ((bins = cf_mem_array(1, sizeof(*bins), err)) == NULL)
		return (NULL);
	bins->n_columns = n_columns;
	bins->n_rows = n_rows;
	bins->codes = cf_mem_array(n_rows, n_columns, err);
	bins->first_edge = cf_mem_array(n_columns + 1, sizeof(uint32_t), err);
	if (bins->codes == NULL || bins->first_edge == NULL)
		goto fail;
	job.bins = bins;
	if (fill(bins, &job, cf_par_threads(threads), err))
		goto fail;
	return (bins);
fail:
	cf_bins_free(bins);
	return (NULL);
}

/**
 * cf_bins_free(bins):
 * Free ${bins}, which may be NULL.
 */
void
cf_bins_free(struct cf_bins * bins)
{

	if (bins == NULL)
		return;
	free(bins->edges);
	free(bins->first_edge);
	free(bins->codes);
	free(bins);
}

/**
 * cf_bins_edges(bins, column, n):
 * Return the edges of ${column} and their number in *${n}; borrowed.
 */
const double *
cf_bins_edges(const struct cf_bins * bins, size_t column, size_t * n)
{

	*n = bins->first_edge[column + 1] - bins->first_edge[column];
	return (bins->edges + bins->first_edge[column]);
}

/**
 * cf_bins_code(edges, n, x):
 * Return the code of ${x} among ${n} (at most 254) ascending ${edges}.
 */
uint8_t
cf_bins_code(const double * edges, size_t n, double x)
{
	size_t at = 0, half;

	/*
	 * Halve the range at .. at + n in which the answer lies.  A mask and
	 * not a branch, which would be mispredicted every other time; NaN is
	 * below nothing and drops through to the last line.
	 */
	for (; n > 1; n -= half) {
		half = n / 2;
		at += half &
		    ((size_t)0 - (size_t)(edges[at + half - 1] < x));
	}
	if (n == 1)
		at += edges[at] < x;
	return (isnan(x) ? CF_BINS_MISSING : (uint8_t)at);
}

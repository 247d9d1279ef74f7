#include <stdlib.h>

#include "base/mem.h"
#include "forest/layout.h"
#include "forest/leaf.h"

#define INSERTION_MAX 24	/* Samples sorted by insertion. */

/**
 * cf_leaf_init(leaf, n_cells, weighted):
 * Begin with no samples; ${n_cells} is 0 if leaves keep none.
 */
void
cf_leaf_init(struct cf_leaf * leaf, uint32_t n_cells, int weighted)
{

	memset(leaf, 0, sizeof(*leaf));
	leaf->cell_bits = cf_layout_bits(n_cells);
	leaf->weighted = weighted;
}

void
cf_leaf_free(struct cf_leaf * leaf)
{

	free(leaf->samples);
	free(leaf->units);
	memset(leaf, 0, sizeof(*leaf));
}

/**
 * cf_leaf_room(leaf, n, err):
 * Return room for ${n} samples, which the caller fills, or NULL.
 */
struct cf_leaf_sample *
cf_leaf_room(struct cf_leaf * leaf, size_t n, struct cf_err * err)
{

	/* As much again is for sorting. */
	if (cf_mem_grow(&leaf->samples, &leaf->samples_size, 2 * n + 1,
	    sizeof(*leaf->samples), err))
		return (NULL);
	return (leaf->samples);
}

/* Append a unit to the samples; there is room. */
static void
put_unit(struct cf_leaf * leaf, uint64_t unit)
{

	leaf->units[leaf->n_units++] = (uint16_t)(unit & UINT16_MAX);
}

/* Stable sort of ${n} samples by cell; ${spare} has room for as many. */
static void
sort_samples(struct cf_leaf_sample * a, struct cf_leaf_sample * spare, size_t n)
{
	size_t start[257];
	struct cf_leaf_sample one;
	size_t i, j;
	unsigned shift;

	if (n <= INSERTION_MAX) {
		for (i = 1; i < n; i++) {
			one = a[i];
			for (j = i; j > 0 && a[j - 1].cell > one.cell; j--)
				a[j] = a[j - 1];
			a[j] = one;
		}
		return;
	}
	for (shift = 0; shift <= 8; shift += 8) {
		memset(start, 0, sizeof(start));
		for (i = 0; i < n; i++)
			start[(a[i].cell >> shift & 255) + 1]++;
		for (i = 1; i < 256; i++)
			start[i] += start[i - 1];
		for (i = 0; i < n; i++)
			spare[start[a[i].cell >> shift & 255]++] = a[i];
		memcpy(a, spare, n * sizeof(*a));
	}
}

/* Put one entry for each cell; return how many are left. */
static size_t
unite_samples(struct cf_leaf_sample * a, size_t n)
{
	size_t i, last = 0;

	if (n == 0)
		return (0);
	for (i = 1; i < n; i++) {
		if (a[i].cell == a[last].cell)
			a[last].part += a[i].part;
		else
			a[++last] = a[i];
	}
	return (last + 1);
}

/* Turn parts of any size into shares of at most 65535. */
static size_t
scale_samples(struct cf_leaf_sample * a, size_t n)
{
	double most = 0;
	size_t i, kept = 0;
	uint32_t share;

	for (i = 0; i < n; i++)
		most = a[i].part > most ? a[i].part : most;
	for (i = 0; i < n; i++) {
		share = (uint32_t)(a[i].part / most * UINT16_MAX + 0.5);
		if (share == 0)
			continue;
		a[kept].cell = a[i].cell;
		a[kept++].part = share;
	}
	return (kept);
}

/* Write ${n} samples as pairs, of which there will be ${n_pairs}. */
static void
put_pairs(struct cf_leaf * leaf, const struct cf_leaf_sample * a, size_t n,
    uint64_t n_pairs)
{
	uint64_t left, now;
	size_t i;

	put_unit(leaf, CF_LAYOUT_PAIRS);
	put_unit(leaf, n_pairs);
	put_unit(leaf, n_pairs >> 16);
	for (i = 0; i < n; i++) {
		for (left = (uint64_t)a[i].part; left > 0; left -= now) {
			now = left > UINT16_MAX ? UINT16_MAX : left;
			put_unit(leaf, a[i].cell);
			put_unit(leaf, now);
		}
	}
}

/* Write ${n} samples as single units, of which there will be ${n_units}. */
static void
put_units(struct cf_leaf * leaf, const struct cf_leaf_sample * a, size_t n,
    uint64_t n_units, uint64_t sum)
{
	const uint64_t most = UINT64_C(1) << (16 - leaf->cell_bits);
	uint64_t left, now;
	size_t i;

	if (n_units <= CF_LAYOUT_SHORT_N && sum <= CF_LAYOUT_SHORT_SUM)
		put_unit(leaf, n_units * 2 + sum * 256);
	else {
		put_unit(leaf, CF_LAYOUT_LONG);
		put_unit(leaf, n_units);
		put_unit(leaf, n_units >> 16);
		put_unit(leaf, sum);
		put_unit(leaf, sum >> 16);
	}
	for (i = 0; i < n; i++) {
		for (left = (uint64_t)a[i].part; left > 0; left -= now) {
			now = left > most ? most : left;
			put_unit(leaf, a[i].cell |
			    (now - 1) << leaf->cell_bits);
		}
	}
}

/* Return how many numbers of at most ${most} make up ${part}. */
static uint64_t
pieces(double part, uint64_t most)
{

	return (((uint64_t)part + most - 1) / most);
}

/**
 * cf_leaf_put(leaf, n, err):
 * Append the ${n} samples that were put into the room, in the shorter way.
 * Return 0 or -1.
 */
int
cf_leaf_put(struct cf_leaf * leaf, size_t n, struct cf_err * err)
{
	struct cf_leaf_sample * a = leaf->samples;
	uint64_t sum = 0, units = 0, pairs = 0, size;
	size_t k;
	int as_pairs;

	sort_samples(a, a + n, n);
	n = unite_samples(a, n);
	if (leaf->weighted)
		n = scale_samples(a, n);
	for (k = 0; k < n; k++) {
		sum += (uint64_t)a[k].part;
		units += pieces(a[k].part,
		    UINT64_C(1) << (16 - leaf->cell_bits));
		pairs += pieces(a[k].part, UINT16_MAX);
	}
	as_pairs = leaf->weighted || 2 * pairs < units;
	size = (as_pairs ? 2 * pairs : units) + 5;
	if (sum > UINT32_MAX || leaf->n_units + size > CF_LAYOUT_UNITS_MAX)
		return (cf_err_set(err, CF_ERR_DATA,
		    "too many samples in one tree"));
	if (cf_mem_grow(&leaf->units, &leaf->units_size,
	    leaf->n_units + (size_t)size, sizeof(*leaf->units), err))
		return (-1);
	if (as_pairs)
		put_pairs(leaf, a, n, pairs);
	else
		put_units(leaf, a, n, units, sum);
	return (0);
}

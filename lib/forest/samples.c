#include <stdlib.h>

#include "base/mem.h"
#include "forest/samples.h"

#define BYTES_MAX (16u << 20)	/* Of notes. */
#define AHEAD 6			/* Trees whose samples are being fetched. */
#define FEW CF_SAMPLES_FEW

/**
 * cf_samples_init(samples, forest, n_rows, err):
 * Make room for at most ${n_rows} rows, fewer if the notes were too many; see
 * samples->n_rows.  The caller frees it with cf_samples_free.  Return 0 or -1.
 */
int
cf_samples_init(struct cf_samples * samples, const struct cf_forest * forest,
    size_t n_rows, struct cf_err * err)
{
	const size_t trees = forest->n_trees > 0 ? forest->n_trees : 1;
	const size_t most = BYTES_MAX / sizeof(uint32_t) / trees;
	unsigned k;

	n_rows = n_rows < most ? n_rows : most;
	n_rows = (n_rows + CF_SAMPLES_ROWS - 1) / CF_SAMPLES_ROWS *
	    CF_SAMPLES_ROWS;
	samples->forest = forest;
	samples->n_rows = n_rows > 0 ? n_rows : CF_SAMPLES_ROWS;

	/* An odd number of lines, so that trees do not fall into one set. */
	samples->stride = samples->n_rows | CF_SAMPLES_ROWS;
	samples->notes = cf_mem_array(samples->stride * trees,
	    sizeof(*samples->notes), err);
	samples->width = (size_t)1 << forest->cell_bits;
	for (k = 1; k <= CF_LAYOUT_SHORT_SUM; k++)
		samples->share[k] = 1.0f / (float)k;
	samples->rows = cf_mem_array(samples->width,
	    CF_SAMPLES_ROWS * sizeof(*samples->rows), err);
	samples->copies = cf_mem_array(trees * CF_SAMPLES_GROUP,
	    sizeof(*samples->copies), err);
	return (samples->notes != NULL && samples->rows != NULL &&
	    samples->copies != NULL ? 0 : -1);
}

void
cf_samples_free(struct cf_samples * samples)
{

	free(samples->copies);
	free(samples->rows);
	free(samples->notes);
	memset(samples, 0, sizeof(*samples));
}

/* Whether each of FEW units counts if there are n. */
#define ROW(n) { (n) > 0, (n) > 1, (n) > 2, (n) > 3, (n) > 4, (n) > 5,	\
	(n) > 6, (n) > 7 }
static const float counts[FEW + 1][FEW] = {
	ROW(0), ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6), ROW(7), ROW(8)
};
#undef ROW

/*
 * Add up to FEW units.  Most leaves of deep trees have that few, but how many
 * is not to be foreseen: FEW are added in any case, the superfluous as 0,
 * because a mispredicted branch would cost more.
 */
static inline void
add_few(const uint16_t * unit, uint32_t n, unsigned bits, float share,
    float * row)
{
	const uint32_t mask = (UINT32_C(1) << bits) - 1;
	const float * count = counts[n];
	float part[FEW];
	unsigned k;

	for (k = 0; k < FEW; k++)
		part[k] = (float)((unit[k] >> bits) + 1) * share * count[k];
#pragma GCC unroll 8
	for (k = 0; k < FEW; k++)
		row[unit[k] & mask] += part[k];
}

/* Add any number of samples. */
static void
add_many(const struct cf_layout_tree * tree, uint32_t note, float * row)
{
	const struct cf_layout_leaf leaf = cf_layout_leaf(tree, note);
	const uint32_t mask = (UINT32_C(1) << tree->cell_bits) - 1;
	uint64_t sum = leaf.sum;
	float share;
	uint32_t k;

	for (k = 0; leaf.pairs && k < leaf.n; k++)
		sum += cf_layout_count(tree, &leaf, k);
	share = sum > 0 ? 1.0f / (float)sum : 0.0f;
	for (k = 0; k < leaf.n; k++)
		row[cf_layout_cell(tree, &leaf, k) & mask] += share *
		    (float)cf_layout_count(tree, &leaf, k);
}

/* Fetch the samples of tree ${t} for ${n} rows. */
static void
fetch(const struct cf_samples * samples, uint32_t t, size_t row, size_t n)
{
	const uint32_t * note = cf_samples_notes(samples, t) + row;
	const struct cf_layout_tree tree =
	    cf_layout_tree(samples->forest, t);
	size_t i;

	for (i = 0; i < n; i++)
		if (note[i] + (uint64_t)FEW < tree.n_units) {
			__builtin_prefetch(tree.units + note[i], 0, 3);
			__builtin_prefetch(tree.units + note[i] + FEW, 0, 3);
		}
}

/*
 * Copy what most leaves have, an even head with FEW units behind it, for a
 * group of rows from ${row}; where it is something else the head is made odd.
 */
static void
gather(struct cf_samples * samples, size_t row, size_t n)
{
	const struct cf_forest * forest = samples->forest;
	const size_t few = n < CF_SAMPLES_ROWS ? n : CF_SAMPLES_ROWS;
	const uint32_t * note;
	struct cf_samples_copy * to = samples->copies;
	struct cf_layout_tree tree;
	uint32_t t;
	size_t i;

	for (t = 0; t < AHEAD && t < forest->n_trees; t++)
		fetch(samples, t, row, few);
	for (t = 0; t < forest->n_trees; t++, to += CF_SAMPLES_GROUP) {
		if (t + AHEAD < forest->n_trees)
			fetch(samples, t + AHEAD, row, few);
		tree = cf_layout_tree(forest, t);
		note = cf_samples_notes(samples, t) + row;
		for (i = 0; i < n; i++) {
			if (i + CF_SAMPLES_ROWS < n)
				__builtin_prefetch(tree.units +
				    note[i + CF_SAMPLES_ROWS], 0, 3);
			to[i].head = 1;
			if (note[i] + (uint64_t)FEW < tree.n_units)
				memcpy(&to[i], tree.units + note[i],
				    sizeof(to[i]));
		}
	}
	samples->first = row;
	samples->have = n;
}

/* Add up ${n} rows from ${row} over all trees. */
static void
add_rows(struct cf_samples * samples, size_t row, size_t n)
{
	const struct cf_forest * forest = samples->forest;
	const size_t width = samples->width;
	const struct cf_samples_copy * copy;
	struct cf_layout_tree tree;
	uint32_t t, head;
	size_t i;

	memset(samples->rows, 0, n * width * sizeof(*samples->rows));
	copy = samples->copies + (row - samples->first);
	for (t = 0; t < forest->n_trees; t++, copy += CF_SAMPLES_GROUP) {
		for (i = 0; i < n; i++) {
			head = copy[i].head;
			if (head % 2 == 0 && (head & 255) <= 2 * FEW) {
				add_few(copy[i].unit, (head & 255) / 2,
				    forest->cell_bits,
				    samples->share[head >> 8],
				    samples->rows + i * width);
				continue;
			}
			tree = cf_layout_tree(forest, t);
			add_many(&tree,
			    cf_samples_notes(samples, t)[row + i],
			    samples->rows + i * width);
		}
	}
}

/**
 * cf_samples_rows(samples, first, n):
 * Add up what the notes of all trees say for up to *${n} rows from ${first},
 * and set *${n} to how many; return their rows of samples->width sums of the
 * cells' shares, valid until the next call.
 */
const float *
cf_samples_rows(struct cf_samples * samples, size_t first, size_t * n)
{
	size_t now;

	if (first - samples->first >= samples->have) {
		now = samples->n - first;
		gather(samples, first, now < CF_SAMPLES_GROUP ? now :
		    CF_SAMPLES_GROUP);
	}
	now = samples->have - (first - samples->first);
	now = now < *n ? now : *n;
	*n = now < CF_SAMPLES_ROWS ? now : CF_SAMPLES_ROWS;
	add_rows(samples, first, *n);
	return (samples->rows);
}

/**
 * cf_samples_add(samples, first, n, prob):
 * As cf_samples_rows for all of ${n} rows, one behind the other at ${prob}, of
 * n_cells sums.
 */
void
cf_samples_add(struct cf_samples * samples, size_t first, size_t n,
    float * prob)
{
	const size_t n_cells = samples->forest->n_cells;
	const float * rows;
	size_t now, i;

	for (; n > 0; n -= now, first += now) {
		now = n;
		rows = cf_samples_rows(samples, first, &now);
		for (i = 0; i < now; i++, prob += n_cells)
			memcpy(prob, rows + i * samples->width,
			    n_cells * sizeof(*prob));
	}
}

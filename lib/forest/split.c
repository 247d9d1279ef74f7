#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/sibling.h"
#include "forest/split.h"
#include "forest/sums.h"

/*
 * A gain counts as greater only if it is so by more than rounding, so that two
 * columns which part a node alike (or just left for right) are a tie.
 */
#define TIE 0x1p-30

/* Two doubles, which compilers add, multiply and divide at once. */
typedef double pair __attribute__((vector_size(16)));
typedef int64_t pair_mask __attribute__((vector_size(16)));

struct cf_split_finder {
	const struct cf_plan * plan;
	int by_blocks;		/* Leaves need distinct blocks. */
	uint32_t * columns;	/* A permutation. */
	struct cf_sums_histogram histogram[CF_SUMS_BATCH];
	struct cf_sibling * siblings;
	struct cf_sums_list list;
	double gain[CF_SUMS_CODES];
	uint32_t lowest[CF_SUMS_CODES];	/* Blocks by lowest code, */
	uint32_t highest[CF_SUMS_CODES]; /* by highest code. */
	uint8_t allowed[2][CF_SUMS_CODES]; /* [missing_left][cut after]. */
};

/* A column on trial. */
struct trial {
	struct cf_split_finder * finder;
	const struct cf_split_node * node;
	uint32_t column;
	int direct;		/* The list was made directly. */
	int one_cut;		/* If extra_trees: which entry ends the */
	unsigned at;		/* left side, and what the cut is. */
	uint32_t cut;
};

/* Return the block of a record. */
static inline uint32_t
block_of(const struct cf_plan * plan, const unsigned char * record)
{
	const uint32_t row = plan->rows[cf_sums_number(record)].row;

	return (plan->data->block != NULL ? plan->data->block[row] : row);
}

/* Nonzero if the node's distinct blocks are too few for two leaves. */
static int
too_few_blocks(const struct cf_split_finder * finder,
    const struct cf_split_node * node)
{
	const struct cf_plan * plan = finder->plan;
	const unsigned char * record = node->records;
	const uint64_t need = 2 * (uint64_t)plan->params->min_leaf_blocks;
	uint64_t runs = 1;
	uint32_t block, last;
	size_t i;

	if (!finder->by_blocks)
		return (0);
	last = block_of(plan, record);
	for (i = 1; i < node->n && runs < need; i++) {
		record += plan->stride;
		block = block_of(plan, record);
		runs += block != last;
		last = block;
	}
	return (runs < need);
}

/*
 * Find after which codes a cut leaves enough distinct blocks on both sides.
 * Blocks are runs of records.  A block is on the left if its lowest code is,
 * and on the right if its highest code is; adding 1 to the codes, modulo 256,
 * puts missing values (255) below all others.
 */
static void
count_blocks(struct cf_split_finder * finder,
    const struct cf_split_node * node, uint32_t column, int missing_left)
{
	const struct cf_plan * plan = finder->plan;
	const uint32_t need = plan->params->min_leaf_blocks;
	const unsigned char * record = node->records;
	uint32_t block, last = 0, left = 0, right = 0;
	unsigned low = 0, high = 0, code, c;
	size_t i;

	memset(finder->lowest, 0, sizeof(finder->lowest));
	memset(finder->highest, 0, sizeof(finder->highest));
	for (i = 0; i < node->n; i++, record += plan->stride) {
		code = (record[plan->codes + column] +
		    (unsigned)missing_left) % CF_SUMS_CODES;
		block = block_of(plan, record);
		if (i > 0 && block == last) {
			low = code < low ? code : low;
			high = code > high ? code : high;
			continue;
		}
		if (i > 0) {
			finder->lowest[low]++;
			finder->highest[high]++;
		}
		right++;
		last = block;
		low = high = code;
	}
	finder->lowest[low]++;
	finder->highest[high]++;
	for (c = 0; c < CF_SUMS_CODES; c++) {
		left += finder->lowest[c];
		right -= finder->highest[c];
		finder->allowed[missing_left][(c + CF_SUMS_CODES -
		    (unsigned)missing_left) % CF_SUMS_CODES] =
		    left >= need && right >= need;
	}
}

/* Return how many rows are left of the end of entry ${k}. */
static inline double
count_of(const struct cf_split_finder * finder, unsigned k)
{

	return (finder->plan->weighted ? finder->list.count[k] :
	    finder->list.left[k].weight);
}

/* Return nonzero if entry ${k} does not just repeat the one before. */
static inline int
is_used(const struct cf_sums_list * list, unsigned k)
{

	return (list->left[k].weight > (k > 0 ? list->left[k - 1].weight :
	    0.0));
}

/* Return the number of edges of the column: a cut above all its codes. */
static uint32_t
above_all(const struct trial * trial)
{
	size_t n;

	cf_bins_edges(trial->finder->plan->data->bins, trial->column, &n);
	return ((uint32_t)n);
}

/* Return the cut after entry ${k}: midway to the next that has any rows. */
static uint32_t
cut_after(const struct trial * trial, unsigned k)
{
	const struct cf_sums_list * list = &trial->finder->list;
	unsigned next = k + 1;

	if (trial->one_cut)
		return (trial->cut);
	while (next < list->n && !is_used(list, next))
		next++;
	if (next < list->n)
		return ((list->code[k] + list->code[next] - 1u) / 2);
	return (above_all(trial));
}

/*
 * Find the entries *${from} .. *${to} - 1 that may end the left side, which
 * begins with ${count} missing rows: both sides must have enough.
 */
static void
find_range(const struct trial * trial, double count, unsigned * from,
    unsigned * to)
{
	const struct cf_split_finder * finder = trial->finder;
	const double least = finder->plan->params->min_leaf;
	const double most = (double)trial->node->count - least;

	*from = 0;
	*to = finder->list.n;
	while (*from < *to && count + count_of(finder, *from) < least)
		++*from;
	while (*to > *from && count + count_of(finder, *to - 1) > most)
		--*to;
	if (trial->one_cut) {
		*from = trial->at > *from ? trial->at : *from;
		*to = trial->at + 1 < *to ? trial->at + 1 : *to;
	}
}

/* The greater of each. */
static inline pair
greater(pair a, pair b)
{
	const pair_mask mask = a > b;

	return ((pair)((mask & (pair_mask)a) | (~mask & (pair_mask)b)));
}

/*
 * Work out the gains of entries ${from} .. ${to} - 1 and return the greatest,
 * or -1.
 */
static double
find_gains(const struct trial * trial, struct cf_sums missing, unsigned from,
    unsigned to)
{
	const struct cf_sums * left = trial->finder->list.left;
	double * gain = trial->finder->gain;
	const double all = trial->node->weight;
	const double sum = trial->node->sum;
	pair s, w, d, g, best = { -1, -1 };
	unsigned k;

	for (k = from; k + 1 < to; k += 2) {
		s = (pair){ left[k].sum, left[k + 1].sum } + missing.sum;
		w = (pair){ left[k].weight, left[k + 1].weight } +
		    missing.weight;
		d = s * all - sum * w;
		g = d * d / (w * (all - w));
		best = greater(g, best);
		memcpy(gain + k, &g, sizeof(g));
	}
	if (k < to) {
		s = (pair){ left[k].sum, left[k].sum } + missing.sum;
		w = (pair){ left[k].weight, left[k].weight } + missing.weight;
		d = s * all - sum * w;
		g = d * d / (w * (all - w));
		best = greater(g, best);
		gain[k] = g[0];
	}
	return (best[0] > best[1] ? best[0] : best[1]);
}

/*
 * The same for a list made directly, without a range: all entries up to
 * ${to}, which is even, are worked out and those that leave too few rows on a
 * side become NaN, which is never greater.  There is no branch but the loop's.
 */
static double
find_gains_direct(const struct trial * trial, struct cf_sums missing,
    unsigned to)
{
	const struct cf_sums * left = trial->finder->list.left;
	double * gain = trial->finder->gain;
	const double least = trial->finder->plan->params->min_leaf;
	const double all = trial->node->weight;
	const double most = all - least;
	const double sum = trial->node->sum;
	pair s, w, d, g, best = { -1, -1 };
	unsigned k;

	for (k = 0; k < to; k += 2) {
		s = (pair){ left[k].sum, left[k + 1].sum } + missing.sum;
		w = (pair){ left[k].weight, left[k + 1].weight } +
		    missing.weight;
		d = s * all - sum * w;
		g = d * d / (w * (all - w));
		g = (pair)((pair_mask)g | (w < least) | (w > most));
		best = greater(g, best);
		memcpy(gain + k, &g, sizeof(g));
	}
	return (best[0] > best[1] ? best[0] : best[1]);
}

/* Return the entry of greatest gain that leaves enough blocks, or ${to}. */
static unsigned
best_allowed(const struct cf_split_finder * finder, const uint8_t * allowed,
    unsigned from, unsigned to)
{
	double best = -1;
	unsigned k, at = to;

	for (k = from; k < to; k++) {
		if (is_used(&finder->list, k) &&
		    allowed[finder->list.code[k]] && finder->gain[k] > best) {
			best = finder->gain[k];
			at = k;
		}
	}
	return (at);
}

/* Try the column with missing values on one side and improve ${best}. */
static void
try_side(const struct trial * trial, int missing_left,
    struct cf_split * best)
{
	const struct cf_split_finder * finder = trial->finder;
	const struct cf_sums_list * list = &finder->list;
	const struct cf_split_node * node = trial->node;
	struct cf_sums missing = { 0, 0 };
	double count = 0, gain;
	unsigned from, to, k;

	if (missing_left) {
		missing = list->missing;
		count = list->missing_count;
	}
	if (trial->direct) {
		from = 0;
		to = list->n <= CF_SUMS_DIRECT / 2 ? CF_SUMS_DIRECT / 2 :
		    CF_SUMS_DIRECT;
		gain = find_gains_direct(trial, missing, to);
	} else {
		find_range(trial, count, &from, &to);
		gain = find_gains(trial, missing, from, to);
	}
	k = from;
	if (finder->by_blocks) {
		k = best_allowed(finder, finder->allowed[missing_left], from,
		    to);
		gain = k < to ? finder->gain[k] : -1;
	}
	if (gain < 0 ||
	    (best->gain >= 0 && !(gain > best->gain * (1 + TIE))))
		return;
	while (!(finder->gain[k] >= gain))
		k++;
	best->gain = gain;
	best->column = trial->column;
	best->cut = cut_after(trial, k);
	best->sum = list->left[k].sum + missing.sum;
	best->weight = list->left[k].weight + missing.weight;
	best->count = (uint64_t)(count_of(finder, k) + count);
	best->missing_left = list->missing_count > 0 ? missing_left :
	    best->weight * 2 >= node->weight;
}

/* Draw the one cut that is tried: between the lowest and highest code. */
static void
draw_cut(struct trial * trial, struct cf_rng * rng)
{
	const struct cf_sums_list * list = &trial->finder->list;
	unsigned k, low = 0, high = 0;

	while (!is_used(list, low))
		low++;
	for (k = low; k < list->n; k++)
		high = is_used(list, k) ? k : high;
	trial->one_cut = 1;
	trial->at = low;
	trial->cut = above_all(trial);
	if (high == low)
		return;
	trial->cut = list->code[low] + cf_rng_below(rng,
	    (uint32_t)list->code[high] - list->code[low]);
	for (k = low; k < high; k++)
		if (is_used(list, k) && list->code[k] <= trial->cut)
			trial->at = k;
}

/* Try one column, whose list is made. */
static void
try_column(struct cf_split_finder * finder, const struct cf_split_node * node,
    uint32_t column, int direct, struct cf_rng * rng, struct cf_split * best)
{
	struct trial trial = { .finder = finder, .node = node,
	    .column = column };
	const int missing = finder->list.missing_count > 0;

	if (missing && !(finder->list.missing_count < (double)node->count))
		return;
	trial.direct = direct && !finder->by_blocks &&
	    !finder->plan->params->extra_trees;
	if (finder->plan->params->extra_trees)
		draw_cut(&trial, rng);
	if (finder->by_blocks)
		count_blocks(finder, node, column, 0);
	try_side(&trial, 0, best);
	if (!missing)
		return;
	if (finder->by_blocks)
		count_blocks(finder, node, column, 1);
	try_side(&trial, 1, best);
}

/*
 * Sum up ${n} columns, or find what the family knows of them, and set ${h} to
 * their histograms.  Keep them for the node's own family.
 */
static void
sum_up(struct cf_split_finder * finder, const struct cf_split_node * node,
    const struct cf_sums_records * records, const uint32_t * column,
    unsigned n, int own, struct cf_sums_histogram ** h)
{
	uint32_t left[CF_SUMS_BATCH];
	unsigned k, n_left = 0;

	for (k = 0; k < n; k++) {
		h[k] = NULL;
		if (node->is_right && node->n >= CF_SUMS_FULL)
			h[k] = cf_sibling_right(finder->siblings,
			    node->family, column[k]);
		if (h[k] == NULL) {
			h[k] = &finder->histogram[n_left];
			left[n_left++] = column[k];
		}
	}
	if (n_left > 0)
		cf_sums_fill(records, left, n_left, finder->histogram);
	for (k = 0; k < n; k++) {
		if (!node->is_right)
			cf_sibling_less(finder->siblings, node->family,
			    column[k], h[k], records->weighted);
		cf_sibling_keep(finder->siblings, own, column[k], h[k]);
	}
}

/* Try ${n} columns in the order drawn. */
static void
try_columns(struct cf_split_finder * finder,
    const struct cf_split_node * node, const uint32_t * column, unsigned n,
    struct cf_rng * rng, struct cf_split * best)
{
	const struct cf_plan * plan = finder->plan;
	const struct cf_sums_records records = { node->records, node->n,
	    plan->stride, plan->codes, plan->weighted };
	const int direct = node->n <= CF_SUMS_DIRECT && !plan->weighted;
	struct cf_sums_histogram * h[CF_SUMS_BATCH];
	unsigned k;

	if (!direct)
		sum_up(finder, node, &records, column, n, best->family, h);
	for (k = 0; k < n; k++) {
		if (direct)
			cf_sums_direct(&records, column[k], &finder->list);
		else
			cf_sums_take(&records, h[k], &finder->list);
		try_column(finder, node, column[k], direct, rng, best);
	}
}

/* Return nonzero if all targets of the node are the same. */
static int
is_pure(const struct cf_plan * plan, const struct cf_split_node * node)
{
	const unsigned char * first = node->records;
	const unsigned char * record = first + plan->stride;
	double a, b;
	size_t i;

	for (i = 1; i < node->n; i++, record += plan->stride) {
		if (plan->weighted) {
			a = plan->rows[cf_sums_number(record)].target;
			b = plan->rows[cf_sums_number(first)].target;
		} else {
			a = cf_sums_of(record).sum * cf_sums_of(first).weight;
			b = cf_sums_of(first).sum * cf_sums_of(record).weight;
		}
		if (a < b || a > b)
			return (0);
	}
	return (1);
}

/* Move a column drawn from those behind ${done} to place ${done}. */
static void
draw_column(struct cf_split_finder * finder, uint32_t done,
    struct cf_rng * rng)
{
	const uint32_t n = (uint32_t)finder->plan->n_columns;
	uint32_t swap, at;

	at = done + cf_rng_below(rng, n - done);
	swap = finder->columns[at];
	finder->columns[at] = finder->columns[done];
	finder->columns[done] = swap;
}

/**
 * cf_split_find(finder, node, rng, split):
 * Draw columns with ${rng} and find the best ${split} of ${node}.  Return
 * nonzero if there is one.
 */
int
cf_split_find(struct cf_split_finder * finder,
    const struct cf_split_node * node, struct cf_rng * rng,
    struct cf_split * split)
{
	const struct cf_plan * plan = finder->plan;
	const uint32_t n = (uint32_t)plan->n_columns;
	uint32_t done, k, batch;

	split->gain = -1;
	split->family = CF_SIBLING_NONE;
	if (node->n < 2 || node->count < plan->params->min_node ||
	    node->count / 2 < plan->params->min_leaf ||
	    is_pure(plan, node) || too_few_blocks(finder, node))
		return (0);
	if (node->n >= CF_SIBLING_ROWS)
		split->family = cf_sibling_open(finder->siblings);
	for (done = 0; done < n && (done < plan->mtry || split->gain < 0);
	    done += batch) {
		batch = done < plan->mtry ? plan->mtry - done : 1;
		if (batch > CF_SUMS_BATCH)
			batch = CF_SUMS_BATCH;
		for (k = 0; k < batch; k++)
			draw_column(finder, done + k, rng);
		try_columns(finder, node, finder->columns + done, batch, rng,
		    split);
	}
	if (split->gain < 0)
		cf_sibling_close(finder->siblings, split->family);
	return (split->gain >= 0);
}

/**
 * cf_split_done(finder, node):
 * Say that the search for ${node} is over, or that it is not searched at all.
 */
void
cf_split_done(struct cf_split_finder * finder,
    const struct cf_split_node * node)
{

	if (node->is_right)
		cf_sibling_close(finder->siblings, node->family);
}

/**
 * cf_split_new(plan, err):
 * Make scratch space for one thread; ${plan} is borrowed.  Return it, or NULL;
 * the caller frees it with cf_split_free.
 */
struct cf_split_finder *
cf_split_new(const struct cf_plan * plan, struct cf_err * err)
{
	struct cf_split_finder * finder;

	if ((finder = cf_mem_array(1, sizeof(*finder), err)) == NULL)
		return (NULL);
	finder->plan = plan;
	finder->by_blocks = plan->params->min_leaf_blocks > 1;
	finder->columns = cf_mem_array(plan->n_columns, sizeof(uint32_t),
	    err);
	finder->siblings = cf_sibling_new(plan->mtry, err);
	if (finder->columns == NULL || finder->siblings == NULL) {
		cf_split_free(finder);
		return (NULL);
	}
	return (finder);
}

void
cf_split_free(struct cf_split_finder * finder)
{

	if (finder == NULL)
		return;
	cf_sibling_free(finder->siblings);
	free(finder->columns);
	free(finder);
}

/**
 * cf_split_begin(finder):
 * Begin a tree: forget the order in which columns were drawn before.
 */
void
cf_split_begin(struct cf_split_finder * finder)
{
	uint32_t j;

	for (j = 0; j < finder->plan->n_columns; j++)
		finder->columns[j] = j;
}

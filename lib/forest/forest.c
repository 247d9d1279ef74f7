#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "forest/bins.h"
#include "forest/forest.h"
#include "forest/image.h"
#include "forest/layout.h"

static int
damaged(struct cf_err * err, const char * what)
{

	return (cf_err_set(err, CF_ERR_DATA, "damaged forest: %s", what));
}

/* Check the header; ${len} is at least its size. */
static int
check_header(const struct cf_layout_header * h, size_t len,
    struct cf_err * err)
{

	if (memcmp(h->magic, CF_FOREST_MAGIC, sizeof(h->magic)) != 0)
		return (damaged(err, "not a forest"));
	if (h->version != CF_FOREST_VERSION)
		return (cf_err_set(err, CF_ERR_DATA,
		    "forest of version %lu, this program reads version %d",
		    (unsigned long)h->version, CF_FOREST_VERSION));
	if (h->len != len)
		return (damaged(err, "length differs from the header's"));
	if (h->n_inputs > CF_BINS_COLUMNS_MAX)
		return (damaged(err, "too many inputs"));
	if (h->n_cells > UINT16_MAX)
		return (damaged(err, "too many cells"));
	if (h->flags & ~CF_FOREST_WEIGHTED || h->zero || h->zero2)
		return (damaged(err, "unknown flags"));
	if (!isfinite(h->base) || !isfinite(h->unit) || h->unit <= 0)
		return (damaged(err, "base or unit is not a number"));
	return (0);
}

/* Find the edges; return the offset behind them, or 0. */
static uint64_t
open_edges(struct cf_forest * forest, struct cf_err * err)
{
	uint64_t at = CF_FOREST_HEADER;
	uint64_t size;
	uint32_t j;

	size = cf_layout_pad(((uint64_t)forest->n_inputs + 1) * 4);
	if (size > forest->len - at)
		goto out;
	forest->first_edge = (const void *)(forest->bytes + at);
	at += size;
	for (j = 0; j < forest->n_inputs; j++)
		if (forest->first_edge[j] > forest->first_edge[j + 1] ||
		    forest->first_edge[j + 1] - forest->first_edge[j] >=
		    CF_BINS_MAX)
			goto out;
	forest->n_edges = forest->first_edge[j];
	if (forest->first_edge[0] != 0 ||
	    forest->n_edges > (forest->len - at) / 8)
		goto out;
	forest->edges = (const void *)(forest->bytes + at);
	return (at + (uint64_t)forest->n_edges * 8);
out:
	damaged(err, "edge index");
	return (0);
}

/* Check that each tree of the table at ${at} lies inside, in order. */
static int
open_trees(struct cf_forest * forest, uint64_t at, struct cf_err * err)
{
	struct cf_layout_entry e;
	uint64_t size;
	uint32_t t, number = 0;

	if (forest->n_trees > (forest->len - at) / CF_FOREST_ENTRY)
		return (damaged(err, "tree table"));
	forest->table = forest->bytes + at;
	at += (uint64_t)forest->n_trees * CF_FOREST_ENTRY;
	for (t = 0; t < forest->n_trees; t++) {
		e = cf_layout_entry(forest, t);
		if (e.offset != at || e.n_nodes < 2 || e.n_nodes % 2 != 0 ||
		    e.n_nodes >= CF_LAYOUT_NODES_MAX || e.zero ||
		    e.n_units > CF_LAYOUT_UNITS_MAX ||
		    e.depth > cf_layout_splits(e.n_nodes) ||
		    (t > 0 && e.number <= number))
			return (damaged(err, "tree table"));
		size = cf_layout_tree_size(e.n_nodes, e.n_units);
		if (size > forest->len - at)
			return (damaged(err, "tree table"));
		at += size;
		number = e.number;
	}
	if (at != forest->len)
		return (damaged(err, "bytes behind the last tree"));
	return (0);
}

/**
 * cf_forest_open(forest, bytes, len, err):
 * Check header and tables of the image and fill ${forest}, which borrows
 * ${bytes} (8-byte aligned).  Nodes are not looked at: use of an open image is
 * safe whatever they hold, but means something only if cf_forest_verify finds
 * no fault.  Return 0 or -1.
 */
int
cf_forest_open(struct cf_forest * forest, const void * bytes, size_t len,
    struct cf_err * err)
{
	struct cf_layout_header header;
	uint64_t at;

	memset(forest, 0, sizeof(*forest));
	if ((uintptr_t)bytes % 8 != 0)
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "forest image is not aligned"));
	if (len < sizeof(header))
		return (damaged(err, "too short"));
	memcpy(&header, bytes, sizeof(header));
	if (check_header(&header, len, err))
		return (-1);
	forest->bytes = bytes;
	forest->len = len;
	forest->n_inputs = header.n_inputs;
	forest->n_trees = header.n_trees;
	forest->n_cells = header.n_cells;
	forest->cell_bits = cf_layout_bits(header.n_cells);
	forest->weighted = (header.flags & CF_FOREST_WEIGHTED) != 0;
	forest->base = header.base;
	forest->unit = header.unit;
	if ((at = open_edges(forest, err)) == 0)
		return (-1);
	return (open_trees(forest, at, err));
}

/* Nonzero if two numbers are the same, bit by bit. */
static int
same_bits(double a, double b)
{
	uint64_t bits[2];

	memcpy(&bits[0], &a, sizeof(a));
	memcpy(&bits[1], &b, sizeof(b));
	return (bits[0] == bits[1]);
}

/* Nonzero if head and edges of two images are the same. */
static int
same_head(const struct cf_forest * a, const struct cf_forest * b)
{

	return (a->n_inputs == b->n_inputs && a->n_cells == b->n_cells &&
	    a->weighted == b->weighted && a->n_edges == b->n_edges &&
	    same_bits(a->base, b->base) && same_bits(a->unit, b->unit) &&
	    memcmp(a->first_edge, b->first_edge,
	    ((size_t)a->n_inputs + 1) * sizeof(uint32_t)) == 0 &&
	    memcmp(a->edges, b->edges,
	    (size_t)a->n_edges * sizeof(double)) == 0);
}

/* Append the trees of all parts in the order of their numbers. */
static int
merge_trees(const struct cf_forest * parts, size_t n, uint32_t * next,
    struct cf_buf * image, struct cf_err * err)
{
	struct cf_layout_entry e, first = { 0 };
	uint32_t t, last = 0;
	size_t i, from;

	for (t = 0;; t++) {
		for (from = n, i = 0; i < n; i++) {
			if (next[i] == parts[i].n_trees)
				continue;
			e = cf_layout_entry(&parts[i], next[i]);
			if (from == n || e.number < first.number) {
				from = i;
				first = e;
			}
		}
		if (from == n)
			return (0);
		if (t > 0 && first.number == last)
			return (cf_err_set(err, CF_ERR_DATA,
			    "tree %lu is in two parts", (unsigned long)last));
		if (cf_image_add(image, t, &first,
		    parts[from].bytes + first.offset, err))
			return (-1);
		last = first.number;
		next[from]++;
	}
}

/**
 * cf_forest_merge(parts, n, image, err):
 * Put the trees of ${n} open images of one fit together, in the order of their
 * numbers, into ${image} (empty; the caller frees it).  The bytes are those of
 * a run that grew all these trees.  Return 0 or -1.
 */
int
cf_forest_merge(const struct cf_forest * parts, size_t n,
    struct cf_buf * image, struct cf_err * err)
{
	struct cf_image_head head;
	uint64_t trees = 0;
	uint32_t * next;
	size_t i;

	if (n == 0)
		return (cf_err_set(err, CF_ERR_DATA, "no forest to merge"));
	for (i = 0; i < n; i++) {
		if (!same_head(&parts[0], &parts[i]))
			return (cf_err_set(err, CF_ERR_DATA,
			    "part %zu is not of the same forest", i + 1));
		trees += parts[i].n_trees;
	}
	if (trees > UINT32_MAX)
		return (cf_err_set(err, CF_ERR_DATA, "too many trees"));
	head.n_inputs = parts[0].n_inputs;
	head.n_trees = (uint32_t)trees;
	head.n_cells = parts[0].n_cells;
	head.weighted = parts[0].weighted;
	head.base = parts[0].base;
	head.unit = parts[0].unit;
	head.first_edge = parts[0].first_edge;
	head.edges = parts[0].edges;
	if ((next = cf_mem_array(n, sizeof(*next), err)) == NULL)
		return (-1);
	if (cf_image_begin(image, &head, err) ||
	    merge_trees(parts, n, next, image, err)) {
		free(next);
		cf_buf_free(image);
		return (-1);
	}
	cf_image_end(image);
	free(next);
	return (0);
}

/**
 * cf_forest_number(forest, t), cf_forest_nodes(forest, t),
 * cf_forest_leaves(forest, t), cf_forest_depth(forest, t):
 * Return the number that the ${t}-th tree was grown under, how many node
 * numbers it has (including the unused 1), its leaves, its greatest depth.
 */
uint32_t
cf_forest_number(const struct cf_forest * forest, uint32_t t)
{

	return (cf_layout_entry(forest, t).number);
}

uint32_t
cf_forest_nodes(const struct cf_forest * forest, uint32_t t)
{

	return (cf_layout_entry(forest, t).n_nodes);
}

uint32_t
cf_forest_leaves(const struct cf_forest * forest, uint32_t t)
{

	return (cf_layout_entry(forest, t).n_nodes / 2);
}

uint32_t
cf_forest_depth(const struct cf_forest * forest, uint32_t t)
{

	return (cf_layout_entry(forest, t).depth);
}

/**
 * cf_forest_node(forest, t, i, node):
 * Describe node ${i} of tree ${t}.  Return 0, or -1 if there is no such node
 * (or a damaged one).
 */
int
cf_forest_node(const struct cf_forest * forest, uint32_t t, uint32_t i,
    struct cf_forest_node * node)
{
	struct cf_layout_tree tree;
	struct cf_layout_node n;
	uint32_t cut, first, n_edges;

	memset(node, 0, sizeof(*node));
	if (t >= forest->n_trees)
		return (-1);
	tree = cf_layout_tree(forest, t);
	if (i >= tree.n_nodes || i == 1)
		return (-1);
	n = tree.nodes[i];
	if (n.next & CF_LAYOUT_LEAF) {
		node->leaf = 1;
		node->mean = forest->base + forest->unit * (double)n.u.mean;
		return (0);
	}
	node->input = n.u.split.column / 2;
	node->missing_left = n.u.split.column & 1;
	if (n.next % 2 != 0 || n.next <= i || n.next + 1 >= tree.n_nodes ||
	    node->input >= forest->n_inputs ||
	    n.u.split.cut < node->missing_left)
		return (-1);
	first = forest->first_edge[node->input];
	n_edges = forest->first_edge[node->input + 1] - first;
	cut = n.u.split.cut - (uint32_t)node->missing_left;
	if (cut > n_edges)
		return (-1);
	node->threshold = cut < n_edges ? forest->edges[first + cut] :
	    (double)INFINITY;
	node->left = n.next;
	node->right = n.next + 1;
	node->mean = forest->base +
	    forest->unit * (double)tree.means[n.next / 2 - 1];
	return (0);
}

/**
 * cf_forest_samples(forest, t, i, prob):
 * Add to ${prob}[n_cells] the share of each cell among the samples of leaf
 * ${i} of tree ${t}; all shares sum to 1.  Return 0, or -1 if it is no leaf.
 */
int
cf_forest_samples(const struct cf_forest * forest, uint32_t t, uint32_t i,
    double * prob)
{
	struct cf_layout_tree tree;
	struct cf_layout_leaf leaf;
	struct cf_forest_node node;
	uint64_t sum = 0;
	uint32_t k, cell;

	if (cf_forest_node(forest, t, i, &node) || !node.leaf)
		return (-1);
	tree = cf_layout_tree(forest, t);
	leaf = cf_layout_leaf(&tree, tree.nodes[i].next & ~CF_LAYOUT_LEAF);
	for (k = 0; k < leaf.n; k++)
		sum += cf_layout_count(&tree, &leaf, k);
	if (sum == 0)
		return (-1);
	for (k = 0; k < leaf.n; k++) {
		cell = cf_layout_cell(&tree, &leaf, k);
		if (cell < forest->n_cells)
			prob[cell] += (double)cf_layout_count(&tree, &leaf,
			    k) / (double)sum;
	}
	return (0);
}

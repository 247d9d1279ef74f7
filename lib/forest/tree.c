#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/leaf.h"
#include "forest/order.h"
#include "forest/sibling.h"
#include "forest/split.h"
#include "forest/tree.h"

#define FETCH_ROWS 32		/* Records of a node whose leaves are near. */

/* A node that waits: its range of records and their sums. */
struct pending {
	size_t begin;
	size_t n;
	double sum;
	double weight;
	uint64_t count;
	uint32_t slot;		/* Its node number. */
	uint32_t depth;		/* Its records are in room depth & 1. */
	int family;		/* See forest/sibling.h. */
};

struct cf_tree {
	const struct cf_plan * plan;
	struct cf_split_finder * finder;
	uint32_t * draws;	/* Of each block. */
	unsigned char * room[2];
	size_t room_size;	/* Records that each has place for. */
	struct pending * stack;
	size_t stack_size;
	size_t n_stack;
	struct cf_layout_node * nodes;
	size_t nodes_size;
	uint32_t n_nodes;
	float * means;
	size_t means_size;
	struct cf_leaf leaf;
	struct cf_order order;
	uint32_t depth;
};

/* Return the number of records of the sample that the draws make. */
static size_t
count_sample(const struct cf_tree * tree)
{
	const struct cf_plan * plan = tree->plan;
	size_t n = 0;
	uint32_t b;

	for (b = 0; b < plan->n_present; b++)
		if (tree->draws[b] > 0)
			n += plan->start != NULL ?
			    plan->start[b + 1] - plan->start[b] : 1;
	return (n);
}

/* Copy one block's records, as drawn ${times} times, behind ${root}'s. */
static void
copy_block(struct cf_tree * tree, uint32_t block, uint32_t times,
    struct pending * root)
{
	const struct cf_plan * plan = tree->plan;
	const size_t from = plan->start != NULL ? plan->start[block] : block;
	const size_t to = plan->start != NULL ? plan->start[block + 1] :
	    from + 1;
	unsigned char * record = tree->room[0] + root->n * plan->stride;
	double pair[2];
	size_t i;

	for (i = from; i < to; i++) {
		memcpy(record, plan->records + i * plan->stride,
		    plan->stride);
		memcpy(pair, record, sizeof(pair));
		if (!(pair[1] > 0))
			continue;
		pair[0] *= times;
		pair[1] *= times;
		memcpy(record, pair, sizeof(pair));
		if (plan->weighted)
			memcpy(record + CF_PLAN_TIMES, &times, sizeof(times));
		root->sum += pair[0];
		root->weight += pair[1];
		root->count += times;
		root->n++;
		record += plan->stride;
	}
}

/* Draw the sample of tree ${number} and put its root on the stack. */
static int
begin(struct cf_tree * tree, uint32_t number, struct cf_rng * rng,
    struct cf_err * err)
{
	const struct cf_plan * plan = tree->plan;
	struct pending root = { .family = CF_SIBLING_NONE };
	size_t n;
	uint32_t b;
	int i;

	*rng = cf_plan_draw(plan, number, tree->draws);
	n = count_sample(tree) + 1;
	for (i = 0; i < 2 && n > tree->room_size; i++) {
		free(tree->room[i]);
		tree->room[i] = cf_mem_array(n, plan->stride, err);
		if (tree->room[i] == NULL) {
			tree->room_size = 0;
			return (-1);
		}
	}
	if (n > tree->room_size)
		tree->room_size = n;
	for (b = 0; b < plan->n_present; b++)
		if (tree->draws[b] > 0)
			copy_block(tree, b, tree->draws[b], &root);
	if (cf_mem_grow(&tree->stack, &tree->stack_size, 1,
	    sizeof(*tree->stack), err) ||
	    cf_mem_grow(&tree->nodes, &tree->nodes_size, 2,
	    sizeof(*tree->nodes), err))
		return (-1);
	memset(tree->nodes, 0, 2 * sizeof(*tree->nodes));
	tree->stack[0] = root;
	tree->n_stack = 1;
	tree->n_nodes = 2;
	tree->leaf.n_units = 0;
	tree->depth = 0;
	cf_split_begin(tree->finder);
	return (0);
}

/* Return what is kept of a record's row. */
static const struct cf_plan_row *
row_of(const struct cf_plan * plan, const unsigned char * record)
{
	uint32_t number;

	memcpy(&number, record + CF_PLAN_NUMBER, sizeof(number));
	return (&plan->rows[number]);
}

/* Return the row's part in the leaf: times drawn, times weight. */
static double
part_of(const struct cf_plan * plan, const unsigned char * record)
{
	uint32_t times;
	double weight;

	if (plan->weighted) {
		memcpy(&times, record + CF_PLAN_TIMES, sizeof(times));
		weight = plan->data->weight[row_of(plan, record)->row];
		return (weight * times);
	}
	memcpy(&weight, record + sizeof(double), sizeof(weight));
	return (weight);
}

/* Make node ${p} a leaf. */
static int
put_leaf(struct cf_tree * tree, const struct pending * p,
    const unsigned char * record, struct cf_err * err)
{
	const struct cf_plan * plan = tree->plan;
	struct cf_layout_node * node = &tree->nodes[p->slot];
	const struct cf_plan_row * row;
	struct cf_leaf_sample * sample;
	double sum = 0, weight = 0, part;
	size_t i;

	node->next = CF_LAYOUT_LEAF | (uint32_t)tree->leaf.n_units;
	if ((sample = cf_leaf_room(&tree->leaf, p->n, err)) == NULL)
		return (-1);
	for (i = 0; i < p->n; i++, record += plan->stride) {
		row = row_of(plan, record);
		part = part_of(plan, record);
		sum += row->target * part;
		weight += part;
		sample[i].part = part;
		sample[i].cell = row->cell;
	}
	node->u.mean = weight > 0 ? (float)(sum / weight) : 0.0f;
	if (p->depth > tree->depth)
		tree->depth = p->depth;
	if (plan->data->cell == NULL)
		return (0);
	return (cf_leaf_put(&tree->leaf, p->n, err));
}

/*
 * Move ${n} records of ${stride} bytes that lie at ${from} to ${to}, those
 * whose byte ${column}, plus ${add} modulo 256, is above ${cut} from the back;
 * return the number of others.  Inlined with a constant stride.  The place is
 * chosen with a mask, as compilers make a mispredicted branch of anything else.
 */
static inline size_t
move(const unsigned char * from, unsigned char * to, size_t n,
    const size_t stride, size_t column, unsigned add, unsigned cut)
{
	size_t left = 0, right = (n - 1) * stride;
	size_t i, mask;

	for (i = 0; i < n; i++, from += stride) {
		mask = (size_t)0 - (((from[column] + add) & 255) > cut);
		memcpy(to + (left ^ ((left ^ right) & mask)), from, stride);
		left += stride & ~mask;
		right -= stride & mask;
	}
	return (left / stride);
}

/* Move the node's records into the other room; return those on the left. */
static size_t
move_apart(struct cf_tree * tree, const struct pending * p,
    const struct cf_split * split)
{
	const size_t stride = tree->plan->stride;
	const size_t column = tree->plan->codes + split->column;
	const unsigned add = (unsigned)split->missing_left;
	const unsigned cut = split->cut + add;
	const unsigned char * from = tree->room[p->depth & 1] +
	    p->begin * stride;
	unsigned char * to = tree->room[~p->depth & 1] + p->begin * stride;

	switch (stride) {
#define CASE(STRIDE)							\
	case (STRIDE):							\
		return (move(from, to, p->n, (STRIDE), column, add, cut));
	CASE(24) CASE(32) CASE(40) CASE(48) CASE(56) CASE(64) CASE(72)
	CASE(80) CASE(88) CASE(96)
#undef CASE
	default:
		return (move(from, to, p->n, stride, column, add, cut));
	}
}

/* Split node ${p}: write it and put its children on the stack. */
static int
put_split(struct cf_tree * tree, const struct pending * p,
    const struct cf_split * split, struct cf_err * err)
{
	struct pending left = *p, right = *p;
	struct cf_layout_node * node;

	if (tree->n_nodes >= CF_LAYOUT_NODES_MAX - 2)
		return (cf_err_set(err, CF_ERR_DATA,
		    "too many nodes in one tree"));
	if (cf_mem_grow(&tree->nodes, &tree->nodes_size,
	    (size_t)tree->n_nodes + 2, sizeof(*tree->nodes), err) ||
	    cf_mem_grow(&tree->means, &tree->means_size,
	    tree->n_nodes / 2, sizeof(*tree->means), err) ||
	    cf_mem_grow(&tree->stack, &tree->stack_size, tree->n_stack + 2,
	    sizeof(*tree->stack), err))
		return (-1);
	node = &tree->nodes[p->slot];
	node->next = tree->n_nodes;
	node->u.split.column = (uint16_t)(split->column * 2 +
	    (uint32_t)split->missing_left);
	node->u.split.cut = (uint16_t)(split->cut +
	    (uint32_t)split->missing_left);
	tree->means[tree->n_nodes / 2 - 1] = (float)(p->sum / p->weight);

	left.family = right.family = split->family;
	left.slot = tree->n_nodes;
	right.slot = tree->n_nodes + 1;
	left.depth = right.depth = p->depth + 1;
	left.n = move_apart(tree, p, split);
	left.sum = split->sum;
	left.weight = split->weight;
	left.count = split->count;
	right.begin = p->begin + left.n;
	right.n = p->n - left.n;
	right.sum = p->sum - split->sum;
	right.weight = p->weight - split->weight;
	right.count = p->count - split->count;
	tree->n_nodes += 2;
	tree->stack[tree->n_stack++] = right;
	tree->stack[tree->n_stack++] = left;
	return (0);
}

/* Fetch what the leaves below a small node will need. */
static void
fetch_rows(const struct cf_plan * plan, const struct cf_split_node * node)
{
	size_t i;

	for (i = 0; i < node->n; i++)
		__builtin_prefetch(row_of(plan, node->records +
		    i * plan->stride), 0, 3);
}

/* Take nodes from the stack until the tree is grown. */
static int
grow(struct cf_tree * tree, struct cf_rng * rng, struct cf_err * err)
{
	const struct cf_plan * plan = tree->plan;
	const uint32_t max_depth = plan->params->max_depth;
	struct cf_split_node node;
	struct cf_split split;
	struct pending p;
	int rc;

	while (tree->n_stack > 0) {
		p = tree->stack[--tree->n_stack];
		node.records = tree->room[p.depth & 1] +
		    p.begin * plan->stride;
		node.n = p.n;
		node.sum = p.sum;
		node.weight = p.weight;
		node.count = p.count;
		node.family = p.family;
		node.is_right = p.slot % 2 != 0;
		if (p.n <= FETCH_ROWS && p.n > FETCH_ROWS / 2)
			fetch_rows(plan, &node);
		if ((max_depth == 0 || p.depth < max_depth) &&
		    cf_split_find(tree->finder, &node, rng, &split))
			rc = put_split(tree, &p, &split, err);
		else
			rc = put_leaf(tree, &p, node.records, err);
		cf_split_done(tree->finder, &node);
		if (rc)
			return (-1);
	}
	return (0);
}

/* Return the tree as bytes of an image. */
static void *
write_tree(struct cf_tree * tree, struct cf_err * err)
{
	const size_t nodes = (size_t)tree->n_nodes * sizeof(*tree->nodes);
	const size_t means = (size_t)cf_layout_pad(sizeof(*tree->means) *
	    cf_layout_splits(tree->n_nodes));
	unsigned char * bytes;

	bytes = cf_mem_array((size_t)cf_layout_tree_size(tree->n_nodes,
	    tree->leaf.n_units), 1, err);
	if (bytes == NULL)
		return (NULL);
	if (cf_order_nodes(&tree->order, tree->nodes, tree->means,
	    tree->n_nodes, (void *)bytes, (void *)(bytes + nodes), err)) {
		free(bytes);
		return (NULL);
	}
	if (tree->leaf.n_units > 0)
		memcpy(bytes + nodes + means, tree->leaf.units,
		    tree->leaf.n_units * sizeof(*tree->leaf.units));
	return (bytes);
}

/**
 * cf_tree_new(plan, err):
 * Make the working space in which one thread grows trees; ${plan} is borrowed.
 * Return it, or NULL; the caller frees it with cf_tree_free.
 */
struct cf_tree *
cf_tree_new(const struct cf_plan * plan, struct cf_err * err)
{
	struct cf_tree * tree;

	if ((tree = cf_mem_array(1, sizeof(*tree), err)) == NULL)
		return (NULL);
	tree->plan = plan;
	cf_leaf_init(&tree->leaf, plan->data->cell != NULL ?
	    plan->data->n_cells : 0, plan->weighted);
	tree->draws = cf_mem_array(plan->n_present, sizeof(*tree->draws),
	    err);
	tree->finder = cf_split_new(plan, err);
	if (tree->draws == NULL || tree->finder == NULL) {
		cf_tree_free(tree);
		return (NULL);
	}
	return (tree);
}

void
cf_tree_free(struct cf_tree * tree)
{

	if (tree == NULL)
		return;
	cf_order_free(&tree->order);
	cf_leaf_free(&tree->leaf);
	free(tree->means);
	free(tree->nodes);
	free(tree->stack);
	free(tree->room[1]);
	free(tree->room[0]);
	cf_split_free(tree->finder);
	free(tree->draws);
	free(tree);
}

/**
 * cf_tree_grow(tree, number, entry, err):
 * Grow tree ${number}, fill ${entry} but for its offset, and return the tree's
 * bytes as they are in an image, or NULL.  The caller frees them with free(3).
 */
void *
cf_tree_grow(struct cf_tree * tree, uint32_t number,
    struct cf_layout_entry * entry, struct cf_err * err)
{
	struct cf_rng rng;

	if (begin(tree, number, &rng, err) || grow(tree, &rng, err))
		return (NULL);
	memset(entry, 0, sizeof(*entry));
	entry->number = number;
	entry->n_nodes = tree->n_nodes;
	entry->n_units = tree->leaf.n_units;
	entry->depth = tree->depth;
	return (write_tree(tree, err));
}

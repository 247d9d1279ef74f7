#ifndef CF_FOREST_LAYOUT_H_
#define CF_FOREST_LAYOUT_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "forest/forest.h"

/*
 * The parts of a forest image as C structures (see forest/forest.h for what
 * they mean).  Shared by the modules of this folder only.  The structures have
 * no padding and their members are little-endian, as are the machines we run
 * on: a machine of the other order refuses to open an image.
 */

#define CF_FOREST_MAGIC "CFFOREST"
#define CF_FOREST_VERSION 1
#define CF_FOREST_WEIGHTED 1u	/* Flag. */
#define CF_FOREST_HEADER 64	/* Bytes. */
#define CF_FOREST_ENTRY 32

struct cf_layout_header {
	char magic[8];
	uint32_t version;
	uint32_t flags;
	uint32_t n_inputs;
	uint32_t n_trees;
	uint32_t n_cells;
	uint32_t zero;
	double base;		/* Mean of the training targets. */
	double unit;		/* A power of 2: what node means count in. */
	uint64_t len;		/* Of the whole image. */
	uint64_t zero2;
};

struct cf_layout_entry {
	uint64_t offset;	/* Of the tree, from the image's begin. */
	uint64_t n_units;	/* Of samples. */
	uint32_t number;	/* Trees are in the order of their numbers. */
	uint32_t n_nodes;	/* Even, at least 2: two for each split + 2. */
	uint32_t depth;
	uint32_t zero;
};

struct cf_layout_node {
	uint32_t next;		/* Left child, or CF_LAYOUT_LEAF | sample. */
	union {
		struct {
			uint16_t column;
			uint16_t cut;
		} split;
		float mean;
	} u;
};

#define CF_LAYOUT_LEAF (UINT32_C(1) << 31)
#define CF_LAYOUT_NODES_MAX (UINT32_C(1) << 31)
#define CF_LAYOUT_UNITS_MAX ((UINT64_C(1) << 31) - 2)
#define CF_LAYOUT_LONG 0xfffeu	/* Unit that two more of count follow. */

_Static_assert(sizeof(struct cf_layout_header) == CF_FOREST_HEADER,
    "header has padding");
_Static_assert(sizeof(struct cf_layout_entry) == CF_FOREST_ENTRY,
    "entry has padding");
_Static_assert(sizeof(struct cf_layout_node) == 8, "node has padding");

/* A tree of an open image: where its parts are. */
struct cf_layout_tree {
	const struct cf_layout_node * nodes;
	const float * means;
	const uint16_t * units;
	uint64_t n_units;
	uint32_t n_nodes;
	uint32_t depth;
};

/* Round up to a multiple of 8. */
static inline uint64_t
cf_layout_pad(uint64_t n)
{

	return ((n + 7) & ~UINT64_C(7));
}

/* Splits in a tree of so many nodes. */
static inline uint64_t
cf_layout_splits(uint32_t n_nodes)
{

	return (n_nodes / 2 - 1);
}

/* Bytes of a tree; no overflow for any entry. */
static inline uint64_t
cf_layout_tree_size(uint32_t n_nodes, uint64_t n_units)
{

	return ((uint64_t)n_nodes * 8 +
	    cf_layout_pad(cf_layout_splits(n_nodes) * 4) +
	    cf_layout_pad(n_units * 2));
}

static inline struct cf_layout_entry
cf_layout_entry(const struct cf_forest * forest, uint32_t t)
{
	struct cf_layout_entry entry;

	memcpy(&entry, forest->table + (size_t)t * CF_FOREST_ENTRY,
	    sizeof(entry));
	return (entry);
}

static inline struct cf_layout_tree
cf_layout_tree(const struct cf_forest * forest, uint32_t t)
{
	const struct cf_layout_entry entry = cf_layout_entry(forest, t);
	const unsigned char * at = forest->bytes + entry.offset;
	struct cf_layout_tree tree;

	tree.nodes = (const void *)at;
	at += (size_t)entry.n_nodes * 8;
	tree.means = (const void *)at;
	at += cf_layout_pad(cf_layout_splits(entry.n_nodes) * 4);
	tree.units = (const void *)at;
	tree.n_units = entry.n_units;
	tree.n_nodes = entry.n_nodes;
	tree.depth = entry.depth;
	return (tree);
}

/* The samples of a leaf: n cells, or n pairs of cell and count. */
struct cf_layout_leaf {
	const uint16_t * cell;
	uint32_t n;
	int pairs;
};

/*
 * Find the samples at ${offset}, cut down to what lies in the tree, so that a
 * damaged offset or count is harmless.
 */
static inline struct cf_layout_leaf
cf_layout_leaf(const struct cf_layout_tree * tree, uint32_t offset)
{
	struct cf_layout_leaf leaf = { NULL, 0, 0 };
	uint64_t left, n;
	const uint16_t * at;

	if (offset >= tree->n_units)
		return (leaf);
	at = tree->units + offset;
	left = tree->n_units - offset - 1;
	n = *at++;
	leaf.pairs = (int)(n & 1);
	if (n >= CF_LAYOUT_LONG) {
		if (left < 2)
			return (leaf);
		n = at[0] | (uint64_t)at[1] << 16;
		at += 2;
		left -= 2;
	} else
		n >>= 1;
	if (leaf.pairs)
		left /= 2;
	leaf.n = (uint32_t)(n < left ? n : left);
	leaf.cell = at;
	return (leaf);
}

#endif /* !CF_FOREST_LAYOUT_H_ */

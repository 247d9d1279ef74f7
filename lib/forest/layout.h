#ifndef CF_FOREST_LAYOUT_H_
#define CF_FOREST_LAYOUT_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "forest/forest.h"

/*
 * The parts of a forest image as C structures (see forest/forest.h for what
 * they mean).  Shared by the modules of this folder only.  The structures have
 * no padding and their members are in the machine's own order of bytes.  In
 * files they are little-endian: a machine of the other order makes none and
 * opens none (model/sections.h).
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

/* Heads of a leaf's samples; an even one is 2 * n + 256 * sum. */
#define CF_LAYOUT_LONG 1u	/* n and sum follow. */
#define CF_LAYOUT_PAIRS 3u	/* n follows. */
#define CF_LAYOUT_SHORT_N 127u	/* Units of an even head, at most, */
#define CF_LAYOUT_SHORT_SUM 255u /* and their sum. */

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
	unsigned cell_bits;
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
	tree.cell_bits = forest->cell_bits;
	return (tree);
}

/* Bits that hold the cells 0 .. n_cells - 1. */
static inline unsigned
cf_layout_bits(uint32_t n_cells)
{
	unsigned bits = 0;

	while (n_cells > UINT32_C(1) << bits)
		bits++;
	return (bits);
}

/* The samples of a leaf. */
struct cf_layout_leaf {
	const uint16_t * unit;	/* n units, or n pairs. */
	uint32_t n;
	int pairs;
	uint32_t head;		/* Units in front. */
	uint32_t sum;		/* Of the counts, as told; 0 for pairs. */
};

static inline uint32_t
cf_layout_u32(const uint16_t * unit)
{

	return (unit[0] | (uint32_t)unit[1] << 16);
}

/*
 * Find the samples at ${offset}, cut down to what lies in the tree, so that a
 * damaged offset or count is harmless.
 */
static inline struct cf_layout_leaf
cf_layout_leaf(const struct cf_layout_tree * tree, uint32_t offset)
{
	struct cf_layout_leaf leaf = { NULL, 0, 0, 1, 0 };
	const uint16_t * at = tree->units + offset;
	uint64_t left;

	if (offset >= tree->n_units)
		return (leaf);
	left = tree->n_units - offset;
	if (*at % 2 == 0) {
		leaf.n = *at / 2 & CF_LAYOUT_SHORT_N;
		leaf.sum = *at >> 8;
	} else {
		leaf.pairs = *at != CF_LAYOUT_LONG;
		leaf.head = leaf.pairs ? 3 : 5;
		if (left < leaf.head)
			return (leaf);
		leaf.n = cf_layout_u32(at + 1);
		leaf.sum = leaf.pairs ? 0 : cf_layout_u32(at + 3);
	}
	left -= leaf.head;
	left /= leaf.pairs ? 2 : 1;
	leaf.n = leaf.n < left ? leaf.n : (uint32_t)left;
	leaf.unit = at + leaf.head;
	return (leaf);
}

/* Cell ${k} of a leaf, and its count. */
static inline uint32_t
cf_layout_cell(const struct cf_layout_tree * tree,
    const struct cf_layout_leaf * leaf, uint32_t k)
{

	return (leaf->pairs ? leaf->unit[(size_t)k * 2] :
	    leaf->unit[k] & ((UINT32_C(1) << tree->cell_bits) - 1));
}

static inline uint32_t
cf_layout_count(const struct cf_layout_tree * tree,
    const struct cf_layout_leaf * leaf, uint32_t k)
{

	return (leaf->pairs ? leaf->unit[(size_t)k * 2 + 1] :
	    ((uint32_t)leaf->unit[k] >> tree->cell_bits) + 1);
}

#endif /* !CF_FOREST_LAYOUT_H_ */

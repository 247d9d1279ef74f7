#ifndef CF_FOREST_LEAF_H_
#define CF_FOREST_LEAF_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The samples of a tree's leaves, as they are kept in an image (see
 * forest/forest.h): leaf after leaf, each sorted by cell, equal cells as one.
 */

/* A sample of a leaf: its cell, and how often drawn (times its weight). */
struct cf_leaf_sample {
	double part;
	uint32_t cell;
};

struct cf_leaf {
	uint16_t * units;	/* Of all leaves so far. */
	size_t n_units;
	size_t units_size;
	struct cf_leaf_sample * samples; /* Of one leaf. */
	size_t samples_size;
	unsigned cell_bits;
	int weighted;
};

/**
 * cf_leaf_init(leaf, n_cells, weighted):
 * Begin with no samples; ${n_cells} is 0 if leaves keep none.
 */
void cf_leaf_init(struct cf_leaf * leaf, uint32_t n_cells, int weighted);
void cf_leaf_free(struct cf_leaf * leaf);

/**
 * cf_leaf_room(leaf, n, err):
 * Return room for ${n} samples, which the caller fills, or NULL.
 */
struct cf_leaf_sample * cf_leaf_room(struct cf_leaf * leaf, size_t n,
    struct cf_err * err);

/**
 * cf_leaf_put(leaf, n, err):
 * Append the ${n} samples that were put into the room, in the shorter way.
 * Return 0 or -1.
 */
int cf_leaf_put(struct cf_leaf * leaf, size_t n, struct cf_err * err);

#endif /* !CF_FOREST_LEAF_H_ */

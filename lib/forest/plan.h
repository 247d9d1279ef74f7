#ifndef CF_FOREST_PLAN_H_
#define CF_FOREST_PLAN_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "forest/grow.h"

/*
 * The plan of a fit: what all its trees share, read-only while they grow.
 *
 * The training rows are laid out as records in the order of their blocks, so
 * that a tree copies its sample in one pass, and so that in every node of every
 * tree (splits keep the order up to reversal) the rows of a block are
 * neighbours, which makes it cheap to count distinct blocks.
 *
 * A record is {f64 sum, f64 weight, u32 number, codes}, and with row weights
 * {f64, f64, u32, u32 times drawn, codes}, padded to a multiple of 8 bytes.  `sum` is weight * target; both are on the grid (forest/grow.h) in
 * units of powers of 2, so that every sum is exact.
 */

#define CF_PLAN_NUMBER 16	/* Offset of the number in a record. */
#define CF_PLAN_TIMES 20	/* Offset of the times drawn, if weighted. */

/* What a leaf needs of a row; by the number of its record. */
struct cf_plan_row {
	double target;		/* Exact, in units from the base. */
	uint32_t row;		/* In the matrix. */
	uint32_t cell;
};

struct cf_plan {
	const struct cf_grow_data * data;
	const struct cf_grow_params * params;
	size_t n_columns;
	uint32_t mtry;		/* 1 .. n_columns, or 0 without columns. */
	int weighted;
	double base;		/* Mean target. */
	double unit;		/* Targets count in it from base. */
	uint32_t n_present;	/* Blocks among the training rows. */
	uint32_t n_draw;	/* Blocks that a tree draws. */
	uint32_t * start;	/* n_present + 1: first record of a block; */
	uint32_t * order;	/* Training row of a record.  Both NULL */
				/* without blocks: each is its own number. */
	size_t n_records;
	size_t stride;		/* Bytes of a record. */
	size_t codes;		/* Offset of its codes. */
	unsigned char * records;
	struct cf_plan_row * rows;
};

/**
 * cf_plan_new(data, params, records, err):
 * Make the plan of a fit; ${data} and ${params} are borrowed and good (see
 * cf_grow_check).  Without ${records} it serves cf_plan_draw only.  Return it,
 * or NULL; the caller frees it with cf_plan_free.
 */
struct cf_plan * cf_plan_new(const struct cf_grow_data * data,
    const struct cf_grow_params * params, int records, struct cf_err * err);
void cf_plan_free(struct cf_plan * plan);

/**
 * cf_plan_draw(plan, tree, counts):
 * Set ${counts}[n_present] to the number of times that each block is drawn for
 * tree number ${tree}.  Return the tree's stream, which goes on from there.
 */
struct cf_rng cf_plan_draw(const struct cf_plan * plan, uint32_t tree,
    uint32_t * counts);

#endif /* !CF_FOREST_PLAN_H_ */

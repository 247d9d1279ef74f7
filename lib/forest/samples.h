#ifndef CF_FOREST_SAMPLES_H_
#define CF_FOREST_SAMPLES_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/layout.h"

/*
 * From leaves to probabilities for many rows.  Trees are walked one by one, so
 * that a tree is in the cache while thousands of rows go through it; but a
 * row's probabilities should be in the cache while the samples of all its
 * leaves are added.  So it is done in three passes: the walk notes for each row
 * and tree where the leaf's samples are; then the samples of some hundred rows
 * are copied together, tree by tree, because a tree's samples lie on pages
 * near each other, and all trees' on more pages than a processor can keep track
 * of; and then a few rows at a time are added up over all trees.
 */

#define CF_SAMPLES_ROWS 16	/* Rows added up together. */
#define CF_SAMPLES_GROUP 256	/* Rows whose samples are copied together. */
#define CF_SAMPLES_FEW 8	/* Samples added without looking. */
#define CF_SAMPLES_NONE UINT32_MAX /* Noted: this tree does not count. */

/* The head of a leaf's samples and the first of them. */
struct cf_samples_copy {
	uint16_t head;
	uint16_t unit[CF_SAMPLES_FEW];
};

struct cf_samples {
	const struct cf_forest * forest;
	size_t n_rows;		/* A multiple of CF_SAMPLES_ROWS. */
	size_t stride;		/* Notes of one tree. */
	uint32_t * notes;	/* [tree][row]. */
	size_t n;		/* Rows noted. */
	struct cf_samples_copy * copies; /* [tree][CF_SAMPLES_GROUP], of */
	size_t first;		/* this row and the next, */
	size_t have;		/* so many. */
	size_t width;		/* Places of a row: a power of 2, so that a */
				/* mask keeps a damaged cell inside. */
	float * rows;		/* Sums of a few rows. */
	float share[CF_LAYOUT_SHORT_SUM + 1]; /* 1 / k. */
};

/**
 * cf_samples_init(samples, forest, n_rows, err):
 * Make room for at most ${n_rows} rows, fewer if the notes were too many; see
 * samples->n_rows.  The caller frees it with cf_samples_free.  Return 0 or -1.
 */
int cf_samples_init(struct cf_samples * samples,
    const struct cf_forest * forest, size_t n_rows, struct cf_err * err);
void cf_samples_free(struct cf_samples * samples);

/* Where the notes of tree ${t} begin. */
static inline uint32_t *
cf_samples_notes(const struct cf_samples * samples, uint32_t t)
{

	return (samples->notes + t * samples->stride);
}

/* All notes of ${n} rows are made; copies of others are of no use. */
static inline void
cf_samples_noted(struct cf_samples * samples, size_t n)
{

	samples->n = n;
	samples->have = 0;
}

/* The note for node ${at}. */
static inline uint32_t
cf_samples_note(const struct cf_layout_tree * tree, uint32_t at)
{
	const uint32_t next = tree->nodes[at].next;

	return (next & CF_LAYOUT_LEAF ? next & ~CF_LAYOUT_LEAF :
	    CF_SAMPLES_NONE);
}

/**
 * cf_samples_rows(samples, first, n):
 * Add up what the notes of all trees say for up to *${n} rows from ${first},
 * and set *${n} to how many; return their rows of samples->width sums of the
 * cells' shares, valid until the next call.
 */
const float * cf_samples_rows(struct cf_samples * samples, size_t first,
    size_t * n);

/**
 * cf_samples_add(samples, first, n, prob):
 * As cf_samples_rows for all of ${n} rows, one behind the other at ${prob}, of
 * n_cells sums.
 */
void cf_samples_add(struct cf_samples * samples, size_t first, size_t n,
    float * prob);

#endif /* !CF_FOREST_SAMPLES_H_ */

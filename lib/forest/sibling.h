#ifndef CF_FOREST_SIBLING_H_
#define CF_FOREST_SIBLING_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/sums.h"

/*
 * Sibling subtraction: the histogram of a node is that of its parent less that
 * of its sibling.  A large node leaves the histograms of its columns with its
 * children; the left child, which is always searched first, subtracts its own
 * from those that it draws too; if the right child then draws the column, it
 * need not look at its records.  With all columns tried at every node that is
 * every right child; with a third of them one column in nine, so the gain is
 * small there, but so is the price.
 *
 * What is kept is limited in number; since sums are exact, a node that finds
 * nothing kept comes to the same split by its own summing up.
 */

#define CF_SIBLING_ROWS 4096	/* Records that make a node large. */
#define CF_SIBLING_NONE (-1)

struct cf_sibling;

/**
 * cf_sibling_new(n_columns, err):
 * Make room for families of up to ${n_columns} columns.  Return it, or NULL;
 * the caller frees it with cf_sibling_free.
 */
struct cf_sibling * cf_sibling_new(size_t n_columns, struct cf_err * err);
void cf_sibling_free(struct cf_sibling * siblings);

/**
 * cf_sibling_open(siblings):
 * Return a number for the family of a large node, or CF_SIBLING_NONE if there
 * is no more room.
 */
int cf_sibling_open(struct cf_sibling * siblings);

/**
 * cf_sibling_close(siblings, family):
 * The right child is done: the ${family}'s room is free again.
 */
void cf_sibling_close(struct cf_sibling * siblings, int family);

/**
 * cf_sibling_keep(siblings, family, column, h):
 * Keep the parent's histogram of ${column}.
 */
void cf_sibling_keep(struct cf_sibling * siblings, int family,
    uint32_t column, const struct cf_sums_histogram * h);

/**
 * cf_sibling_less(siblings, family, column, h, weighted):
 * Take the left child's histogram from the parent's, if that is kept.
 */
void cf_sibling_less(struct cf_sibling * siblings, int family,
    uint32_t column, const struct cf_sums_histogram * h, int weighted);

/**
 * cf_sibling_right(siblings, family, column):
 * Return the right child's histogram of ${column}, for the caller to use up,
 * or NULL if it is not known.
 */
struct cf_sums_histogram * cf_sibling_right(struct cf_sibling * siblings,
    int family, uint32_t column);

#endif /* !CF_FOREST_SIBLING_H_ */

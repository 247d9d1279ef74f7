#ifndef CF_FOREST_TREE_H_
#define CF_FOREST_TREE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/layout.h"
#include "forest/plan.h"

/*
 * One tree.  The sample's records are copied from the plan, then nodes are
 * taken from a stack.  A node's records are a range of one of two rooms; a
 * split moves them into the same range of the other room, the left side from
 * the front, the right side from the back, so that nothing is copied twice and
 * the right side comes out reversed.
 */

struct cf_tree;

/**
 * cf_tree_new(plan, err):
 * Make the working space in which one thread grows trees; ${plan} is borrowed.
 * Return it, or NULL; the caller frees it with cf_tree_free.
 */
struct cf_tree * cf_tree_new(const struct cf_plan * plan,
    struct cf_err * err);
void cf_tree_free(struct cf_tree * tree);

/**
 * cf_tree_grow(tree, number, entry, err):
 * Grow tree ${number}, fill ${entry} but for its offset, and return the tree's
 * bytes as they are in an image, or NULL.  The caller frees them with free(3).
 */
void * cf_tree_grow(struct cf_tree * tree, uint32_t number,
    struct cf_layout_entry * entry, struct cf_err * err);

#endif /* !CF_FOREST_TREE_H_ */

#ifndef CF_FOREST_ORDER_H_
#define CF_FOREST_ORDER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/layout.h"

/*
 * The order of a tree's nodes.  A tree grows depth first, but that is not the
 * best order to be walked in: a step to the right leads far away.  So nodes are
 * numbered anew in clusters: the top levels one after another, since every walk
 * comes through them and they should fill few cache lines; below them each
 * subtree of a few levels together, so that a walk meets a new line only every
 * few steps (as in the van Emde Boas layout; Prokop 1999).
 */

struct cf_order {
	uint32_t * place;	/* New pair of each old pair. */
	uint32_t * queue;
	size_t size;
};

/**
 * cf_order_nodes(order, nodes, means, n_nodes, new_nodes, new_means, err):
 * Write ${nodes} and ${means} in the better order.  ${order} is working room,
 * zeroed before its first use; the caller frees it with cf_order_free.  Return
 * 0 or -1.
 */
int cf_order_nodes(struct cf_order * order,
    const struct cf_layout_node * nodes, const float * means,
    uint32_t n_nodes, struct cf_layout_node * new_nodes, float * new_means,
    struct cf_err * err);
void cf_order_free(struct cf_order * order);

#endif /* !CF_FOREST_ORDER_H_ */

#include <stdlib.h>

#include "base/mem.h"
#include "forest/order.h"

#define TOP_LEVELS 8
#define LEVELS 3		/* Of a cluster: 7 pairs, two cache lines. */

static int
make_room(struct cf_order * order, uint32_t n_nodes, struct cf_err * err)
{

	if (n_nodes <= order->size)
		return (0);
	cf_order_free(order);
	order->place = cf_mem_array(n_nodes, sizeof(*order->place), err);
	order->queue = cf_mem_array(n_nodes, 2 * sizeof(*order->queue), err);
	if (order->place == NULL || order->queue == NULL)
		return (-1);
	order->size = n_nodes;
	return (0);
}

/*
 * Give the ${n} nodes at ${level} (inner ones) and the inner nodes below them,
 * ${levels} levels in all, places from ${next}.  The nodes of the level below
 * these are left at ${level}, their number in *${n}.  Return the next place.
 */
static uint32_t
place_levels(struct cf_order * order, const struct cf_layout_node * nodes,
    uint32_t * level, size_t * n, unsigned levels, uint32_t next)
{
	uint32_t * below;
	uint32_t child;
	size_t i, n_below;

	for (; levels > 0 && *n > 0; levels--) {
		below = level + *n;
		for (n_below = i = 0; i < *n; i++) {
			child = nodes[level[i]].next;
			order->place[child / 2] = next++;
			if (!(nodes[child].next & CF_LAYOUT_LEAF))
				below[n_below++] = child;
			if (!(nodes[child + 1].next & CF_LAYOUT_LEAF))
				below[n_below++] = child + 1;
		}
		memmove(level, below, n_below * sizeof(*level));
		*n = n_below;
	}
	return (next);
}

/* Find the place of every pair of children. */
static void
place_all(struct cf_order * order, const struct cf_layout_node * nodes)
{
	uint32_t * stack = order->queue;
	size_t n_stack, n, i;
	uint32_t next = 1, swap;

	if (nodes[0].next & CF_LAYOUT_LEAF)
		return;
	stack[0] = 0;
	n_stack = 1;
	next = place_levels(order, nodes, stack, &n_stack, TOP_LEVELS, next);
	while (n_stack > 0) {
		/* The last of the stack is a cluster's top; its lowest level's
		 * children take its place, the leftmost on top. */
		n = 1;
		next = place_levels(order, nodes, stack + n_stack - 1, &n,
		    LEVELS, next);
		for (i = 0; i < n / 2; i++) {
			swap = stack[n_stack - 1 + i];
			stack[n_stack - 1 + i] = stack[n_stack + n - 2 - i];
			stack[n_stack + n - 2 - i] = swap;
		}
		n_stack = n_stack - 1 + n;
	}
}

/**
 * cf_order_nodes(order, nodes, means, n_nodes, new_nodes, new_means, err):
 * Write ${nodes} and ${means} in the better order.  ${order} is working room,
 * zeroed before its first use; the caller frees it with cf_order_free.  Return
 * 0 or -1.
 */
int
cf_order_nodes(struct cf_order * order, const struct cf_layout_node * nodes,
    const float * means, uint32_t n_nodes, struct cf_layout_node * new_nodes,
    float * new_means, struct cf_err * err)
{
	struct cf_layout_node node;
	uint32_t i, pair;

	if (make_room(order, n_nodes, err))
		return (-1);
	order->place[0] = 0;
	place_all(order, nodes);
	for (i = 0; i < n_nodes; i++) {
		node = nodes[i];
		if (i != 1 && !(node.next & CF_LAYOUT_LEAF)) {
			pair = order->place[node.next / 2];
			new_means[pair - 1] = means[node.next / 2 - 1];
			node.next = pair * 2;
		}
		new_nodes[order->place[i / 2] * 2 + i % 2] = node;
	}
	return (0);
}

void
cf_order_free(struct cf_order * order)
{

	free(order->place);
	free(order->queue);
	memset(order, 0, sizeof(*order));
}

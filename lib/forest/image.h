#ifndef CF_FOREST_IMAGE_H_
#define CF_FOREST_IMAGE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "forest/layout.h"

/*
 * Writing a forest image (forest/forest.h): head and tables first, with the
 * tree table still empty, then the trees one by one as they come, so that a
 * forest is never in memory twice.  Shared by growing and merging.
 */

/* What the head says of the whole forest. */
struct cf_image_head {
	uint32_t n_inputs;
	uint32_t n_trees;
	uint32_t n_cells;
	int weighted;
	double base;
	double unit;
	const uint32_t * first_edge;
	const double * edges;
};

/**
 * cf_image_begin(image, head, err):
 * Put header, edges and an empty tree table into the empty ${image}.  Return 0
 * or -1.
 */
int cf_image_begin(struct cf_buf * image, const struct cf_image_head * head,
    struct cf_err * err);

/**
 * cf_image_add(image, t, entry, bytes, err):
 * Append the ${t}-th tree: its ${bytes}, as many as ${entry} tells, and its
 * entry with the offset filled in.  Return 0 or -1.
 */
int cf_image_add(struct cf_buf * image, uint32_t t,
    const struct cf_layout_entry * entry, const void * bytes,
    struct cf_err * err);

/**
 * cf_image_end(image):
 * Write the length into the header; the image is complete.
 */
void cf_image_end(struct cf_buf * image);

#endif /* !CF_FOREST_IMAGE_H_ */

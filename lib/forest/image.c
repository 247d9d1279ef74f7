#include "forest/image.h"

/* Bytes before the first tree. */
static uint64_t
head_size(uint32_t n_inputs, uint32_t n_edges, uint32_t n_trees)
{

	return (CF_FOREST_HEADER +
	    cf_layout_pad(((uint64_t)n_inputs + 1) * 4) +
	    (uint64_t)n_edges * 8 + (uint64_t)n_trees * CF_FOREST_ENTRY);
}

/* Append zero bytes up to a multiple of 8. */
static void
pad(struct cf_buf * image)
{

	while (image->len % 8 != 0 && !image->failed)
		cf_buf_add_char(image, '\0');
}

/**
 * cf_image_begin(image, head, err):
 * Put header, edges and an empty tree table into the empty ${image}.  Return 0
 * or -1.
 */
int
cf_image_begin(struct cf_buf * image, const struct cf_image_head * head,
    struct cf_err * err)
{
	struct cf_layout_header header = {
		.magic = CF_FOREST_MAGIC,
		.version = CF_FOREST_VERSION,
		.flags = head->weighted ? CF_FOREST_WEIGHTED : 0,
		.n_inputs = head->n_inputs,
		.n_trees = head->n_trees,
		.n_cells = head->n_cells,
		.base = head->base,
		.unit = head->unit,
	};
	const uint32_t n_edges = head->first_edge[head->n_inputs];
	const struct cf_layout_entry none = { 0 };
	const uint64_t size = head_size(head->n_inputs, n_edges,
	    head->n_trees);
	uint32_t t;

	/* A size_t of 32 bits may be too small. */
	if ((size_t)size != size || cf_buf_reserve(image, (size_t)size))
		return (cf_err_memory(err));
	cf_buf_add(image, &header, sizeof(header));
	cf_buf_add(image, head->first_edge,
	    ((size_t)head->n_inputs + 1) * sizeof(uint32_t));
	pad(image);
	cf_buf_add(image, head->edges, (size_t)n_edges * sizeof(double));
	for (t = 0; t < head->n_trees; t++)
		cf_buf_add(image, &none, sizeof(none));
	return (image->failed ? cf_err_memory(err) : 0);
}

/**
 * cf_image_add(image, t, entry, bytes, err):
 * Append the ${t}-th tree: its ${bytes}, as many as ${entry} tells, and its
 * entry with the offset filled in.  Return 0 or -1.
 */
int
cf_image_add(struct cf_buf * image, uint32_t t,
    const struct cf_layout_entry * entry, const void * bytes,
    struct cf_err * err)
{
	struct cf_layout_entry e = *entry;
	struct cf_layout_header header;
	const uint64_t size = cf_layout_tree_size(e.n_nodes, e.n_units);
	uint32_t n_edges;
	uint64_t at;

	if ((size_t)size != size)
		return (cf_err_memory(err));
	memcpy(&header, image->data, sizeof(header));
	memcpy(&n_edges, image->data + sizeof(header) +
	    (size_t)header.n_inputs * 4, sizeof(n_edges));
	at = head_size(header.n_inputs, n_edges, t);
	e.offset = image->len;
	cf_buf_add(image, bytes, (size_t)size);
	if (image->failed)
		return (cf_err_memory(err));
	memcpy(image->data + at, &e, sizeof(e));
	return (0);
}

/**
 * cf_image_end(image):
 * Write the length into the header; the image is complete.
 */
void
cf_image_end(struct cf_buf * image)
{
	struct cf_layout_header header;

	memcpy(&header, image->data, sizeof(header));
	header.len = image->len;
	memcpy(image->data, &header, sizeof(header));
}

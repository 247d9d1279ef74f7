#include <stdlib.h>

#include "base/mem.h"
#include "forest/sibling.h"

#define FAMILIES_MAX 24
#define BYTES_MAX (16u << 20)	/* Of all families of a thread. */

/* A column of a large node. */
struct kept {
	uint32_t column;
	int is_right;		/* The left child's is subtracted. */
};

struct family {
	int open;
	size_t n;
	struct kept * kept;
	struct cf_sums_histogram * histograms;
};

struct cf_sibling {
	size_t n_columns;
	size_t n_families;
	struct family families[FAMILIES_MAX];
};

/**
 * cf_sibling_new(n_columns, err):
 * Make room for families of up to ${n_columns} columns.  Return it, or NULL;
 * the caller frees it with cf_sibling_free.
 */
struct cf_sibling *
cf_sibling_new(size_t n_columns, struct cf_err * err)
{
	struct cf_sibling * siblings;

	if ((siblings = cf_mem_array(1, sizeof(*siblings), err)) == NULL)
		return (NULL);
	siblings->n_columns = n_columns;
	siblings->n_families = BYTES_MAX / sizeof(struct cf_sums_histogram) /
	    (n_columns > 0 ? n_columns : 1);
	if (siblings->n_families > FAMILIES_MAX)
		siblings->n_families = FAMILIES_MAX;
	return (siblings);
}

void
cf_sibling_free(struct cf_sibling * siblings)
{
	size_t i;

	if (siblings == NULL)
		return;
	for (i = 0; i < siblings->n_families; i++) {
		free(siblings->families[i].kept);
		free(siblings->families[i].histograms);
	}
	free(siblings);
}

/**
 * cf_sibling_open(siblings):
 * Return a number for the family of a large node, or CF_SIBLING_NONE if there
 * is no more room.
 */
int
cf_sibling_open(struct cf_sibling * siblings)
{
	struct family * f;
	size_t i;

	for (i = 0; i < siblings->n_families; i++)
		if (!siblings->families[i].open)
			break;
	if (i == siblings->n_families)
		return (CF_SIBLING_NONE);
	f = &siblings->families[i];
	if (f->kept == NULL)
		f->kept = cf_mem_array(siblings->n_columns,
		    sizeof(*f->kept), NULL);
	if (f->histograms == NULL)
		f->histograms = cf_mem_array(siblings->n_columns,
		    sizeof(*f->histograms), NULL);
	if (f->kept == NULL || f->histograms == NULL)
		return (CF_SIBLING_NONE);
	f->open = 1;
	f->n = 0;
	return ((int)i);
}

/**
 * cf_sibling_close(siblings, family):
 * The right child is done: the ${family}'s room is free again.
 */
void
cf_sibling_close(struct cf_sibling * siblings, int family)
{

	if (family != CF_SIBLING_NONE)
		siblings->families[family].open = 0;
}

/**
 * cf_sibling_keep(siblings, family, column, h):
 * Keep the parent's histogram of ${column}.
 */
void
cf_sibling_keep(struct cf_sibling * siblings, int family, uint32_t column,
    const struct cf_sums_histogram * h)
{
	struct family * f;

	if (family == CF_SIBLING_NONE)
		return;
	f = &siblings->families[family];
	if (f->n == siblings->n_columns)
		return;
	f->kept[f->n].column = column;
	f->kept[f->n].is_right = 0;
	f->histograms[f->n++] = *h;
}

/* Return which of the family's columns it is, or their number. */
static size_t
find(const struct family * f, uint32_t column)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->kept[i].column == column)
			break;
	return (i);
}

/**
 * cf_sibling_less(siblings, family, column, h, weighted):
 * Take the left child's histogram from the parent's, if that is kept.
 */
void
cf_sibling_less(struct cf_sibling * siblings, int family, uint32_t column,
    const struct cf_sums_histogram * h, int weighted)
{
	struct cf_sums_histogram * right;
	struct family * f;
	size_t i;
	unsigned c;

	if (family == CF_SIBLING_NONE)
		return;
	f = &siblings->families[family];
	if ((i = find(f, column)) == f->n)
		return;
	right = &f->histograms[i];
	for (c = 0; c < CF_SUMS_CODES; c++) {
		right->sums[c].sum -= h->sums[c].sum;
		right->sums[c].weight -= h->sums[c].weight;
	}
	for (c = 0; weighted && c < CF_SUMS_CODES; c++)
		right->times[c] -= h->times[c];
	f->kept[i].is_right = 1;
}

/**
 * cf_sibling_right(siblings, family, column):
 * Return the right child's histogram of ${column}, for the caller to use up,
 * or NULL if it is not known.
 */
struct cf_sums_histogram *
cf_sibling_right(struct cf_sibling * siblings, int family, uint32_t column)
{
	struct family * f;
	size_t i;

	if (family == CF_SIBLING_NONE)
		return (NULL);
	f = &siblings->families[family];
	i = find(f, column);
	return (i < f->n && f->kept[i].is_right ? &f->histograms[i] : NULL);
}

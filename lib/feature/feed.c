#include <stdlib.h>

#include "base/mem.h"
#include "feature/feed.h"
#include "feature/sort.h"

struct cf_feed {
	struct cf_bar_reader * reader;
	struct cf_sort * sort;	/* NULL: the files are in order. */
	int is_read;		/* All bars are in the sorter. */
};

struct cf_feed *
cf_feed_open(const char * const * paths, size_t n, int sorted,
    struct cf_err * err)
{
	struct cf_feed * f;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->reader = cf_bar_open(paths, n, sorted, err);
	if (sorted)
		f->sort = cf_sort_new(CF_SORT_ROOM, err);
	if (f->reader == NULL || (sorted && f->sort == NULL)) {
		cf_feed_close(f);
		return (NULL);
	}
	return (f);
}

/* Hand all bars to the sorter. */
static int
read_all(struct cf_feed * f, struct cf_err * err)
{
	struct cf_bar bar;
	const char * symbol;
	size_t len;
	int rc;

	while ((rc = cf_bar_next(f->reader, &bar, err)) == 1) {
		symbol = cf_bar_symbol(f->reader, &len);
		if (cf_sort_add(f->sort, &bar, symbol, len, err))
			return (-1);
	}
	f->is_read = 1;
	return (rc);
}

int
cf_feed_next(struct cf_feed * f, struct cf_bar * bar, const char ** symbol,
    size_t * len, int * is_first, struct cf_err * err)
{
	int rc;

	if (f->sort != NULL) {
		if (!f->is_read && read_all(f, err))
			return (-1);
		return (cf_sort_next(f->sort, bar, symbol, len, is_first,
		    err));
	}
	if ((rc = cf_bar_next(f->reader, bar, err)) != 1)
		return (rc);
	*symbol = cf_bar_symbol(f->reader, len);
	*is_first = cf_bar_is_first(f->reader);
	return (1);
}

void
cf_feed_close(struct cf_feed * f)
{

	if (f == NULL)
		return;
	cf_bar_close(f->reader);
	cf_sort_free(f->sort);
	free(f);
}

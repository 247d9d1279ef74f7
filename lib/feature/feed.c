#include <stdlib.h>

#include "base/mem.h"
#include "feature/feed.h"
#include "feature/sort.h"

struct cf_feed {
	struct cf_bar_reader * reader;
	struct cf_sort * sort;	/* NULL: the files are in order. */
	int is_read;		/* All bars are in the sorter. */
	int64_t until_s;	/* The last moment that is looked at. */
};

struct cf_feed *
cf_feed_open(const char * const * paths, size_t n, int sorted,
    int with_others, struct cf_err * err)
{
	struct cf_feed * f;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->until_s = INT64_MAX;
	f->reader = cf_bar_open(paths, n, sorted, with_others, err);
	if (sorted)
		f->sort = cf_sort_new(CF_SORT_ROOM, err);
	if (f->reader == NULL || (sorted && f->sort == NULL)) {
		cf_feed_close(f);
		return (NULL);
	}
	return (f);
}

void
cf_feed_until(struct cf_feed * f, int64_t time_s)
{

	f->until_s = time_s;
}

/* Read the next bar that is not too late.  Return as cf_bar_next. */
static int
next_bar(struct cf_feed * f, struct cf_bar * bar, struct cf_err * err)
{
	int rc;

	do
		rc = cf_bar_next(f->reader, bar, err);
	while (rc == 1 && bar->time_s > f->until_s);
	return (rc);
}

/* Hand all bars to the sorter. */
static int
read_all(struct cf_feed * f, struct cf_err * err)
{
	struct cf_bar bar;
	const char * symbol;
	const char * others;
	size_t len;
	int rc;

	while ((rc = next_bar(f, &bar, err)) == 1) {
		others = cf_bar_others(f->reader, &bar.others_len);
		symbol = cf_bar_symbol(f->reader, &len);
		if (cf_sort_add(f->sort, &bar, symbol, len, others, err))
			return (-1);
	}
	f->is_read = 1;
	return (rc);
}

int
cf_feed_next(struct cf_feed * f, struct cf_feed_item * item,
    struct cf_err * err)
{
	int rc;

	if (f->sort != NULL) {
		if (!f->is_read && read_all(f, err))
			return (-1);
		rc = cf_sort_next(f->sort, &item->bar, &item->symbol,
		    &item->symbol_len, &item->is_first, &item->others, err);
		item->others_len = item->bar.others_len;
		return (rc);
	}
	if ((rc = next_bar(f, &item->bar, err)) != 1)
		return (rc);
	item->symbol = cf_bar_symbol(f->reader, &item->symbol_len);
	item->is_first = cf_bar_is_first(f->reader);
	item->others = cf_bar_others(f->reader, &item->others_len);
	return (1);
}

const char * const *
cf_feed_names(const struct cf_feed * f, size_t * n)
{

	return (cf_bar_names(f->reader, n));
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

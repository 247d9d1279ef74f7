#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "feature/names.h"
#include "feature/sort.h"

#define LEAST_READ 16		/* Bars read at a time from a run. */
#define OTHERS_ROOM (256 * 1024) /* Bytes of text gathered in memory. */

struct item {
	size_t symbol;		/* Number in names. */
	size_t rank;		/* Of the symbol among all. */
	struct cf_bar bar;
};

/* A sorted run: in the file, and of that a part in memory. */
struct run {
	uint64_t next;		/* Item of the file to read next. */
	uint64_t end;
	struct item * items;
	size_t at;
	size_t n;
};

struct ranked {
	const char * text;
	size_t len;
	size_t number;
};

struct cf_sort {
	struct cf_names names;
	size_t room;
	struct item * items;
	size_t n;
	size_t at;		/* Without runs: the next to give. */
	int is_sorted;		/* No more can be added. */
	int fd;			/* Of the runs; -1: none was written. */
	uint64_t written;	/* Items in the file. */
	int others_fd;		/* Of the texts; -1: none came. */
	uint64_t others_len;	/* Bytes in that file and in others. */
	struct cf_buf others;	/* Not yet written; later the last one read. */
	struct run * runs;
	size_t nruns;
	size_t runs_capacity;
	size_t * ranks;		/* Of all symbols, for merging. */
	size_t at_once;		/* Items read at a time from a run. */
	struct run ** heap;	/* Runs with items left, the least first. */
	size_t heap_len;
	struct item last;	/* Given before. */
	int has_last;
};

struct cf_sort *
cf_sort_new(size_t room, struct cf_err * err)
{
	struct cf_sort * s;

	if ((s = cf_mem_array(1, sizeof(*s), err)) == NULL)
		return (NULL);
	s->fd = -1;
	s->others_fd = -1;
	s->room = room;
	if ((s->items = cf_mem_array(room, sizeof(*s->items), err)) == NULL) {
		free(s);
		return (NULL);
	}
	return (s);
}

static int
compare_names(const void * a, const void * b)
{
	const struct ranked * x = a;
	const struct ranked * y = b;
	int c = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return (c != 0 ? c : (x->len > y->len) - (x->len < y->len));
}

static int
compare_items(const void * a, const void * b)
{
	const struct item * x = a;
	const struct item * y = b;

	if (x->rank != y->rank)
		return (x->rank < y->rank ? -1 : 1);
	if (x->bar.time_s != y->bar.time_s)
		return (x->bar.time_s < y->bar.time_s ? -1 : 1);
	return ((x->bar.line > y->bar.line) - (x->bar.line < y->bar.line));
}

/* Rank all names so far; the caller frees the ranks, by number. */
static size_t *
rank_names(const struct cf_sort * s, struct cf_err * err)
{
	struct ranked * names;
	size_t * ranks;
	size_t i;

	names = cf_mem_array(s->names.n, sizeof(*names), err);
	ranks = cf_mem_array(s->names.n, sizeof(*ranks), err);
	if (names == NULL || ranks == NULL) {
		free(names);
		free(ranks);
		return (NULL);
	}
	for (i = 0; i < s->names.n; i++) {
		names[i].text = cf_names_get(&s->names, i, &names[i].len);
		names[i].number = i;
	}
	qsort(names, s->names.n, sizeof(*names), compare_names);
	for (i = 0; i < s->names.n; i++)
		ranks[names[i].number] = i;
	free(names);
	return (ranks);
}

static int
sort_items(struct cf_sort * s, struct cf_err * err)
{
	size_t * ranks;
	size_t i;

	if ((ranks = rank_names(s, err)) == NULL)
		return (-1);
	for (i = 0; i < s->n; i++)
		s->items[i].rank = ranks[s->items[i].symbol];
	free(ranks);
	qsort(s->items, s->n, sizeof(*s->items), compare_items);
	return (0);
}

/* A file that only we see. */
static int
make_file(int * fd, struct cf_err * err)
{
	const char * folder = getenv("TMPDIR");
	struct cf_buf path = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/cf-sort.XXXXXX",
	    folder != NULL && *folder != '\0' ? folder : "/tmp");
	if (cf_buf_string(&path, err) == NULL)
		goto done;
	if ((*fd = mkstemp(path.data)) == -1) {
		cf_err_errno(err, errno, "%s", path.data);
		goto done;
	}
	if (unlink(path.data)) {
		cf_err_errno(err, errno, "%s", path.data);
		goto done;
	}
	rc = 0;
done:
	cf_buf_free(&path);
	return (rc);
}

static int
write_all(int fd, const void * data, size_t len, struct cf_err * err)
{
	const char * p = data;
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, p, len)) < 0) {
			if (errno == EINTR)
				continue;
			return (cf_err_errno(err, errno, "temporary file"));
		}
		p += n;
		len -= (size_t)n;
	}
	return (0);
}

/* Move what is in memory to the file as one more run. */
static int
write_run(struct cf_sort * s, struct cf_err * err)
{
	struct run * run;

	if (sort_items(s, err))
		return (-1);
	if (s->fd == -1 && make_file(&s->fd, err))
		return (-1);
	if (cf_mem_grow(&s->runs, &s->runs_capacity, s->nruns + 1,
	    sizeof(*s->runs), err))
		return (-1);
	if (write_all(s->fd, s->items, s->n * sizeof(*s->items), err))
		return (-1);
	run = &s->runs[s->nruns++];
	memset(run, 0, sizeof(*run));
	run->next = s->written;
	s->written += s->n;
	run->end = s->written;
	s->n = 0;
	return (0);
}

/* Keep a text; it is known by its place. */
static int
add_others(struct cf_sort * s, struct cf_bar * bar, const char * others,
    struct cf_err * err)
{

	bar->others = (size_t)s->others_len;
	if (bar->others_len == 0)
		return (0);
	s->others_len += bar->others_len;
	cf_buf_add(&s->others, others, bar->others_len);
	if (s->others.failed)
		return (cf_err_memory(err));
	if (s->others.len < OTHERS_ROOM)
		return (0);
	if (s->others_fd == -1 && make_file(&s->others_fd, err))
		return (-1);
	if (write_all(s->others_fd, s->others.data, s->others.len, err))
		return (-1);
	s->others.len = 0;
	return (0);
}

int
cf_sort_add(struct cf_sort * s, const struct cf_bar * bar,
    const char * symbol, size_t len, const char * others, struct cf_err * err)
{
	struct item * item;

	if (s->n == s->room && write_run(s, err))
		return (-1);
	item = &s->items[s->n];
	if (cf_names_add(&s->names, symbol, len, &item->symbol, err) < 0)
		return (-1);
	item->bar = *bar;
	if (add_others(s, &item->bar, others, err))
		return (-1);
	s->n++;
	return (0);
}

/* Read so many bytes at a place of a file. */
static int
read_at(int fd, void * data, size_t len, off_t place, struct cf_err * err)
{
	char * p = data;
	ssize_t got;

	while (len > 0) {
		if ((got = pread(fd, p, len, place)) <= 0) {
			if (got < 0 && errno == EINTR)
				continue;
			return (cf_err_errno(err, got < 0 ? errno : EIO,
			    "temporary file"));
		}
		p += got;
		place += got;
		len -= (size_t)got;
	}
	return (0);
}

/* Read the next items of a run; run->n is 0 at its end. */
static int
read_run(const struct cf_sort * s, struct run * run, struct cf_err * err)
{
	uint64_t left = run->end - run->next;
	size_t n = left < s->at_once ? (size_t)left : s->at_once;
	size_t i;

	if (read_at(s->fd, run->items, n * sizeof(struct item),
	    (off_t)(run->next * sizeof(struct item)), err))
		return (-1);
	run->next += n;
	run->at = 0;
	run->n = n;
	for (i = 0; i < n; i++)
		run->items[i].rank = s->ranks[run->items[i].symbol];
	return (0);
}
/* Let the run at place i of the heap sink to where it belongs. */
static void
sink(struct cf_sort * s, size_t i)
{
	struct run * run = s->heap[i];
	size_t child;

	for (; (child = 2 * i + 1) < s->heap_len; i = child) {
		if (child + 1 < s->heap_len && compare_items(
		    &s->heap[child + 1]->items[s->heap[child + 1]->at],
		    &s->heap[child]->items[s->heap[child]->at]) < 0)
			child++;
		if (compare_items(&run->items[run->at],
		    &s->heap[child]->items[s->heap[child]->at]) <= 0)
			break;
		s->heap[i] = s->heap[child];
	}
	s->heap[i] = run;
}

/* Share the room among the runs and read the first items of each. */
static int
begin_merge(struct cf_sort * s, struct cf_err * err)
{
	size_t i;

	if (s->n > 0 && write_run(s, err))
		return (-1);
	if ((s->ranks = rank_names(s, err)) == NULL)
		return (-1);
	s->at_once = s->room / s->nruns;
	if (s->at_once < LEAST_READ)
		s->at_once = LEAST_READ;
	free(s->items);
	s->items = cf_mem_array(s->nruns, s->at_once * sizeof(*s->items), err);
	s->heap = cf_mem_array(s->nruns, sizeof(struct run *), err);
	if (s->items == NULL || s->heap == NULL)
		return (-1);
	for (i = 0; i < s->nruns; i++) {
		s->runs[i].items = s->items + i * s->at_once;
		if (read_run(s, &s->runs[i], err))
			return (-1);
		s->heap[i] = &s->runs[i];
	}
	s->heap_len = s->nruns;
	for (i = s->heap_len / 2; i-- > 0; )
		sink(s, i);
	return (0);
}

/* Give the least item of all runs.  Return 1, 0 at the end, or -1. */
static int
next_of_runs(struct cf_sort * s, struct item * item, struct cf_err * err)
{
	struct run * run;

	if (s->heap_len == 0)
		return (0);
	run = s->heap[0];
	*item = run->items[run->at];
	if (++run->at == run->n) {
		if (read_run(s, run, err))
			return (-1);
		if (run->n == 0)
			s->heap[0] = s->heap[--s->heap_len];
	}
	if (s->heap_len > 0)
		sink(s, 0);
	return (1);
}

static int
next_item(struct cf_sort * s, struct item * item, struct cf_err * err)
{

	if (!s->is_sorted) {
		s->is_sorted = 1;
		if (s->others_fd != -1 && write_all(s->others_fd,
		    s->others.data, s->others.len, err))
			return (-1);
		if (s->nruns > 0 ? begin_merge(s, err) : sort_items(s, err))
			return (-1);
	}
	if (s->nruns > 0)
		return (next_of_runs(s, item, err));
	if (s->at == s->n)
		return (0);
	*item = s->items[s->at++];
	return (1);
}

/* Find the text of a bar again: in memory if it never left it. */
static int
find_others(struct cf_sort * s, const struct cf_bar * bar,
    const char ** others, struct cf_err * err)
{

	*others = s->others.data;
	if (s->others_fd == -1) {
		*others += bar->others;
		return (0);
	}
	s->others.len = 0;
	if (cf_buf_reserve(&s->others, bar->others_len))
		return (cf_err_memory(err));
	*others = s->others.data;
	return (read_at(s->others_fd, s->others.data, bar->others_len,
	    (off_t)bar->others, err));
}

int
cf_sort_next(struct cf_sort * s, struct cf_bar * bar, const char ** symbol,
    size_t * len, int * is_first, const char ** others, struct cf_err * err)
{
	struct item item;
	int rc;

	if ((rc = next_item(s, &item, err)) != 1)
		return (rc);
	*is_first = !s->has_last || item.symbol != s->last.symbol;
	if (!*is_first && item.bar.has_clock != s->last.bar.has_clock)
		return (cf_bar_bad_date(&item.bar,
		    "with and without a time of day in one symbol", err));
	if (!*is_first && item.bar.time_s == s->last.bar.time_s)
		return (cf_bar_bad_date(&item.bar,
		    "the same as in another bar of the symbol", err));
	s->last = item;
	s->has_last = 1;
	*bar = item.bar;
	*others = NULL;
	if (bar->others_len > 0 && find_others(s, bar, others, err))
		return (-1);
	*symbol = cf_names_get(&s->names, item.symbol, len);
	return (1);
}

void
cf_sort_free(struct cf_sort * s)
{

	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	if (s->others_fd != -1)
		close(s->others_fd);
	cf_buf_free(&s->others);
	free(s->ranks);
	free(s->heap);
	free(s->runs);
	free(s->items);
	cf_names_free(&s->names);
	free(s);
}

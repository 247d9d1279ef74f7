#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "model/data.h"
#include "model/eval.h"
#include "model/paths.h"

#define NONE UINT16_MAX
#define TOP 65534.0		/* The transform 1, NONE being taken. */

uint64_t
cf_paths_holder(const char * name, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t i;

	/* FNV-1a */
	for (i = 0; i < len; i++) {
		hash ^= (unsigned char)name[i];
		hash *= UINT64_C(1099511628211);
	}
	return (hash);
}

/* The end of the records of record i's account and date. */
static size_t
end_of_group(const struct cf_data * d, size_t i, size_t end)
{
	const uint32_t * entity = d->frame->entity;
	size_t j = i;

	while (j < end && d->date[j] == d->date[i] && (entity == NULL ||
	    entity[d->row[j]] == entity[d->row[i]]))
		j++;
	return (j);
}

/* Fill one path; return whether enough of its days are known. */
static int
fill(uint16_t * pit, size_t horizon, const struct cf_data * d,
    const struct cf_eval_row * rows, size_t i, size_t end)
{
	size_t known = 0, h;

	for (h = 0; h < horizon; h++)
		pit[h] = NONE;
	for (; i < end; i++) {
		h = (size_t)d->frame->horizon[d->row[i]];
		if (!rows[i].scored || h < 1 || h > horizon ||
		    !isfinite(rows[i].final_pit))
			continue;
		known += pit[h - 1] == NONE;
		pit[h - 1] = (uint16_t)rint(rows[i].final_pit * TOP);
	}
	if ((double)known < CF_PATHS_FULL * (double)horizon || known == 0)
		return (0);
	for (h = 1; h < horizon; h++) {
		if (pit[h] == NONE)
			pit[h] = pit[h - 1];
	}
	for (h = horizon - 1; h > 0; h--) {
		if (pit[h - 1] == NONE)
			pit[h - 1] = pit[h];
	}
	return (1);
}

/* Count the paths, or keep those that stand evenly among `total`. */
static size_t
gather(struct cf_paths * p, const struct cf_data * d,
    const struct cf_eval_row * rows, size_t first, size_t n, size_t total,
    uint16_t * scratch)
{
	const struct cf_frame * f = d->frame;
	const char * name;
	size_t i, next, met = 0;
	size_t most = total < CF_PATHS_MAX ? total : CF_PATHS_MAX;

	for (i = first; i < first + n; i = next) {
		next = end_of_group(d, i, first + n);
		if (!fill(scratch, p->horizon, d, rows, i, next))
			continue;
		met++;
		/* Path k of the most stands behind k * total / most others. */
		if (p->n >= most || (met - 1) * most < p->n * total)
			continue;
		memcpy(p->pit + p->n * p->horizon, scratch,
		    p->horizon * sizeof(*scratch));
		name = f->entity != NULL ? f->entities[f->entity[d->row[i]]] :
		    "";
		p->items[p->n].holder = cf_paths_holder(name, strlen(name));
		p->items[p->n++].day = cf_day_of_moment(
		    d->date_s[d->date[i]]);
	}
	return (met);
}

int
cf_paths_make(struct cf_paths * p, const struct cf_data * d,
    const struct cf_eval_row * rows, size_t first, size_t n,
    struct cf_err * err)
{
	uint16_t * scratch;
	size_t i, total;
	double longest = 0;

	memset(p, 0, sizeof(*p));
	for (i = first; i < first + n; i++)
		longest = fmax(longest, d->frame->horizon[d->row[i]]);
	if (!(longest >= 1) || longest > CF_PATHS_HORIZON_MAX)
		return (0);
	p->horizon = (size_t)longest;
	if ((scratch = cf_mem_array(p->horizon, sizeof(*scratch), err)) ==
	    NULL)
		return (-1);
	total = gather(p, d, rows, first, n, 0, scratch);
	p->items = cf_mem_array(total < CF_PATHS_MAX ? total : CF_PATHS_MAX,
	    sizeof(*p->items), err);
	p->pit = cf_mem_array(CF_PATHS_MAX * p->horizon, sizeof(*p->pit),
	    err);
	if (p->items == NULL || p->pit == NULL) {
		free(scratch);
		cf_paths_free(p);
		return (-1);
	}
	gather(p, d, rows, first, n, total, scratch);
	free(scratch);
	return (0);
}

/* A number to be put in order, with where it was. */
struct placed {
	uint16_t pit;
	uint32_t at;
};

static int
compare(const void * a, const void * b)
{
	const struct placed * x = a;
	const struct placed * y = b;

	if (x->pit != y->pit)
		return (x->pit < y->pit ? -1 : 1);
	return ((x->at > y->at) - (x->at < y->at));
}

/* Which path the account takes where path i is drawn. */
static size_t
path_for(const struct cf_paths * p, uint64_t holder, size_t i)
{
	size_t from = i, to = i, k;

	while (from > 0 && p->items[from - 1].day == p->items[i].day)
		from--;
	while (to < p->n && p->items[to].day == p->items[i].day)
		to++;
	for (k = from; k < to && p->items[k].holder != holder; k++)
		;
	if (k == to)
		k = (size_t)(holder % (to - from)) + from;
	return (from + (i + k - 2 * from) % (to - from));
}

int
cf_paths_ranks(const struct cf_paths * p, uint64_t holder, uint32_t * rank,
    struct cf_err * err)
{
	struct placed * column;
	size_t * path;
	size_t i, h;
	int rc = -1;

	column = cf_mem_array(p->n, sizeof(*column), err);
	path = cf_mem_array(p->n, sizeof(*path), err);
	if (column == NULL || path == NULL)
		goto done;
	for (i = 0; i < p->n; i++)
		path[i] = path_for(p, holder, i);
	for (h = 0; h < p->horizon; h++) {
		for (i = 0; i < p->n; i++) {
			column[i].pit = p->pit[path[i] * p->horizon + h];
			column[i].at = (uint32_t)i;
		}
		qsort(column, p->n, sizeof(*column), compare);
		for (i = 0; i < p->n; i++)
			rank[column[i].at * p->horizon + h] = (uint32_t)i;
	}
	rc = 0;
done:
	free(column);
	free(path);
	return (rc);
}

void
cf_paths_free(struct cf_paths * p)
{

	free(p->items);
	free(p->pit);
	memset(p, 0, sizeof(*p));
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/follow.h"

struct item {
	char * id;
	struct cf_haul rows;	/* The last answer, sorted. */
};

struct cf_follow {
	struct item * items;
	size_t n;
	size_t capacity;
};

struct cf_follow *
cf_follow_new(struct cf_err * err)
{

	return (cf_mem_array(1, sizeof(struct cf_follow), err));
}

static struct item *
find(struct cf_follow * f, const char * id, struct cf_err * err)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (strcmp(f->items[i].id, id) == 0)
			return (&f->items[i]);
	}
	if (cf_mem_grow(&f->items, &f->capacity, f->n + 1,
	    sizeof(*f->items), err))
		return (NULL);
	memset(&f->items[f->n], 0, sizeof(*f->items));
	if ((f->items[f->n].id = cf_mem_strdup(id, err)) == NULL)
		return (NULL);
	return (&f->items[f->n++]);
}

/* Is row ${i} of ${rows} in ${held}?  *at moves along with i. */
static int
is_held(const struct cf_haul * held, const struct cf_haul * rows, size_t i,
    size_t * at)
{
	const struct cf_haul_point * p;
	const struct cf_haul_point * q;

	if (rows->kind == CF_HAUL_BARS) {
		while (*at < held->n && held->bars[*at].time_s <
		    rows->bars[i].time_s)
			(*at)++;
		return (*at < held->n && held->bars[*at].time_s ==
		    rows->bars[i].time_s && cf_haul_same_bar(&held->bars[*at],
		    &rows->bars[i]));
	}
	p = &rows->points[i];
	for (; *at < held->n; (*at)++) {
		q = &held->points[*at];
		if (q->day > p->day || (q->day == p->day &&
		    q->available >= p->available))
			return (q->day == p->day &&
			    q->available == p->available &&
			    cf_haul_same(q->value, p->value));
	}
	return (0);
}

int
cf_follow_filter(struct cf_follow * f, struct cf_job * job,
    struct cf_err * err)
{
	struct cf_haul * rows = &job->rows;
	struct cf_haul now = *rows;
	struct item * item;
	size_t i, n = 0, at = 0;
	size_t size = rows->kind == CF_HAUL_BARS ? sizeof(*rows->bars) :
	    sizeof(*rows->points);
	void * copy;

	if ((item = find(f, job->id, err)) == NULL ||
	    (copy = cf_mem_array(rows->n, size, err)) == NULL)
		return (-1);
	if (rows->kind == CF_HAUL_BARS)
		now.bars = copy;
	else
		now.points = copy;
	if (rows->n > 0)
		memcpy(copy, rows->kind == CF_HAUL_BARS ?
		    (const void *)rows->bars : rows->points, rows->n * size);
	for (i = 0; i < now.n; i++) {
		if (is_held(&item->rows, &now, i, &at))
			continue;
		if (now.kind == CF_HAUL_BARS)
			rows->bars[n++] = now.bars[i];
		else
			rows->points[n++] = now.points[i];
	}
	rows->n = n;
	/* An empty answer is no reason to forget. */
	if (now.n == 0) {
		free(copy);
		return (0);
	}
	cf_haul_free(&item->rows);
	now.capacity = now.n;
	item->rows = now;
	return (0);
}

void
cf_follow_free(struct cf_follow * f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; i < f->n; i++) {
		free(f->items[i].id);
		cf_haul_free(&f->items[i].rows);
	}
	free(f->items);
	free(f);
}

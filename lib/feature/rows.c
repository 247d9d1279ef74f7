#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feature/rows.h"

struct cf_rows *
cf_rows_new(size_t capacity, size_t ncolumns, struct cf_err * err)
{
	struct cf_rows * r;
	size_t i;

	if ((r = cf_mem_array(1, sizeof(*r), err)) == NULL)
		return (NULL);
	r->capacity = capacity;
	r->time_s = cf_mem_array(capacity, sizeof(*r->time_s), err);
	r->has_clock = cf_mem_array(capacity, sizeof(*r->has_clock), err);
	r->close = cf_mem_array(capacity, sizeof(*r->close), err);
	r->others_at = cf_mem_array(capacity + 1, sizeof(*r->others_at), err);
	r->columns = cf_mem_array(ncolumns, sizeof(*r->columns), err);
	if (r->time_s == NULL || r->has_clock == NULL || r->close == NULL ||
	    r->others_at == NULL || r->columns == NULL)
		goto err0;
	r->ncolumns = ncolumns;
	for (i = 0; i < ncolumns; i++) {
		r->columns[i] = cf_mem_array(capacity, sizeof(double), err);
		if (r->columns[i] == NULL)
			goto err0;
	}
	return (r);

err0:
	cf_rows_free(r);
	return (NULL);
}

void
cf_rows_clear(struct cf_rows * r)
{

	r->n = 0;
	r->others.len = 0;
}

int
cf_rows_append(struct cf_rows * to, const struct cf_rows * from, size_t first,
    size_t n, struct cf_err * err)
{
	size_t begin = from->others_at[first];
	size_t shift = to->others.len - begin;
	size_t i;

	memcpy(to->time_s + to->n, from->time_s + first,
	    n * sizeof(*to->time_s));
	memcpy(to->has_clock + to->n, from->has_clock + first,
	    n * sizeof(*to->has_clock));
	memcpy(to->close + to->n, from->close + first, n * sizeof(*to->close));
	for (i = 0; i < to->ncolumns; i++)
		memcpy(to->columns[i] + to->n, from->columns[i] + first,
		    n * sizeof(double));
	if (from->others.len > 0)
		cf_buf_add(&to->others, from->others.data + begin,
		    from->others_at[first + n] - begin);
	for (i = 0; i <= n; i++)
		to->others_at[to->n + i] = from->others_at[first + i] + shift;
	to->n += n;
	return (to->others.failed ? cf_err_memory(err) : 0);
}

double
cf_rows_target(const struct cf_rows * rows, size_t i, size_t end,
    size_t horizon)
{
	double target;

	if (horizon >= end - i)
		return ((double)NAN);
	target = 100 * rows->close[i + horizon] / rows->close[i];
	return (isfinite(target) ? target : (double)NAN);
}

void
cf_rows_free(struct cf_rows * r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; r->columns != NULL && i < r->ncolumns; i++)
		free(r->columns[i]);
	free(r->columns);
	free(r->others_at);
	cf_buf_free(&r->others);
	free(r->close);
	free(r->has_clock);
	free(r->time_s);
	free(r);
}

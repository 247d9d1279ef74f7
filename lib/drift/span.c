#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "drift/span.h"

static int
by_time(const void * a, const void * b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return ((x > y) - (x < y));
}

static int
unsorted(const struct cf_frame * f, size_t i, const char * name,
    struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	size_t len = cf_day_print_moment(f->time_s[i], f->has_clock, text);

	cf_err_data(err, NULL, text, len, "dates of %s \"%.60s\" do not ascend",
	    f->entity != NULL ? f->entity_key : "the records",
	    f->entity != NULL ? f->entities[f->entity[i]] : "");
	return (cf_err_prefix(err, "%s", name));
}

/* Find the record before each of its symbol. */
static int
link_rows(struct cf_span * s, const char * name, struct cf_err * err)
{
	const struct cf_frame * f = s->frame;
	size_t n = f->entity != NULL ? f->nentities : 1, i, e;
	uint32_t * last;
	int rc = -1;

	if ((last = cf_mem_array(n, sizeof(*last), err)) == NULL)
		return (-1);
	for (e = 0; e < n; e++)
		last[e] = CF_SPAN_NONE;
	for (i = 0; i < f->rows; i++) {
		e = f->entity != NULL ? f->entity[i] : 0;
		s->before[i] = last[e];
		/* Without symbols, many records may be of one date. */
		if (last[e] != CF_SPAN_NONE && f->time_s != NULL &&
		    (f->time_s[last[e]] > f->time_s[i] || (f->entity != NULL &&
		    f->time_s[last[e]] == f->time_s[i]))) {
			unsorted(f, i, name, err);
			goto done;
		}
		last[e] = (uint32_t)i;
	}
	rc = 0;
done:
	free(last);
	return (rc);
}

/* The distinct dates before the limit, ascending; NULL on failure. */
static int64_t *
list_dates(const struct cf_frame * f, int64_t before_s, size_t * n,
    struct cf_err * err)
{
	int64_t * all;
	size_t i, k = 0;

	if ((all = cf_mem_array(f->rows, sizeof(*all), err)) == NULL)
		return (NULL);
	for (i = 0; i < f->rows; i++) {
		if (f->time_s[i] < before_s)
			all[k++] = f->time_s[i];
	}
	qsort(all, k, sizeof(*all), by_time);
	*n = 0;
	for (i = 0; i < k; i++) {
		if (*n == 0 || all[i] != all[*n - 1])
			all[(*n)++] = all[i];
	}
	return (all);
}

static int
number_dates(struct cf_span * s, size_t newest, int64_t before_s,
    struct cf_err * err)
{
	const struct cf_frame * f = s->frame;
	const int64_t * found;
	int64_t * all, * dates;
	size_t i, n;

	if ((all = list_dates(f, before_s, &n, err)) == NULL)
		return (-1);
	dates = all;
	if (newest > 0 && n > newest) {
		dates += n - newest;
		n = newest;
	}
	for (i = 0; i < f->rows; i++) {
		found = n > 0 ? bsearch(&f->time_s[i], dates, n,
		    sizeof(*dates), by_time) : NULL;
		s->day[i] = found != NULL ? (uint32_t)(found - dates) :
		    CF_SPAN_NONE;
		s->records += found != NULL;
	}
	s->days = n;
	if (n > 0) {
		s->first_s = dates[0];
		s->last_s = dates[n - 1];
	}
	free(all);
	return (0);
}

/* Records without dates. */
static void
number_rows(struct cf_span * s, size_t newest)
{
	size_t i, n = s->frame->rows, skip;

	skip = newest > 0 && n > newest ? n - newest : 0;
	for (i = 0; i < n; i++)
		s->day[i] = i < skip ? CF_SPAN_NONE : (uint32_t)(i - skip);
	s->records = s->days = n - skip;
}

int
cf_span_make(struct cf_span * s, const struct cf_frame * frame,
    size_t newest, int64_t before_s, const char * name, struct cf_err * err)
{

	memset(s, 0, sizeof(*s));
	s->frame = frame;
	if (frame->rows >= UINT32_MAX / 2)
		return (cf_err_data(err, NULL, NULL, 0,
		    "%s: more than 2^31 records", name));
	s->day = cf_mem_array(frame->rows, sizeof(*s->day), err);
	s->before = cf_mem_array(frame->rows, sizeof(*s->before), err);
	if (s->day == NULL || s->before == NULL || link_rows(s, name, err))
		return (-1);
	if (frame->time_s != NULL)
		return (number_dates(s, newest, before_s, err));
	number_rows(s, newest);
	return (0);
}

void
cf_span_free(struct cf_span * s)
{

	free(s->day);
	free(s->before);
	memset(s, 0, sizeof(*s));
}

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/holiday.h"
#include "table/each.h"

#define SATURDAY 6

static int
compare(const void * a, const void * b)
{
	const int32_t * x = a;
	const int32_t * y = b;

	return ((*x > *y) - (*x < *y));
}

struct loading {
	struct cf_holiday * h;
	size_t date;		/* Column. */
	size_t capacity;
};

static int
find(void * cookie, const struct cf_reader * file, struct cf_err * err)
{
	struct loading * l = cookie;

	return (cf_reader_need(file, "date", &l->date, err));
}

static int
take(void * cookie, const struct cf_reader * file, struct cf_err * err)
{
	struct loading * l = cookie;
	struct cf_holiday * h = l->h;

	if (cf_mem_grow(&h->days, &l->capacity, h->n + 1, sizeof(*h->days),
	    err) || cf_reader_day(file, l->date, &h->days[h->n], err))
		return (-1);
	h->n++;
	return (0);
}

int
cf_holiday_load(struct cf_holiday * h, const char * path, struct cf_err * err)
{
	struct loading l = { .h = h };
	int rc;

	memset(h, 0, sizeof(*h));
	rc = cf_each_record(cf_reader_open(path, err), find, take, &l, err);
	if (h->n > 0)
		qsort(h->days, h->n, sizeof(*h->days), compare);
	return (rc);
}

int
cf_holiday_is(const struct cf_holiday * h, int32_t day)
{

	return (h->n > 0 &&
	    bsearch(&day, h->days, h->n, sizeof(day), compare) != NULL);
}

int
cf_holiday_is_business(const struct cf_holiday * h, int32_t day)
{

	return (cf_day_weekday(day) < SATURDAY && !cf_holiday_is(h, day));
}

void
cf_holiday_free(struct cf_holiday * h)
{

	free(h->days);
	memset(h, 0, sizeof(*h));
}

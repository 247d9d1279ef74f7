#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/holiday.h"
#include "table/reader.h"

#define SATURDAY 6

static int
compare(const void * a, const void * b)
{
	const int32_t * x = a;
	const int32_t * y = b;

	return ((*x > *y) - (*x < *y));
}

int
cf_holiday_load(struct cf_holiday * h, const char * path, struct cf_err * err)
{
	struct cf_reader * file;
	size_t date, capacity = 0;
	int rc;

	memset(h, 0, sizeof(*h));
	if ((file = cf_reader_open(path, err)) == NULL)
		return (-1);
	if ((rc = cf_reader_header(file, err)) <= 0)
		goto done;
	if ((rc = cf_reader_need(file, "date", &date, err)) != 0)
		goto done;
	while ((rc = cf_reader_next(file, err)) == 1) {
		if (cf_mem_grow(&h->days, &capacity, h->n + 1,
		    sizeof(*h->days), err) ||
		    cf_reader_day(file, date, &h->days[h->n], err)) {
			rc = -1;
			break;
		}
		h->n++;
	}
	if (h->n > 0)
		qsort(h->days, h->n, sizeof(*h->days), compare);
done:
	cf_reader_close(file);
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

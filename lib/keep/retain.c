#include "base/day.h"
#include "keep/retain.h"

/* Numbers of the periods: equal within one, ascending. */

static int64_t
day_of(int64_t time_s)
{

	return (cf_day_of_moment(time_s));
}

/* The week's Monday. */
static int64_t
week_of(int64_t time_s)
{
	int32_t day = cf_day_of_moment(time_s);

	return (day - cf_day_weekday(day) + 1);
}

static int64_t
month_of(int64_t time_s)
{
	int year, month, day;

	cf_day_split(cf_day_of_moment(time_s), &year, &month, &day);
	return ((int64_t)year * 12 + month);
}

static const struct {
	int64_t (* period)(int64_t time_s);
	unsigned int why;
} periods[] = {
	{ day_of, CF_RETAIN_DAILY },
	{ week_of, CF_RETAIN_WEEKLY },
	{ month_of, CF_RETAIN_MONTHLY }
};

#define NPERIODS (sizeof(periods) / sizeof(periods[0]))

void
cf_retain_choose(struct cf_retain * items, size_t n,
    const struct cf_retain_rule * rule, int64_t now_s)
{
	int64_t left[NPERIODS] = { rule->daily, rule->weekly, rule->monthly };
	int64_t last[NPERIODS] = { INT64_MAX, INT64_MAX, INT64_MAX };
	int64_t period;
	size_t i, k;
	int any = 0;

	for (i = n; i-- > 0;) {
		items[i].why = 0;
		if (items[i].count == CF_RETAIN_COUNTS &&
		    items[i].time_s > now_s + CF_DAY_S)
			items[i].count = CF_RETAIN_AHEAD;
		if (items[i].count != CF_RETAIN_COUNTS)
			continue;
		if (!any)
			items[i].why |= CF_RETAIN_LAST;
		any = 1;
		for (k = 0; k < NPERIODS; k++) {
			period = periods[k].period(items[i].time_s);
			if (left[k] <= 0 || period == last[k])
				continue;
			last[k] = period;
			left[k]--;
			items[i].why |= periods[k].why;
		}
	}
}

int
cf_retain_shares(int64_t a_s, int64_t b_s)
{
	size_t k;

	for (k = 0; k < NPERIODS; k++) {
		if (periods[k].period(a_s) == periods[k].period(b_s))
			return (1);
	}
	return (0);
}

#include <string.h>

#include "base/day.h"
#include "source/calendar.h"
#include "source/lag.h"

/*
 * A pattern ends with * or is a whole id.  Daily rates and VIX: files pulled on
 * a Sunday ended on Thursday or Friday.  H.10 (exchange rates and the dollar
 * index): published on Monday for the week to Friday.  Monthly means of rates
 * are known when the month is over; consumer prices about two weeks later,
 * here three.
 */
static const struct {
	const char * pattern;
	struct cf_lag lag;
} table[] = {
	{ "VIX*", { CF_LAG_BUSINESS, 0, 0 } },
	{ "UST*", { CF_LAG_BUSINESS, 0, 0 } },
	{ "DGS*", { CF_LAG_BUSINESS, 0, 0 } },
	{ "DTB*", { CF_LAG_BUSINESS, 0, 0 } },
	{ "DFF", { CF_LAG_BUSINESS, 0, 0 } },
	{ "T10Y*", { CF_LAG_BUSINESS, 0, 0 } },
	{ "DTWEX*", { CF_LAG_H10, 0, 0 } },
	{ "DEX*", { CF_LAG_H10, 0, 0 } },
	{ "FEDFUNDS", { CF_LAG_MONTH, 5, 0 } },
	{ "CPIAUC*", { CF_LAG_MONTH, 21, 0 } }
};

static int
matches(const char * pattern, const char * id)
{
	size_t len = strlen(pattern);

	if (pattern[len - 1] == '*')
		return (strncmp(pattern, id, len - 1) == 0);
	return (strcmp(pattern, id) == 0);
}

/* The smallest step but a few: most steps are at least this long. */
static int32_t
usual_step(const struct cf_haul * rows)
{
	size_t counts[5] = { 0, 0, 0, 0, 0 };
	static const int32_t steps[5] = { 4, 10, 35, 100, 400 };
	size_t i, k, best = 0;
	int32_t step;

	for (i = 1; i < rows->n; i++) {
		step = rows->points[i].day - rows->points[i - 1].day;
		for (k = 0; k < 4 && step > steps[k]; k++)
			continue;
		counts[k] += step > 0;
	}
	for (k = 1; k < 5; k++) {
		if (counts[k] > counts[best])
			best = k;
	}
	return (rows->n > 1 ? steps[best] : steps[4]);
}

struct cf_lag
cf_lag_find(const char * id, const struct cf_haul * rows)
{
	struct cf_lag lag = { CF_LAG_DAYS, 7, 1 };
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (matches(table[i].pattern, id))
			return (table[i].lag);
	}
	switch (usual_step(rows)) {
	case 4:
		break;
	case 10:
		lag.days = 14;
		break;
	case 35:
		lag.rule = CF_LAG_MONTH;
		lag.days = 45;
		break;
	case 100:
		lag.rule = CF_LAG_QUARTER;
		lag.days = 60;
		break;
	default:
		lag.rule = CF_LAG_YEAR;
		lag.days = 120;
	}
	return (lag);
}

/* The first day after the period of ${months} months in which ${day} lies. */
static int32_t
period_end(int32_t day, int months)
{
	int year, month, date;

	cf_day_split(day, &year, &month, &date);
	month = (month - 1) / months * months + 1 + months;
	if (month > 12) {
		month -= 12;
		year++;
	}
	return (year > 9999 ? CF_DAY_MAX : cf_day_of(year, month, 1));
}

int32_t
cf_lag_available(const struct cf_lag * lag, int32_t day)
{
	int32_t monday;

	switch (lag->rule) {
	case CF_LAG_BUSINESS:
		return (cf_calendar_next_business(day));
	case CF_LAG_H10:
		monday = day + 8 - cf_day_weekday(day);
		return (cf_calendar_next_business(monday - 1));
	case CF_LAG_MONTH:
		return (period_end(day, 1) + lag->days);
	case CF_LAG_QUARTER:
		return (period_end(day, 3) + lag->days);
	case CF_LAG_YEAR:
		return (period_end(day, 12) + lag->days);
	default:
		return (day + lag->days);
	}
}

void
cf_lag_set(const struct cf_lag * lag, struct cf_haul * rows)
{
	struct cf_haul_point * p;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		p = &rows->points[i];
		if (p->available != 0)
			continue;
		p->available = cf_lag_available(lag, p->day);
		if (p->available > CF_DAY_MAX)
			p->available = CF_DAY_MAX;
	}
}

const char *
cf_lag_text(const struct cf_lag * lag)
{
	static const char * const texts[] = { "the next business day",
	    "the Monday after its week", "some weeks after its month",
	    "60 days after its quarter", "120 days after its year",
	    "some days later" };

	return (texts[lag->rule]);
}

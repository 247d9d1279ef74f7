#include <math.h>
#include <stdlib.h>

#include "base/day.h"
#include "feature/recur.h"

#define BACK_MAX 9		/* Months looked through. */
#define LAST 6			/* Amounts of a median. */
#define YEAR 364
#define PAIRS_MIN 28

/* A month. */
struct month {
	int year;
	int month;
	int32_t begin;
	int32_t end;		/* Its last day. */
};

static struct month
month_of(int year, int month)
{
	struct month m = { year, month, cf_day_of(year, month, 1), 0 };

	m.end = (month == 12 ? cf_day_of(year + 1, 1, 1) :
	    cf_day_of(year, month + 1, 1)) - 1;
	return (m);
}

static struct month
month_before(const struct month * m)
{

	return (m->month == 1 ? month_of(m->year - 1, 12) :
	    month_of(m->year, m->month - 1));
}

static int
compare(const void * a, const void * b)
{
	const double * x = a;
	const double * y = b;

	return ((*x > *y) - (*x < *y));
}

double
cf_recur_median(double * x, size_t n)
{

	if (n == 0)
		return (NAN);
	qsort(x, n, sizeof(*x), compare);
	return (n % 2 == 1 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]));
}

/* Which business day of its month a day is; 0: none. */
static int
ordinal_of(const struct cf_holiday * holidays, int32_t begin, int32_t day)
{
	int n = 0;
	int32_t t;

	if (!cf_holiday_is_business(holidays, day))
		return (0);
	for (t = begin; t <= day; t++)
		n += cf_holiday_is_business(holidays, t);
	return (n);
}

/* The reverse; CF_RECUR_NONE if the month has not so many. */
static int32_t
business_day(const struct cf_holiday * holidays, const struct month * m,
    int ordinal)
{
	int32_t t;

	for (t = m->begin; t <= m->end && ordinal > 0; t++) {
		ordinal -= cf_holiday_is_business(holidays, t);
		if (ordinal == 0)
			return (t);
	}
	return (CF_RECUR_NONE);
}

static int32_t
clamp(int32_t day, const struct month * m)
{

	return (day < m->begin ? m->begin : day > m->end ? m->end : day);
}

/* Add a day unless it is behind the origin, or there are enough. */
static void
add(int32_t * days, size_t * n, int32_t day, int32_t origin)
{

	if (*n < CF_RECUR_MONTHS && day != CF_RECUR_NONE && day <= origin)
		days[(*n)++] = day;
}

void
cf_recur_past(struct cf_recur_months * past, int32_t day, int32_t origin,
    const struct cf_holiday * holidays)
{
	size_t n[3] = { 0, 0, 0 }, i;
	int year, month, mday, ordinal, back;
	int32_t to_end;
	struct month m;

	cf_day_split(day, &year, &month, &mday);
	m = month_of(year, month);
	to_end = m.end - day;
	ordinal = ordinal_of(holidays, m.begin, day);
	for (i = 0; i < CF_RECUR_MONTHS; i++)
		past->same_day[i] = past->same_end[i] =
		    past->same_business[i] = CF_RECUR_NONE;
	if (cf_day_of(year, month, 1) < CF_DAY_MIN + 31 * (BACK_MAX + 1))
		return;
	for (back = 0; back < BACK_MAX; back++) {
		m = month_before(&m);
		add(past->same_day, &n[0], clamp(m.begin + mday - 1, &m),
		    origin);
		add(past->same_end, &n[1], clamp(m.end - to_end, &m), origin);
		if (ordinal > 0)
			add(past->same_business, &n[2],
			    business_day(holidays, &m, ordinal), origin);
	}
}

/* The day one cadence before. */
static int32_t
before(int32_t day, double cadence)
{
	int year, month, mday;
	struct month m;

	if (cadence < CF_RECUR_MONTH || cadence > CF_RECUR_MONTH)
		return (day - (int32_t)cadence);
	cf_day_split(day, &year, &month, &mday);
	m = month_of(year, month);
	m = month_before(&m);
	return (clamp(m.begin + mday - 1, &m));
}

/* The correlation of days with those one cadence before; *n pairs. */
static double
correlation(const double * amount, size_t n, int32_t first, double cadence,
    size_t * pairs)
{
	double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, x, y, k, v;
	int64_t t, past;

	*pairs = 0;
	for (t = n > YEAR ? (int64_t)n - YEAR : 0; t < (int64_t)n; t++) {
		past = (int64_t)before(first + (int32_t)t, cadence) - first;
		if (past < 0 || isnan(amount[t]) || isnan(amount[past]))
			continue;
		x = amount[t];
		y = amount[past];
		sx += x;
		sy += y;
		sxx += x * x;
		syy += y * y;
		sxy += x * y;
		++*pairs;
	}
	k = (double)*pairs;
	v = (k * sxx - sx * sx) * (k * syy - sy * sy);
	return (v > 0 ? (k * sxy - sx * sy) / sqrt(v) : 0.0);
}

double
cf_recur_find(const double * amount, size_t n, int32_t first,
    double * strength)
{
	static const double cadences[] = { 7, 14, 28, CF_RECUR_MONTH };
	double r, best = 0;
	size_t i, pairs;

	*strength = 0;
	if (first < CF_DAY_MIN + 62)
		return (0);
	for (i = 0; i < sizeof(cadences) / sizeof(cadences[0]); i++) {
		r = correlation(amount, n, first, cadences[i], &pairs);
		if (pairs < PAIRS_MIN || r < 2.0 / sqrt((double)pairs) ||
		    r <= *strength)
			continue;
		*strength = r;
		best = cadences[i];
	}
	return (best);
}

double
cf_recur_amount(const double * amount, size_t n, int32_t first, int32_t day,
    double cadence)
{
	double last[LAST];
	size_t found = 0;
	int64_t t;

	if (!(cadence > 0) || first < CF_DAY_MIN + 62)
		return (NAN);
	for (day = before(day, cadence); day >= first && found < LAST;
	    day = before(day, cadence)) {
		t = (int64_t)day - first;
		if (t < (int64_t)n && !isnan(amount[t]))
			last[found++] = amount[t];
	}
	return (cf_recur_median(last, found));
}

#include <math.h>
#include <stdlib.h>

#include "base/day.h"
#include "feature/recur.h"

#define BACK_MAX 9		/* Months looked through. */
#define LAST 6			/* Amounts of a median. */
#define YEAR 364
#define PAIRS_MIN 28
#define DAYS_BEFORE 397		/* Of the calendar, that are looked at. */

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

/* A cadence: how to find the day before. */
struct cadence {
	double days;		/* Its number in records. */
	int32_t (*before)(int32_t day, int n,
	    const struct cf_holiday * holidays);
	int n;
};

/* The month ${n} months before that of a day; ${mday} is the day's own. */
static struct month
months_before(int32_t day, int n, int * mday)
{
	int year, month;

	cf_day_split(day, &year, &month, mday);
	month -= 1 + n;
	for (; month < 0; month += 12)
		year--;
	return (month_of(year, month + 1));
}

static int32_t
before_days(int32_t day, int n, const struct cf_holiday * holidays)
{

	(void)holidays;
	return (day - n);
}

/* The same day of the month. */
static int32_t
before_months(int32_t day, int n, const struct cf_holiday * holidays)
{
	struct month m;
	int mday;

	(void)holidays;
	m = months_before(day, n, &mday);
	return (clamp(m.begin + mday - 1, &m));
}

/* As far from the month's end. */
static int32_t
before_end(int32_t day, int n, const struct cf_holiday * holidays)
{
	struct month m, own;
	int mday;

	(void)holidays;
	own = months_before(day, 0, &mday);
	m = months_before(day, n, &mday);
	return (clamp(m.end - (own.end - day), &m));
}

/*
 * Half a month before.  The last day follows the 15th and the other way round;
 * no other day takes its place where months are longer or shorter.
 */
static int32_t
before_half(int32_t day, int n, const struct cf_holiday * holidays)
{
	struct month m;
	int mday;

	(void)holidays;
	m = months_before(day, 0, &mday);
	if (day == m.end)
		return (m.begin + n - 1);
	if (mday > n)
		return (m.begin + (mday < 2 * n ? mday - n : n - 1) - 1);
	m = month_before(&m);
	if (mday == n)
		return (m.end);
	day = m.begin + mday + n - 1;
	return (day < m.end ? day : m.end - 1);
}

/*
 * The business day with as many business days behind it in its month, or the
 * month's first.
 */
static int32_t
before_business(int32_t day, int n, const struct cf_holiday * holidays)
{
	struct month m;
	int behind = 0, mday;
	int32_t t, found = CF_RECUR_NONE;

	if (!cf_holiday_is_business(holidays, day))
		return (CF_RECUR_NONE);
	m = months_before(day, 0, &mday);
	for (t = day + 1; t <= m.end; t++)
		behind += cf_holiday_is_business(holidays, t);
	m = months_before(day, n, &mday);
	for (t = m.end; t >= m.begin && behind >= 0; t--) {
		if (!cf_holiday_is_business(holidays, t))
			continue;
		found = t;
		behind--;
	}
	return (found);
}

/* From short to long; see recur.h. */
static const struct cadence cadences[] = {
	{ 7, before_days, 7 },
	{ 14, before_days, 14 },
	{ CF_RECUR_HALF, before_half, 15 },
	{ CF_RECUR_BUSINESS, before_business, 1 },
	{ 28, before_days, 28 },
	{ CF_RECUR_MONTH, before_months, 1 },
	{ CF_RECUR_END, before_end, 1 },
	{ CF_RECUR_QUARTER, before_months, 3 },
	{ CF_RECUR_HALF_YEAR, before_months, 6 },
	{ CF_RECUR_YEAR, before_months, 12 }
};

#define NCADENCES (sizeof(cadences) / sizeof(cadences[0]))

static const struct cadence *
cadence_of(double days)
{
	size_t i;

	for (i = 0; i < NCADENCES; i++) {
		if (fabs(cadences[i].days - days) < 0.5)
			return (&cadences[i]);
	}
	return (NULL);
}

/* The correlation of days with those one cadence before; *n pairs. */
static double
correlation(const double * amount, size_t n, int32_t first,
    const struct cadence * c, const struct cf_holiday * holidays,
    size_t * pairs)
{
	double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, x, y, k, v;
	int64_t t, past;

	*pairs = 0;
	for (t = n > YEAR ? (int64_t)n - YEAR : 0; t < (int64_t)n; t++) {
		past = (int64_t)c->before(first + (int32_t)t, c->n, holidays) -
		    first;
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
    const struct cf_holiday * holidays, double * strength)
{
	double r, error, best = 0;
	size_t i, pairs;

	*strength = 0;
	if (first < CF_DAY_MIN + DAYS_BEFORE)
		return (0);
	for (i = 0; i < NCADENCES; i++) {
		r = correlation(amount, n, first, &cadences[i], holidays,
		    &pairs);
		error = 1.0 / sqrt((double)pairs);
		if (pairs < PAIRS_MIN || r < 2 * error ||
		    (best > 0 && r < *strength + error))
			continue;
		*strength = r;
		best = cadences[i].days;
	}
	return (best);
}

double
cf_recur_amount(const double * amount, size_t n, int32_t first, int32_t day,
    const struct cf_holiday * holidays, double cadence)
{
	const struct cadence * c = cadence_of(cadence);
	double last[LAST];
	size_t found = 0;
	int64_t t;

	if (c == NULL || first < CF_DAY_MIN + DAYS_BEFORE)
		return (NAN);
	for (day = c->before(day, c->n, holidays); day >= first &&
	    found < LAST; day = c->before(day, c->n, holidays)) {
		t = (int64_t)day - first;
		if (t < (int64_t)n && !isnan(amount[t]))
			last[found++] = amount[t];
	}
	return (cf_recur_median(last, found));
}

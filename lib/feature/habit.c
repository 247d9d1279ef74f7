#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "feature/habit.h"
#include "feature/recur.h"

#define YEAR 364		/* Days: 52 weeks. */
#define SCALE_DAYS 112
#define STILL 0.5		/* Share of zeros from which level is 0. */

static const char * const names[] = {
#define NAME(ID, NAME, ABOUT) NAME,
	CF_HABIT_COLUMNS(NAME)
#undef NAME
};

const char *
cf_habit_name(enum cf_habit_column column)
{

	return (names[column]);
}

/* A running mean. */
struct mean {
	double sum;
	size_t n;
};

static void
mean_add(struct mean * m, double x)
{

	if (isnan(x))
		return;
	m->sum += x;
	m->n++;
}

/* NaN of fewer than `least`. */
static double
mean_of(const struct mean * m, size_t least)
{

	return (m->n >= least && m->n > 0 ? m->sum / (double)m->n :
	    (double)NAN);
}

/* The amount of a day; NaN if it is not known at the origin. */
static double
at(const struct cf_habit * h, int64_t t)
{

	return (t >= 0 && t < (int64_t)h->end ? h->amount[t] : (double)NAN);
}

/* The mean of days from .. to; NaN if less than a third of them is known. */
static double
mean_between(const struct cf_habit * h, int64_t from, int64_t to)
{
	struct mean m = { 0 };
	int64_t t;

	for (t = from; t <= to; t++)
		mean_add(&m, at(h, t));
	return (mean_of(&m, (size_t)(to - from + 3) / 3));
}

static double
mean_last(const struct cf_habit * h, int64_t days)
{

	return (mean_between(h, (int64_t)h->end - days, (int64_t)h->end - 1));
}

/* Days ago 0 is the origin; its usual amount is the median of 8 weeks. */
static double
residual_mean(const struct cf_habit * h, int64_t days)
{
	struct mean m = { 0 };
	int64_t t;

	for (t = (int64_t)h->end - days; t < (int64_t)h->end; t++)
		mean_add(&m, at(h, t) - h->weekdays[cf_day_weekday(h->first +
		    (int32_t)t) - 1].median_8);
	return (mean_of(&m, ((size_t)days + 2) / 3));
}

static double
first_mean(const double * x, size_t n, size_t most)
{
	struct mean m = { 0 };
	size_t i;

	for (i = 0; i < n && i < most; i++)
		mean_add(&m, x[i]);
	return (mean_of(&m, 1));
}

static double
first_median(const double * x, size_t n, size_t most)
{
	double sorted[CF_HABIT_WEEKS];

	n = n < most ? n : most;
	memcpy(sorted, x, n * sizeof(*x));
	return (cf_recur_median(sorted, n));
}

/* Gather the last days of one weekday, and what they come to. */
static void
make_weekday(struct cf_habit * h, size_t k)
{
	struct cf_habit_weekday * w = &h->weekdays[k];
	int64_t t = (int64_t)h->end - 1;
	struct mean spread = { 0 };
	int64_t oldest = t - 7 * (CF_HABIT_WEEKS + 4);
	size_t i;

	t -= (cf_day_weekday(h->first + (int32_t)t) - 1 + 7 - (int32_t)k) % 7;
	for (w->n = 0; t >= 0 && t > oldest && w->n < CF_HABIT_WEEKS; t -= 7) {
		if (!isnan(h->amount[t]))
			w->last[w->n++] = h->amount[t];
	}
	w->mean_4 = first_mean(w->last, w->n, 4);
	w->mean_8 = first_mean(w->last, w->n, 8);
	w->mean_16 = first_mean(w->last, w->n, 16);
	w->median_4 = first_median(w->last, w->n, 4);
	w->median_8 = first_median(w->last, w->n, 8);
	w->median_16 = first_median(w->last, w->n, 16);
	for (i = 0; i < w->n && i < 8; i++)
		mean_add(&spread, fabs(w->last[i] - w->median_8));
	w->spread_8 = mean_of(&spread, 2);
	w->level = (w->median_16 + w->median_8 + w->mean_4) / 3.0;
}

/* How far days are from what is usual, near and over the year; see habit.h. */
static void
make_scale(struct cf_habit * h)
{
	struct mean near = { 0 }, year = { 0 }, both = { 0 };
	int64_t t, end = (int64_t)h->end;
	const struct cf_habit_weekday * w;

	for (t = end > SCALE_DAYS ? end - SCALE_DAYS : 0; t < end; t++) {
		w = &h->weekdays[cf_day_weekday(h->first + (int32_t)t) - 1];
		mean_add(&near, fabs(at(h, t) - (isnan(w->median_16) ? 0.0 :
		    w->median_16)));
	}
	for (t = end > YEAR ? end - YEAR : 0; t < end; t++)
		mean_add(&year, fabs(at(h, t) - at(h, t - 7)));
	mean_add(&both, mean_of(&near, 1));
	/* Each of the two days of a difference is as far off. */
	mean_add(&both, mean_of(&year, 1) / sqrt(2.0));
	h->scale = mean_of(&both, 1);
	if (!(h->scale > 0))
		h->scale = 0;
}

/* Levels of days of the week that were never known, or of a still account. */
static void
settle_levels(struct cf_habit * h)
{
	struct mean week = { 0 }, zeros = { 0 };
	int64_t t;
	double usual, x;
	size_t k;
	int is_still;

	for (t = (int64_t)h->end - SCALE_DAYS; t < (int64_t)h->end; t++) {
		x = at(h, t);
		mean_add(&zeros, isnan(x) ? x : (double)(x == 0));
	}
	is_still = mean_of(&zeros, 1) > STILL;
	usual = mean_last(h, YEAR);
	for (k = 0; k < 7; k++) {
		if (is_still)
			h->weekdays[k].level = 0;
		else if (isnan(h->weekdays[k].level))
			h->weekdays[k].level = isnan(usual) ? 0.0 : usual;
		mean_add(&week, h->weekdays[k].level);
	}
	h->week_mean = mean_of(&week, 1);
}

/* x / y in size, within bounds that keep a small y from ruling. */
static double
ratio(double x, double y)
{
	double r = y > 0 || y < 0 ? x / y : (double)NAN;

	return (r > 10 ? 10 : r < -10 ? -10 : r);
}

/* Simple exponential smoothing; return the sum of squares of its errors. */
static double
smooth_with(const struct cf_habit * h, int64_t from, double alpha,
    double * level)
{
	double sum = 0, x, e;
	int64_t t;

	*level = NAN;
	for (t = from; t < (int64_t)h->end; t++) {
		x = at(h, t) - h->weekdays[cf_day_weekday(h->first +
		    (int32_t)t) - 1].level;
		if (isnan(x))
			continue;
		if (isnan(*level))
			*level = x;
		e = x - *level;
		sum += e * e;
		*level += alpha * e;
	}
	return (sum);
}

/*
 * The Theta method (Assimakopoulos, Nikolopoulos 2000), in the form of
 * Hyndman and Billah (2003): exponential smoothing with half the slope of the
 * line of least squares as drift, on what is left without the weekdays.
 */
static void
make_theta(struct cf_habit * h)
{
	static const double alphas[] = { 0.02, 0.05, 0.1, 0.2, 0.35 };
	int64_t from = h->end > YEAR ? (int64_t)h->end - YEAR : 0, t;
	double best = INFINITY, loss, level, x, n = 0;
	double st = 0, sx = 0, stt = 0, stx = 0;
	size_t i;

	for (i = 0; i < sizeof(alphas) / sizeof(alphas[0]); i++) {
		loss = smooth_with(h, from, alphas[i], &level);
		if (loss < best) {
			best = loss;
			h->alpha = alphas[i];
			h->smooth = level;
		}
	}
	for (t = from; t < (int64_t)h->end; t++) {
		x = at(h, t) - h->weekdays[cf_day_weekday(h->first +
		    (int32_t)t) - 1].level;
		if (isnan(x))
			continue;
		n++;
		st += (double)(t - from);
		sx += x;
		stt += (double)(t - from) * (double)(t - from);
		stx += (double)(t - from) * x;
	}
	x = n * stt - st * st;
	h->drift = x > 0 ? 0.5 * (n * stx - st * sx) / x : 0.0;
	h->decay = pow(1.0 - h->alpha, n);
}

/* In units of the scale. */
static void
put(double * row, enum cf_habit_column column, double x, double scale)
{

	row[column] = scale > 0 ? x / scale : (double)NAN;
}

/* What does not depend on the day ahead. */
static void
make_columns(struct cf_habit * h)
{
	static const int64_t spans[] = { 7, 28, 56, YEAR };
	const int64_t end = (int64_t)h->end;
	struct mean zeros = { 0 }, naive = { 0 };
	double * c = h->column, x;
	int64_t t;
	size_t i;

	for (i = 0; i < CF_HABIT_NCOLUMNS; i++)
		c[i] = NAN;
	for (i = 0; i < 4; i++)
		h->means[i] = mean_last(h, spans[i]);
	put(c, CF_HABIT_TREND_28, h->means[1] - mean_between(h, end - 56,
	    end - 29), h->scale);
	c[CF_HABIT_RATIO_7_28] = ratio(h->means[0], h->means[1]);
	c[CF_HABIT_RATIO_28_364] = ratio(h->means[1], h->means[3]);
	put(c, CF_HABIT_VARIATION, h->means[2], h->scale);
	for (t = end - 56; t < end; t++) {
		x = at(h, t);
		mean_add(&zeros, isnan(x) ? x : (double)(x == 0));
	}
	c[CF_HABIT_ZERO_SHARE] = mean_of(&zeros, 1);
	put(c, CF_HABIT_RESIDUAL_1, residual_mean(h, 1), h->scale);
	put(c, CF_HABIT_RESIDUAL_7, residual_mean(h, 7), h->scale);
	put(c, CF_HABIT_RESIDUAL_14, residual_mean(h, 14), h->scale);
	for (t = 7; t < end; t++)
		mean_add(&naive, fabs(at(h, t) - at(h, t - 7)));
	put(c, CF_HABIT_NAIVE_ERROR, mean_of(&naive, 1), h->scale);
	h->recur_days = cf_recur_find(h->amount, h->end, h->first,
	    h->holidays, &c[CF_HABIT_RECUR_STRENGTH]);
	c[CF_HABIT_RECUR_DAYS] = h->recur_days;
}

void
cf_habit_make(struct cf_habit * h, const double * amount, int32_t first,
    size_t end, const struct cf_holiday * holidays)
{
	size_t k;

	memset(h, 0, sizeof(*h));
	h->amount = amount;
	h->end = end;
	h->first = first;
	h->holidays = holidays;
	for (k = 0; k < 7; k++)
		make_weekday(h, k);
	settle_levels(h);
	make_scale(h);
	make_theta(h);
	make_columns(h);
}

static const struct cf_habit_weekday *
weekday_ahead(const struct cf_habit * h, size_t ahead)
{

	return (&h->weekdays[cf_day_weekday(h->first + (int32_t)(h->end - 1 +
	    ahead)) - 1]);
}

double
cf_habit_level(const struct cf_habit * h, size_t ahead)
{

	return (weekday_ahead(h, ahead)->level);
}

/* The calendar of the day ahead. */
static void
put_calendar(const struct cf_habit * h, int32_t day, double * row)
{
	int year, month, mday, i;
	int32_t begin, next, t, week;
	double before = 0, behind = 0, around = 0;

	cf_day_split(day, &year, &month, &mday);
	begin = day - mday + 1;
	next = month == 12 ? cf_day_of(year + 1, 1, 1) :
	    cf_day_of(year, month + 1, 1);
	row[CF_HABIT_WEEKDAY] = cf_day_weekday(day);
	row[CF_HABIT_MONTH_DAY] = mday;
	row[CF_HABIT_MONTH] = month;
	week = (day - cf_day_of(year, 1, 1)) / 7 + 1;
	row[CF_HABIT_WEEK] = week;
	row[CF_HABIT_TO_MONTH_END] = next - 1 - day;
	for (t = begin; t < next; t++) {
		if (!cf_holiday_is_business(h->holidays, t))
			continue;
		before += t <= day;
		behind += t > day;
	}
	row[CF_HABIT_BUSINESS_DAY] =
	    cf_holiday_is_business(h->holidays, day) ? before : 0.0;
	row[CF_HABIT_BUSINESS_LEFT] = behind;
	for (i = -3; i <= 3; i++)
		around += cf_holiday_is(h->holidays, day + i);
	row[CF_HABIT_HOLIDAY] = cf_holiday_is(h->holidays, day) ? 1.0 :
	    around / 7.0;
}

/* The same period of last year. */
static void
put_year(const struct cf_habit * h, int64_t target, double level,
    double * row)
{
	struct mean same = { 0 };
	const int64_t t = target - YEAR;
	double week, s = h->scale;
	int i;

	for (i = -2; i <= 2; i++)
		mean_add(&same, at(h, t + 7 * i));
	week = mean_between(h, t - 3, t + 3);
	put(row, CF_HABIT_YEAR_DAY, at(h, t) - level, s);
	put(row, CF_HABIT_YEAR_BEFORE, at(h, t - 1) - level, s);
	put(row, CF_HABIT_YEAR_AFTER, at(h, t + 1) - level, s);
	put(row, CF_HABIT_YEAR_WEEK, week - level, s);
	put(row, CF_HABIT_YEAR_CHANGE, week - mean_between(h,
	    (int64_t)h->end - YEAR - 28, (int64_t)h->end - YEAR - 1), s);
	put(row, CF_HABIT_YEAR_BUMP, week - mean_between(h, t - 10, t + 10),
	    s);
	put(row, CF_HABIT_YEAR_SHAPE, at(h, t) - mean_of(&same, 3), s);
}

/* The same day of the months before. */
static void
put_month(const struct cf_habit * h, int64_t target, double level,
    double * row)
{
	double near = 0, s = h->scale;
	struct cf_recur_months past;
	struct mean day = { 0 }, month_end = { 0 }, business = { 0 };
	size_t i;
	int k;

	cf_recur_past(&past, h->first + (int32_t)target,
	    h->first + (int32_t)h->end - 1, h->holidays);
	for (i = 0; i < CF_RECUR_MONTHS; i++) {
		mean_add(&day, at(h, (int64_t)past.same_day[i] - h->first));
		mean_add(&month_end, at(h, (int64_t)past.same_end[i] - h->first));
		if (past.same_business[i] != CF_RECUR_NONE)
			mean_add(&business, at(h, past.same_business[i] -
			    h->first));
	}
	put(row, CF_HABIT_MONTH_1, at(h, (int64_t)past.same_day[0] - h->first) - level,
	    s);
	put(row, CF_HABIT_MONTH_2, at(h, (int64_t)past.same_day[1] - h->first) - level,
	    s);
	put(row, CF_HABIT_MONTH_MEAN_6, mean_of(&day, 1) - level, s);
	put(row, CF_HABIT_MONTH_END_MEAN_6, mean_of(&month_end, 1) - level,
	    s);
	put(row, CF_HABIT_BUSINESS_MEAN_6, mean_of(&business, 1) - level, s);
	for (k = -3; k <= 3; k++) {
		if (!isnan(at(h, (int64_t)past.same_day[0] - h->first + k)))
			near += at(h, (int64_t)past.same_day[0] - h->first + k);
	}
	put(row, CF_HABIT_MONTH_NEAR, near, s);
}

void
cf_habit_row(const struct cf_habit * h, size_t ahead, double * row)
{
	const struct cf_habit_weekday * w = weekday_ahead(h, ahead);
	const int64_t target = (int64_t)(h->end - 1 + ahead);
	const double level = w->level, s = h->scale;

	memcpy(row, h->column, sizeof(h->column));
	row[CF_HABIT_DAYS_AHEAD] = (double)ahead;
	put_calendar(h, h->first + (int32_t)target, row);
	put(row, CF_HABIT_MEAN_7, h->means[0] - level, s);
	put(row, CF_HABIT_MEAN_28, h->means[1] - level, s);
	put(row, CF_HABIT_MEAN_56, h->means[2] - level, s);
	put(row, CF_HABIT_MEAN_364, h->means[3] - level, s);
	put(row, CF_HABIT_SAME_1, w->n > 0 ? w->last[0] - level :
	    (double)NAN, s);
	put(row, CF_HABIT_SAME_2, w->n > 1 ? w->last[1] - level :
	    (double)NAN, s);
	put(row, CF_HABIT_SAME_3, w->n > 2 ? w->last[2] - level :
	    (double)NAN, s);
	put(row, CF_HABIT_MEAN_OF_4, w->mean_4 - level, s);
	put(row, CF_HABIT_MEDIAN_OF_4, w->median_4 - level, s);
	put(row, CF_HABIT_MEAN_OF_8, w->mean_8 - level, s);
	put(row, CF_HABIT_MEDIAN_OF_8, w->median_8 - level, s);
	put(row, CF_HABIT_MEAN_OF_16, w->mean_16 - level, s);
	put(row, CF_HABIT_MEDIAN_OF_16, w->median_16 - level, s);
	put(row, CF_HABIT_SPREAD_OF_8, w->spread_8, s);
	put(row, CF_HABIT_SHAPE, level - h->week_mean, s);
	put_year(h, target, level, row);
	put_month(h, target, level, row);
	put(row, CF_HABIT_RECUR_AMOUNT, cf_recur_amount(h->amount, h->end,
	    h->first, h->first + (int32_t)target, h->holidays,
	    h->recur_days) - level, s);
	put(row, CF_HABIT_SMOOTH, h->smooth, s);
	put(row, CF_HABIT_THETA, h->smooth + h->drift * ((double)ahead - 1.0 +
	    (1.0 - h->decay) / h->alpha), s);
}

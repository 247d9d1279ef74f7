#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/track.h"

/* A period as far as it has come. */
struct period {
	int64_t number;
	int64_t time_s;		/* Of its last bar. */
	int is_open;
	struct cf_adjusted sum;
	double price;		/* The last close as it is in the bar. */
};

struct cf_track {
	struct cf_adjust adjust;
	struct period period;
	double close_before;	/* Adjusted; for changes. */
	double machines[];	/* set->state_size bytes. */
};

/* Columns of adjusted bars. */
enum { OPEN, HIGH, LOW, CLOSE, VOLUME, CHANGE, PRICE, SHARES, PRICE_FACTOR,
    VOLUME_FACTOR, NCOLUMNS };

struct cf_track_scratch {
	size_t n;
	double * columns[NCOLUMNS];
	int32_t * day;
	int64_t * moment;
	double ** out;
	size_t out_capacity;
};

enum cf_track_every
cf_track_by_name(const char * name)
{

	if (strcmp(name, "day") == 0)
		return (CF_TRACK_DAY);
	if (strcmp(name, "week") == 0)
		return (CF_TRACK_WEEK);
	return (strcmp(name, "month") == 0 ? CF_TRACK_MONTH : CF_TRACK_BAR);
}

size_t
cf_track_size(const struct cf_track_plan * plan)
{

	return (sizeof(struct cf_track) + plan->set->state_size);
}

void
cf_track_start(const struct cf_track_plan * plan, struct cf_track * t)
{

	memset(t, 0, cf_track_size(plan));
	t->close_before = NAN;
	cf_set_start(plan->set, t->machines);
}

struct cf_track_scratch *
cf_track_scratch(size_t capacity, struct cf_err * err)
{
	struct cf_track_scratch * s;
	size_t i;

	if ((s = cf_mem_array(1, sizeof(*s), err)) == NULL)
		return (NULL);
	/* One more for a period that ends with the last bar. */
	capacity++;
	for (i = 0; i < NCOLUMNS; i++) {
		s->columns[i] = cf_mem_array(capacity, sizeof(double), err);
		if (s->columns[i] == NULL)
			goto err0;
	}
	s->day = cf_mem_array(capacity, sizeof(*s->day), err);
	s->moment = cf_mem_array(capacity, sizeof(*s->moment), err);
	if (s->day == NULL || s->moment == NULL)
		goto err0;
	return (s);

err0:
	cf_track_scratch_free(s);
	return (NULL);
}

/* Append an adjusted bar with its time to scratch and rows. */
static void
put(struct cf_track_scratch * s, struct cf_rows * rows,
    const struct cf_adjusted * a, double price, double shares, int64_t time_s,
    unsigned char has_clock)
{
	size_t i = s->n++;
	size_t row = rows->n + i;

	s->columns[OPEN][i] = a->open;
	s->columns[HIGH][i] = a->high;
	s->columns[LOW][i] = a->low;
	s->columns[CLOSE][i] = a->close;
	s->columns[VOLUME][i] = a->volume;
	s->columns[PRICE][i] = price;
	s->columns[SHARES][i] = shares;
	s->columns[PRICE_FACTOR][i] = a->price_factor;
	s->columns[VOLUME_FACTOR][i] = a->volume_factor;
	s->day[i] = cf_day_of_moment(time_s);
	s->moment[i] = has_clock ? time_s : time_s + CF_DAY_S - 1;
	rows->time_s[row] = time_s;
	rows->has_clock[row] = has_clock;
	rows->close[row] = a->close;
}

/* The number of the period in which a day lies. */
static int64_t
period_of(enum cf_track_every every, int32_t day)
{
	int year, month, dom;

	switch (every) {
	case CF_TRACK_WEEK:
		return (day - (cf_day_weekday(day) - 1));
	case CF_TRACK_MONTH:
		cf_day_split(day, &year, &month, &dom);
		return (year * 12 + month);
	default:
		return (day);
	}
}

static void
end_period(struct cf_track * t, struct cf_track_scratch * s,
    struct cf_rows * rows)
{
	struct period * p = &t->period;

	if (!p->is_open)
		return;
	put(s, rows, &p->sum, p->price,
	    p->sum.volume / p->sum.volume_factor,
	    (int64_t)cf_day_of_moment(p->time_s) * CF_DAY_S, 0);
	p->is_open = 0;
}

/* Missing fields do not count. */
static void
add_to_period(struct period * p, const struct cf_adjusted * a,
    const struct cf_bar * bar)
{
	struct cf_adjusted * sum = &p->sum;

	if (!p->is_open) {
		p->is_open = 1;
		*sum = *a;
		p->price = bar->close;
	} else {
		if (isnan(sum->open))
			sum->open = a->open;
		sum->high = fmax(sum->high, a->high);
		sum->low = fmin(sum->low, a->low);
		if (!isnan(a->volume))
			sum->volume = (isnan(sum->volume) ? 0 : sum->volume) +
			    a->volume;
		if (!isnan(a->close)) {
			sum->close = a->close;
			p->price = bar->close;
		}
		sum->price_factor = a->price_factor;
		sum->volume_factor = a->volume_factor;
	}
	p->time_s = bar->time_s;
}

static int
take_bars(const struct cf_track_plan * plan, struct cf_track * t,
    struct cf_track_scratch * s, const struct cf_bar * bars, size_t n,
    struct cf_rows * rows, struct cf_err * err)
{
	struct cf_adjusted a;
	int64_t number;
	size_t i;

	for (i = 0; i < n; i++) {
		if (cf_adjust_bar(&t->adjust, plan->adjust, &bars[i], &a, err))
			return (-1);
		if (plan->every == CF_TRACK_BAR) {
			put(s, rows, &a, bars[i].close, bars[i].volume,
			    bars[i].time_s, bars[i].has_clock);
			continue;
		}
		number = period_of(plan->every,
		    cf_day_of_moment(bars[i].time_s));
		if (number != t->period.number)
			end_period(t, s, rows);
		t->period.number = number;
		add_to_period(&t->period, &a, &bars[i]);
	}
	return (0);
}

/* Changes of the logarithm from the last close that is not missing. */
static void
make_changes(struct cf_track * t, struct cf_track_scratch * s)
{
	const double * close = s->columns[CLOSE];
	double * change = s->columns[CHANGE];
	double before = t->close_before;
	size_t i;

	for (i = 0; i < s->n; i++) {
		change[i] = log(close[i] / before);
		if (!isfinite(change[i]))
			change[i] = NAN;
		if (!isnan(close[i]))
			before = close[i];
	}
	t->close_before = before;
}

static void
join_series(const struct cf_track_plan * plan,
    const struct cf_track_scratch * s)
{
	const struct cf_set_column * c;
	size_t i, k;

	for (i = 0; i < plan->set->ncolumns; i++) {
		c = &plan->set->columns[i];
		if (c->kind == CF_SET_INDICATOR)
			continue;
		if (c->source == CF_SET_NONE) {
			for (k = 0; k < s->n; k++)
				s->out[i][k] = NAN;
			continue;
		}
		cf_series_join(plan->series, c->source, s->moment, s->n,
		    plan->max_age,
		    c->kind == CF_SET_SERIES ? s->out[i] : NULL,
		    c->kind == CF_SET_AGE ? s->out[i] : NULL);
	}
}

/* From adjusted units to those of the row's own day. */
static void
restore_units(const struct cf_set * set, const struct cf_track_scratch * s)
{
	const double * factor;
	double * x;
	size_t i, k;

	for (i = 0; i < set->ncolumns; i++) {
		if (set->columns[i].unit == CF_UNIT_NONE)
			continue;
		factor = s->columns[set->columns[i].unit == CF_UNIT_PRICE ?
		    PRICE_FACTOR : VOLUME_FACTOR];
		x = s->out[i];
		for (k = 0; k < s->n; k++)
			x[k] /= factor[k];
	}
}

/* The rows of bars get their other columns. */
static int
copy_others(const struct cf_bar * bars, size_t n, const char * others,
    struct cf_rows * rows, struct cf_err * err)
{
	size_t * at = rows->others_at + rows->n;
	size_t i;

	for (i = 0; i < n; i++) {
		at[i] = rows->others.len;
		cf_buf_add(&rows->others, others + bars[i].others,
		    bars[i].others_len);
	}
	at[n] = rows->others.len;
	return (rows->others.failed ? cf_err_memory(err) : 0);
}

int
cf_track_run(const struct cf_track_plan * plan, struct cf_track * t,
    struct cf_track_scratch * s, const struct cf_bar * bars, size_t n,
    int is_last, const char * others, struct cf_rows * rows,
    struct cf_err * err)
{
	struct cf_ticks ticks = { 0, s->columns[OPEN], s->columns[HIGH],
	    s->columns[LOW], s->columns[CLOSE], s->columns[VOLUME],
	    s->columns[CHANGE], s->columns[PRICE], s->columns[SHARES],
	    s->day };
	size_t i;

	s->n = 0;
	if (take_bars(plan, t, s, bars, n, rows, err))
		return (-1);
	if (is_last)
		end_period(t, s, rows);
	if (cf_mem_grow(&s->out, &s->out_capacity, rows->ncolumns + 1,
	    sizeof(*s->out), err))
		return (-1);
	for (i = 0; i < rows->ncolumns; i++)
		s->out[i] = rows->columns[i] + rows->n;
	make_changes(t, s);
	ticks.n = s->n;
	cf_set_run(plan->set, t->machines, &ticks, s->out);
	restore_units(plan->set, s);
	join_series(plan, s);
	if (others != NULL && copy_others(bars, n, others, rows, err))
		return (-1);
	rows->n += s->n;
	return (0);
}

void
cf_track_scratch_free(struct cf_track_scratch * s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < NCOLUMNS; i++)
		free(s->columns[i]);
	free(s->day);
	free(s->moment);
	free(s->out);
	free(s);
}

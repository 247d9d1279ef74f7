#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "model/data.h"

#define HORIZON_MAX 2500

struct dated {
	int64_t time_s;
	uint32_t row;
};

static int
by_time(const void * a, const void * b)
{
	const struct dated * x = a;
	const struct dated * y = b;

	if (x->time_s != y->time_s)
		return (x->time_s < y->time_s ? -1 : 1);
	return ((x->row > y->row) - (x->row < y->row));
}

/* All rows of the frame by date; with no dates in their order. */
static struct dated *
sort_rows(const struct cf_frame * frame, struct cf_err * err)
{
	struct dated * order;
	size_t i;

	if ((order = cf_mem_array(frame->rows, sizeof(*order), err)) == NULL)
		return (NULL);
	for (i = 0; i < frame->rows; i++) {
		order[i].time_s = frame->time_s != NULL ? frame->time_s[i] : 0;
		order[i].row = (uint32_t)i;
	}
	if (frame->time_s != NULL)
		qsort(order, frame->rows, sizeof(*order), by_time);
	return (order);
}

/* Number the dates; return the date number of each row of the frame. */
static uint32_t *
number_dates(struct cf_data * d, const struct dated * order,
    struct cf_err * err)
{
	const struct cf_frame * frame = d->frame;
	uint32_t * date_of;
	size_t i;

	date_of = cf_mem_array(frame->rows, sizeof(*date_of), err);
	d->date_s = cf_mem_array(frame->rows, sizeof(*d->date_s), err);
	if (date_of == NULL || d->date_s == NULL) {
		free(date_of);
		return (NULL);
	}
	for (i = 0; i < frame->rows; i++) {
		if (i == 0 || order[i].time_s != order[i - 1].time_s)
			d->date_s[d->ndates++] = order[i].time_s;
		date_of[order[i].row] = d->ndates - 1;
	}
	return (date_of);
}

static int
unsorted(const struct cf_frame * frame, size_t i, struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	size_t len = cf_day_print_moment(frame->time_s[i], frame->has_clock,
	    text);

	return (cf_err_data(err, NULL, text, len,
	    "dates of %s \"%.60s\" do not ascend",
	    frame->entity != NULL ? frame->entity_key : "the records",
	    frame->entity != NULL ? frame->entities[frame->entity[i]] : ""));
}

/*
 * The date on which each row's target is known: that of the horizon-th next
 * row of its symbol, without symbols the horizon-th next date; ndates where
 * the frame ends before.
 */
static uint32_t *
number_known(const struct cf_data * d, const uint32_t * date_of,
    struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	size_t nentities = f->entity != NULL ? f->nentities : 1;
	size_t h = d->horizon > 0 ? d->horizon : 1;
	uint32_t * known;
	size_t * seen;		/* Ring of the last h rows, per entity. */
	size_t * count;
	size_t i, e;

	known = cf_mem_array(f->rows, sizeof(*known), err);
	seen = cf_mem_array(nentities * h, sizeof(*seen), err);
	count = cf_mem_array(nentities, sizeof(*count), err);
	if (known == NULL || seen == NULL || count == NULL)
		goto err0;
	for (i = 0; i < f->rows; i++) {
		e = f->entity != NULL ? f->entity[i] : 0;
		if (count[e] > 0 && f->entity != NULL &&
		    f->time_s[seen[e * h + (count[e] - 1) % h]] >=
		    f->time_s[i]) {
			unsorted(f, i, err);
			goto err0;
		}
		known[i] = d->ndates;
		if (count[e] >= h)
			known[seen[e * h + count[e] % h]] = date_of[i];
		seen[e * h + count[e]++ % h] = i;
	}
	/* With no horizon a target is known on the day. */
	for (i = 0; i < f->rows && (d->horizon == 0 || f->entity == NULL);
	    i++)
		known[i] = d->horizon < d->ndates - date_of[i] ?
		    date_of[i] + d->horizon : d->ndates;
	free(count);
	free(seen);
	return (known);

err0:
	free(count);
	free(seen);
	free(known);
	return (NULL);
}

static int
horizon_of(struct cf_data * d, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;

	d->horizon = 0;
	if (f->rows == 0)
		return (0);
	if (d->kind->has_unit)
		return (f->horizon != NULL && f->time_s != NULL ? 0 :
		    cf_err_data(err, NULL, NULL, 0, "kind %s needs columns "
		    "date and horizon", d->kind->name));
	if (f->horizon == NULL) {
		/* Without it nobody knows when an outcome was known. */
		if (d->kind->is_return && f->time_s != NULL)
			return (cf_err_data(err, NULL, NULL, 0,
			    "column \"horizon\": there is no such column; "
			    "say --horizon N"));
		return (0);
	}
	if (!(f->horizon[0] >= 1 && f->horizon[0] <= HORIZON_MAX) ||
	    f->horizon[0] != floor(f->horizon[0]))
		return (cf_err_data(err, NULL, NULL, 0,
		    "column \"horizon\": not a whole number of 1 .. %d",
		    HORIZON_MAX));
	d->horizon = (uint32_t)f->horizon[0];
	return (0);
}

/*
 * The same where horizons are calendar days, of several for each date: the first
 * date that is not before the target's.
 */
static uint32_t *
number_days(const struct cf_data * d, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	uint32_t * known;
	uint32_t low, high, middle;
	int64_t target_s;
	size_t i;

	if ((known = cf_mem_array(f->rows, sizeof(*known), err)) == NULL)
		return (NULL);
	for (i = 0; i < f->rows; i++) {
		if (!(f->horizon[i] >= 1 && f->horizon[i] <= HORIZON_MAX)) {
			free(known);
			cf_err_data(err, NULL, NULL, 0, "column \"horizon\": "
			    "not a whole number of 1 .. %d", HORIZON_MAX);
			return (NULL);
		}
		target_s = f->time_s[i] + (int64_t)f->horizon[i] * CF_DAY_S;
		for (low = 0, high = d->ndates; low < high; ) {
			middle = low + (high - low) / 2;
			if (d->date_s[middle] >= target_s)
				high = middle;
			else
				low = middle + 1;
		}
		known[i] = low;
	}
	return (known);
}

/* In the unit of the record, where it has one; NaN where that is 0. */
static double
in_unit(const struct cf_data * d, size_t row, double y)
{
	const struct cf_inputs * in = &d->inputs;
	double level, unit;

	if (!d->kind->has_unit)
		return (y);
	level = d->frame->values[d->column[in->level]][row];
	unit = d->frame->values[d->column[in->unit]][row];
	return (unit > 0 ? (y - level) / unit : (double)NAN);
}

/* Keep the rows with a target, in the order of dates. */
static int
take_rows(struct cf_data * d, const struct dated * order,
    const uint32_t * date_of, const uint32_t * known_of, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	const double * target = f->values[d->target];
	size_t i;
	double y;

	if ((d->row = cf_mem_array(f->rows, sizeof(*d->row), err)) == NULL ||
	    (d->y = cf_mem_array(f->rows, sizeof(*d->y), err)) == NULL)
		return (-1);
	if (date_of != NULL && ((d->date = cf_mem_array(f->rows,
	    sizeof(*d->date), err)) == NULL || (d->known = cf_mem_array(
	    f->rows, sizeof(*d->known), err)) == NULL))
		return (-1);
	for (i = 0; i < f->rows; i++) {
		y = in_unit(d, order[i].row,
		    cf_kind_log(d->kind, target[order[i].row]));
		if (!isfinite(y))
			continue;
		d->row[d->n] = order[i].row;
		d->y[d->n] = y;
		if (date_of != NULL) {
			d->date[d->n] = date_of[order[i].row];
			d->known[d->n] = known_of[order[i].row];
		}
		d->n++;
	}
	return (0);
}

static int
fill(struct cf_data * d, struct cf_err * err)
{
	struct dated * order = NULL;
	uint32_t * date_of = NULL;
	uint32_t * known_of = NULL;
	int rc = -1;

	if (horizon_of(d, err) || (order = sort_rows(d->frame, err)) == NULL)
		goto done;
	if (d->frame->time_s != NULL) {
		if ((date_of = number_dates(d, order, err)) == NULL ||
		    (known_of = d->kind->has_unit ? number_days(d, err) :
		    number_known(d, date_of, err)) == NULL)
			goto done;
	}
	rc = take_rows(d, order, date_of, known_of, err);
done:
	free(known_of);
	free(date_of);
	free(order);
	return (rc);
}

const struct cf_kind *
cf_data_kind(const struct cf_frame * frame, const char * kind,
    const char * target)
{

	if (kind != NULL)
		return (cf_kind_by_name(kind));
	if (target != NULL)
		return (cf_kind_by_id(CF_KIND_PLAIN));
	return (cf_kind_of(frame->entity_key,
	    cf_frame_find(frame, "cash_flow") != CF_FRAME_NONE));
}

struct cf_data *
cf_data_new(const struct cf_kind * kind, const struct cf_frame * frame,
    const char * target, struct cf_err * err)
{
	struct cf_data * d;

	if (target == NULL)
		target = kind->target;
	if ((d = cf_mem_array(1, sizeof(*d), err)) == NULL)
		return (NULL);
	d->kind = kind;
	d->frame = frame;
	if (target == NULL) {
		cf_err_set(err, CF_ERR_USAGE,
		    "kind %s needs the name of its target", kind->name);
		goto err0;
	}
	if ((d->target_name = cf_mem_strdup(target, err)) == NULL)
		goto err0;
	if (frame->rows > UINT32_MAX / 2) {
		cf_err_data(err, NULL, NULL, 0, "more than 2^31 records");
		goto err0;
	}
	d->target = cf_frame_find(frame, target);
	if (d->target == CF_FRAME_NONE) {
		cf_err_data(err, NULL, NULL, 0,
		    "column \"%.60s\": there is no such column of numbers",
		    target);
		goto err0;
	}
	if (cf_inputs_choose(&d->inputs, kind, frame, target, &d->column,
	    err))
		goto err0;
	if (kind->has_unit && (d->inputs.level == CF_INPUTS_NONE ||
	    d->inputs.unit == CF_INPUTS_NONE)) {
		cf_err_data(err, NULL, NULL, 0, "kind %s needs columns "
		    CF_KIND_LEVEL " and " CF_KIND_SCALE, kind->name);
		goto err0;
	}
	if (fill(d, err))
		goto err0;
	return (d);

err0:
	cf_data_free(d);
	return (NULL);
}

void
cf_data_record(const struct cf_data * d, size_t i, double * record)
{
	size_t j;

	for (j = 0; j < d->inputs.n; j++)
		record[j] = d->frame->values[d->column[j]][d->row[i]];
}

size_t
cf_data_first(const struct cf_data * d, uint32_t date)
{
	size_t low = 0, high = d->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (d->date[middle] >= date)
			high = middle;
		else
			low = middle + 1;
	}
	return (low);
}

void
cf_data_free(struct cf_data * d)
{

	if (d == NULL)
		return;
	cf_inputs_free(&d->inputs);
	free(d->column);
	free(d->target_name);
	free(d->row);
	free(d->y);
	free(d->date);
	free(d->known);
	free(d->date_s);
	free(d);
}

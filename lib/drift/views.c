#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drift/views.h"
#include "feature/indicator.h"

#define PRICE "stock_price"

const char *
cf_views_name(enum cf_views_kind kind)
{
	static const char * const names[] = { "level", "change", "value" };

	return (names[kind]);
}

static int
is_price(const char * name)
{

	return (strcmp(name, PRICE) == 0);
}

/* Does the level wander, so that no sample of it stands for the next? */
static int
wanders(const char * name)
{
	enum cf_role role = cf_indicator_role(name);

	return (is_price(name) || role == CF_ROLE_VOLUME ||
	    role == CF_ROLE_MACRO);
}

int
cf_views_has(const struct cf_views * v, size_t i, enum cf_views_kind kind)
{

	if (kind == CF_VIEWS_VALUE)
		return (1);
	if (cf_indicator_role(v->names[i]) == CF_ROLE_CALENDAR)
		return (0);
	return (kind == CF_VIEWS_CHANGE || !wanders(v->names[i]));
}

/* Number of the reference's symbol of that name, or its nentities. */
static size_t
find_entity(const struct cf_frame * f, const char * name)
{
	size_t i;

	for (i = 0; i < f->nentities; i++) {
		if (strcmp(f->entities[i], name) == 0)
			break;
	}
	return (i);
}

int
cf_views_make(struct cf_views * v, const struct cf_span * reference,
    const struct cf_span * current, const char * target,
    struct cf_err * err)
{
	const struct cf_frame * r = reference->frame, * c = current->frame;
	size_t i;

	memset(v, 0, sizeof(*v));
	v->reference = reference;
	v->current = current;
	v->names = cf_mem_array(r->ncolumns, sizeof(*v->names), err);
	v->reference_column = cf_mem_array(r->ncolumns, sizeof(size_t), err);
	v->current_column = cf_mem_array(r->ncolumns, sizeof(size_t), err);
	v->entity = cf_mem_array(c->nentities, sizeof(*v->entity), err);
	if (v->names == NULL || v->reference_column == NULL ||
	    v->current_column == NULL || v->entity == NULL)
		return (-1);
	for (i = 0; i < r->ncolumns; i++) {
		if (strcmp(r->names[i], target) == 0)
			continue;
		v->names[v->n] = r->names[i];
		v->reference_column[v->n] = i;
		v->current_column[v->n++] = cf_frame_find(c, r->names[i]);
	}
	v->reference_price = cf_frame_find(r, PRICE);
	v->current_price = cf_frame_find(c, PRICE);
	for (i = 0; i < c->nentities; i++)
		v->entity[i] = find_entity(r, c->entities[i]);
	return (0);
}

static double
log_of(double x)
{

	return (x > 0 ? log(x) : (double)NAN);
}

/* The level of every row. */
static void
fill_level(const struct cf_frame * f, size_t column, size_t price,
    double * level)
{
	const char * name;
	const double * x;
	enum cf_role role;
	size_t i;

	if (column == CF_FRAME_NONE) {
		for (i = 0; i < f->rows; i++)
			level[i] = (double)NAN;
		return;
	}
	name = f->names[column];
	role = cf_indicator_role(name);
	x = f->values[column];
	for (i = 0; i < f->rows; i++) {
		level[i] = x[i];
		if (is_price(name) || role == CF_ROLE_VOLATILITY ||
		    role == CF_ROLE_VOLUME)
			level[i] = log_of(x[i]);
		else if (role == CF_ROLE_PRICE && price != CF_FRAME_NONE)
			level[i] = f->values[price][i] > 0 ?
			    x[i] / f->values[price][i] : (double)NAN;
	}
}

/* Where a symbol's values begin, what is missing before is marked. */
static int
fill_value(const struct cf_frame * f, size_t column, double * value,
    struct cf_err * err)
{
	size_t n = f->entity != NULL ? f->nentities : 1, i, e;
	char * has;
	int pass;

	if ((has = cf_mem_array(n, 2, err)) == NULL)
		return (-1);
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < f->rows; i++) {
			e = f->entity != NULL ? f->entity[i] : 0;
			value[i] = column != CF_FRAME_NONE ?
			    f->values[column][i] : (double)NAN;
			if (!isnan(value[i]))
				has[pass * (int)n + (int)e] = 1;
			else if (pass == 1 && has[e] && !has[n + e])
				value[i] = (double)INFINITY;
		}
	}
	free(has);
	return (0);
}

/* Mean level of each symbol in the span, and behind them that of all. */
static void
means(const struct cf_span * s, const double * level, double * mean,
    size_t * count)
{
	const struct cf_frame * f = s->frame;
	size_t n = f->entity != NULL ? f->nentities : 1, i, e;

	for (i = 0; i < f->rows; i++) {
		if (s->day[i] == CF_SPAN_NONE || isnan(level[i]))
			continue;
		e = f->entity != NULL ? f->entity[i] : 0;
		mean[e] += level[i];
		count[e]++;
		mean[n] += level[i];
		count[n]++;
	}
	for (e = 0; e <= n; e++)
		mean[e] = count[e] > 0 ? mean[e] / (double)count[e] : 0;
	for (e = 0; e < n; e++)
		mean[e] = count[e] > 0 ? mean[e] : mean[n];
}

/* Least squares of today on the day before, both less the symbol's mean. */
static double
slope(const struct cf_span * s, const double * level, const double * mean)
{
	const struct cf_frame * f = s->frame;
	double a, b, c, ab = 0, aa = 0;
	size_t i;

	for (i = 0; i < f->rows; i++) {
		if (s->day[i] == CF_SPAN_NONE || s->before[i] == CF_SPAN_NONE)
			continue;
		c = mean[f->entity != NULL ? f->entity[i] : 0];
		a = level[s->before[i]] - c;
		b = level[i] - c;
		if (isnan(a) || isnan(b))
			continue;
		ab += a * b;
		aa += a * a;
	}
	return (aa > 0 ? fmin(fmax(ab / aa, -1), 1) : 0);
}

/* Replace levels by residuals, from the last row up. */
static void
change(const struct cf_span * s, double * x, double b, const double * mean,
    const size_t * entity, size_t others)
{
	const struct cf_frame * f = s->frame;
	double c;
	size_t i, e;

	for (i = f->rows; i-- > 0; ) {
		e = 0;
		if (f->entity != NULL)
			e = entity != NULL ? entity[f->entity[i]] :
			    f->entity[i];
		c = mean[e < others ? e : others];
		x[i] = s->before[i] == CF_SPAN_NONE ? (double)NAN :
		    x[i] - c - b * (x[s->before[i]] - c);
	}
}

static int
fill_change(const struct cf_views * v, size_t i,
    const struct cf_views_values * values, struct cf_err * err)
{
	const struct cf_frame * f = v->reference->frame;
	size_t n = f->entity != NULL ? f->nentities : 1;
	double * mean, b;
	size_t * count;
	int rc = -1;

	mean = cf_mem_array(n + 1, sizeof(*mean), err);
	count = cf_mem_array(n + 1, sizeof(*count), err);
	if (mean == NULL || count == NULL)
		goto done;
	means(v->reference, values->reference, mean, count);
	b = wanders(v->names[i]) ? 1 :
	    slope(v->reference, values->reference, mean);
	change(v->reference, values->reference, b, mean, NULL, n);
	change(v->current, values->current, b, mean, v->entity, n);
	rc = 0;
done:
	free(count);
	free(mean);
	return (rc);
}

int
cf_views_fill(const struct cf_views * v, size_t i, enum cf_views_kind kind,
    const struct cf_views_values * values, struct cf_err * err)
{
	const struct cf_frame * r = v->reference->frame;
	const struct cf_frame * c = v->current->frame;

	if (kind == CF_VIEWS_VALUE) {
		if (fill_value(r, v->reference_column[i], values->reference,
		    err))
			return (-1);
		return (fill_value(c, v->current_column[i], values->current,
		    err));
	}
	fill_level(r, v->reference_column[i], v->reference_price,
	    values->reference);
	fill_level(c, v->current_column[i], v->current_price, values->current);
	return (kind == CF_VIEWS_CHANGE ? fill_change(v, i, values, err) : 0);
}

void
cf_views_free(struct cf_views * v)
{

	free(v->names);
	free(v->reference_column);
	free(v->current_column);
	free(v->entity);
	memset(v, 0, sizeof(*v));
}

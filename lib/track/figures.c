#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/prom.h"
#include "track/figures.h"

#define WHOLE "run"		/* The step around all others. */

struct step {
	const struct cf_record * last;
	const struct cf_record * good;	/* Last one with status 0, or NULL. */
};

/* One metric: its name behind the prefix, what it tells, and of what. */
struct figure {
	const char * name;
	const char * help;
	int of_good;		/* Of the last record with status 0. */
	double (*value)(const struct cf_record *);
};

static double
end_of(const struct cf_record * r)
{

	return ((double)r->end_s);
}

static double
duration_of(const struct cf_record * r)
{

	return (r->duration_s);
}

static double
status_of(const struct cf_record * r)
{

	return (r->status);
}

static double
tries_of(const struct cf_record * r)
{

	return ((double)r->tries);
}

static const struct figure figures[] = {
	{ "last_success_timestamp_seconds", "When it last went well.", 1,
	    end_of },
	{ "last_end_timestamp_seconds", "When it last ended, however.", 0,
	    end_of },
	{ "duration_seconds", "How long it took last.", 0, duration_of },
	{ "status", "Its last exit status: 0 done, 1 the answer is no, else "
	    "a failure.", 0, status_of },
	{ "tries", "How often it was tried, the last time.", 0, tries_of },
};

#define NFIGURES (sizeof(figures) / sizeof(figures[0]))

static int
by_name(const void * a, const void * b)
{
	const struct step * x = a;
	const struct step * y = b;

	return (strcmp(x->last->step, y->last->step));
}

/* Sort the records into steps; return their number. */
static size_t
gather(const struct cf_records * records, struct step * steps)
{
	const struct cf_record * r;
	size_t i, k, n = 0;

	for (i = 0; i < records->n; i++) {
		r = &records->items[i];
		for (k = 0; k < n; k++) {
			if (strcmp(steps[k].last->step, r->step) == 0)
				break;
		}
		if (k == n)
			steps[n++] = (struct step){ r, NULL };
		/* Later lines count where seconds are the same. */
		if (r->end_s >= steps[k].last->end_s)
			steps[k].last = r;
		if (r->status == 0 && (steps[k].good == NULL ||
		    r->end_s >= steps[k].good->end_s))
			steps[k].good = r;
	}
	qsort(steps, n, sizeof(*steps), by_name);
	return (n);
}

/* One metric: a sample for each step, or the one of the whole. */
static int
add(const struct figure * f, const struct step * steps, size_t n, int whole,
    struct cf_buf * buf, struct cf_err * err)
{
	struct cf_buf name = { 0 };
	struct cf_prom_label label = { "step", NULL };
	const struct cf_record * r;
	int begun = 0;
	size_t i;

	cf_buf_addf(&name, "cashflow_pipeline_%s%s", whole ? "" : "step_",
	    f->name);
	if (cf_buf_string(&name, err) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		r = f->of_good ? steps[i].good : steps[i].last;
		if (r == NULL || (strcmp(r->step, WHOLE) == 0) != whole)
			continue;
		if (!begun)
			cf_prom_metric(buf, name.data, CF_PROM_GAUGE, f->help);
		begun = 1;
		label.value = r->step;
		cf_prom_sample(buf, name.data, &label, !whole, f->value(r));
	}
	cf_buf_free(&name);
	return (buf->failed ? cf_err_memory(err) : 0);
}

int
cf_figures_prom(const struct cf_records * records, struct cf_buf * buf,
    struct cf_err * err)
{
	struct step * steps;
	size_t i, n;
	int whole, rc = 0;

	steps = cf_mem_array(records->n + 1, sizeof(*steps), err);
	if (steps == NULL)
		return (-1);
	n = gather(records, steps);
	for (whole = 1; whole >= 0; whole--) {
		for (i = 0; i < NFIGURES && rc == 0; i++)
			rc = add(&figures[i], steps, n, whole, buf, err);
	}
	free(steps);
	return (rc);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "drift/findings.h"
#include "table/prom.h"

static const char * const states[] = { "ok", "watch", "drift" };
#define STATES (sizeof(states) / sizeof(states[0]))

static const struct cf_column columns[] = {
	{ "mode", NULL, NULL }, { "test", NULL, NULL },
	{ "feature", NULL, NULL }, { "view", NULL, NULL },
	{ "state", NULL, NULL }, { "value", NULL, NULL },
	{ "expected", NULL, NULL }, { "low", NULL, NULL },
	{ "high", NULL, NULL }, { "p", NULL, NULL }, { "q", NULL, NULL },
	{ "n", NULL, NULL }, { "n_effective", NULL, NULL },
	{ "days", NULL, NULL }, { "reference_days", NULL, NULL },
	{ "from", NULL, NULL }, { "to", NULL, NULL },
	{ "detail", NULL, NULL }
};

struct cf_finding *
cf_findings_add(struct cf_findings * all, struct cf_err * err)
{
	struct cf_finding * f;

	if (cf_mem_grow(&all->items, &all->capacity, all->n + 1,
	    sizeof(*all->items), err))
		return (NULL);
	f = &all->items[all->n++];
	memset(f, 0, sizeof(*f));
	f->value = f->expected = f->low = f->high = (double)NAN;
	f->p = f->q = f->n = f->n_effective = (double)NAN;
	return (f);
}

enum cf_findings_state
cf_findings_state(const struct cf_findings * all)
{
	enum cf_findings_state worst = all->least;
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (all->items[i].state > worst)
			worst = all->items[i].state;
	}
	return (worst);
}

static size_t
count_state(const struct cf_findings * all, size_t state)
{
	size_t i, n = 0;

	for (i = 0; i < all->n; i++)
		n += (size_t)all->items[i].state == state;
	return (n);
}

static void
write_date(struct cf_writer * w, const struct cf_findings * all,
    int64_t time_s)
{
	char text[CF_DAY_TEXT_MAX];

	if (!all->has_dates || all->days == 0)
		cf_writer_missing(w);
	else
		cf_writer_text(w, text, cf_day_print_moment(time_s,
		    all->has_clock, text));
}

static int
write_one(const struct cf_findings * all, const struct cf_finding * f,
    struct cf_writer * w, struct cf_err * err)
{

	cf_writer_string(w, all->mode);
	cf_writer_string(w, f->test);
	cf_writer_string(w, f->feature);
	cf_writer_string(w, f->view);
	cf_writer_string(w, states[f->state]);
	cf_writer_number(w, f->value);
	cf_writer_number(w, f->expected);
	cf_writer_number(w, f->low);
	cf_writer_number(w, f->high);
	cf_writer_number(w, f->p);
	cf_writer_number(w, f->q);
	cf_writer_number(w, f->n);
	cf_writer_number(w, f->n_effective);
	cf_writer_int(w, (int64_t)all->days);
	cf_writer_int(w, (int64_t)all->reference_days);
	write_date(w, all, all->from_s);
	write_date(w, all, all->to_s);
	cf_writer_string(w, f->detail);
	return (cf_writer_end(w, err));
}

int
cf_findings_write(const struct cf_findings * all, struct cf_writer * w,
    struct cf_err * err)
{
	struct cf_finding summary;
	size_t i;

	if (cf_writer_columns(w, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		return (-1);
	for (i = 0; i < all->n; i++) {
		if (write_one(all, &all->items[i], w, err))
			return (-1);
	}
	memset(&summary, 0, sizeof(summary));
	summary.test = "summary";
	summary.state = cf_findings_state(all);
	summary.value = (double)count_state(all, CF_FINDINGS_DRIFT);
	summary.n = (double)all->n;
	summary.expected = summary.low = summary.high = (double)NAN;
	summary.p = summary.q = summary.n_effective = (double)NAN;
	summary.detail = all->detail;
	return (write_one(all, &summary, w, err));
}

static void
prom_value(const struct cf_findings * all, const struct cf_finding * f,
    const char * name, double x, struct cf_buf * buf)
{
	struct cf_prom_label labels[4] = { { "mode", all->mode },
	    { "test", f->test } };
	size_t n = 2;

	if (f->feature != NULL) {
		labels[n].name = "feature";
		labels[n++].value = f->feature;
	}
	if (f->view != NULL) {
		labels[n].name = "view";
		labels[n++].value = f->view;
	}
	if (isfinite(x))
		cf_prom_sample(buf, name, labels, n, x);
}

static void
prom_total(const struct cf_findings * all, const char * name,
    const char * help, double x, struct cf_buf * buf)
{
	struct cf_prom_label mode = { "mode", all->mode };

	cf_prom_metric(buf, name, CF_PROM_GAUGE, help);
	cf_prom_sample(buf, name, &mode, 1, x);
}

void
cf_findings_prom(const struct cf_findings * all, struct cf_buf * buf)
{
	struct cf_prom_label labels[2] = { { "mode", all->mode },
	    { "state", NULL } };
	size_t i;

	prom_total(all, "cashflow_drift_state",
	    "Worst state of all findings: 0 ok, 1 watch, 2 drift.",
	    (double)cf_findings_state(all), buf);
	prom_total(all, "cashflow_drift_window_dates",
	    "Dates that were judged.", (double)all->days, buf);
	prom_total(all, "cashflow_drift_reference_dates",
	    "Dates they were held against.", (double)all->reference_days,
	    buf);
	cf_prom_metric(buf, "cashflow_drift_findings", CF_PROM_GAUGE,
	    "Findings by state.");
	for (i = 0; i < STATES; i++) {
		labels[1].value = states[i];
		cf_prom_sample(buf, "cashflow_drift_findings", labels, 2,
		    (double)count_state(all, i));
	}
	cf_prom_metric(buf, "cashflow_drift_value", CF_PROM_GAUGE,
	    "What each test came to.");
	for (i = 0; i < all->n; i++)
		prom_value(all, &all->items[i], "cashflow_drift_value",
		    all->items[i].value, buf);
	cf_prom_metric(buf, "cashflow_drift_test_state", CF_PROM_GAUGE,
	    "State of each test: 0 ok, 1 watch, 2 drift.");
	for (i = 0; i < all->n; i++)
		prom_value(all, &all->items[i], "cashflow_drift_test_state",
		    (double)all->items[i].state, buf);
}

void
cf_findings_free(struct cf_findings * all)
{

	free(all->items);
	memset(all, 0, sizeof(*all));
}

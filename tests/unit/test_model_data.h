/*
 * test_model_data.h: data for the tests of lib/model and lib/risk: frames made in memory, a simulated market whose law is
 * known, and small files.
 */
#ifndef TEST_MODEL_DATA_H
#define TEST_MODEL_DATA_H

#include <stdint.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "unit.h"

#include "base/mem.h"
#include "base/rng.h"
#include "model/data.h"
#include "model/fit.h"
#include "model/forecast.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DAY INT64_C(86400)

static inline void *
must_array(size_t n, size_t size)
{
	void *p = cf_mem_array(n, size, NULL);

	ck_assert_ptr_nonnull(p);
	return (p);
}

/* Write a file of the test's own folder. */
static inline void
file_write(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(data, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void
file_text(const char *path, const char *text)
{

	file_write(path, text, strlen(text));
}

/*
 * A frame of so many rows with these columns (names separated by blanks), all 0; with an entity key, all rows are of one
 * entity "A"; with dates, row i is of day i; with a horizon h > 0, all rows have it.
 */
static inline struct cf_frame *
frame_make(size_t rows, const char *columns, const char *entity_key, int dated, double horizon)
{
	struct cf_frame *f = must_array(1, sizeof(*f));
	const char *at = columns;

	f->rows = rows;
	f->names = must_array(16, sizeof(*f->names));
	f->values = must_array(16, sizeof(*f->values));
	while (*at != '\0') {
		size_t len = strcspn(at, " ");

		ck_assert_uint_lt(f->ncolumns, 16);
		f->names[f->ncolumns] = cf_mem_strndup(at, len, NULL);
		f->values[f->ncolumns++] = must_array(rows, sizeof(double));
		at += len + (at[len] == ' ');
	}
	if (entity_key != NULL) {
		f->entity_key = entity_key;
		f->entities = must_array(1, sizeof(*f->entities));
		f->entities[0] = cf_mem_strdup("A", NULL);
		f->nentities = 1;
		f->entity = must_array(rows, sizeof(*f->entity));
	}
	if (dated)
		f->time_s = must_array(rows, sizeof(*f->time_s));
	if (horizon > 0)
		f->horizon = must_array(rows, sizeof(*f->horizon));
	for (size_t i = 0; i < rows; i++) {
		if (dated)
			f->time_s[i] = (int64_t)i * DAY;
		if (horizon > 0)
			f->horizon[i] = horizon;
	}
	return (f);
}

/* The values of a column, to be filled. */
static inline double *
frame_column(const struct cf_frame *f, const char *name)
{
	size_t i = cf_frame_find(f, name);

	ck_assert_msg(i != CF_FRAME_NONE, "no column %s", name);
	return (f->values[i]);
}

static inline struct cf_data *
must_data(const char *kind, const struct cf_frame *f, const char *target)
{
	struct cf_err err = { 0 };
	struct cf_data *d = cf_data_new(cf_kind_by_name(kind), f, target, &err);

	ck_assert_msg(d != NULL, "%s", err.text);
	return (d);
}

/* A market to simulate. */
struct market {
	size_t symbols;
	size_t days;
	size_t horizon;
	uint64_t seed;
	double signal;		/* Share of the next return's deviation that rsi tells. */
};

/*
 * Symbol k stands in rows k * days .. of the result, one row a day.  Log returns are s[t] * e[t + 1], ln s an AR(1) about
 * ln 0.012, e standard normal, of which rsi of day t tells the part `signal` (meant for a horizon of 1).  `volatility` is
 * s times a little noise, so the scale's slope on it is near 1; `volume` is noise.
 */
static inline struct cf_frame *
market_make(const struct market *m)
{
	const size_t n = m->symbols * m->days, h = m->horizon;
	struct cf_frame *f = frame_make(n, "stock_price volatility volume rsi cash_flow", "symbol", 1, (double)h);
	double *price = frame_column(f, "stock_price"), *flow = frame_column(f, "cash_flow");
	double *vol = frame_column(f, "volatility"), *volume = frame_column(f, "volume"), *rsi = frame_column(f, "rsi");
	char name[24];

	free(f->entities[0]);
	free(f->entities);
	f->entities = must_array(m->symbols, sizeof(*f->entities));
	f->nentities = m->symbols;
	for (size_t k = 0; k < m->symbols; k++) {
		struct cf_rng rng = cf_rng_stream(m->seed, CF_RNG_TEST, k);
		double state = 0, log_price = log(50.0), x, s;

		snprintf(name, sizeof(name), "S%zu", k);
		f->entities[k] = cf_mem_strdup(name, NULL);
		for (size_t t = 0; t < m->days; t++) {
			const size_t i = k * m->days + t;

			f->entity[i] = (uint32_t)k;
			f->time_s[i] = (int64_t)t * DAY;
			price[i] = exp(log_price);
			state = 0.97 * state + 0.12 * cf_rng_normal(&rng);
			s = 0.012 * exp(state);
			x = (cf_rng_uniform(&rng) - 0.5) * sqrt(12.0);
			vol[i] = s * exp(0.05 * cf_rng_normal(&rng));
			volume[i] = exp(cf_rng_normal(&rng));
			rsi[i] = 50.0 + 25.0 * x;
			log_price += s * (m->signal * x + sqrt(1.0 - m->signal * m->signal) * cf_rng_normal(&rng));
			flow[i] = NAN;
			if (t >= h)
				flow[i - h] = 100.0 * price[i] / price[i - h];
		}
	}
	return (f);
}

/* Few and small trees, on one thread. */
static inline struct cf_fit_params
quick_params(uint32_t trees)
{
	struct cf_fit_params p;

	cf_fit_defaults(&p);
	p.trees = trees;
	p.threads = 1;
	p.folds = 4;
	return (p);
}

/* A fit to all records. */
static inline struct cf_model *
must_fit(const struct cf_data *d, const struct cf_fit_params *p)
{
	struct cf_err err = { 0 };
	uint32_t *rows = must_array(d->n, sizeof(*rows));
	struct cf_model *m;

	for (size_t i = 0; i < d->n; i++)
		rows[i] = (uint32_t)i;
	m = cf_fit_make(d, rows, d->n, p, CF_FIT_FINAL, NULL, &err);
	ck_assert_msg(m != NULL, "%s", err.text);
	free(rows);
	return (m);
}

#endif /* !TEST_MODEL_DATA_H */

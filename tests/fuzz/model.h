/*
 * model.h: a small model to begin with.
 */
#ifndef MODEL_H
#define MODEL_H

#include "fuzz.h"

#include <gsl/gsl_errno.h>

#include "model/fit.h"
#include "table/frame.h"

#define MODEL_ROWS 120

/*
 * model_data(kind, target, dated):
 * Return the data of a small training, which are never freed: models share their texts.  At most two in a program.
 */
static inline struct cf_data *
model_data(const char *kind, const char *target, int dated)
{
	/* Held, so that they count as no leak. */
	static struct cf_data *volatile held[2];
	static size_t n;
	struct cf_frame_options options = { .npaths = 1 };
	struct cf_buf text = { 0 };
	struct cf_frame *frame;
	struct cf_data *d;
	const char *path;

	gsl_set_error_handler_off();
	cf_buf_addf(&text, "%sstock_price,volatility,sma_20,rsi,volume,log_return_5,cash_flow\n", dated ? "symbol,date,horizon," : "");
	for (int i = 0; i < MODEL_ROWS; i++) {
		if (dated)
			cf_buf_addf(&text, "%c,2024-%02d-%02d,5,", 'A' + i % 2, 1 + i / 56, 1 + i / 2 % 28);
		cf_buf_addf(&text, "%d,%.3f,%d,%d,%d,%.2f,%d\n", 50 + i % 9, 0.01 + i % 7 / 500.0, 50 + i % 8, i % 100,
		    i % 31, 0.01 * (i % 5 - 2), 90 + i * 7 % 21);
	}
	path = fuzz_file_at(FUZZ_FILES - 1, text.data, text.len);
	options.paths = &path;
	options.horizon = dated ? 5 : 0;
	FUZZ_HOLDS((frame = cf_frame_load(&options, NULL)) != NULL);
	FUZZ_HOLDS((d = cf_data_new(cf_kind_by_name(kind), frame, target, NULL)) != NULL);
	cf_buf_free(&text);
	FUZZ_HOLDS(n < 2 && held[n] == NULL);
	held[n++] = d;
	return (d);
}

static inline void
model_params(struct cf_fit_params *params)
{

	cf_fit_defaults(params);
	params->trees = 3;
	params->min_leaf = 8;
	params->threads = 1;
}

/* The model of these data. */
static inline struct cf_model *
model_make(const struct cf_data *d)
{
	struct cf_fit_params params;
	struct cf_model *m;
	uint32_t rows[MODEL_ROWS];

	for (uint32_t i = 0; i < MODEL_ROWS; i++)
		rows[i] = i;
	model_params(&params);
	FUZZ_HOLDS(d->n == MODEL_ROWS);
	FUZZ_HOLDS((m = cf_fit_make(d, rows, MODEL_ROWS, &params, CF_FIT_FINAL, NULL, NULL)) != NULL);
	m->weight = 0.5;
	return (m);
}

#endif /* !MODEL_H */

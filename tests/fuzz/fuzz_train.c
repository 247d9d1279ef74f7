#include "fuzz.h"

#include <math.h>

#include <gsl/gsl_errno.h>

#include "model/fit.h"
#include "model/forecast.h"
#include "model/modfile.h"

#define ROWS_MOST 300
#define COLUMNS_MOST 30

/* Features to learn from, of any kind; whatever the numbers are, the model's file is one that can be read and used. */

/* The model as a file, and back. */
static void
keep(struct cf_model *m)
{
	struct cf_buf bytes = { 0 };
	struct cf_forecaster *f;
	struct cf_forecast fc;
	struct cf_model *back;
	struct cf_err err = { 0 };
	struct cf_out *o;
	double *record = calloc(m->inputs.n + 1, sizeof(*record));

	FUZZ_HOLDS(record != NULL && (o = cf_out_memory(&bytes, NULL)) != NULL);
	FUZZ_HOLDS(cf_modfile_save(m, "{}", o, &err) == 0 && cf_out_close(o, NULL) == 0 && !bytes.failed);
	back = cf_modfile_open(fuzz_file_at(1, bytes.data, bytes.len), &err);
	if (back == NULL)
		fprintf(stderr, "%s\n", err.text);
	FUZZ_HOLDS(back != NULL && cf_modfile_verify(back, "file", &err) == 0);
	FUZZ_HOLDS((f = cf_forecast_new(back, 1, &err)) != NULL);
	cf_forecast_batch(f, record, 1);
	cf_forecast_get(f, 0, &fc);
	cf_forecast_free(f);
	cf_model_free(back);
	cf_buf_free(&bytes);
	free(record);
}

static void
train(const struct cf_frame *frame, const struct cf_kind *kind, const char *target)
{
	struct cf_fit_params params;
	struct cf_err err = { 0 };
	struct cf_data *d;
	struct cf_model *m;
	uint32_t *rows;

	if ((d = cf_data_new(kind, frame, target, &err)) == NULL) {
		fuzz_message(&err);
		return;
	}
	for (size_t i = 0; i < d->n; i++)
		FUZZ_HOLDS(isfinite(d->y[i]) && d->row[i] < frame->rows);
	FUZZ_HOLDS((rows = calloc(d->n + 1, sizeof(*rows))) != NULL);
	for (uint32_t i = 0; i < d->n; i++)
		rows[i] = i;
	cf_fit_defaults(&params);
	params.trees = 2;
	params.threads = 1;
	cf_fit_resolve(&params, kind, d->n, d->date != NULL);
	params.trees = 2;
	params.min_leaf = 3;
	if ((m = cf_fit_make(d, rows, d->n, &params, CF_FIT_FINAL, NULL, &err)) == NULL)
		fuzz_message(&err);
	else
		keep(m);
	cf_model_free(m);
	cf_data_free(d);
	free(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "holding", "amount", "plain" };
	struct cf_frame_options options = { .npaths = 1, .target = "cash_flow" };
	struct cf_frame *frame;
	struct cf_err err = { 0 };
	const char *path;

	if (size < 1)
		return (0);
	gsl_set_error_handler_off();
	path = fuzz_file(data + 1, size - 1);
	options.paths = &path;
	if ((frame = cf_frame_load(&options, &err)) == NULL) {
		fuzz_message(&err);
		return (0);
	}
	if (frame->rows <= ROWS_MOST && frame->ncolumns <= COLUMNS_MOST)
		train(frame, cf_kind_by_name(kinds[data[0] % 3]), "cash_flow");
	cf_frame_free(frame);
	return (0);
}

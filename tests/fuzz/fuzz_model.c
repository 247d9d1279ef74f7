#include "model.h"
#include "sections.h"

#include <math.h>

#include "model/describe.h"
#include "model/export.h"
#include "model/forecast.h"
#include "model/modfile.h"
#include "risk/measure.h"

#define RECORDS 12

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Good models, as bytes of files. */
static struct cf_buf good[2];

static void
make_good(const char *kind, const char *target, struct cf_buf *out)
{
	struct cf_data *d = model_data(kind, target, 0);
	struct cf_model *m = model_make(d);
	struct cf_out *o;

	FUZZ_HOLDS((o = cf_out_memory(out, NULL)) != NULL);
	FUZZ_HOLDS(cf_modfile_save(m, "{}", o, NULL) == 0 && cf_out_close(o, NULL) == 0 && !out->failed);
	cf_model_free(m);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{

	(void)argc;
	(void)argv;
	make_good("holding", NULL, &good[0]);
	make_good("plain", "cash_flow", &good[1]);
	return (0);
}

/* Forecast with it, whatever it is; a model of a file with no fault makes sense. */
static void
use(const struct cf_model *m, int whole)
{
	static const double values[] = { 0, 1, -1, 50, 0.02, 1e300, -1e300, 1e-300, 0.5 };
	struct cf_forecaster *f = cf_forecast_new(m, RECORDS, NULL);
	double *records = calloc(RECORDS * m->inputs.n + 1, sizeof(*records));
	struct cf_measure_params params;
	struct cf_measure measure;
	struct cf_forecast fc;

	FUZZ_HOLDS(f != NULL && records != NULL);
	for (size_t i = 0; i < RECORDS * m->inputs.n; i++)
		records[i] = i % 10 == 9 ? (double)NAN : values[(i * 5 + i / 7) % 9];
	cf_forecast_batch(f, records, RECORDS);
	cf_measure_defaults(&params);
	for (size_t i = 0; i < RECORDS; i++) {
		cf_forecast_get(f, i, &fc);
		cf_measure_of(&fc, &params, &measure);
		if (!whole)
			continue;
		FUZZ_HOLDS(measure.low <= measure.high);
		FUZZ_HOLDS(!m->kind->is_return || measure.expected_shortfall >= measure.value_at_risk);
	}
	free(records);
	cf_forecast_free(f);
}

/* Tell of it, and write it in the forms of others. */
static void
tell(const struct cf_model *m)
{
	static const char *const formats[] = { "lightgbm", "pmml" };
	struct cf_err err = { 0 };
	json_t *described = cf_describe(m, &err);
	struct cf_buf text = { 0 };
	struct cf_out *o;

	if (described == NULL)
		fuzz_message(&err);
	json_decref(described);
	for (size_t i = 0; i < 2; i++) {
		FUZZ_HOLDS((o = cf_out_memory(&text, NULL)) != NULL);
		if (cf_export_find(formats[i])->write(m, o, &err))
			fuzz_message(&err);
		cf_out_abandon(o);
		text.len = 0;
	}
	cf_buf_free(&text);
}

/*
 * The first byte says how: 0 the bytes are a file, 1 and 2 they are changes of a good one, three bytes each: place (two
 * bytes) and what is added there; 3 and 4 the same with the checksums made right.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_err err = { 0 };
	struct cf_model *m;
	uint8_t *bytes;
	size_t len = size > 0 ? size - 1 : 0, how;

	if (size < 1)
		return (0);
	how = *data++ % 5;
	size--;
	if (how == 0)
		bytes = (uint8_t *)fuzz_text(data, size);
	else {
		len = good[(how - 1) % 2].len;
		bytes = sections_change(good[(how - 1) % 2].data, len, data, size, how > 2);
	}
	m = cf_modfile_open(fuzz_file(bytes, len), &err);
	if (m != NULL) {
		use(m, cf_modfile_verify(m, "file", &err) == 0 && how < 3);
		tell(m);
		cf_model_free(m);
	} else {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	}
	free(bytes);
	return (0);
}

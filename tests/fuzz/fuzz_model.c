#include "fuzz.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <zlib.h>

#include "model/fit.h"
#include "model/forecast.h"
#include "model/modfile.h"
#include "risk/measure.h"

#define HEADER 64
#define ENTRY 32
#define RECORDS 12

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Good models, as bytes of files. */
static struct cf_buf good[2];

static void
make_good(const char *kind, const char *target, struct cf_buf *out)
{
	struct cf_frame_options options = { .npaths = 1 };
	struct cf_fit_params params;
	struct cf_buf text = { 0 };
	struct cf_frame *frame;
	struct cf_data *d;
	struct cf_model *m;
	struct cf_out *o;
	const char *path;
	uint32_t rows[120];

	cf_buf_add_text(&text, "stock_price,volatility,sma_20,rsi,volume,log_return_5,cash_flow\n");
	for (int i = 0; i < 120; i++)
		cf_buf_addf(&text, "%d,%.3f,%d,%d,%d,%.2f,%d\n", 50 + i % 9, 0.01 + i % 7 / 500.0, 50 + i % 8, i % 100,
		    i % 31, 0.01 * (i % 5 - 2), 90 + i * 7 % 21);
	path = fuzz_file(text.data, text.len);
	options.paths = &path;
	FUZZ_HOLDS((frame = cf_frame_load(&options, NULL)) != NULL);
	FUZZ_HOLDS((d = cf_data_new(cf_kind_by_name(kind), frame, target, NULL)) != NULL);
	for (uint32_t i = 0; i < 120; i++)
		rows[i] = i;
	cf_fit_defaults(&params);
	params.trees = 3;
	params.min_leaf = 8;
	params.threads = 1;
	FUZZ_HOLDS((m = cf_fit_make(d, rows, 120, &params, CF_FIT_FINAL, NULL, NULL)) != NULL);
	m->weight = 0.5;
	FUZZ_HOLDS((o = cf_out_memory(out, NULL)) != NULL);
	FUZZ_HOLDS(cf_modfile_save(m, "{}", o, NULL) == 0 && cf_out_close(o, NULL) == 0 && !out->failed);
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
	cf_buf_free(&text);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{

	(void)argc;
	(void)argv;
	gsl_set_error_handler_off();
	make_good("holding", NULL, &good[0]);
	make_good("plain", "cash_flow", &good[1]);
	return (0);
}

static void
put_sum(uint8_t *at, const uint8_t *from, uint64_t len)
{
	uint32_t sum = (uint32_t)crc32(crc32(0, Z_NULL, 0), from, (uInt)len);

	memcpy(at, &sum, 4);
}

/* Make all checksums right, so that what lies behind them is reached. */
static void
mend(uint8_t *bytes, size_t len)
{
	uint32_t n;
	uint64_t offset, size;

	memcpy(&n, bytes + 12, 4);
	for (uint32_t i = 0; i < n && HEADER + (i + 1) * (size_t)ENTRY <= len; i++) {
		memcpy(&offset, bytes + HEADER + i * ENTRY + 8, 8);
		memcpy(&size, bytes + HEADER + i * ENTRY + 16, 8);
		if (offset <= len && size <= len - offset)
			put_sum(bytes + HEADER + i * ENTRY + 24, bytes + offset, size);
	}
	if (HEADER + n * (uint64_t)ENTRY <= len)
		put_sum(bytes + 32, bytes + HEADER, n * (uint64_t)ENTRY);
	put_sum(bytes + 60, bytes, 60);
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
	size_t len = size, how;

	if (size < 1)
		return (0);
	how = *data++ % 5;
	size--;
	len = how == 0 ? size : good[(how - 1) % 2].len;
	FUZZ_HOLDS((bytes = malloc(len + 1)) != NULL);
	memcpy(bytes, how == 0 ? data : (const uint8_t *)good[(how - 1) % 2].data, len);
	for (size_t i = 0; how > 0 && i + 2 < size; i += 3)
		bytes[(data[i] | (size_t)data[i + 1] << 8) % len] += data[i + 2];
	if (how > 2)
		mend(bytes, len);
	m = cf_modfile_open(fuzz_file(bytes, len), &err);
	if (m != NULL) {
		use(m, cf_modfile_verify(m, "file", &err) == 0 && how < 3);
		cf_model_free(m);
	} else
		FUZZ_HOLDS(err.kind == CF_ERR_DATA && strlen(err.text) < sizeof(err.text));
	free(bytes);
	return (0);
}

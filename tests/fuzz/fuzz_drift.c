#include "fuzz.h"

#include <math.h>

#include <gsl/gsl_errno.h>

#include "base/out.h"
#include "drift/compare.h"
#include "drift/perform.h"

/*
 * Drift.  The first byte says of what: d of data, a reference against what is current, p of forecasts against outcomes, both
 * in two parts.
 */
#define ROWS_MOST 60		/* Of data: the bootstrap takes its time. */
#define COLUMNS_MOST 6

static void
write_findings(const struct cf_findings *all)
{
	struct cf_buf text = { 0 };
	struct cf_writer *w;
	struct cf_out *out;
	struct cf_err err;

	for (size_t i = 0; i < all->n; i++) {
		FUZZ_HOLDS(!(all->items[i].p < 0) && !(all->items[i].p > 1));
		FUZZ_HOLDS(!(all->items[i].q < 0) && !(all->items[i].q > 1));
	}
	FUZZ_HOLDS((out = cf_out_memory(&text, NULL)) != NULL);
	FUZZ_HOLDS((w = cf_writer_new(out, CF_FORMAT_NDJSON, 0, NULL)) != NULL);
	if (cf_findings_write(all, w, &err))
		fuzz_message(&err);
	cf_writer_free(w);
	FUZZ_HOLDS(cf_out_close(out, NULL) == 0);
	text.len = 0;
	cf_findings_prom(all, &text);
	FUZZ_HOLDS(!text.failed);
	cf_buf_free(&text);
}

static void
data_drift(const struct fuzz_part *parts)
{
	struct cf_frame_options options = { .npaths = 1 };
	struct cf_compare_params params;
	struct cf_findings all = { .mode = "data" };
	struct cf_frame *frames[2] = { NULL, NULL };
	struct cf_span spans[2] = { { 0 }, { 0 } };
	struct cf_err err = { 0 };
	const char *path;
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++) {
		path = fuzz_file_at(i, parts[i].data, parts[i].size);
		options.paths = &path;
		rc = (frames[i] = cf_frame_load(&options, &err)) == NULL ? -1 :
		    cf_span_make(&spans[i], frames[i], 0, INT64_MAX, path, &err);
	}
	cf_compare_defaults(&params);
	params.target = "cash_flow";
	params.threads = 1;
	if (rc == 0 && (frames[0]->rows > ROWS_MOST || frames[1]->rows > ROWS_MOST || frames[0]->ncolumns > COLUMNS_MOST))
		goto done;
	if (rc == 0)
		rc = cf_compare_run(&spans[0], &spans[1], &params, &all, &err);
	if (rc != 0)
		fuzz_message(&err);
	else
		write_findings(&all);
done:
	cf_findings_free(&all);
	for (size_t i = 0; i < 2; i++) {
		cf_span_free(&spans[i]);
		cf_frame_free(frames[i]);
	}
}

static void
performance(const struct fuzz_part *parts)
{
	const char *path = fuzz_file_at(0, parts[0].data, parts[0].size);
	struct cf_joined_options options = { .forecasts = &path, .nforecasts = 1, .target = "cash_flow" };
	struct cf_findings all = { .mode = "performance" };
	struct cf_perform_params params;
	struct cf_joined joined = { 0 };
	struct cf_err err = { 0 };

	options.outcomes = fuzz_file_at(1, parts[1].data, parts[1].size);
	cf_perform_defaults(&params);
	params.window = 20;
	params.training = 0.9;
	params.replicates = 20;
	if (cf_joined_load(&joined, &options, &err))
		fuzz_message(&err);
	else {
		for (size_t i = 0; i < joined.n; i++)
			FUZZ_HOLDS(i == 0 || joined.rows[i - 1].time_s <= joined.rows[i].time_s);
		if (cf_perform_run(&joined, &params, &all, &err))
			fuzz_message(&err);
		else
			write_findings(&all);
	}
	cf_findings_free(&all);
	cf_joined_free(&joined);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_part parts[2];

	if (size < 1)
		return (0);
	gsl_set_error_handler_off();
	fuzz_parts(data + 1, size - 1, parts, 2);
	if (data[0] == 'd')
		data_drift(parts);
	else
		performance(parts);
	return (0);
}

#include <string.h>

#include "unit.h"

#include "track/figures.h"

/* Whether the metrics of the records have that line. */
static int
has(const struct cf_records *records, const char *line)
{
	struct cf_buf text = { 0 };
	struct cf_buf want = { 0 };
	struct cf_err err;
	int found;

	cf_buf_addf(&want, "\n%s\n", line);
	ck_assert_int_eq(cf_figures_prom(records, &text, &err), 0);
	ck_assert_ptr_nonnull(cf_buf_string(&text, &err));
	found = strstr(text.data, cf_buf_string(&want, &err)) != NULL;
	cf_buf_free(&want);
	cf_buf_free(&text);
	return (found);
}

START_TEST(of_records)
{
	struct cf_record items[] = {
		{ .run = "1", .step = "run", .end_s = 50, .status = 0,
		    .tries = 1, .duration_s = 2 },
		{ .run = "2", .step = "run", .end_s = 70, .status = 4,
		    .tries = 3, .duration_s = 0.25 },
		/* Written by a clock that went back: not the last one. */
		{ .run = "3", .step = "run", .end_s = 60, .status = 0,
		    .tries = 2, .duration_s = 7 },
		{ .run = "3", .step = "x", .end_s = 60, .status = 3 },
		/* The same second: the later line counts. */
		{ .run = "3", .step = "x", .end_s = 60, .status = 75 },
	};
	struct cf_records records = { .items = items, .n = 5 };
	static const char * const lines[] = {
		"cashflow_pipeline_last_success_timestamp_seconds 60",
		"cashflow_pipeline_last_end_timestamp_seconds 70",
		"cashflow_pipeline_status 4",
		"cashflow_pipeline_tries 3",
		"cashflow_pipeline_duration_seconds 0.25",
		"cashflow_pipeline_step_status{step=\"x\"} 75",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_msg(has(&records, lines[i]), "no line: %s",
		    lines[i]);
	/* What never went well has no such moment. */
	ck_assert(!has(&records, "# TYPE "
	    "cashflow_pipeline_step_last_success_timestamp_seconds gauge"));
}
END_TEST

START_TEST(of_none)
{
	struct cf_records records = { 0 };
	struct cf_buf text = { 0 };
	struct cf_err err;

	ck_assert_int_eq(cf_figures_prom(&records, &text, &err), 0);
	ck_assert_uint_eq(text.len, 0);
	cf_buf_free(&text);
}
END_TEST

UNIT_MAIN("track_figures", of_records, of_none)

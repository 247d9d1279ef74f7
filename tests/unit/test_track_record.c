#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "track/record.h"

static const struct cf_record sample = {
	.run = "20240105T020000Z-17", .step = "train",
	.start_s = 1704420001, .end_s = 1704420013, .duration_s = 12.25,
	.status = 0, .signal = 0, .timed_out = 0, .tries = 1,
	.reason = "schedule", .log = "log/x.log",
	.command = "cf-train -o 'a b'"
};

#define LINE "{\"run\":\"20240105T020000Z-17\",\"step\":\"train\","	\
	"\"start\":\"2024-01-05T02:00:01Z\","				\
	"\"end\":\"2024-01-05T02:00:13Z\",\"duration_s\":12.25,"	\
	"\"status\":0,\"signal\":null,\"timed_out\":0,\"tries\":1,"	\
	"\"reason\":\"schedule\",\"log\":\"log/x.log\","		\
	"\"command\":\"cf-train -o 'a b'\"}\n"

static void
put(const char *text)
{

	ck_assert_int_eq(cf_file_write("r", text, strlen(text), NULL), 0);
}

START_TEST(written_and_read)
{
	struct cf_record r = sample;
	struct cf_records records = { 0 };
	struct cf_buf buf = { 0 };
	struct cf_err err;

	unlink("r");
	ck_assert_int_eq(cf_record_append("r", &r, &err), 0);
	ck_assert_int_eq(cf_file_read("r", 10000, &buf, &err), 0);
	ck_assert_str_eq(cf_buf_string(&buf, &err), LINE);
	cf_buf_free(&buf);

	r.status = 137;
	r.signal = 9;
	r.timed_out = 1;
	r.reason = r.log = NULL;
	r.command = "\"\\\n\xff";
	ck_assert_int_eq(cf_record_append("r", &r, &err), 0);
	ck_assert_int_eq(cf_record_read("r", &records, &err), 0);
	ck_assert_uint_eq(records.n, 2);
	ck_assert_uint_eq(records.skipped, 0);
	ck_assert_str_eq(records.items[0].run, sample.run);
	ck_assert_str_eq(records.items[0].step, sample.step);
	ck_assert_str_eq(records.items[0].reason, sample.reason);
	ck_assert_str_eq(records.items[0].log, sample.log);
	ck_assert_str_eq(records.items[0].command, sample.command);
	ck_assert_int_eq(records.items[0].start_s, sample.start_s);
	ck_assert_int_eq(records.items[0].end_s, sample.end_s);
	ck_near(records.items[0].duration_s, 12.25, 0);
	ck_assert_int_eq(records.items[0].tries, 1);
	ck_assert_int_eq(records.items[1].status, 137);
	ck_assert_int_eq(records.items[1].signal, 9);
	ck_assert_int_eq(records.items[1].timed_out, 1);
	ck_assert_ptr_null(records.items[1].reason);
	ck_assert_ptr_null(records.items[1].log);
	/* Shown on terminals: no control byte; what is no UTF-8 is marked. */
	ck_assert_str_eq(records.items[1].command, "\"\\ \xef\xbf\xbd");
	cf_record_free(&records);
	ck_assert_uint_eq(records.n, 0);
}
END_TEST

START_TEST(torn_and_foreign_lines)
{
	static const char *const foreign[] = { "{\"run\":\"x\",\"st", "torn",
	    "[]", "{}", "1", "\"x\"", "{\"run\":1}",
	    "{\"run\":\"a\",\"step\":\"b\",\"start\":\"2024-01-05\"}",
	    ("{\"run\":\"a\",\"step\":\"b\",\"start\":\"2024-01-05\","
	    "\"end\":\"2024-01-05\",\"status\":\"0\"}") };
	struct cf_records records = { 0 };
	struct cf_err err;
	size_t n = sizeof(foreign) / sizeof(foreign[0]);

	put("");
	ck_assert_int_eq(cf_record_read("r", &records, &err), 0);
	ck_assert_uint_eq(records.n + records.skipped, 0);

	/* Each line but the last torn one is ended by the next append. */
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(cf_file_append("r", foreign[i],
		    strlen(foreign[i]), &err), 0);
		ck_assert_int_eq(cf_record_append("r", &sample, &err), 0);
	}
	ck_assert_int_eq(cf_file_append("r", "\n\n{\"run", 7, &err), 0);
	ck_assert_int_eq(cf_record_read("r", &records, &err), 0);
	ck_assert_uint_eq(records.n, n);
	ck_assert_uint_eq(records.skipped, n + 1);
	cf_record_free(&records);

	ck_assert_int_eq(cf_record_read("nowhere", &records, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(cf_record_append("no/where", &sample, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
}
END_TEST

START_TEST(table)
{
	static const struct {
		int status, signal, timed_out;
		const char *reason;
	} cases[] = {
		{ 0, 0, 0, "schedule" }, { 1, 0, 0, NULL }, { 3, 0, 0, "" },
		{ 143, 15, 0, NULL }, { 4, 9, 1, NULL }, { 75, 0, 0, "x" },
	};
	struct cf_records records = { 0 };
	struct cf_record r = sample;
	struct cf_buf buf = { 0 };
	struct cf_err err;

	unlink("r");
	r.run = "run-1";
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r.status = cases[i].status;
		r.signal = cases[i].signal;
		r.timed_out = cases[i].timed_out;
		r.reason = cases[i].reason;
		r.tries = (int64_t)i + 1;
		ck_assert_int_eq(cf_record_append("r", &r, &err), 0);
	}
	ck_assert_int_eq(cf_record_read("r", &records, &err), 0);
	cf_record_table(&records, &buf);
	ck_assert_str_eq(cf_buf_string(&buf, NULL),
"RUN    STEP   START                   SECONDS  TRIES  STATE         REASON\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      1  done          schedule\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      2  no (1)\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      3  failed (3)\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      4  signal 15\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      5  time limit\n"
"run-1  train  2024-01-05T02:00:01Z       12.2      6  failed (75)   x\n");
	cf_record_free(&records);
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("track_record", written_and_read, torn_and_foreign_lines, table)

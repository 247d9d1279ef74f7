/*
 * Recorded bodies of the two web APIs, from the folder CF_TEST_API (else api-samples beside CF_TEST_MARKET), through the
 * functions of their sources.
 */
#include "unit.h"

#include "base/file.h"
#include "source/alphavantage.h"
#include "source/fred.h"

#include "source_job.h"

#define KEY "DEMO"

static const char *
folder(void)
{
	static char path[1024];
	const char *api = getenv("CF_TEST_API"), *market = getenv("CF_TEST_MARKET");

	if (api != NULL && *api != '\0')
		return (api);
	snprintf(path, sizeof(path), "%s/../api-samples", market != NULL ? market : "../shared/market");
	return (path);
}

static int
is_there(const char *name)
{
	struct cf_buf path = { 0 };
	FILE *f;
	int rc = 0;

	cf_buf_addf(&path, "%s/%s", folder(), name);
	if ((f = fopen(cf_buf_string(&path, NULL), "r")) != NULL) {
		rc = 1;
		fclose(f);
	}
	cf_buf_free(&path);
	return (rc);
}

/* Read a recorded body as the answer to FUNCTION about ID. */
static int
body(struct cf_job *job, const struct cf_source *source, struct cf_job_ask *ask, const char *function, const char *id, const char *name,
    enum cf_verdict *verdict, struct cf_err *err)
{
	struct cf_buf path = { 0 }, text = { 0 };
	const char *key = source == &cf_fred ? "abcdef0123456789abcdef0123456789" : KEY;
	int rc;

	source_job_ask(ask);
	ask->function = function;
	cf_buf_addf(&path, "%s/%s", folder(), name);
	ck_assert_int_eq(cf_file_read(cf_buf_string(&path, NULL), 1 << 20, &text, NULL), 0);
	ck_assert_int_eq(source_job_begin(job, source, ask, id, key, err), 0);
	rc = source_job_read(job, text.data, text.len, verdict, err);
	cf_buf_free(&path);
	cf_buf_free(&text);
	return (rc);
}

START_TEST(bars)
{
	static const struct {
		const char *name, *function, *id, *first, *last;
		size_t n;
		double close;		/* Of the last bar. */
		unsigned int columns;
	} cases[] = {
		{ "av-daily-compact.json", "daily", "IBM", "2024-04-15", "2024-09-05", 100, 202.59, 0 },
		{ "av-daily-compact.csv", "daily", "IBM", "2024-09-23", "2025-02-14", 100, 261.28, 0 },
		{ "av-daily-adjusted-compact.json", "adjusted", "IBM", "2022-10-31", "2023-03-24", 100, 125.29, 7u << CF_HAUL_ADJUSTED },
		/* the newest bar was unfinished when the source last looked */
		{ "av-daily-intraday-refresh.json", "daily", "IBM", "2020-05-07", "2020-05-07", 1, 121.23, 0 },
		{ "av-global-quote.json", "quote", "MSFT", "2018-10-05", "2018-10-05", 1, 112.13, 0 }
	};
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	enum cf_verdict verdict;
	char text[CF_DAY_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = body(&job, &cf_alphavantage, &ask, cases[i].function, cases[i].id, cases[i].name, &verdict, &err);

		ck_assert_msg(rc == 0, "%s: %s", cases[i].name, err.text);
		ck_assert_msg(job.rows.n == cases[i].n, "%s: %zu rows", cases[i].name, job.rows.n);
		text[cf_day_print(cf_haul_day(&job.rows, 0), text)] = '\0';
		ck_assert_msg(strcmp(text, cases[i].first) == 0, "%s: from %s", cases[i].name, text);
		text[cf_day_print(cf_haul_day(&job.rows, job.rows.n - 1), text)] = '\0';
		ck_assert_msg(strcmp(text, cases[i].last) == 0, "%s: to %s", cases[i].name, text);
		ck_near(job.rows.bars[job.rows.n - 1].v[CF_HAUL_CLOSE], cases[i].close, 0);
		ck_assert_uint_eq(job.rows.columns, cases[i].columns);
		cf_job_free(&job);
	}
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		const char *name;
		enum cf_verdict verdict;
	} cases[] = {
		{ "av-error-apikey.json", CF_VERDICT_KEY }, { "av-error-invalid-call.json", CF_VERDICT_NO },
		{ "av-information-daily-limit.json", CF_VERDICT_DAY }, { "av-information-premium-full.json", CF_VERDICT_NO },
		{ "av-note-rate-limit.json", CF_VERDICT_MINUTE }
	};
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	enum cf_verdict verdict;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(body(&job, &cf_alphavantage, &ask, "daily", "IBM", cases[i].name, &verdict, &err), -1);
		ck_assert_msg(verdict == cases[i].verdict, "%s: %d", cases[i].name, (int)verdict);
		/* the key, which the server repeats */
		ck_assert_ptr_null(strstr(err.text, KEY));
		cf_job_free(&job);
	}
}
END_TEST

START_TEST(fred)
{
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	enum cf_verdict verdict;

	ck_assert_msg(body(&job, &cf_fred, &ask, "daily", "T10YFF", "fred-observations.json", &verdict, &err) == 0, "%s", err.text);
	/* 112 rows, four of them "." */
	ck_assert_uint_eq(job.rows.n, 108);
	ck_near(job.rows.points[0].value, -0.54, 0);
	ck_assert_int_eq(job.rows.points[0].day, cf_day_of(2023, 1, 3));
	ck_assert_int_eq(job.rows.points[0].available, cf_day_of(2023, 1, 4));
	ck_assert_uint_eq(job.ncalls, 1);
	cf_job_free(&job);
	ck_assert_int_eq(body(&job, &cf_fred, &ask, "daily", "T10YFF", "fred-error-api-key.json", &verdict, &err), -1);
	ck_assert_int_eq((int)verdict, CF_VERDICT_BUSY);
	ck_assert_str_eq(err.text, "Bad Request.  The value for variable api_key is not registered.  Read "
	    "https://fred.stlouisfed.org/docs/api/api_key.html for more information.");
	cf_job_free(&job);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { bars, refusals, fred };

	if (!is_there("fred-observations.json")) {
		printf("skipped: no folder %s\n", folder());
		return (77);
	}
	return (unit_run("bodies", tests, 3));
}

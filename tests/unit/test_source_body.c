/*
 * Bodies that servers send instead of what was asked: what is told, and whether it is worth another try.
 */
#include <string.h>

#include "unit.h"

#include "source/alphavantage.h"
#include "source/cboe.h"
#include "source/fred.h"
#include "source/treasury.h"
#include "source_job.h"

#define DAILY(series) "{\"Meta Data\":{\"2. Symbol\":\"X\",\"5. Time Zone\":\"US/Eastern\"},\"Time Series (Daily)\":{" series "}}"
#define BAR "\"1. open\":\"1\",\"2. high\":\"1\",\"3. low\":\"1\",\"4. close\":\"1\",\"5. volume\":\"1\""

static const struct body_case {
	const struct cf_source *source;
	const char *id;
	const char *function;
	const char *text;
	enum cf_verdict verdict;
	const char *reason;	/* In the message; NULL: it is good. */
	size_t rows;
} cases[] = {
	/* what is no answer at all */
	{ &cf_alphavantage, "X", "daily", "", CF_VERDICT_BUSY, "the answer is empty", 0 },
	{ &cf_alphavantage, "X", "daily", " \r\n", CF_VERDICT_BUSY, "the answer is empty", 0 },
	{ &cf_alphavantage, "X", "daily", "<html>busy</html>\n", CF_VERDICT_BUSY, "a header that is not known", 0 },
	{ &cf_alphavantage, "X", "daily", "{\"Meta Data\":{", CF_VERDICT_BUSY, "alphavantage:1", 0 },
	{ &cf_alphavantage, "X", "daily", "{} {}", CF_VERDICT_BUSY, "alphavantage:1", 0 },
	{ &cf_alphavantage, "X", "daily", "{}", CF_VERDICT_NO, "is the symbol known to the source?", 0 },
	{ &cf_alphavantage, "X", "daily", "{\"a\":[1,{\"b\":nul}]}", CF_VERDICT_BUSY, "alphavantage:1", 0 },
	/* bars */
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05\":{" BAR "}"), CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05\":{" BAR ",\"more\":{\"x\":[1]}}"), CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_alphavantage, "Y", "daily", DAILY("\"2024-01-05\":{" BAR "}"), CF_VERDICT_NO, "about another symbol", 0 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05\":7"), CF_VERDICT_BUSY, "not a bar", 0 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"soon\":{" BAR "}"), CF_VERDICT_BUSY, "not a date", 0 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05\":{\"4. close\":\"dear\"}"), CF_VERDICT_BUSY, "not a number", 0 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05\":{\"4. close\":[]}"), CF_VERDICT_BUSY, "not a number", 0 },
	{ &cf_alphavantage, "X", "daily", DAILY("\"2024-01-05 10:00:00\":{" BAR "}"), CF_VERDICT_BUSY, "with a time of day", 0 },
	{ &cf_alphavantage, "X", "intraday", DAILY("\"2024-01-05\":{" BAR "}"), CF_VERDICT_BUSY, "without a time of day", 0 },
	{ &cf_alphavantage, "X", "intraday", "{\"Meta Data\":{\"6. Time Zone\":\"Mars\"}}", CF_VERDICT_BUSY, "a time zone not known", 0 },
	{ &cf_alphavantage, "X", "daily", "timestamp,open,high,low,close,volume\n2024-01-05,1,1,1,1,1\n", CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_alphavantage, "X", "daily", "timestamp,open,high,low,close,volume\n2024-01-05,1,1,1,dear,1\n", CF_VERDICT_BUSY,
	    "alphavantage:2", 0 },
	{ &cf_alphavantage, "X", "quote", "{\"Global Quote\":{}}", CF_VERDICT_NO, "is the symbol known", 0 },
	{ &cf_alphavantage, "X", "quote", "{\"Global Quote\":{\"01. symbol\":\"Z\"}}", CF_VERDICT_NO, "another symbol", 0 },
	{ &cf_alphavantage, "X", "quote", "{\"Global Quote\":{\"07. latest trading day\":\"then\"}}", CF_VERDICT_BUSY, "not a date", 0 },
	{ &cf_alphavantage, "EUR/USD", "fx", "{\"Meta Data\":{\"2. From Symbol\":\"EUR\",\"3. To Symbol\":\"GBP\"}}", CF_VERDICT_NO,
	    "another symbol", 0 },
	/* observations */
	{ &cf_fred, "DGS10", "daily", "[]", CF_VERDICT_BUSY, "not a JSON object", 0 },
	{ &cf_fred, "DGS10", "daily", "{}", CF_VERDICT_BUSY, "not an answer of the FRED API", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"count\":1,\"offset\":0,\"observations\":[{\"date\":\"2024-01-05\",\"value\":\"4.05\"}]}",
	    CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_fred, "DGS10", "daily", "{\"count\":1.5,\"observations\":[]}", CF_VERDICT_BUSY, "not a count", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"offset\":1.5,\"observations\":[]}", CF_VERDICT_BUSY, "not an offset", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"offset\":9,\"observations\":[]}", CF_VERDICT_BUSY, "another page", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"observations\":[7]}", CF_VERDICT_BUSY, "not an observation", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"observations\":[{\"value\":\"1\"}]}", CF_VERDICT_BUSY, "an observation without a date", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"observations\":[{\"date\":\"today\"}]}", CF_VERDICT_BUSY, "not a date", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"observations\":[{\"realtime_start\":\"today\"}]}", CF_VERDICT_BUSY, "not a date", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"observations\":[{\"date\":\"2024-01-05\",\"value\":4}]}", CF_VERDICT_BUSY, "not a number", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"error_code\":400,\"error_message\":\"api_key is wrong\"}", CF_VERDICT_KEY, "api_key is wrong", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"error_code\":400,\"error_message\":\"no such series\"}", CF_VERDICT_NO, "no such series", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"error_code\":423,\"error_message\":\"locked\"}", CF_VERDICT_LATER, "locked", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"error_code\":429,\"error_message\":\"too many\"}", CF_VERDICT_BUSY, "too many", 0 },
	{ &cf_fred, "DGS10", "daily", "{\"error_code\":500,\"error_message\":\"broken\"}", CF_VERDICT_BUSY, "broken", 0 },
	/* tables */
	{ &cf_cboe, "VIX", "daily", "", CF_VERDICT_BUSY, "the answer is empty", 0 },
	{ &cf_cboe, "VIX", "daily", "DATE,OPEN,HIGH,LOW,CLOSE\n01/05/2024,1,1,1,13.35\n", CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_cboe, "VIX9D", "daily", "DATE,VIX9D\n01/05/2024,13\n01/08/2024,\n", CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_cboe, "VIX", "daily", "DATE,VVIX\n01/05/2024,13\n", CF_VERDICT_BUSY, "a header that is not known", 0 },
	{ &cf_cboe, "VIX", "daily", "OPEN,CLOSE\n1,1\n", CF_VERDICT_BUSY, "a header that is not known", 0 },
	{ &cf_cboe, "VIX", "daily", "DATE,CLOSE\n01/05/2024,high\n", CF_VERDICT_BUSY, "cboe:2", 0 },
	{ &cf_cboe, "VIX", "daily", "DATE,CLOSE\n2024-13-05,13\n", CF_VERDICT_BUSY, "cboe:2", 0 },
	{ &cf_treasury, "UST10Y", "daily", "Date,\"2 Yr\",\"10 Yr\"\n01/05/1990,4.4,4.05\n", CF_VERDICT_GOOD, NULL, 1 },
	{ &cf_treasury, "UST30Y", "daily", "Date,\"10 Yr\"\n01/05/1990,4.05\n", CF_VERDICT_GOOD, "no values", 0 },
	{ &cf_treasury, "UST10Y", "daily", "Date,\"10 Yr\"\n01/05/1990,\n", CF_VERDICT_GOOD, "no values", 0 },
	{ &cf_treasury, "UST10Y", "daily", "Date,\"10 Yr\"\n01/05/2024,4.05\n", CF_VERDICT_BUSY, "about another year", 0 },
	{ &cf_treasury, "UST10Y", "daily", "Date,\"2 Yr\"\n01/05/1990,4.05\n", CF_VERDICT_BUSY, "a header that is not known", 0 },
	{ &cf_treasury, "UST10Y", "daily", "Date,\"10 Yr\"\n01/05/1990,low\n", CF_VERDICT_BUSY, "treasury:2", 0 }
};

START_TEST(bodies)
{
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	enum cf_verdict verdict;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct body_case *c = &cases[i];
		int rc;

		source_job_ask(&ask);
		ask.function = c->function;
		memset(&err, 0, sizeof(err));
		ck_assert_msg(source_job_begin(&job, c->source, &ask, c->id, "0123456789abcdef0123456789abcdef", &err) == 0, "case %zu: %s",
		    i, err.text);
		rc = source_job_read(&job, c->text, strlen(c->text), &verdict, &err);
		ck_assert_msg(rc == (c->reason == NULL ? 0 : -1), "case %zu: %d, %s", i, rc, err.text);
		ck_assert_msg(verdict == c->verdict, "case %zu: verdict %d, %s", i, (int)verdict, err.text);
		if (c->reason != NULL)
			ck_assert_msg(strstr(err.text, c->reason) != NULL, "case %zu: \"%s\"", i, err.text);
		else
			ck_assert_msg(job.rows.n == c->rows, "case %zu: %zu rows", i, job.rows.n);
		cf_job_free(&job);
	}
}
END_TEST

START_TEST(names)
{
	static const struct {
		const struct cf_source *source;
		const char *id, *reason;
	} wrong[] = {
		{ &cf_cboe, "vix", "not the name of a Cboe index" },
		{ &cf_cboe, "ANINDEXOFALONGNAME", "not the name of a Cboe index" },
		{ &cf_treasury, "UST9Y", "not one of UST1M" },
		{ &cf_fred, "DGS-10", "DGS-10" }
	};
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;

	source_job_ask(&ask);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_msg(source_job_begin(&job, wrong[i].source, &ask, wrong[i].id, NULL, &err) == -1, "%s", wrong[i].id);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
		ck_assert_msg(strstr(err.text, wrong[i].reason) != NULL, "%s", err.text);
		cf_job_free(&job);
	}
}
END_TEST

UNIT_MAIN("body", bodies, names)

#include <string.h>

#include "unit.h"

#include "source/verdict.h"

START_TEST(sentences)
{
	static const struct {
		const char *text;
		int is_error;
		enum cf_verdict verdict;
	} cases[] = {
		{ "Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of "
		    "the premium plans to lift the free key rate limit (25 requests per day)", 0, CF_VERDICT_BURST },
		{ "We have detected your API key as DEMO and our standard API rate limit is 25 requests per day. Please subscribe to any of "
		    "the premium plans to instantly remove all daily rate limits.", 0, CF_VERDICT_DAY },
		{ "Our standard API call frequency is 5 calls per minute and 500 calls per day.", 0, CF_VERDICT_MINUTE },
		{ "The outputsize=full parameter value is a premium feature", 0, CF_VERDICT_NO },
		{ "This is a PREMIUM endpoint.", 0, CF_VERDICT_NO },
		{ "The **demo** API key is for demo purposes only.", 0, CF_VERDICT_KEY },
		{ "the parameter apikey is invalid or missing. Please claim your free API key", 1, CF_VERDICT_KEY },
		{ "Invalid API call. Please retry", 1, CF_VERDICT_NO },
		{ "something new", 0, CF_VERDICT_LATER }, { "something new", 1, CF_VERDICT_NO }, { "", 0, CF_VERDICT_LATER }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(cf_verdict_sentence(cases[i].text, strlen(cases[i].text), cases[i].is_error) == cases[i].verdict, "%s",
		    cases[i].text);
}
END_TEST

START_TEST(bodies)
{
	static const struct {
		const char *text;
		enum cf_verdict verdict;
	} cases[] = {
		{ "timestamp,open\n", CF_VERDICT_GOOD }, { " {\"a\":1}", CF_VERDICT_GOOD }, { "", CF_VERDICT_BUSY }, { " \r\n", CF_VERDICT_BUSY },
		{ "<html>", CF_VERDICT_BUSY }, { "\xef\xbb\xbf <!DOCTYPE", CF_VERDICT_BUSY }, { "No data", CF_VERDICT_NO },
		{ "Exceeded the daily hits limit", CF_VERDICT_LATER }, { "Przekroczony dzienny limit wywolan", CF_VERDICT_LATER }, { "N", CF_VERDICT_GOOD }
	};
	const char *reason;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(cf_verdict_body(cases[i].text, strlen(cases[i].text), &reason) == cases[i].verdict, "%s", cases[i].text);
		ck_assert_int_eq(reason == NULL, cases[i].verdict == CF_VERDICT_GOOD);
	}
}
END_TEST

START_TEST(statuses)
{
	static const struct {
		int status;
		enum cf_verdict verdict;
	} cases[] = { { 200, CF_VERDICT_GOOD }, { 400, CF_VERDICT_NO }, { 401, CF_VERDICT_KEY }, { 403, CF_VERDICT_KEY }, { 404, CF_VERDICT_NO },
		{ 408, CF_VERDICT_BUSY }, { 423, CF_VERDICT_BUSY }, { 429, CF_VERDICT_BUSY }, { 500, CF_VERDICT_BUSY }, { 504, CF_VERDICT_BUSY },
		{ 204, CF_VERDICT_NO }, { 100, CF_VERDICT_NO } };
	const char *reason;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(cf_verdict_status(cases[i].status, &reason) == cases[i].verdict, "%d", cases[i].status);
}
END_TEST

UNIT_MAIN("verdict", sentences, bodies, statuses)

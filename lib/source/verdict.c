#include <string.h>
#include <strings.h>

#include "source/verdict.h"

#define SNIFF 512		/* Bytes looked at. */

static int
holds(const char * text, size_t len, const char * words)
{
	size_t n = strlen(words), i;

	for (i = 0; i + n <= len; i++) {
		if (strncasecmp(text + i, words, n) == 0)
			return (1);
	}
	return (0);
}

enum cf_verdict
cf_verdict_sentence(const char * text, size_t len, int is_error)
{
	/* In this order. */
	static const struct {
		const char * words;
		enum cf_verdict verdict;
	} table[] = {
		{ "request per second", CF_VERDICT_BURST },
		{ "requests per second", CF_VERDICT_BURST },
		{ "more sparingly", CF_VERDICT_BURST },
		{ "calls per minute", CF_VERDICT_MINUTE },
		{ "requests per minute", CF_VERDICT_MINUTE },
		{ "requests per day", CF_VERDICT_DAY },
		{ "calls per day", CF_VERDICT_DAY },
		{ "daily rate limit", CF_VERDICT_DAY },
		{ "premium", CF_VERDICT_NO },
		{ "demo", CF_VERDICT_KEY },
		{ "apikey is invalid", CF_VERDICT_KEY },
		{ "api key is invalid", CF_VERDICT_KEY }
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (holds(text, len, table[i].words))
			return (table[i].verdict);
	}
	return (is_error ? CF_VERDICT_NO : CF_VERDICT_LATER);
}

enum cf_verdict
cf_verdict_body(const char * body, size_t len, const char ** reason)
{
	static const struct {
		const char * words;
		enum cf_verdict verdict;
		const char * reason;
	} table[] = {
		{ "no data", CF_VERDICT_NO, "the server has no data" },
		{ "exceeded the daily hits limit", CF_VERDICT_LATER,
		    "the server's daily limit is reached" },
		{ "przekroczony dzienny limit", CF_VERDICT_LATER,
		    "the server's daily limit is reached" }
	};
	size_t i;

	*reason = NULL;
	if (len >= 3 && memcmp(body, "\xef\xbb\xbf", 3) == 0) {
		body += 3;
		len -= 3;
	}
	while (len > 0 && (*body == ' ' || *body == '\t' || *body == '\r' ||
	    *body == '\n')) {
		body++;
		len--;
	}
	if (len == 0) {
		*reason = "the answer is empty";
		return (CF_VERDICT_BUSY);
	}
	if (*body == '<') {
		*reason = "a page for people, not data";
		return (CF_VERDICT_BUSY);
	}
	if (len > SNIFF)
		len = SNIFF;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (len >= strlen(table[i].words) && strncasecmp(body,
		    table[i].words, strlen(table[i].words)) == 0) {
			*reason = table[i].reason;
			return (table[i].verdict);
		}
	}
	return (CF_VERDICT_GOOD);
}

enum cf_verdict
cf_verdict_status(int status, const char ** reason)
{

	if (status == 200) {
		*reason = NULL;
		return (CF_VERDICT_GOOD);
	}
	*reason = "the server refuses";
	if (status == 429 || status == 423) {
		*reason = "too many requests";
		return (CF_VERDICT_BUSY);
	}
	if (status == 408 || status >= 500) {
		*reason = "the server is out of order";
		return (CF_VERDICT_BUSY);
	}
	if (status == 404 || status == 410)
		*reason = "there is no such thing there";
	if (status == 401 || status == 403)
		return (CF_VERDICT_KEY);
	return (CF_VERDICT_NO);
}

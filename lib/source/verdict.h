#ifndef CF_SOURCE_VERDICT_H_
#define CF_SOURCE_VERDICT_H_

#include <stddef.h>

/*
 * What to make of a reply: status 200 alone says little.  Servers answer
 * limits, refusals and errors with 200 and a sentence, or a page for people.
 */
enum cf_verdict {
	CF_VERDICT_GOOD,
	CF_VERDICT_BURST,	/* Too fast: wait a moment, try again. */
	CF_VERDICT_MINUTE,	/* Too many in a minute: wait for one. */
	CF_VERDICT_DAY,		/* The day's quota is used up. */
	CF_VERDICT_BUSY,	/* Out of order: back off and try again. */
	CF_VERDICT_LATER,	/* Not now; no further try in this run. */
	CF_VERDICT_KEY,		/* The key is wrong or missing. */
	CF_VERDICT_NO		/* Never: the request itself is at fault. */
};

/**
 * cf_verdict_sentence(text, len, is_error):
 * Return what Alpha Vantage means by the sentence of a "Note", "Information"
 * or "Error Message" (${is_error}).  Which of the three it uses changed over
 * the years, and several sentences name several limits, so the order of the
 * tests matters: a burst is told first.
 */
enum cf_verdict cf_verdict_sentence(const char * text, size_t len,
    int is_error);

/**
 * cf_verdict_body(body, len, reason):
 * Look at the first bytes of a body that ought to be CSV or JSON: return GOOD,
 * or what an empty one, a page (HTML, XML), or a known sentence of a
 * download service means, and set *${reason}.
 */
enum cf_verdict cf_verdict_body(const char * body, size_t len,
    const char ** reason);

/**
 * cf_verdict_status(status, reason):
 * The same for an HTTP status of 400 and more, or one that is no success.
 */
enum cf_verdict cf_verdict_status(int status, const char ** reason);

#endif /* !CF_SOURCE_VERDICT_H_ */

#include "unit.h"

#include "base/day.h"
#include "http/limits.h"
#include "http/retry.h"

START_TEST(waits_double_with_jitter)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 0);
	double full = 1;

	for (int tries = 1; tries < 100; tries++) {
		double wait = cf_retry_wait(1, tries, &rng);

		ck_assert(wait <= full && wait >= full / 2);
		full = fmin(full * 2, CF_HTTP_WAIT_MAX_S);
	}
	ck_near(cf_retry_wait(0, 5, &rng), 0, 0);
}
END_TEST

START_TEST(retry_after)
{
	static const struct {
		const char *text;
		double wait;		/* Negative: wrong. */
	} cases[] = {
		{ "0", 0 }, { "120", 120 }, { "-5", 0 }, { "99999999999", CF_HTTP_RETRY_AFTER_MAX_S },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 37 }, { "Sun, 06 Nov 1994 08:48:00 GMT", 0 },
		{ "Sun, 06 Nov 1994 08:49:37 CET", -1 }, { "Sun, 31 Feb 1994 08:49:37 GMT", -1 }, { "Sun, 06 Nix 1994 08:49:37 GMT", -1 },
		{ "", -1 }, { "soon", -1 }, { "1.5", -1 }, { "Sun, ", -1 }, { "Sun,", -1 }
	};
	int64_t now_s = (int64_t)cf_day_of(1994, 11, 6) * CF_DAY_S + 8 * 3600 + 49 * 60;
	double wait;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wait = -1;
		ck_assert_int_eq(cf_retry_after(cases[i].text, now_s, &wait), cases[i].wait < 0 ? -1 : 0);
		if (cases[i].wait >= 0)
			ck_near(wait, cases[i].wait, 0);
	}
}
END_TEST

UNIT_MAIN("retry", waits_double_with_jitter, retry_after)

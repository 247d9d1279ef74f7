#ifndef CF_HTTP_RETRY_H_
#define CF_HTTP_RETRY_H_

#include <stdint.h>

#include "base/rng.h"

/*
 * When to try again.  The wait doubles with each try, up to
 * CF_HTTP_WAIT_MAX_S; chance takes away up to half of it, so that those who
 * failed together do not come back together.
 */

/**
 * cf_retry_wait(first_s, tries, rng):
 * Return the seconds to wait after ${tries} failed tries (from 1).
 */
double cf_retry_wait(double first_s, int tries, struct cf_rng * rng);

/**
 * cf_retry_after(text, now_s, wait_s):
 * Read the value of a Retry-After header: seconds, or a date as HTTP writes it
 * ("Sun, 06 Nov 1994 08:49:37 GMT").  Set *${wait_s} to the seconds from
 * ${now_s} on, at least 0 and at most CF_HTTP_RETRY_AFTER_MAX_S.  Return 0, or
 * -1 when it is neither.
 */
int cf_retry_after(const char * text, int64_t now_s, double * wait_s);

#endif /* !CF_HTTP_RETRY_H_ */

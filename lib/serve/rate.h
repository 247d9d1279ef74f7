#ifndef CF_SERVE_RATE_H_
#define CF_SERVE_RATE_H_

#include <stdint.h>

#include "serve/shared.h"

/*
 * The rate limit: a bucket of N tokens for each who, which fills by N a minute
 * and gives one for each request.  Here it is kept as one number, the moment
 * when the bucket would be full again (the generic cell rate algorithm of
 * ATM): a request moves it on by 60/N seconds, and is refused where that would
 * put it more than a minute ahead.
 *
 * A bucket that is full says nothing and its place is free, so the table has
 * room for all who asked within the last minute.  Where the eight places that a
 * who may take are all in use, the one that is nearest to full gives way.
 */

/**
 * cf_rate_take(shared, who, limit, now_us):
 * Take a token from the bucket of ${who}, a hash of cf_shared_hash, at the time
 * ${now_us} since 1970, the same clock for all processes.  ${limit} is the
 * number a minute.  Return 0, or in how many microseconds there will be one.
 */
uint64_t cf_rate_take(struct cf_shared * shared, uint64_t who,
    uint64_t limit, uint64_t now_us);

#endif /* !CF_SERVE_RATE_H_ */

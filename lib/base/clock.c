#include <time.h>

#include "base/clock.h"

/* Neither clock can fail: POSIX has both. */
static int64_t
read_us(clockid_t clock)
{
	struct timespec t = { 0, 0 };

	clock_gettime(clock, &t);
	return ((int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

int64_t
cf_clock_us(void)
{

	return (read_us(CLOCK_MONOTONIC));
}

int64_t
cf_clock_ms(void)
{

	return (cf_clock_us() / 1000);
}

double
cf_clock_s(void)
{

	return (1e-6 * (double)cf_clock_us());
}

int64_t
cf_clock_now(void)
{

	return (cf_clock_now_us() / 1000000);
}

int64_t
cf_clock_now_us(void)
{

	return (read_us(CLOCK_REALTIME));
}

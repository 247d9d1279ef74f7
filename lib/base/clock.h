#ifndef CF_BASE_CLOCK_H_
#define CF_BASE_CLOCK_H_

#include <stdint.h>

/*
 * The clocks.  What lasts is measured by the monotonic one, which nobody sets;
 * the other tells the time of day and may jump.
 */

/**
 * cf_clock_us(), cf_clock_ms(), cf_clock_s():
 * Return the monotonic clock, from a moment that means nothing.
 */
int64_t cf_clock_us(void);
int64_t cf_clock_ms(void);
double cf_clock_s(void);

/**
 * cf_clock_now(), cf_clock_now_us():
 * Return the seconds, or the microseconds, since 1970 in UTC.
 */
int64_t cf_clock_now(void);
int64_t cf_clock_now_us(void);

#endif /* !CF_BASE_CLOCK_H_ */

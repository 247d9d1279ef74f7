#ifndef CF_KEEP_RETAIN_H_
#define CF_KEEP_RETAIN_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Which backups stay.  Of the backups that count, the newest of each of the
 * last D days that have one stays, of each of the last W weeks (Monday to
 * Sunday) and of each of the last M months.  Periods without a backup are not
 * counted, so a machine that was off loses nothing when it comes back.  Days
 * are UTC: there is no day of 23 or 25 hours.
 *
 * The newest backup that counts stays whatever the numbers are.  A damaged one
 * does not count, so it cannot push out a good one, and stays for someone to
 * look at; nor does one dated more than a day ahead of the clock, which was
 * wrong then or is now.
 */

enum cf_retain_count {
	CF_RETAIN_COUNTS = 0,
	CF_RETAIN_DAMAGED,
	CF_RETAIN_AHEAD		/* Set by cf_retain_choose. */
};

#define CF_RETAIN_LAST 1u
#define CF_RETAIN_DAILY 2u
#define CF_RETAIN_WEEKLY 4u
#define CF_RETAIN_MONTHLY 8u

struct cf_retain_rule {
	int64_t daily;
	int64_t weekly;
	int64_t monthly;
};

struct cf_retain {
	int64_t time_s;
	enum cf_retain_count count;
	unsigned int why;	/* Set of the bits; 0: may go, if it counts. */
};

/**
 * cf_retain_choose(items, n, rule, now_s):
 * Set `why` of the ${n} items, which ascend by time.
 */
void cf_retain_choose(struct cf_retain * items, size_t n,
    const struct cf_retain_rule * rule, int64_t now_s);

/**
 * cf_retain_shares(a_s, b_s):
 * Return whether both moments are of one day, week or month, so that the later
 * one may push out the other.
 */
int cf_retain_shares(int64_t a_s, int64_t b_s);

#endif /* !CF_KEEP_RETAIN_H_ */

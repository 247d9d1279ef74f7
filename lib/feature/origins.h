#ifndef CF_FEATURE_ORIGINS_H_
#define CF_FEATURE_ORIGINS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "base/progress.h"
#include "feature/holiday.h"
#include "feature/ledger.h"
#include "feature/series.h"
#include "table/writer.h"

/*
 * From a ledger to records of features: one for each account, origin and day
 * ahead,
 *
 *	account,date,horizon,target_date, habits (feature/habit.h), series,
 *	level,scale,cash_flow
 *
 * date is the origin, and nothing in a record but cash_flow and the calendar
 * comes from behind it.  Origins are the days whose number is divisible by
 * `step`, so that a day is one or not whatever comes later; a step that shares
 * no factor with 7 takes all days of the week in turn.  Their records are those
 * whose cash_flow is known.  The newest day of an account that is not closed is
 * an origin too: its records are to be forecast, and all of them are there.
 */

#define CF_ORIGINS_HORIZON_MAX 364
#define CF_ORIGINS_PAST_MIN 56	/* Days before an origin, to learn from it. */

struct cf_origins_plan {
	size_t horizon;		/* Days ahead: 1 .. horizon. */
	size_t step;
	int newest_only;	/* No records to learn from. */
	const struct cf_holiday * holidays;
	const struct cf_series * series;
	double max_age;		/* In days, of a value of a series. */
	enum cf_format format;
	int by_line;
	size_t threads;
};

/**
 * cf_origins_is_short(account):
 * Return whether too few days of the account are known to say anything of it:
 * it has no records.
 */
int cf_origins_is_short(const struct cf_ledger_account * account);

/**
 * cf_origins_run(ledger, plan, out, progress, err):
 * Write the records of all accounts to ${out}; NULL computes only.  Return 0 or
 * -1.
 */
int cf_origins_run(const struct cf_ledger * ledger,
    const struct cf_origins_plan * plan, struct cf_out * out,
    struct cf_progress * progress, struct cf_err * err);

#endif /* !CF_FEATURE_ORIGINS_H_ */

#ifndef CF_RISK_OUTLOOK_H_
#define CF_RISK_OUTLOOK_H_

#include <stddef.h>

#include "base/err.h"
#include "base/out.h"
#include "model/intake.h"
#include "model/model.h"
#include "risk/forecasts.h"
#include "table/writer.h"

/*
 * The outlook of accounts: the days ahead of each taken together
 * (risk/balance.h), as sums by the day, week or month, and as a balance with the
 * chance that it falls below a floor.
 *
 * One record for each account, origin and period; weeks end on Sundays, and the
 * first and last period may be short.  horizon and target_date are those of the
 * period's last day, at the end of which the balance stands.
 */
struct cf_outlook {
	const char * per;	/* "day", "week", "month"; NULL: day. */
	const char * balance;	/* Number or file; NULL: none. */
	const char * floor;
	const char * scheduled;	/* File of movements; NULL: none. */
	int total;		/* All accounts as one. */
};

#define CF_OUTLOOK_PERIODS "day|week|month"

/**
 * cf_outlook_is_asked(o), cf_outlook_fault(o):
 * Return whether any of it was asked for; what is wrong with it, or NULL.
 */
int cf_outlook_is_asked(const struct cf_outlook * o);
const char * cf_outlook_fault(const struct cf_outlook * o);

/**
 * cf_outlook_run(o, model, from, print, format, out, err):
 * Read the records that ${from} tells of, of the newest date of each account if
 * there are balances, forecast, and write to ${out} with the interval and the
 * quantiles of ${print}.  Return 0 or -1.
 */
int cf_outlook_run(const struct cf_outlook * o, const struct cf_model * model,
    const struct cf_intake_options * from,
    const struct cf_forecasts_params * print, enum cf_format format,
    struct cf_out * out, struct cf_err * err);

#endif /* !CF_RISK_OUTLOOK_H_ */

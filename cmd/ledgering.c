#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/par.h"
#include "feature/entry.h"
#include "feature/origins.h"

#include "ledgering.h"

#define HORIZON 56
#define NOTES 10		/* Then they are only counted. */

const char *
cf_ledgering_given(const struct cf_ledgering * l)
{
	const struct cf_ledgering usual = CF_LEDGERING;

	if (l->is_asked)
		return (NULL);
	if (strcmp(l->gaps, usual.gaps) != 0)
		return ("--gaps");
	if (l->decimal != NULL)
		return ("--decimal");
	if (l->date_format != NULL)
		return ("--date-format");
	if (l->dedupe)
		return ("--dedupe");
	if (l->total)
		return ("--total");
	if (l->closed_after != usual.closed_after)
		return ("--closed-after");
	if (l->origin_step != usual.origin_step)
		return ("--origin-step");
	return (l->holidays != NULL ? "--holidays" : NULL);
}

static int
parse_horizon(const char * text, size_t * horizon, struct cf_err * err)
{
	int64_t n = HORIZON;

	if (text != NULL && (cf_num_parse_int(text, strlen(text), &n) !=
	    CF_NUM_OK || n < 1 || n > CF_ORIGINS_HORIZON_MAX))
		return (cf_err_set(err, CF_ERR_USAGE, "option --horizon: of a "
		    "ledger, how many days ahead, 1 .. %d: \"%.40s\"",
		    CF_ORIGINS_HORIZON_MAX, text));
	*horizon = (size_t)n;
	return (0);
}

/* Say what a reader of the features should know of the ledger. */
static void
tell(const struct cf_ledgering * l, const struct cf_ledger * ledger)
{
	size_t i, n = 0;

	if (strcmp(l->gaps, "auto") == 0 && ledger->n > 0)
		cf_main_note(l->main, "a day without a row is taken as %s: "
		    "%.3g %% of days have one (--gaps tells otherwise)",
		    ledger->gaps == CF_LEDGER_ZERO ? "zero" : "missing",
		    100.0 * ledger->full);
	if (ledger->later > 0)
		cf_main_note(l->main, "%zu rows dated after today are left "
		    "out", ledger->later);
	if (ledger->same > 0)
		cf_main_note(l->main, "%zu rows are left out, each the same "
		    "as one before", ledger->same);
	for (i = 0; i < ledger->n; i++) {
		if (!cf_origins_is_short(&ledger->accounts[i]) || n++ >= NOTES)
			continue;
		cf_main_note(l->main, "account \"%.60s\": too few days are "
		    "known, left out", ledger->accounts[i].name);
	}
	if (n > NOTES)
		cf_main_note(l->main, "%zu more accounts left out", n - NOTES);
	for (i = n = 0; l->common->verbose && i < ledger->n; i++)
		n += ledger->accounts[i].is_closed != 0;
	if (l->common->verbose)
		cf_main_note(l->main, "%zu rows, %zu accounts, of which %zu "
		    "closed", ledger->rows, ledger->n, n);
}

static int
write_features(const struct cf_ledgering * l, const struct cf_ledger * ledger,
    const struct cf_holiday * holidays, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_origins_plan plan = { .step = (size_t)l->origin_step,
	    .newest_only = l->newest_only, .holidays = holidays,
	    .series = l->series, .max_age = l->max_age,
	    .format = cf_main_format(l->common),
	    .by_line = l->common->by_line,
	    .threads = cf_par_threads(l->threads) };
	struct cf_progress progress;
	int rc;

	if (parse_horizon(l->horizon, &plan.horizon, err))
		return (-1);
	cf_progress_start(&progress, l->common->quiet ? -1 : STDERR_FILENO,
	    "accounts", ledger->n);
	rc = cf_origins_run(ledger, &plan, out, &progress, err);
	cf_progress_end(&progress);
	return (rc);
}

int
cf_ledgering_run(const struct cf_ledgering * l, const char * const * paths,
    size_t n, struct cf_out * out, struct cf_err * err)
{
	struct cf_ledger_options options = { .paths = paths, .npaths = n,
	    .date_format = l->date_format, .dedupe = l->dedupe,
	    .total = l->total, .gaps = cf_ledger_gaps_by_name(l->gaps),
	    .closed_after = (int32_t)l->closed_after };
	struct cf_holiday holidays = { 0 };
	struct cf_ledger * ledger;
	size_t horizon;
	int rc;

	options.decimal = '\0';
	if (l->decimal != NULL)
		options.decimal = l->decimal[0];
	options.today = cf_day_of_moment(l->until_s != 0 ?
	    l->until_s : cf_clock_now());
	if (l->date_format != NULL && cf_entry_check_format(l->date_format))
		return (cf_opt_bad(err, "date-format", l->date_format,
		    "not %Y or %y, %m or %b, and %d, once each"));
	if (parse_horizon(l->horizon, &horizon, err) ||
	    (l->holidays != NULL &&
	    cf_holiday_load(&holidays, l->holidays, err)) ||
	    (ledger = cf_ledger_load(&options, err)) == NULL) {
		cf_holiday_free(&holidays);
		return (-1);
	}
	if (!l->common->quiet)
		tell(l, ledger);
	rc = write_features(l, ledger, &holidays, out, err);
	cf_ledger_free(ledger);
	cf_holiday_free(&holidays);
	return (rc);
}

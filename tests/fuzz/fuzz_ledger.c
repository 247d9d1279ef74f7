#include "fuzz.h"

#include <math.h>

#include "feature/ledger.h"
#include "feature/origins.h"

#define TODAY 19723		/* 2024-01-01 */
#define DAYS_MOST 1500		/* Features of longer ledgers take too long here. */

static void
check(const struct cf_ledger *ledger)
{
	const struct cf_ledger_account *a;

	for (size_t i = 0; i < ledger->n; i++) {
		a = &ledger->accounts[i];
		FUZZ_HOLDS(a->name[0] != '\0');
		FUZZ_HOLDS(a->days >= 1 && a->days <= CF_LEDGER_DAYS_MAX);
		FUZZ_HOLDS(a->first + (int32_t)a->days - 1 <= TODAY);
		FUZZ_HOLDS(a->first + (int32_t)a->days - 1 <= ledger->last);
		for (size_t k = 0; k < a->days; k++)
			FUZZ_HOLDS(!isinf(a->amount[k]));
	}
}

static void
features(const struct cf_ledger *ledger, const struct cf_holiday *holidays)
{
	struct cf_origins_plan plan = { .horizon = 9, .step = 5, .holidays = holidays, .max_age = INFINITY,
	    .format = CF_FORMAT_CSV, .threads = 1 };
	struct cf_progress progress;
	struct cf_series *series;
	struct cf_buf text = { 0 };
	struct cf_err err = { 0 };
	struct cf_out *out;
	size_t days = 0;

	for (size_t i = 0; i < ledger->n; i++)
		days += ledger->accounts[i].days;
	if (days > DAYS_MOST)
		return;
	FUZZ_HOLDS((plan.series = series = cf_series_new(NULL)) != NULL);
	FUZZ_HOLDS((out = cf_out_memory(&text, NULL)) != NULL);
	cf_progress_start(&progress, -1, "accounts", ledger->n);
	if (cf_origins_run(ledger, &plan, out, &progress, &err))
		fuzz_message(&err);
	cf_progress_end(&progress);
	FUZZ_HOLDS(cf_out_close(out, NULL) == 0 && !text.failed);
	/* What is not missing is a number. */
	FUZZ_HOLDS(text.len == 0 || (memmem(text.data, text.len, "nan", 3) == NULL && memmem(text.data, text.len, ",inf", 4) == NULL));
	cf_series_free(series);
	cf_buf_free(&text);
}

/*
 * A ledger, and behind the cut a file of holidays.  The first byte says how its amounts and dates are written and what else
 * is asked for.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char decimals[] = { 0, '.', ',' };
	static const char *const formats[] = { NULL, "%d.%m.%Y", "%m/%d/%y" };
	struct cf_ledger_options options = { .npaths = 1, .today = TODAY, .closed_after = 90 };
	struct cf_holiday holidays = { 0 };
	struct cf_err err = { 0 };
	struct cf_ledger *ledger;
	struct fuzz_part parts[2];
	const char *path;
	unsigned int how;

	if (size < 1)
		return (0);
	how = data[0];
	options.decimal = decimals[how % 3];
	options.date_format = formats[how / 3 % 3];
	options.gaps = (enum cf_ledger_gaps)(how / 9 % 3);
	options.dedupe = how / 27 % 2;
	options.total = how / 54 % 2;
	fuzz_parts(data + 1, size - 1, parts, 2);
	path = fuzz_file(parts[0].data, parts[0].size);
	options.paths = &path;
	if (parts[1].size > 0 && cf_holiday_load(&holidays, fuzz_file_at(1, parts[1].data, parts[1].size), &err))
		fuzz_message(&err);
	if ((ledger = cf_ledger_load(&options, &err)) == NULL) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	} else {
		check(ledger);
		features(ledger, &holidays);
	}
	cf_ledger_free(ledger);
	cf_holiday_free(&holidays);
	return (0);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "feature/ledger.h"
#include "risk/balance.h"
#include "risk/outlook.h"
#include "risk/purse.h"

#define COLUMNS (20 + CF_FORECASTS_QUANTILES_MAX)

struct work {
	const struct cf_outlook * a;
	const struct cf_model * model;
	const struct cf_forecasts_params * print;
	struct cf_forecaster * forecaster;
	struct cf_writer * writer;
	struct cf_batch batch;
	struct cf_purse balance;
	struct cf_purse floor;
	struct cf_ledger * scheduled;
	struct cf_balance * total;
	double total_balance;
	double total_floor;
	int32_t total_origin;
	double * sorted;	/* Of one sum. */
	char * claimed;
	double * below;
	double * breached;
};

/* The records of an account from one origin: first .. first + days - 1. */
struct group {
	struct cf_field account;
	int32_t origin;
	size_t first;
	size_t days;
};

int
cf_outlook_is_asked(const struct cf_outlook * a)
{

	return (a->per != NULL || a->balance != NULL || a->floor != NULL ||
	    a->scheduled != NULL || a->total);
}

const char *
cf_outlook_fault(const struct cf_outlook * a)
{

	if (a->floor != NULL && a->balance == NULL)
		return ("--floor needs --balance");
	if ((a->scheduled != NULL || a->total) && a->per == NULL &&
	    a->balance == NULL)
		return ("--scheduled and --total need --per or --balance");
	return (NULL);
}

static int
name_columns(struct work * w, struct cf_err * err)
{
	static const char * const first[] = { "account", "date", "horizon",
	    "target_date", "prediction" };
	static const char * const risk[] = { "p_below_floor", "p_breach",
	    "risk_flag", "days_to_breach", "amount_needed" };
	struct cf_column c[COLUMNS] = { { NULL, NULL, NULL } };
	char names[CF_FORECASTS_QUANTILES_MAX][CF_NUM_TEXT_MAX + 2];
	size_t n = 0, i;

	for (i = 0; i < 5; i++)
		c[n++].name = first[i];
	c[n].name = "interval_low";
	c[n++].group = "interval";
	c[n].name = "interval_high";
	c[n++].group = "interval";
	c[n++].name = "level";
	for (i = 0; w->a->balance != NULL && i < 3; i++)
		c[n++].name = i == 0 ? "balance" : i == 1 ? "balance_low" :
		    "balance_high";
	for (i = 0; w->a->floor != NULL && i < 5; i++)
		c[n++].name = risk[i];
	for (i = 0; i < w->print->nquantiles; i++) {
		names[i][0] = 'q';
		names[i][1 + cf_num_print(w->print->quantile[i],
		    names[i] + 1)] = '\0';
		c[n].name = names[i];
		c[n].group = "quantiles";
		c[n++].key = names[i] + 1;
	}
	c[n++].name = "model";
	return (cf_writer_columns(w->writer, c, n, err));
}

/* Does a period end on the day? */
static int
is_end(const struct work * w, int32_t day, int is_last)
{
	int year, month, mday;

	if (is_last || w->a->per == NULL || strcmp(w->a->per, "day") == 0)
		return (1);
	if (strcmp(w->a->per, "week") == 0)
		return (cf_day_weekday(day) == 7);
	cf_day_split(day + 1, &year, &month, &mday);
	return (mday == 1);
}

static void
write_day(struct cf_writer * writer, int32_t day)
{
	char text[CF_DAY_TEXT_MAX];

	cf_writer_text(writer, text, cf_day_print(day, text));
}

static void
write_risk(struct work * w, const struct cf_balance_risk * risk, size_t day)
{

	cf_writer_number(w->writer, risk->below[day]);
	cf_writer_number(w->writer, risk->breached[day]);
	cf_writer_int(w->writer, risk->breached[day] > CF_BALANCE_RISK);
	if (risk->breach_day > 0)
		cf_writer_int(w->writer, (int64_t)risk->breach_day);
	else
		cf_writer_missing(w->writer);
	cf_writer_number(w->writer, risk->needed);
}

/* The records of an account: one for each period. */
static int
write_account(struct work * w, const struct cf_balance * b,
    struct cf_field account, int32_t origin, double balance, double floor,
    struct cf_err * err)
{
	struct cf_balance_span span = { .sorted = w->sorted };
	struct cf_balance_risk risk = { .below = w->below,
	    .breached = w->breached };
	const double level = w->print->measure.level;
	struct cf_balance_span way = { .sorted = NULL };
	size_t first = 0, day, i;

	if (w->a->floor != NULL &&
	    cf_balance_risk(b, balance, floor, &risk, err))
		return (-1);
	for (day = 0; day < b->days; day++) {
		if (!is_end(w, origin + (int32_t)day + 1, day + 1 == b->days))
			continue;
		if (w->a->balance != NULL) {
			cf_balance_sum(b, 0, day, balance, level, &span);
			way = span;
		}
		cf_balance_sum(b, first, day, 0, level, &span);
		first = day + 1;
		cf_writer_text(w->writer, account.text, account.len);
		write_day(w->writer, origin);
		cf_writer_int(w->writer, (int64_t)day + 1);
		write_day(w->writer, origin + (int32_t)day + 1);
		cf_writer_number(w->writer, span.mean);
		cf_writer_number(w->writer, span.low);
		cf_writer_number(w->writer, span.high);
		cf_writer_number(w->writer, level);
		if (w->a->balance != NULL) {
			cf_writer_number(w->writer, way.mean);
			cf_writer_number(w->writer, way.low);
			cf_writer_number(w->writer, way.high);
		}
		if (w->a->floor != NULL)
			write_risk(w, &risk, day);
		for (i = 0; i < w->print->nquantiles; i++)
			cf_writer_number(w->writer, cf_balance_quantile(
			    span.sorted, b->runs, w->print->quantile[i]));
		cf_writer_text(w->writer, w->model->id, strlen(w->model->id));
		if (cf_writer_end(w->writer, err))
			return (-1);
	}
	return (0);
}

static int
bad_group(const struct group * g, const char * what, struct cf_err * err)
{

	return (cf_err_data(err, NULL, g->account.text, g->account.len,
	    "%s, of account", what));
}

/* The next group of records, which stand together with ascending horizons. */
static int
next_group(const struct cf_batch * b, size_t first, struct group * g,
    struct cf_err * err)
{
	struct cf_field date, f;
	int64_t horizon;
	size_t i;

	g->first = first;
	g->account = cf_batch_key(b, first, CF_BATCH_ACCOUNT);
	date = cf_batch_key(b, first, CF_BATCH_DATE);
	if (cf_day_parse(date.text, date.len, &g->origin))
		return (bad_group(g, "a date that is none", err));
	for (i = first; i < b->n; i++) {
		f = cf_batch_key(b, i, CF_BATCH_ACCOUNT);
		if (f.len != g->account.len ||
		    memcmp(f.text, g->account.text, f.len) != 0)
			break;
		f = cf_batch_key(b, i, CF_BATCH_DATE);
		if (f.len != date.len || memcmp(f.text, date.text, f.len) != 0)
			break;
		f = cf_batch_key(b, i, CF_BATCH_HORIZON);
		if (cf_num_parse_int(f.text, f.len, &horizon) != CF_NUM_OK ||
		    horizon != (int64_t)(i - first) + 1)
			return (bad_group(g, "horizons are not 1, 2, 3 and so "
			    "on without a gap", err));
	}
	g->days = i - first;
	return (g->days <= CF_PATHS_HORIZON_MAX ? 0 :
	    bad_group(g, "too many days ahead", err));
}

/* What is certain takes the place of what was expected. */
static void
schedule(const struct work * w, struct cf_balance * b, const struct group * g)
{
	const struct cf_ledger_account * s;
	int64_t t;
	size_t i, day;

	memset(w->claimed, 0, CF_PATHS_HORIZON_MAX);
	for (i = 0; w->scheduled != NULL && i < w->scheduled->n; i++) {
		s = &w->scheduled->accounts[i];
		if (strlen(s->name) != g->account.len ||
		    memcmp(s->name, g->account.text, g->account.len) != 0)
			continue;
		for (day = 0; day < b->days; day++) {
			t = (int64_t)g->origin + 1 + (int64_t)day - s->first;
			if (t >= 0 && t < (int64_t)s->days &&
			    (s->amount[t] > 0 || s->amount[t] < 0))
				cf_balance_schedule(b, day, s->amount[t],
				    w->claimed);
		}
	}
}

static int
forecast_group(struct work * w, const struct group * g,
    struct cf_balance ** made, struct cf_err * err)
{
	struct cf_balance * b;
	struct cf_forecast fc;
	size_t i;

	b = cf_balance_new(&w->model->paths, cf_paths_holder(g->account.text,
	    g->account.len), g->days, err);
	if (b == NULL)
		return (-1);
	cf_forecast_batch(w->forecaster, w->batch.records +
	    g->first * w->model->inputs.n, g->days);
	for (i = 0; i < g->days; i++) {
		cf_forecast_get(w->forecaster, i, &fc);
		cf_balance_day(b, i, &fc);
		if (isnan(b->median[i])) {
			cf_balance_free(b);
			return (bad_group(g, "level or scale is missing",
			    err));
		}
	}
	schedule(w, b, g);
	*made = b;
	return (0);
}

/* Add an account to the total, which takes the first one over. */
static int
add_to_total(struct work * w, struct cf_balance * b, const struct group * g,
    double balance, double floor, struct cf_err * err)
{

	if (w->total != NULL && (w->total->days != b->days ||
	    w->total_origin != g->origin)) {
		cf_balance_free(b);
		return (bad_group(g, "--total: another date or number of "
		    "days", err));
	}
	w->total_balance += balance;
	w->total_floor += floor;
	w->total_origin = g->origin;
	if (w->total == NULL) {
		w->total = b;
		return (0);
	}
	cf_balance_add(w->total, b);
	cf_balance_free(b);
	return (0);
}

/* A single number is of the only account, or of all as one. */
static int
money_of(const struct work * w, const struct group * g, double * balance,
    double * floor, struct cf_err * err)
{
	int is_one = g->first == 0 && g->days == w->batch.n;
	int is_single = w->balance.is_single || w->floor.is_single;

	*balance = *floor = 0;
	if (is_single && !is_one && !w->a->total)
		return (cf_err_set(err, CF_ERR_USAGE, "--balance and --floor: "
		    "a number is for one account or for --total; there are "
		    "several"));
	if ((w->a->balance != NULL && cf_purse_get(&w->balance,
	    g->account.text, g->account.len, balance, err)) ||
	    (w->a->floor != NULL && cf_purse_get(&w->floor, g->account.text,
	    g->account.len, floor, err)))
		return (-1);
	/* Of the total it counts once. */
	if (w->total != NULL && w->balance.is_single)
		*balance = 0;
	if (w->total != NULL && w->floor.is_single)
		*floor = 0;
	return (0);
}

static int
run_groups(struct work * w, struct cf_err * err)
{
	const struct cf_field total = { CF_LEDGER_TOTAL,
	    strlen(CF_LEDGER_TOTAL) };
	struct cf_balance * b;
	struct group g = { .days = 0 };
	double balance, floor;
	size_t i;
	int rc;

	for (i = 0; i < w->batch.n; i += g.days) {
		if (next_group(&w->batch, i, &g, err) ||
		    money_of(w, &g, &balance, &floor, err) ||
		    forecast_group(w, &g, &b, err))
			return (-1);
		if (w->a->total) {
			rc = add_to_total(w, b, &g, balance, floor, err);
		} else {
			rc = write_account(w, b, g.account, g.origin, balance,
			    floor, err);
			cf_balance_free(b);
		}
		if (rc)
			return (-1);
	}
	return (w->total == NULL ? 0 : write_account(w, w->total, total,
	    w->total_origin, w->total_balance, w->total_floor, err));
}

/* Everything that is read before the first forecast. */
static int
load(struct work * w, const struct cf_intake_options * from,
    struct cf_err * err)
{
	const struct cf_ledger_options plan = { .paths = &w->a->scheduled,
	    .npaths = 1, .gaps = CF_LEDGER_ZERO, .today = CF_DAY_MAX };
	struct cf_intake_options options = *from;
	struct cf_intake * intake;
	int rc = -1;

	if ((w->a->balance != NULL && cf_purse_load(&w->balance,
	    w->a->balance, "--balance", err)) ||
	    (w->a->floor != NULL && cf_purse_load(&w->floor, w->a->floor,
	    "--floor", err)) || (w->a->scheduled != NULL &&
	    (w->scheduled = cf_ledger_load(&plan, err)) == NULL))
		return (-1);
	options.batch = SIZE_MAX;
	options.latest |= w->a->balance != NULL;
	if ((intake = cf_intake_open(w->model, &options, err)) == NULL)
		return (-1);
	if (cf_intake_next(intake, &w->batch, err) == 0) {
		rc = 0;
		if (w->batch.n > 0 && (!cf_intake_has(intake,
		    CF_BATCH_ACCOUNT) || !cf_intake_has(intake,
		    CF_BATCH_DATE) || !cf_intake_has(intake,
		    CF_BATCH_HORIZON)))
			rc = cf_err_set(err, CF_ERR_DATA, "--per and "
			    "--balance need columns account, date and "
			    "horizon");
	}
	cf_intake_close(intake);
	return (rc);
}

static int
make_room(struct work * w, struct cf_err * err)
{
	const size_t days = CF_PATHS_HORIZON_MAX;
	const size_t runs = CF_BALANCE_RUNS + CF_PATHS_MAX;

	w->sorted = cf_mem_array(runs, sizeof(*w->sorted), err);
	w->claimed = cf_mem_array(days, 1, err);
	w->below = cf_mem_array(days, sizeof(*w->below), err);
	w->breached = cf_mem_array(days, sizeof(*w->breached), err);
	w->forecaster = cf_forecast_new(w->model, days, err);
	return (w->sorted == NULL || w->claimed == NULL || w->below == NULL ||
	    w->breached == NULL || w->forecaster == NULL ? -1 : 0);
}

int
cf_outlook_run(const struct cf_outlook * a, const struct cf_model * model,
    const struct cf_intake_options * from,
    const struct cf_forecasts_params * print, enum cf_format format,
    struct cf_out * out, struct cf_err * err)
{
	struct work w = { .a = a, .model = model, .print = print };
	int rc = -1;

	cf_batch_init(&w.batch, model->inputs.n);
	if (!model->kind->has_unit)
		cf_err_set(err, CF_ERR_DATA,
		    "--per and --balance need a model of accounts");
	else if (make_room(&w, err) == 0 && load(&w, from, err) == 0 &&
	    (w.writer = cf_writer_new(out, format, 0, err)) != NULL &&
	    name_columns(&w, err) == 0)
		rc = run_groups(&w, err);
	cf_writer_free(w.writer);
	cf_balance_free(w.total);
	cf_forecast_free(w.forecaster);
	cf_ledger_free(w.scheduled);
	cf_purse_free(&w.balance);
	cf_purse_free(&w.floor);
	cf_batch_free(&w.batch);
	free(w.sorted);
	free(w.claimed);
	free(w.below);
	free(w.breached);
	return (rc);
}

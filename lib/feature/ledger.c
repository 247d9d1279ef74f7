#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/mem.h"
#include "feature/entry.h"
#include "feature/ledger.h"
#include "feature/names.h"
#include "table/each.h"

struct movement {
	size_t account;
	int32_t day;
	double amount;		/* NaN: missing. */
};

/* Columns of a file. */
struct loading {
	const struct cf_ledger_options * options;
	struct cf_ledger * ledger;
	struct cf_names accounts;
	struct cf_names seen;	/* Whole rows, where same ones are dropped. */
	struct movement * movements;
	size_t n;
	size_t capacity;
	char * currency;	/* The first met. */
	int has_empty;		/* An amount was empty. */
	/* Columns of the present file: */
	size_t date;
	size_t amount;
	size_t account;		/* These two may be CF_READER_NONE. */
	size_t currency_at;
};

enum cf_ledger_gaps
cf_ledger_gaps_by_name(const char * name)
{

	if (strcmp(name, "zero") == 0)
		return (CF_LEDGER_ZERO);
	return (strcmp(name, "missing") == 0 ? CF_LEDGER_MISSING :
	    CF_LEDGER_AUTO);
}

static int
find_columns(void * cookie, const struct cf_reader * file,
    struct cf_err * err)
{
	struct loading * l = cookie;

	if (cf_reader_need(file, "date", &l->date, err) ||
	    cf_reader_need(file, "amount", &l->amount, err))
		return (-1);
	l->account = cf_reader_find(file, "account");
	/* hledger calls it so. */
	l->currency_at = cf_reader_find(file, "currency");
	if (l->currency_at == CF_READER_NONE)
		l->currency_at = cf_reader_find(file, "commodity");
	return (0);
}

static int
read_date(const struct loading * load, const struct cf_reader * file,
    int32_t * day, struct cf_err * err)
{
	const char * format = load->options->date_format;
	struct cf_field f;
	int64_t time_s;
	int has_clock;

	if (format == NULL) {
		if (cf_reader_moment(file, load->date, &time_s, &has_clock,
		    err))
			return (-1);
		*day = cf_day_of_moment(time_s);
		return (0);
	}
	f = cf_reader_field(file, load->date);
	if (cf_entry_date(f.text, f.len, format, day))
		return (cf_reader_bad(file, load->date,
		    "not a date of the given format", err));
	return (0);
}

/* Money of two kinds cannot be added. */
static int
check_currency(struct loading * load, const struct cf_reader * file,
    size_t column, struct cf_field money, struct cf_err * err)
{

	if (load->currency == NULL) {
		load->currency = cf_mem_strndup(money.text, money.len, err);
		return (load->currency != NULL ? 0 : -1);
	}
	if (strlen(load->currency) != money.len ||
	    memcmp(load->currency, money.text, money.len) != 0)
		return (cf_reader_bad(file, column, "a second currency, "
		    "which cannot be added to the first; give each a ledger "
		    "of its own", err));
	return (0);
}

/* An amount, which may name its currency if no column does. */
static int
read_amount(struct loading * load, const struct cf_reader * file,
    double * amount, struct cf_err * err)
{
	struct cf_field f = cf_reader_field(file, load->amount), money = f;

	*amount = NAN;
	if (f.len == 0) {
		load->has_empty = 1;
		return (0);
	}
	if (load->currency_at == CF_READER_NONE)
		f.len = cf_entry_part(f.text, f.len, &f.text, &money.text,
		    &money.len);
	if (cf_entry_amount(f.text, f.len, load->options->decimal, amount) ==
	    0) {
		/* Books write nothing as 0, of whatever currency. */
		if (load->currency_at != CF_READER_NONE || (money.len == 0 &&
		    !(*amount > 0) && !(*amount < 0)))
			return (0);
		return (check_currency(load, file, load->amount, money, err));
	}
	if (load->options->decimal == '\0' &&
	    (cf_entry_amount(f.text, f.len, '.', amount) == 0 ||
	    cf_entry_amount(f.text, f.len, ',', amount) == 0))
		return (cf_reader_bad(file, load->amount, "not a plain number; "
		    "--decimal . or --decimal , tells how to read it", err));
	return (cf_reader_bad(file, load->amount, "not a number", err));
}

static int
find_account(struct loading * load, const struct cf_reader * file,
    size_t * account, struct cf_err * err)
{
	struct cf_field f = { CF_LEDGER_TOTAL, strlen(CF_LEDGER_TOTAL) };

	if (load->account != CF_READER_NONE) {
		if (cf_reader_field(file, load->account).len == 0)
			return (cf_reader_bad(file, load->account, "missing",
			    err));
		if (!load->options->total)
			f = cf_reader_field(file, load->account);
	}
	return (cf_names_add(&load->accounts, f.text, f.len, account, err) ==
	    -1 ? -1 : 0);
}

/* Has a row with these very fields been met?  -1: neither yes nor no. */
static int
is_same(struct loading * load, const struct cf_reader * file,
    struct cf_err * err)
{
	struct cf_buf row = { 0 };
	struct cf_field f;
	size_t i, number;
	int rc = -1;

	for (i = 0; i < cf_reader_columns(file); i++) {
		f = cf_reader_field(file, i);
		cf_buf_add(&row, f.text, f.len);
		cf_buf_add_char(&row, '\n');
	}
	if (cf_buf_string(&row, err) != NULL)
		rc = cf_names_add(&load->seen, row.data, row.len, &number,
		    err);
	cf_buf_free(&row);
	return (rc == -1 ? -1 : rc == 0);
}

static int
take_row(void * cookie, const struct cf_reader * file, struct cf_err * err)
{
	struct loading * load = cookie;
	struct movement m;
	int same;

	if (read_date(load, file, &m.day, err) ||
	    read_amount(load, file, &m.amount, err) ||
	    (load->currency_at != CF_READER_NONE && check_currency(load, file,
	    load->currency_at, cf_reader_field(file, load->currency_at),
	    err)))
		return (-1);
	if (load->options->dedupe) {
		if ((same = is_same(load, file, err)) == -1)
			return (-1);
		if (same) {
			load->ledger->same++;
			return (0);
		}
	}
	if (m.day > load->options->today) {
		load->ledger->later++;
		return (0);
	}
	if (find_account(load, file, &m.account, err) ||
	    cf_mem_grow(&load->movements, &load->capacity, load->n + 1,
	    sizeof(*load->movements), err))
		return (-1);
	load->movements[load->n++] = m;
	load->ledger->rows++;
	return (0);
}

static int
load_file(struct loading * load, const char * path, struct cf_err * err)
{

	return (cf_each_record(cf_reader_open(path, err), find_columns,
	    take_row, load, err));
}

/* First and last day of each account; amounts are not yet there. */
static int
span_accounts(struct loading * load, int32_t * last, struct cf_err * err)
{
	struct cf_ledger * ledger = load->ledger;
	struct cf_ledger_account * a;
	const struct movement * m;
	const char * name;
	size_t i, len;

	ledger->accounts = cf_mem_array(load->accounts.n,
	    sizeof(*ledger->accounts), err);
	if (ledger->accounts == NULL)
		return (-1);
	for (ledger->n = 0; ledger->n < load->accounts.n; ledger->n++) {
		name = cf_names_get(&load->accounts, ledger->n, &len);
		a = &ledger->accounts[ledger->n];
		if ((a->name = cf_mem_strndup(name, len, err)) == NULL)
			return (-1);
		a->first = INT32_MAX;
		last[ledger->n] = INT32_MIN;
	}
	for (i = 0; i < load->n; i++) {
		m = &load->movements[i];
		a = &ledger->accounts[m->account];
		if (m->day < a->first)
			a->first = m->day;
		if (m->day > last[m->account])
			last[m->account] = m->day;
		if (i == 0 || m->day > ledger->last)
			ledger->last = m->day;
	}
	return (0);
}

/* Where each history ends; room for it, all missing. */
static int
end_accounts(struct loading * load, const int32_t * last, struct cf_err * err)
{
	struct cf_ledger * ledger = load->ledger;
	const int32_t silence = load->options->closed_after;
	struct cf_ledger_account * a;
	int32_t end;
	size_t i, t;

	for (i = 0; i < ledger->n; i++) {
		a = &ledger->accounts[i];
		a->is_closed = silence > 0 &&
		    ledger->last - last[i] > silence;
		end = a->is_closed ? last[i] : ledger->last;
		if (end - a->first >= CF_LEDGER_DAYS_MAX)
			return (cf_err_set(err, CF_ERR_DATA, "account "
			    "\"%.60s\": its rows span more than %d days",
			    a->name, CF_LEDGER_DAYS_MAX));
		a->days = (size_t)(end - a->first) + 1;
		a->amount = cf_mem_array(a->days, sizeof(*a->amount), err);
		if (a->amount == NULL)
			return (-1);
		for (t = 0; t < a->days; t++)
			a->amount[t] = NAN;
	}
	return (0);
}

/* Add movements up by days, and say what the other days mean. */
static int
fill_accounts(struct loading * load, struct cf_err * err)
{
	struct cf_ledger * ledger = load->ledger;
	struct cf_ledger_account * a;
	char * has_row = NULL;
	size_t * start = NULL;
	size_t i, t, days = 0, full = 0;
	int rc = -1;

	if ((start = cf_mem_array(ledger->n, sizeof(*start), err)) == NULL)
		goto done;
	for (i = 0; i < ledger->n; i++) {
		start[i] = days;
		days += ledger->accounts[i].days;
	}
	if ((has_row = cf_mem_array(days, 1, err)) == NULL)
		goto done;
	for (i = 0; i < load->n; i++) {
		a = &ledger->accounts[load->movements[i].account];
		t = (size_t)(load->movements[i].day - a->first);
		full += !has_row[start[load->movements[i].account] + t];
		has_row[start[load->movements[i].account] + t] = 1;
		if (isnan(load->movements[i].amount))
			continue;
		if (isnan(a->amount[t]))
			a->amount[t] = 0;
		a->amount[t] += load->movements[i].amount;
	}
	ledger->full = days > 0 ? (double)full / (double)days : (double)NAN;
	ledger->gaps = load->options->gaps;
	if (ledger->gaps == CF_LEDGER_AUTO)
		ledger->gaps = load->has_empty ||
		    ledger->full >= CF_LEDGER_FULL ? CF_LEDGER_MISSING :
		    CF_LEDGER_ZERO;
	for (i = 0; i < ledger->n && ledger->gaps == CF_LEDGER_ZERO; i++) {
		for (t = 0; t < ledger->accounts[i].days; t++) {
			if (!has_row[start[i] + t])
				ledger->accounts[i].amount[t] = 0;
		}
	}
	rc = 0;
done:
	free(start);
	free(has_row);
	return (rc);
}

static int
build(struct loading * load, struct cf_err * err)
{
	int32_t * last;
	int rc;

	last = cf_mem_array(load->accounts.n, sizeof(*last), err);
	if (last == NULL)
		return (-1);
	rc = span_accounts(load, last, err) || end_accounts(load, last, err) ||
	    fill_accounts(load, err) ? -1 : 0;
	free(last);
	return (rc);
}

struct cf_ledger *
cf_ledger_load(const struct cf_ledger_options * options, struct cf_err * err)
{
	struct loading load = { .options = options };
	size_t i;
	int rc = 0;

	load.ledger = cf_mem_array(1, sizeof(*load.ledger), err);
	if (load.ledger == NULL)
		return (NULL);
	if (options->npaths == 0)
		rc = load_file(&load, NULL, err);
	for (i = 0; i < options->npaths && rc == 0; i++)
		rc = load_file(&load, options->paths[i], err);
	if (rc == 0)
		rc = build(&load, err);
	cf_names_free(&load.accounts);
	cf_names_free(&load.seen);
	free(load.movements);
	free(load.currency);
	if (rc) {
		cf_ledger_free(load.ledger);
		return (NULL);
	}
	return (load.ledger);
}

void
cf_ledger_free(struct cf_ledger * ledger)
{
	size_t i;

	if (ledger == NULL)
		return;
	for (i = 0; ledger->accounts != NULL && i < ledger->n; i++) {
		free(ledger->accounts[i].name);
		free(ledger->accounts[i].amount);
	}
	free(ledger->accounts);
	free(ledger);
}

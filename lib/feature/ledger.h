#ifndef CF_FEATURE_LEDGER_H_
#define CF_FEATURE_LEDGER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * A ledger: dated movements of money, in any order, added up to one number for
 * each account and day.
 *
 * A day without a row is zero in one ledger (nothing moved) and missing in
 * another (a cash machine was out of service); an empty amount is missing in
 * both, unless another row of its day has one.  Who does not say which gets it
 * guessed: empty amounts are only written where a day should have had one, and
 * a ledger with a row on nearly every day means something by the others.
 *
 * The history of an account ends where the ledger ends, or, in an account in
 * which nothing was booked for long before, with its last row: it is closed.
 * Rows that are dated after today are plans, not history, and left out.
 */

enum cf_ledger_gaps { CF_LEDGER_AUTO, CF_LEDGER_ZERO, CF_LEDGER_MISSING };

#define CF_LEDGER_GAPS_NAMES "auto|zero|missing"
#define CF_LEDGER_DAYS_MAX 60000	/* Of an account's history. */
#define CF_LEDGER_FULL 0.8	/* Share of days with a row from which on
				 * gaps are taken to be missing. */
#define CF_LEDGER_TOTAL "total"	/* The account where there is no such column,
				 * and the sum of all. */

struct cf_ledger_options {
	const char * const * paths;	/* NULL or "-": standard input. */
	size_t npaths;		/* 0: standard input. */
	char decimal;		/* See feature/entry.h */
	const char * date_format; /* NULL: YYYY-MM-DD, be it with a time. */
	int dedupe;		/* A row that is the same throughout counts once. */
	int total;		/* All accounts are one. */
	enum cf_ledger_gaps gaps;
	int32_t today;		/* Later rows are left out. */
	int32_t closed_after;	/* Days without a row; 0: never. */
};

struct cf_ledger_account {
	char * name;
	int32_t first;		/* Day of amount[0]. */
	size_t days;
	double * amount;	/* [days]; NaN: missing. */
	int is_closed;
};

struct cf_ledger {
	struct cf_ledger_account * accounts;	/* In order of appearance. */
	size_t n;
	int32_t last;		/* Newest day of the ledger. */
	enum cf_ledger_gaps gaps;	/* As decided. */
	double full;		/* Share of days that have a row. */
	size_t rows;		/* Counted; */
	size_t later;		/* left out, being of the future; */
	size_t same;		/* left out, being there already. */
};

/**
 * cf_ledger_gaps_by_name(name):
 * Return the value for one of CF_LEDGER_GAPS_NAMES.
 */
enum cf_ledger_gaps cf_ledger_gaps_by_name(const char * name);

/**
 * cf_ledger_load(options, err):
 * Read the files.  The caller frees the ledger with cf_ledger_free.  Return
 * NULL on failure; no rows is not one.
 */
struct cf_ledger * cf_ledger_load(const struct cf_ledger_options * options,
    struct cf_err * err);

/**
 * cf_ledger_free(ledger):
 * Free it; NULL is harmless.
 */
void cf_ledger_free(struct cf_ledger * ledger);

#endif /* !CF_FEATURE_LEDGER_H_ */

#ifndef CF_CMD_LEDGERING_H_
#define CF_CMD_LEDGERING_H_

#include <stddef.h>
#include <stdint.h>

#include "feature/ledger.h"
#include "feature/series.h"

#include "main.h"

/*
 * cf-features --ledger: from a ledger to features of its accounts.
 */
struct cf_ledgering {
	const struct cf_main * main;
	const struct cf_main_common * common;
	int is_asked;		/* --ledger was given. */
	const char * gaps;
	const char * decimal;	/* NULL: plain numbers. */
	const char * date_format;	/* NULL: YYYY-MM-DD. */
	int dedupe;
	int total;
	int64_t closed_after;
	int64_t origin_step;	/* 0: not given. */
	const char * holidays;	/* File, or NULL. */
	const char * horizon;	/* NULL: the default. */
	int newest_only;
	int64_t until_s;	/* The last moment of today; 0: the clock's. */
	const struct cf_series * series;
	double max_age;
	size_t threads;		/* 0: all processors. */
};

#define CF_LEDGERING { .gaps = "auto", .closed_after = 92, .origin_step = 11 }

/* Rows of the option table; L is a struct cf_ledgering. */
#define CF_LEDGERING_OPTS(L)						\
	{ 0, "ledger", NULL, CF_OPT_FLAG, &(L).is_asked, 0, 0, NULL,	\
	    "the input is a ledger: date,amount[,account]" },		\
	{ 0, "gaps", "WHAT", CF_OPT_CHOICE, &(L).gaps, 0, 0,		\
	    CF_LEDGER_GAPS_NAMES, "what a day without a row means" },	\
	{ 0, "decimal", "SIGN", CF_OPT_CHOICE, &(L).decimal, 0, 0,	\
	    ".|,", "decimal sign of amounts, which may be grouped" },	\
	{ 0, "date-format", "FORMAT", CF_OPT_TEXT, &(L).date_format, 0,	\
	    0, NULL, "of %Y %y %m %b %d, as %d.%m.%Y" },		\
	{ 0, "dedupe", NULL, CF_OPT_FLAG, &(L).dedupe, 0, 0, NULL,	\
	    "count rows once that are the same throughout" },		\
	{ 0, "total", NULL, CF_OPT_FLAG, &(L).total, 0, 0, NULL,	\
	    "add all accounts up to one" },				\
	{ 0, "closed-after", "DAYS", CF_OPT_INT, &(L).closed_after, 0,	\
	    100000, NULL, "an account silent for longer is closed; 0: never" }, \
	{ 0, "origin-step", "DAYS", CF_OPT_INT, &(L).origin_step, 1,	\
	    10000, NULL, "from one day to learn from to the next" },	\
	{ 0, "holidays", "FILE", CF_OPT_TEXT, &(L).holidays, 0, 0, NULL, \
	    "days on which business rests: a column date" }

/**
 * cf_ledgering_given(l):
 * Return the name of an option that is for ledgers only and was given without
 * --ledger, or NULL.
 */
const char * cf_ledgering_given(const struct cf_ledgering * l);

/**
 * cf_ledgering_run(l, paths, n, out, err):
 * Read the ledger of ${n} files (0: stdin), say on stderr what was found out
 * about it, write its features to ${out} (NULL: compute only).  Return 0 or -1.
 */
int cf_ledgering_run(const struct cf_ledgering * l,
    const char * const * paths, size_t n, struct cf_out * out,
    struct cf_err * err);

#endif /* !CF_CMD_LEDGERING_H_ */

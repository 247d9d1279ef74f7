#ifndef CF_DRIFT_OCCASION_H_
#define CF_DRIFT_OCCASION_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feature/names.h"
#include "table/reader.h"

/*
 * The key of a forecast and of its outcome: symbol or account, date and
 * horizon.  Files may be without the first or the last, if all of them are:
 * then there is one entity, and the horizon is 0.  What was read twice counts
 * once, as it came last, in the order of the files.
 */
struct cf_occasion {
	size_t entity;
	size_t order;		/* In which it came. */
	int64_t date_s;
	double horizon;		/* 0: none given. */
};

/* What the files read so far have in common. */
struct cf_occasion_files {
	struct cf_names entities;
	/* "symbol", "account" or "record"; NULL before the first file. */
	const char * key;
	int is_ledger;		/* Accounts. */
	int has_horizon;
	int has_clock;
	size_t read;		/* Records, for their order. */
	size_t column[3];	/* Of the present file. */
};

/**
 * cf_occasion_find(files, reader, err):
 * Find the columns of the key in the file begun.  Return 0 or -1.
 */
int cf_occasion_find(struct cf_occasion_files * files,
    const struct cf_reader * reader, struct cf_err * err);

/**
 * cf_occasion_take(files, reader, occasion, err):
 * Set *${occasion} from the present record.  Return 0 or -1.
 */
int cf_occasion_take(struct cf_occasion_files * files,
    const struct cf_reader * reader, struct cf_occasion * occasion,
    struct cf_err * err);

/**
 * cf_occasion_target(files, occasion):
 * Return the day that is forecast, where the key tells it: of an account the
 * date and horizon days; else the date, for a symbol's is so many bars away.
 */
int64_t cf_occasion_target(const struct cf_occasion_files * files,
    const struct cf_occasion * occasion);

/**
 * cf_occasion_compare(a, b):
 * Order by entity, date, horizon; of the same key return 0.
 */
int cf_occasion_compare(const struct cf_occasion * a,
    const struct cf_occasion * b);

/**
 * cf_occasion_by_order(a, b):
 * The same for qsort(3), and of the same key by the order in which they came;
 * for structs that begin with a struct cf_occasion.
 */
int cf_occasion_by_order(const void * a, const void * b);

/**
 * cf_occasion_settle(items, n, size):
 * Sort ${n} such structs of ${size} bytes, keep the last of each key, and
 * return how many are left.
 */
size_t cf_occasion_settle(void * items, size_t n, size_t size);

/**
 * cf_occasion_free(files):
 * Free what it holds.
 */
void cf_occasion_free(struct cf_occasion_files * files);

#endif /* !CF_DRIFT_OCCASION_H_ */

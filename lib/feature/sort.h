#ifndef CF_FEATURE_SORT_H_
#define CF_FEATURE_SORT_H_

#include "base/err.h"
#include "feature/bar.h"

/*
 * Bars of any number in any order, sorted by symbol (its bytes) and time.  As
 * many as fit into a fixed room are sorted in memory; beyond that, sorted runs
 * go to one temporary file without a name, in TMPDIR or /tmp, and are merged
 * from there; so do all texts of other columns.  Two bars of one symbol and
 * time are bad data.
 */
struct cf_sort;

/**
 * cf_sort_new(room, err):
 * Return an empty sorter that holds up to ${room} bars in memory (at least 2),
 * or NULL.
 */
struct cf_sort * cf_sort_new(size_t room, struct cf_err * err);
#define CF_SORT_ROOM 65536

/**
 * cf_sort_add(sort, bar, symbol, len, others, err):
 * Take a bar with bar->others_len bytes of text.  Return 0 or -1.
 */
int cf_sort_add(struct cf_sort * sort, const struct cf_bar * bar,
    const char * symbol, size_t len, const char * others,
    struct cf_err * err);

/**
 * cf_sort_next(sort, bar, symbol, len, is_first, others, err):
 * Give the next bar in order, with its symbol and text, valid until the next
 * call, and whether it is the symbol's first.  After the first call no bar can
 * be added.  Return 1, 0 at the end, or -1.
 */
int cf_sort_next(struct cf_sort * sort, struct cf_bar * bar,
    const char ** symbol, size_t * len, int * is_first, const char ** others,
    struct cf_err * err);

/**
 * cf_sort_free(sort):
 * Free it with its file; NULL is harmless.
 */
void cf_sort_free(struct cf_sort * sort);

#endif /* !CF_FEATURE_SORT_H_ */

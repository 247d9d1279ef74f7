#ifndef CF_RISK_LISTED_H_
#define CF_RISK_LISTED_H_

#include <stddef.h>

#include "base/err.h"
#include "feature/names.h"

/*
 * A list of names with a number for each: weights of symbols, balances of
 * accounts.  A file of two columns, in which no name stands twice.
 */
struct cf_listed {
	struct cf_names names;
	double * values;	/* [names.n] */
	size_t capacity;
};

/**
 * cf_listed_load(listed, path, name, value, err):
 * Read the file ${path}, whose columns are called ${name} and ${value}.  Free
 * it with cf_listed_free, also after failure.  Return 0 or -1.
 */
int cf_listed_load(struct cf_listed * listed, const char * path,
    const char * name, const char * value, struct cf_err * err);

/**
 * cf_listed_free(listed):
 * Free what it holds.
 */
void cf_listed_free(struct cf_listed * listed);

#endif /* !CF_RISK_LISTED_H_ */

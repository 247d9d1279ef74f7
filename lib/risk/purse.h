#ifndef CF_RISK_PURSE_H_
#define CF_RISK_PURSE_H_

#include <stddef.h>

#include "base/err.h"
#include "risk/listed.h"

/*
 * An amount of money for each account: a number, which is for the only account
 * there is, or a file of records account,amount.
 */
struct cf_purse {
	const char * what;	/* For messages; borrowed. */
	int is_single;
	double single;
	struct cf_listed amounts;
};

/**
 * cf_purse_load(purse, text, what, err):
 * Read ${text}: a number, else the name of a file.  ${what} is "--balance".
 * Free it with cf_purse_free, also after failure.  Return 0 or -1.
 */
int cf_purse_load(struct cf_purse * purse, const char * text,
    const char * what, struct cf_err * err);

/**
 * cf_purse_get(purse, name, len, amount, err):
 * Set *${amount} to that of an account; not to have one is bad data.  Return 0
 * or -1.
 */
int cf_purse_get(const struct cf_purse * purse, const char * name, size_t len,
    double * amount, struct cf_err * err);

/**
 * cf_purse_free(purse):
 * Free what it holds.
 */
void cf_purse_free(struct cf_purse * purse);

#endif /* !CF_RISK_PURSE_H_ */

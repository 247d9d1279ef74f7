#ifndef CF_RISK_PORTFOLIO_H_
#define CF_RISK_PORTFOLIO_H_

#include <stddef.h>

#include "base/err.h"
#include "risk/listed.h"

/*
 * A portfolio: records symbol,weight.  Weights are parts of the money; they
 * need not add up to anything, and one below 0 is a position that gains when
 * the price falls.  What is told of a portfolio is per 100 committed, long and
 * short together:
 *
 *	cash flow = 100 + sum w_i (cash flow_i - 100) / sum |w_i|
 */
struct cf_portfolio {
	struct cf_listed holdings;	/* Weights / sum |w_i| */
};

/**
 * cf_portfolio_load(path, err):
 * Read one.  Return NULL on failure; the caller frees it with
 * cf_portfolio_free.
 */
struct cf_portfolio * cf_portfolio_load(const char * path,
    struct cf_err * err);

/**
 * cf_portfolio_free(portfolio):
 * Free it; NULL is harmless.
 */
void cf_portfolio_free(struct cf_portfolio * portfolio);

#endif /* !CF_RISK_PORTFOLIO_H_ */

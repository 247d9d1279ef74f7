#ifndef CF_REPORT_FANS_H_
#define CF_REPORT_FANS_H_

#include "base/err.h"
#include "report/figure.h"
#include "report/past.h"

/*
 * Forecast fans: for each entity the intervals that were forecast, day by day,
 * with what came of them; and the risk of the newest forecasts beside each
 * other.
 *
 * Where several forecasts speak of one day (a ledger's target date), the last
 * one made does.  A page holds CF_FANS_MOST fans, of the entities with the
 * highest risk, and about CF_FANS_POINTS days in all.
 */

#define CF_FANS_MOST 100
#define CF_FANS_POINTS 4200

/**
 * cf_fans_figures(past, figures, err):
 * Add a fan for each entity.  Return 0 or -1.
 */
int cf_fans_figures(const struct cf_past * past, struct cf_figures * figures,
    struct cf_err * err);

/**
 * cf_fans_risk(past, figures, flagged, err):
 * Add the risk of the newest forecasts of symbols, worst first, and set
 * *${flagged} to how many are HIGH.  Of a ledger nothing is added.  Return 0
 * or -1.
 */
int cf_fans_risk(const struct cf_past * past, struct cf_figures * figures,
    size_t * flagged, struct cf_err * err);

/**
 * cf_fans_portfolio(past, figures, err):
 * Add the newest of forecasts that are of a portfolio as a whole.  Return 0 or
 * -1.
 */
int cf_fans_portfolio(const struct cf_past * past,
    struct cf_figures * figures, struct cf_err * err);

/**
 * cf_fans_balance(past, figures, below, err):
 * Add the path of the balance of each account, where forecasts carry it, and
 * set *${below} to how many accounts are flagged.  Return 0 or -1.
 */
int cf_fans_balance(const struct cf_past * past, struct cf_figures * figures,
    size_t * below, struct cf_err * err);

#endif /* !CF_REPORT_FANS_H_ */

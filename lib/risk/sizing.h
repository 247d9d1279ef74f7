#ifndef CF_RISK_SIZING_H_
#define CF_RISK_SIZING_H_

/*
 * Sizing rules: how large a position a forecast is worth, in units of a full
 * one.  One row each; rules never ask for a negative position.
 */

/* What a rule may look at. */
struct cf_sizing_case {
	double prediction;	/* Expected cash flow for 100 committed. */
	double variance;	/* Of the cash flow. */
	double value_at_risk;	/* Loss per 100. */
	double var_limit;
};

struct cf_sizing {
	const char * name;
	const char * help;
	double (*size)(const struct cf_sizing_case *);
};

#define CF_SIZING_MAX 2.0	/* No clamped rule asks for more. */

/**
 * cf_sizing_by_name(name):
 * Return the rule, or NULL.
 */
const struct cf_sizing * cf_sizing_by_name(const char * name);

/**
 * cf_sizing_choices():
 * Return the names as "a|b|c", for an option table.
 */
const char * cf_sizing_choices(void);

#endif /* !CF_RISK_SIZING_H_ */

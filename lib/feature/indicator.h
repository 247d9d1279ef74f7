#ifndef CF_FEATURE_INDICATOR_H_
#define CF_FEATURE_INDICATOR_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The catalogue of indicators: one row each, from which come the columns that
 * can be asked for, their parameters with ranges and defaults, the warm-up,
 * the role a model gives them, and the text of `cf-features --list`.  What
 * computes them is a machine (feature/machine.h); a machine may feed several
 * indicators.
 *
 * A column is called NAME, or NAME_PARAM with a value for every parameter:
 * "rsi" and "rsi_14" are the same, "bollinger_upper" is "bollinger_upper_20_2".
 */
struct cf_machine;

/* What a column is to a model (DESIGN 4). */
enum cf_role {
	CF_ROLE_NONE,
	CF_ROLE_PRICE,		/* In the money of the row's own day. */
	CF_ROLE_VOLATILITY,	/* Like a standard deviation. */
	CF_ROLE_BOUNDED,	/* Within fixed limits. */
	CF_ROLE_RETURN,		/* Free of units, around zero. */
	CF_ROLE_VOLUME,		/* In shares. */
	CF_ROLE_MACRO,		/* The level of a series: names the day. */
	CF_ROLE_CALENDAR,	/* Of the date alone. */
	CF_ROLE_DIFFERENCE	/* Between prices, in the same money. */
};

/* How a value gets from the machine's adjusted units to the row's own. */
enum cf_unit {
	CF_UNIT_NONE,
	CF_UNIT_PRICE,
	CF_UNIT_SHARES
};

#define CF_INDICATOR_PARAMS_MAX 3
#define CF_INDICATOR_WINDOW_MAX 10000	/* Rows of any window. */

struct cf_param {
	const char * name;	/* "n", "k" */
	double value;		/* Default. */
	double min;
	double max;
	int is_whole;
};

struct cf_indicator {
	const char * name;
	const char * about;	/* A few words. */
	enum cf_role role;
	enum cf_unit unit;
	const struct cf_machine * machine;
	unsigned int output;	/* Which of the machine's. */
	size_t nparams;
	struct cf_param params[CF_INDICATOR_PARAMS_MAX];
	size_t (*warmup)(const double * params); /* Rows to the first value. */
	const char * columns;	/* Those of --set all, separated by blanks. */
	const char * inputs;	/* Fields of a bar. */
	const char * formula;
	const char * source;
};

/**
 * cf_indicator_find(column, params, err):
 * Return the row for a column's name, and set ${params} (of
 * CF_INDICATOR_PARAMS_MAX) to its parameters.  If there is none, or a
 * parameter is out of range, return NULL with an error of kind CF_ERR_USAGE
 * (${err} may be NULL).
 */
const struct cf_indicator * cf_indicator_find(const char * column,
    double * params, struct cf_err * err);

/**
 * cf_indicator_other(name, other, err):
 * Set *${other} to the other name of the column ${name} where that has default
 * parameters, "rsi_14" for "rsi" and the other way round, to be freed by the
 * caller; to NULL if it has no other.  Return 0 or -1.
 */
int cf_indicator_other(const char * name, char ** other, struct cf_err * err);

/**
 * cf_indicator_role(column):
 * Return the role of a feature column such as "garman_klass_50", also of the
 * series "vix", "treasury_10y" and "dollar_index"; CF_ROLE_NONE for any other.
 */
enum cf_role cf_indicator_role(const char * column);

/**
 * cf_indicator_role_name(role):
 * Return the role's name in lower case.
 */
const char * cf_indicator_role_name(enum cf_role role);

#endif /* !CF_FEATURE_INDICATOR_H_ */

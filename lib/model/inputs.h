#ifndef CF_MODEL_INPUTS_H_
#define CF_MODEL_INPUTS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feature/indicator.h"
#include "model/kind.h"
#include "model/scale.h"
#include "table/frame.h"

/*
 * A model's inputs are columns as files and callers have them.  What its trees
 * see is derived from each input by the role that the indicator catalogue
 * gives it, so that nothing in it names a day or a stock:
 *
 *	price		(input / stock_price - 1) / s
 *	difference	input / stock_price / s
 *	volatility	ln(input / s); and it is a regressor of the scale s
 *	bounded		as it is
 *	return		input / s
 *	calendar	as it is
 *	volume, macro	not seen by the trees
 *
 * A kind without scale model (plain) gives its trees every input as it is; one
 * with a unit (amount) all but level and scale, which turn z into money.
 */

#define CF_INPUTS_NONE ((size_t)-1)
#define CF_INPUTS_MAX 4096

enum cf_derive {
	CF_DERIVE_SAME = 0,
	CF_DERIVE_PRICE = 1,
	CF_DERIVE_VOLATILITY = 2,
	CF_DERIVE_RETURN = 3,
	CF_DERIVE_DIFFERENCE = 4
};

struct cf_input {
	char * name;
	enum cf_role role;
	double low;		/* Range in training; NaN: always missing. */
	double high;
};

struct cf_derived {
	uint32_t how;		/* enum cf_derive */
	uint32_t input;
};

struct cf_inputs {
	size_t n;
	struct cf_input * items;
	size_t price;		/* Index of stock_price, or CF_INPUTS_NONE. */
	size_t level;		/* Of kinds with a unit; */
	size_t unit;		/* or CF_INPUTS_NONE. */
	size_t nlogs;		/* Regressors of the scale: */
	size_t log_of[CF_SCALE_INPUTS_MAX];	/* indices of inputs. */
	size_t nderived;
	struct cf_derived * derived;
};

/**
 * cf_inputs_choose(inputs, kind, frame, target, column, err):
 * Choose the inputs of a model of ${kind} among the columns of ${frame}, with
 * ${target} left out, and set *${column} to an array of their column indices,
 * which the caller frees.  Free the inputs with cf_inputs_free.  Return 0 or
 * -1.
 */
int cf_inputs_choose(struct cf_inputs * inputs, const struct cf_kind * kind,
    const struct cf_frame * frame, const char * target, size_t ** column,
    struct cf_err * err);

/**
 * cf_inputs_arrange(inputs, kind, err):
 * Fill price, log_of and derived from names and roles.  Return 0 or -1.
 */
int cf_inputs_arrange(struct cf_inputs * inputs, const struct cf_kind * kind,
    struct cf_err * err);

/**
 * cf_inputs_logs(inputs, record, logs):
 * Set ${logs}[nlogs] to the logarithms of the record's volatilities; NaN for
 * what is missing or not positive.
 */
void cf_inputs_logs(const struct cf_inputs * inputs, const double * record,
    double * logs);

/**
 * cf_inputs_derive(inputs, record, scale, derived):
 * Set ${derived}[nderived] to what the trees see of a record with that scale.
 */
void cf_inputs_derive(const struct cf_inputs * inputs, const double * record,
    double scale, double * derived);

/**
 * cf_inputs_free(inputs):
 * Free what it holds and leave it empty.
 */
void cf_inputs_free(struct cf_inputs * inputs);

#endif /* !CF_MODEL_INPUTS_H_ */

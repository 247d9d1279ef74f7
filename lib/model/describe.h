#ifndef CF_MODEL_DESCRIBE_H_
#define CF_MODEL_DESCRIBE_H_

#include <jansson.h>

#include "base/err.h"
#include "model/model.h"

/*
 * A model as one JSON object, for people and for jq(1): what it forecasts from
 * what, and what it has learned in numbers small enough to read.
 *
 *	model, kind, target, horizon	horizon is null where there is none
 *	inputs		[{name, role, low, high}]; low and high of training
 *	trees_see	[text]: what is derived from the inputs, by column
 *	scale		null for a kind without; else rows, usual (of a record
 *			without any volatility), low, high, and slopes {input:
 *			b_k} for a record that has all of them
 *	quantiles	{p: z} of the training sample
 *	cells		of the grid
 *	weight		of the forest in the mixture
 *	calibration	[[p, G(p)]] at the knots
 *	forest		null without trees; else trees, inputs, leaves (of all
 *			trees), depth (greatest), bytes
 *	bytes		of the file; null if the model has none
 *	training	the metrics object that cf-train printed
 */

/**
 * cf_describe(model, err):
 * Return a new reference to the object, or NULL.  The model's info must be a
 * JSON object, or NULL.
 */
json_t * cf_describe(const struct cf_model * model, struct cf_err * err);

#endif /* !CF_MODEL_DESCRIBE_H_ */

#ifndef CF_MODEL_MODEL_H_
#define CF_MODEL_MODEL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "forest/forest.h"
#include "model/calib.h"
#include "model/grid.h"
#include "model/inputs.h"
#include "model/kind.h"
#include "model/paths.h"
#include "model/scale.h"
#include "model/sections.h"

/*
 * A model: all that turns a record of inputs into a distribution of its
 * target.  It is either fitted (model/fit.h) or opened from a file
 * (model/modfile.h), and used in the same way (model/forecast.h):
 *
 *	s	= scale of the record's volatilities
 *	F	= weight * forest(derived inputs) + (1 - weight) * empirical
 *	law of z = calib o F, on the grid
 *	law of the target = the law of kind value(s, z)
 */
struct cf_model {
	const struct cf_kind * kind;
	uint32_t horizon;	/* 0: none. */
	char * target;		/* Column. */
	struct cf_inputs inputs;
	struct cf_scale scale;	/* Of no meaning to kinds without. */
	struct cf_grid grid;
	struct cf_forest forest;	/* Its bytes are image's or mapped. */
	double weight;		/* Of the forest, 0 .. 1. */
	struct cf_calib calib;
	struct cf_paths paths;	/* Of kinds with a unit; else none. */
	char id[20];		/* Hexadecimal; "" before it has a file. */

	struct cf_buf image;	/* A fitted model's forest. */
	char * info;		/* Metrics and provenance, JSON; or NULL. */
	struct cf_sections file;	/* An opened model's file. */
	int shares_inputs;	/* inputs and target belong to another. */
};

/**
 * cf_model_free(model):
 * Free what ${model} holds, and ${model}; NULL is harmless.
 */
void cf_model_free(struct cf_model * model);

#endif /* !CF_MODEL_MODEL_H_ */

#ifndef CF_MODEL_RECIPE_H_
#define CF_MODEL_RECIPE_H_

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "model/fit.h"
#include "table/frame.h"

/*
 * A recipe: how a model was made, as its metrics tell: kind, target, inputs and
 * parameters.  It can be followed again on other features, so that recipes are
 * compared on the same folds of the same data.
 */
struct cf_recipe {
	const struct cf_kind * kind;
	const char * target;	/* Borrowed of the metrics, as are */
	const json_t * inputs;	/* these names. */
	int64_t horizon;	/* 0: none. */
	struct cf_fit_params params;
};

/* What a recipe forecast in a walk-forward, by record of the data. */
struct cf_recipe_walk {
	size_t n;
	int64_t * time_s;
	double * loss;		/* Interval score of 90 %; NaN: no forecast. */
};

/**
 * cf_recipe_read(recipe, metrics, err):
 * Take the recipe from a metrics object, which is borrowed.  Return 0 or -1.
 */
int cf_recipe_read(struct cf_recipe * recipe, const json_t * metrics,
    struct cf_err * err);

/**
 * cf_recipe_rivals(a, b):
 * Return whether both metrics objects are of models that forecast the same:
 * one kind, target and horizon.
 */
int cf_recipe_rivals(const json_t * a, const json_t * b);

/**
 * cf_recipe_same(a, b):
 * Return whether both have the same inputs and parameters too.
 */
int cf_recipe_same(const json_t * a, const json_t * b);

/**
 * cf_recipe_run(recipe, frame, walk, err):
 * Follow the recipe in a walk-forward over ${frame}, of whose columns it is
 * shown its inputs only.  Free ${walk} by cf_recipe_free, also after failure.
 * Return 0 or -1.
 */
int cf_recipe_run(const struct cf_recipe * recipe,
    const struct cf_frame * frame, struct cf_recipe_walk * walk,
    struct cf_err * err);

/**
 * cf_recipe_free(walk):
 * Free what it holds and leave it empty.
 */
void cf_recipe_free(struct cf_recipe_walk * walk);

#endif /* !CF_MODEL_RECIPE_H_ */

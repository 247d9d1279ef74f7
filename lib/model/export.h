#ifndef CF_MODEL_EXPORT_H_
#define CF_MODEL_EXPORT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/out.h"
#include "forest/forest.h"
#include "model/model.h"

/*
 * Exports: the forest of a model as text that other software reads.
 *
 * What is exported maps what the trees see (derived inputs) to the expected z,
 * as cf_forecast has it in mean_z: the mixture of forest and empirical mean is
 * worked into the leaves, so the average of the trees is the mixture itself.
 * For a kind that learns the target as it is (plain) that is the model's
 * prediction, to the rounding of the last bits; for a holding it is the
 * expected z, which its caller turns into money by the scale model.  A model
 * whose forest has no weight is one tree of one leaf.  The rest of the
 * distribution has no place in these formats.
 *
 * A format is a row of CF_EXPORT_FORMATS: to add one, write its module
 * lib/model/export_NAME.c and add the row.
 */
#define CF_EXPORT_FORMATS(X)						\
	X(lightgbm, "LightGBM model text, version v4")			\
	X(pmml, "PMML 4.4")

/* Writes ${model} to ${out}, which the caller closes.  Return 0 or -1. */
typedef int cf_export_write(const struct cf_model * model,
    struct cf_out * out, struct cf_err * err);

struct cf_export_format {
	const char * name;
	const char * about;
	cf_export_write * write;
};

#define CF_EXPORT_DECLARE(NAME, ABOUT) cf_export_write cf_export_##NAME;
CF_EXPORT_FORMATS(CF_EXPORT_DECLARE)

/**
 * cf_export_find(name):
 * Return the format of that name, or NULL.
 */
const struct cf_export_format * cf_export_find(const char * name);

/**
 * cf_export_choices(void):
 * Return the names of all formats as "a|b".
 */
const char * cf_export_choices(void);

/*
 * What the formats share: trees as they are to be written.
 */
struct cf_export_tree {
	uint32_t n;		/* Node numbers 0 .. n - 1; 1 is unused. */
	uint32_t leaves;
	struct cf_forest_node * nodes;	/* Leaves hold the mixed mean. */
	uint32_t * rank;	/* Among the inner nodes, or the leaves. */
	size_t capacity;
	size_t rank_capacity;
};

/**
 * cf_export_trees(model):
 * Return the number of trees to write, at least 1.
 */
uint32_t cf_export_trees(const struct cf_model * model);

/**
 * cf_export_load(tree, model, t, err):
 * Load tree ${t} into ${tree}, which is zeroed or was loaded before; free it
 * with cf_export_tree_free.  A damaged tree is bad data.  Return 0 or -1.
 */
int cf_export_load(struct cf_export_tree * tree, const struct cf_model * model,
    uint32_t t, struct cf_err * err);

/**
 * cf_export_tree_free(tree):
 * Free what it holds.
 */
void cf_export_tree_free(struct cf_export_tree * tree);

/**
 * cf_export_feature(inputs, j, name):
 * Append to ${name} what the trees see as column ${j}: an input's name, or the
 * formula of what is derived from it, such as "ln(vix/s)".
 */
void cf_export_feature(const struct cf_inputs * inputs, size_t j,
    struct cf_buf * name);

/**
 * cf_export_number(out, x):
 * Write the shortest text that reads back as ${x}; infinity is "inf".
 */
void cf_export_number(struct cf_out * out, double x);

#endif /* !CF_MODEL_EXPORT_H_ */

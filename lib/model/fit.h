#ifndef CF_MODEL_FIT_H_
#define CF_MODEL_FIT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/grow.h"
#include "model/data.h"
#include "model/model.h"
#include "model/shard.h"
#include "model/walked.h"

/*
 * One fit: scale, grid and forest from a set of training records.  The final
 * fit takes all of them, each fold of the walk-forward those known by then.
 * Weight and calibration come from outside (model/validate.h); a fit has weight 0
 * and the identity map.
 */

struct cf_fit_params {
	uint32_t trees;
	uint32_t mtry;		/* 0: a third of the columns. */
	uint32_t min_leaf;	/* 0: the kind's default. */
	uint32_t min_node;	/* 0: whatever leaves allow. */
	uint32_t min_leaf_dates;	/* 0: the kind's default. */
	uint32_t max_depth;	/* 0: no limit. */
	double sample_fraction;	/* Of the blocks. */
	int extra_trees;
	double half_life_days;	/* A record's weight halves with each such
				 * age; 0: all weigh the same. */
	uint64_t seed;
	uint32_t shard;		/* Grow the trees of this shard, from 1, */
	uint32_t shards;	/* of so many; 0: all trees. */
	const struct cf_shards * grown;	/* Take the trees from here. */
	size_t threads;		/* 0: all processors. */
	uint32_t folds;		/* Of the walk-forward. */
	struct cf_walked * walked;	/* Its forecasts are kept here; may be
				 * NULL. */
	cf_grow_progress * progress;
	void * progress_cookie;
};

#define CF_FIT_FINAL UINT32_MAX	/* Not a fold. */

/**
 * cf_fit_defaults(params):
 * Set the defaults.
 */
void cf_fit_defaults(struct cf_fit_params * params);

/**
 * cf_fit_resolve(params, kind, n, dated):
 * Put the defaults of ${kind} for ${n} records, with dates or without, where
 * ${params} leaves them open.
 */
void cf_fit_resolve(struct cf_fit_params * params,
    const struct cf_kind * kind, size_t n, int dated);

/* What the out-of-bag prediction of a fit needs to be kept for it. */
struct cf_fit_kept {
	struct cf_bins * bins;
	uint16_t * cell;
	double * z;
	uint32_t * block;
	double * weight;
	struct cf_grow_data grow_data;
	struct cf_grow_params grow_params;
};

/**
 * cf_fit_make(data, rows, n, params, fold, kept, err):
 * Fit to the ${n} >= 2 records ${rows} (ascending indices into ${data}).  The
 * trees' random streams are those of fold number ${fold}, or CF_FIT_FINAL.  If
 * ${kept} is not NULL, fill it; free it with cf_fit_kept_free.  The model
 * shares its inputs with ${data}.  Return NULL on failure; the caller frees
 * the model with cf_model_free.
 */
struct cf_model * cf_fit_make(const struct cf_data * data,
    const uint32_t * rows, size_t n, const struct cf_fit_params * params,
    uint32_t fold, struct cf_fit_kept * kept, struct cf_err * err);

/**
 * cf_fit_kept_free(kept):
 * Free what it holds.
 */
void cf_fit_kept_free(struct cf_fit_kept * kept);

#endif /* !CF_MODEL_FIT_H_ */

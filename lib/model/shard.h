#ifndef CF_MODEL_SHARD_H_
#define CF_MODEL_SHARD_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/out.h"
#include "model/data.h"
#include "model/sections.h"

/*
 * Training on several machines.  All that takes long is growing trees, and a
 * tree depends on its number only: so shard I of N grows the trees I, I + N,
 * ... of every fold and of the final fit, and leaves them in a shard file.
 * Merging runs the training again with all trees at hand, and gives the same
 * bytes as one run.
 *
 * A shard file has a section "shard" {u32 I, u32 N, u64 fingerprint} and one
 * forest image for each fit, "fold0", "fold1" ... "final".  The fingerprint is
 * of the records and parameters, so that shards of other data are refused.
 */

struct cf_fit_params;

#define CF_SHARD_MAX 10000

/* Open shard files. */
struct cf_shards {
	size_t n;
	struct cf_sections * files;
	const char * const * paths;	/* Borrowed. */
};

/**
 * cf_shard_save(data, params, out, err):
 * Grow the trees of shard params->shard of params->shards and write the shard
 * file to ${out}, which the caller closes.  Return 0 or -1.
 */
int cf_shard_save(const struct cf_data * data,
    const struct cf_fit_params * params, struct cf_out * out,
    struct cf_err * err);

/**
 * cf_shard_open(shards, paths, n, err):
 * Open ${n} shard files, which must be all those of one training, and check
 * every byte of them; ${paths} is borrowed.  Close them by cf_shard_close,
 * also after failure.  Return 0 or -1.
 */
int cf_shard_open(struct cf_shards * shards, const char * const * paths,
    size_t n, struct cf_err * err);

/**
 * cf_shard_match(shards, data, params, err):
 * Check that the shards were made from ${data} with ${params}.  Return 0 or
 * -1 (kind CF_ERR_DATA).
 */
int cf_shard_match(const struct cf_shards * shards,
    const struct cf_data * data, const struct cf_fit_params * params,
    struct cf_err * err);

/**
 * cf_shard_forest(shards, fold, image, err):
 * Put the forest of fit number ${fold} (or CF_FIT_FINAL) together from all
 * shards into ${image}, which is empty.  Return 0 or -1.
 */
int cf_shard_forest(const struct cf_shards * shards, uint32_t fold,
    struct cf_buf * image, struct cf_err * err);

/**
 * cf_shard_close(shards):
 * Close the files and leave ${shards} empty.
 */
void cf_shard_close(struct cf_shards * shards);

#endif /* !CF_MODEL_SHARD_H_ */

#ifndef CF_KEEP_PART_H_
#define CF_KEEP_PART_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The parts of a state folder that a backup holds: one row each, with the name
 * that --only takes and the file or folder at the top of the state.  What is
 * no part (backups, log, state, metrics, foreign files) is neither archived
 * nor touched by a restore.
 */
#define CF_PARTS(X)							\
	X(CF_PART_CONFIG, "config", "cashflow.conf")			\
	X(CF_PART_RAW, "raw", "raw")					\
	X(CF_PART_FEATURES, "features", "features")			\
	X(CF_PART_MODELS, "models", "models")				\
	X(CF_PART_MLRUNS, "mlruns", "mlruns")				\
	X(CF_PART_RUNS, "runs", "runs")					\
	X(CF_PART_PREDICTIONS, "predictions", "predictions")		\
	X(CF_PART_DRIFT, "drift", "drift")				\
	X(CF_PART_REPORTS, "reports", "reports")

#define CF_PART_ENUM(id, name, top) id,
enum cf_part { CF_PARTS(CF_PART_ENUM) CF_PART_COUNT };
#undef CF_PART_ENUM

/* A set of parts: bit 1 << part. */
#define CF_PART_ALL ((1u << CF_PART_COUNT) - 1)

/**
 * cf_part_top(part):
 * Return the part's file or folder at the top of the state.
 */
const char * cf_part_top(enum cf_part part);

/**
 * cf_part_parse(list, set, err):
 * Read names separated by commas or blanks into *${set}.  Return 0, or -1
 * (kind CF_ERR_USAGE) for an unknown name or none.
 */
int cf_part_parse(const char * list, uint32_t * set, struct cf_err * err);

/**
 * cf_part_print(set, buf):
 * Append the names of the set, separated by blanks.
 */
void cf_part_print(uint32_t set, struct cf_buf * buf);

/**
 * cf_part_of(path):
 * Return the set that holds the one part to which ${path}, relative to the
 * state, belongs; 0 if there is none.
 */
uint32_t cf_part_of(const char * path);

#endif /* !CF_KEEP_PART_H_ */

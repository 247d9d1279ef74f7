#ifndef CF_MODEL_INTAKE_H_
#define CF_MODEL_INTAKE_H_

#include <stddef.h>

#include "base/err.h"
#include "model/model.h"
#include "table/csv.h"

/*
 * Records of files as a model's inputs, in batches: columns are found by name
 * in any order, those that the file lacks are missing, the key columns (symbol
 * or account, date, horizon, target_date) go along as text.
 */

#define CF_INTAKE_KEYS_MAX 5

struct cf_intake_options {
	const char * const * paths;
	size_t npaths;		/* 0: standard input. */
	size_t batch;		/* Records at a time. */
	int latest;		/* Only each symbol's newest date. */
};

struct cf_intake;

/**
 * cf_intake_open(model, options, err):
 * Read ${options}' files for ${model}; both are borrowed.  Return NULL on
 * failure; the caller frees the intake with cf_intake_close.
 */
struct cf_intake * cf_intake_open(const struct cf_model * model,
    const struct cf_intake_options * options, struct cf_err * err);

/**
 * cf_intake_next(intake, n, err):
 * Read the next batch and set *${n} to its records, 0 at the end.  After bad
 * data the records before it are a last batch, and the next call fails.
 * Return 0 or -1.
 */
int cf_intake_next(struct cf_intake * intake, size_t * n, struct cf_err * err);

/**
 * cf_intake_records(intake):
 * Return the batch's inputs, inputs.n numbers for each record.
 */
const double * cf_intake_records(const struct cf_intake * intake);

/**
 * cf_intake_keys(intake, names):
 * Set ${names}[CF_INTAKE_KEYS_MAX] to the key columns of the files and return
 * their number; known after the first batch.
 */
size_t cf_intake_keys(const struct cf_intake * intake, const char ** names);

/**
 * cf_intake_known(intake):
 * Return whether any file had a header, so that keys mean something.
 */
int cf_intake_known(const struct cf_intake * intake);

/**
 * cf_intake_key(intake, i, k):
 * Return key ${k} of record ${i} of the batch; valid until the next batch.
 */
struct cf_field cf_intake_key(const struct cf_intake * intake, size_t i, size_t k);

/**
 * cf_intake_close(intake):
 * Close and free; NULL is harmless.
 */
void cf_intake_close(struct cf_intake * intake);

#endif /* !CF_MODEL_INTAKE_H_ */

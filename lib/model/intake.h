#ifndef CF_MODEL_INTAKE_H_
#define CF_MODEL_INTAKE_H_

#include <stddef.h>

#include "base/err.h"
#include "model/batch.h"
#include "model/model.h"

/*
 * Records of files as a model's inputs, in batches: columns are found by name
 * in any order, those that a file or a record lacks are missing, the keys go
 * along as text.  An indicator's default parameters may be there or not: "rsi"
 * and "rsi_14" are the same input.
 *
 * Names that the model does not know are passed over in files, which may have
 * many columns beside; in a body of the API, where one is a slip of the pen,
 * they are bad data, but for the keys and the target.
 */

struct cf_intake_options {
	const char * const * paths;
	size_t npaths;		/* 0: standard input. */
	size_t batch;		/* Records at a time. */
	int latest;		/* Only each symbol's newest date. */
	int keep_going;		/* A bad record holds its place. */
	int await_keys;		/* No batch before the keys are known. */
	int ignore_unknown;	/* In bodies too. */
	int later_keys;		/* Records may have keys that the first lacks. */
	const char * text;	/* Not NULL: read these bytes instead, of */
	size_t text_len;	/* which messages speak as `name`. */
	const char * name;
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
 * cf_intake_again(intake, text, len):
 * Begin anew with the ${len} bytes of ${text}, which is borrowed, as if opened
 * with it; what an intake prepares for its model is kept, which for a short
 * text is most of the work.
 */
void cf_intake_again(struct cf_intake * intake, const char * text, size_t len);

/**
 * cf_intake_next(intake, batch, err):
 * Read the next records into ${batch}, made for the model's inputs; none is the
 * end.  After bad data the records before it are a last batch, and the next
 * call fails; with keep_going it is a bad record of the batch, unless there is
 * no way to go on.  Return 0 or -1.
 */
int cf_intake_next(struct cf_intake * intake, struct cf_batch * batch,
    struct cf_err * err);

/**
 * cf_intake_known(intake):
 * Return whether the key columns are known: they are once there was a header
 * or a record.
 */
int cf_intake_known(const struct cf_intake * intake);

/**
 * cf_intake_has(intake, key):
 * Return whether the files, which all have the same ones, have this key column.
 */
int cf_intake_has(const struct cf_intake * intake, enum cf_batch_key_id key);

/**
 * cf_intake_close(intake):
 * Close and free; NULL is harmless.
 */
void cf_intake_close(struct cf_intake * intake);

#endif /* !CF_MODEL_INTAKE_H_ */

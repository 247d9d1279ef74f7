#ifndef CF_MODEL_DATA_H_
#define CF_MODEL_DATA_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/inputs.h"
#include "model/kind.h"
#include "table/frame.h"

/*
 * What a model is trained on: the records of a frame whose target is known, in
 * the order of their dates, with what walk-forward needs to know about time.
 * Dates are counted: date 0 is the frame's first, date 1 the next on which any
 * record stands.
 */
struct cf_data {
	const struct cf_kind * kind;
	const struct cf_frame * frame;	/* Borrowed. */
	struct cf_inputs inputs;
	size_t * column;	/* Frame columns of the inputs. */
	size_t target;		/* Frame column. */
	char * target_name;
	uint32_t horizon;	/* 0: none. */

	size_t n;		/* Records with a target. */
	uint32_t * row;		/* Row in the frame. */
	double * y;		/* cf_kind_log of the target; of kinds with a
				 * unit, z itself. */
	uint32_t * date;	/* NULL without dates. */
	uint32_t * known;	/* First date on which y is known; NULL
				 * without dates. */
	uint32_t ndates;
	int64_t * date_s;	/* Moment of each date. */
};

/**
 * cf_data_kind(frame, kind, target):
 * Return the kind of target of ${frame}: the one called ${kind}, NULL if there
 * is none such; without a name (NULL), plain if a ${target} is named, else what
 * the header tells.
 */
const struct cf_kind * cf_data_kind(const struct cf_frame * frame,
    const char * kind, const char * target);

/**
 * cf_data_new(kind, frame, target, err):
 * Prepare for training a model of ${kind} on ${frame}, which is borrowed; the
 * target is column ${target} (NULL: the kind's own).  Records of one symbol or
 * account must stand in ascending order of dates.  Return NULL on failure; the
 * caller frees the result with cf_data_free.
 */
struct cf_data * cf_data_new(const struct cf_kind * kind,
    const struct cf_frame * frame, const char * target, struct cf_err * err);

/**
 * cf_data_record(data, i, record):
 * Set ${record}[inputs.n] to the inputs of record ${i}.
 */
void cf_data_record(const struct cf_data * data, size_t i, double * record);

/**
 * cf_data_first(data, date):
 * Return the index of the first record of ${date} or later.
 */
size_t cf_data_first(const struct cf_data * data, uint32_t date);

/**
 * cf_data_free(data):
 * Free it; NULL is harmless.
 */
void cf_data_free(struct cf_data * data);

#endif /* !CF_MODEL_DATA_H_ */

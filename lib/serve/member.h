#ifndef CF_SERVE_MEMBER_H_
#define CF_SERVE_MEMBER_H_

#include <stdint.h>

#include "base/buf.h"
#include "serve/holder.h"

/*
 * A forecast as the API answers it: a JSON object whose members are the rows of
 * one table, in their order, and of which ?fields= picks some.  Keys are there
 * if the request had them, the risk of a holding only for holdings.
 */
typedef uint32_t cf_member_fields;	/* A bit for each row. */

#define CF_MEMBER_ALL ((cf_member_fields)-1)

/**
 * cf_member_pick(text, fields):
 * Set *${fields} to those of the list ${text}, as "prediction,interval".
 * Return NULL, or the first name in it that is no field.
 */
const char * cf_member_pick(const char * text, cf_member_fields * fields);

/**
 * cf_member_write(holder, intake, i, measure, fields, buf):
 * Append the answer to record ${i} of the holder's batch, which ${intake} has
 * read and its forecaster forecast.
 */
void cf_member_write(const struct cf_holder * holder,
    const struct cf_intake * intake, size_t i,
    const struct cf_measure_params * params, cf_member_fields fields,
    struct cf_buf * buf);

/**
 * cf_member_list(buf):
 * Append the names of all fields, separated by commas.
 */
void cf_member_list(struct cf_buf * buf);

#endif /* !CF_SERVE_MEMBER_H_ */

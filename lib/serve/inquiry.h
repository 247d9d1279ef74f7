#ifndef CF_SERVE_INQUIRY_H_
#define CF_SERVE_INQUIRY_H_

#include "serve/holder.h"
#include "serve/latest.h"
#include "serve/member.h"
#include "serve/reply.h"

/*
 * The body of POST /predict and its answer:
 *
 *	{"data":{"stock_price":150.25,...}}	a record
 *	{"data":[{...},{...}]}			a batch: answered by an array
 *	{"symbol":"IBM"}			the newest features of a symbol
 *
 * with or without "data" around the record or the batch.  First the text is
 * looked through for its form: what is no JSON is 400.  Then it goes through
 * the same intake as the files of cf-predict, so that the same names, numbers
 * and missing values mean the same: what that refuses is 422 and names the
 * field.
 */
struct cf_inquiry {
	const char * body;
	size_t len;
	const struct cf_measure_params * measure;
	cf_member_fields fields;
	int64_t now_s;
};

/**
 * cf_inquiry_answer(inquiry, holder, latest, text, out, reply):
 * Answer with the model held, of which there must be one.  ${text} is scratch
 * space, ${out} gets the answer.  Return the number of records forecast; 0 is a
 * problem.  *${repeats} is set if the same body has the same answer as long as
 * the model is the same.
 */
size_t cf_inquiry_answer(const struct cf_inquiry * inquiry,
    struct cf_holder * holder, struct cf_latest * latest,
    struct cf_buf * text, struct cf_buf * out, struct cf_reply * reply,
    int * repeats);

#endif /* !CF_SERVE_INQUIRY_H_ */

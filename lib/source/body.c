#include "source/body.h"

int
cf_body_bad(const struct cf_body * b, const struct cf_pull_item * item,
    const char * reason)
{

	*b->verdict = CF_VERDICT_BUSY;
	return (cf_pull_bad(&b->pull, item, reason, b->err));
}

int
cf_body_next(struct cf_body * b, struct cf_pull_item * item)
{

	if (cf_pull_next(&b->pull, item, b->err) == 1)
		return (0);
	*b->verdict = CF_VERDICT_BUSY;
	return (-1);
}

int
cf_body_skip(struct cf_body * b, const struct cf_pull_item * item)
{

	return (cf_pull_skip(&b->pull, item, b->err) ?
	    cf_body_bad(b, NULL, "not JSON") : 0);
}

int
cf_body_members(struct cf_body * b, cf_body_member member)
{
	struct cf_pull_item item;

	for (;;) {
		if (cf_body_next(b, &item))
			return (-1);
		if (item.kind == CF_PULL_END)
			return (0);
		if (member(b, &item))
			return (-1);
	}
}

int
cf_body_json(struct cf_body * b, const char * text, size_t len,
    cf_body_member member)
{
	struct cf_pull_item item;

	cf_pull_start(&b->pull, text, len, b->job->source->name);
	if (cf_body_next(b, &item))
		return (-1);
	if (item.kind != CF_PULL_OBJECT)
		return (cf_body_bad(b, NULL, "not a JSON object"));
	if (cf_body_members(b, member))
		return (-1);
	if (cf_pull_next(&b->pull, &item, b->err) != 0) {
		*b->verdict = CF_VERDICT_BUSY;
		return (-1);
	}
	return (0);
}

/* Columns, for a step that wants more of them. */
struct table {
	struct cf_body * body;
	cf_each_step header;
	cf_each_step row;
};

static int
find(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct table * t = cookie;

	t->body->has_header = 1;
	return (cf_layout_find(&t->body->layout, reader, NULL, err) ||
	    t->header(t->body, reader, err));
}

static int
take(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct table * t = cookie;

	return (t->row(t->body, reader, err));
}

int
cf_body_csv(struct cf_body * b, const char * text, size_t len,
    cf_each_step header, cf_each_step row)
{
	struct table t = { b, header, row };

	*b->verdict = CF_VERDICT_BUSY;
	b->has_header = 0;
	if (cf_each_record(cf_reader_memory(text, len, b->job->source->name,
	    b->err), find, take, &t, b->err))
		return (-1);
	return (b->has_header ? 0 : cf_err_set(b->err, CF_ERR_DATA,
	    "the answer is empty"));
}

int
cf_body_unknown(const struct cf_body * b)
{

	return (cf_err_set(b->err, CF_ERR_DATA,
	    "the answer has a header that is not known"));
}

int
cf_body_point(const struct cf_body * b, const struct cf_haul_point * point)
{

	if (cf_haul_add_point(&b->job->rows, point, b->err) == 0)
		return (0);
	*b->verdict = CF_VERDICT_NO;
	return (-1);
}

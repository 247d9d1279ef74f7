#include <stdio.h>
#include <string.h>

#include "serve/inquiry.h"
#include "table/pull.h"

/* What the body turned out to be. */
struct shape {
	size_t start;		/* The record's or batch's bytes, */
	size_t end;
	int is_batch;
	size_t n;		/* its records, */
	size_t by_symbol;	/* and those of nothing but a symbol. */
	struct cf_field stranger;	/* A member beside "data". */
};

/* A problem with the body as such.  Return -1. */
static int
refuse(struct cf_reply * reply, struct cf_buf * out, int status,
    const char * field, size_t len, const char * reason, int64_t record)
{

	cf_reply_field(reply, out, status, field, len, reason, record);
	return (-1);
}

/* The text is no JSON. */
static int
malformed(const struct cf_err * err, struct cf_reply * reply,
    struct cf_buf * out)
{

	return (refuse(reply, out, 400, NULL, 0, err->text + err->reason,
	    -1));
}

/*
 * Go to the end of the object just begun.  *symbol is its only member where
 * that is "symbol", else without text.  Return 0 or -1.
 */
static int
pass_object(struct cf_pull * p, struct cf_field * symbol,
    struct cf_err * err)
{
	struct cf_pull_item item;
	size_t n = 0;
	int rc;

	symbol->text = NULL;
	while ((rc = cf_pull_next(p, &item, err)) == 1 &&
	    item.kind != CF_PULL_END) {
		if (n++ == 0 && item.kind == CF_PULL_STRING &&
		    cf_pull_is_key(&item, "symbol")) {
			symbol->text = item.text;
			symbol->len = item.len;
		} else {
			symbol->text = NULL;
		}
		if (cf_pull_skip(p, &item, err))
			return (-1);
	}
	return (rc == 1 ? 0 : -1);
}

/*
 * Find the features of a symbol and add them to the text as an object.  Return
 * 0 or -1.
 */
static int
add_newest(const struct cf_inquiry * q, const struct cf_field * symbol,
    struct cf_holder * h, struct cf_latest * latest, struct cf_buf * text,
    struct cf_err * err)
{
	const struct cf_place place = { NULL, 0, "symbol" };
	char name[256];
	const char * object;

	if (latest == NULL)
		return (cf_err_data(err, &place, NULL, 0,
		    "there are no newest features"));
	cf_pull_decode(symbol->text, symbol->len, name, sizeof(name));
	object = cf_latest_find(latest, h->model, name, q->now_s, err);
	if (object == NULL)
		return (-1);
	if (text->len > 0 && text->data[text->len - 1] == '}')
		cf_buf_add_char(text, ',');
	cf_buf_add_text(text, object);
	return (0);
}

/* A batch: go through its records. */
static int
look_at_batch(struct cf_pull * p, struct shape * s, struct cf_reply * reply,
    struct cf_buf * out)
{
	struct cf_pull_item item;
	struct cf_field symbol;
	struct cf_err err;
	int rc;

	while ((rc = cf_pull_next(p, &item, &err)) == 1 &&
	    item.kind != CF_PULL_END) {
		if (item.kind != CF_PULL_OBJECT)
			return (refuse(reply, out, 422, NULL, 0,
			    "a record is no object", (int64_t)s->n));
		if (s->n == CF_SERVE_RECORDS_MAX)
			return (refuse(reply, out, 422, NULL, 0,
			    "more records than a request may have", -1));
		if (pass_object(p, &symbol, &err))
			return (malformed(&err, reply, out));
		s->n++;
		s->by_symbol += symbol.text != NULL;
	}
	return (rc == 1 ? 0 : malformed(&err, reply, out));
}

/* The value that is a record or a batch, which has just begun. */
static int
look_at_data(struct cf_pull * p, const struct cf_pull_item * item,
    struct shape * s, struct cf_reply * reply, struct cf_buf * out)
{
	struct cf_field symbol;
	struct cf_err err;

	if (s->end > 0)
		return (refuse(reply, out, 422, "data", 4, "stands twice",
		    -1));
	if (item->kind != CF_PULL_OBJECT && item->kind != CF_PULL_ARRAY)
		return (refuse(reply, out, 422, "data", 4,
		    "neither a record nor an array of records", -1));
	s->start = p->pos - 1;
	s->is_batch = item->kind == CF_PULL_ARRAY;
	if (s->is_batch) {
		if (look_at_batch(p, s, reply, out))
			return (-1);
	} else {
		if (pass_object(p, &symbol, &err))
			return (malformed(&err, reply, out));
		s->n = 1;
		s->by_symbol = symbol.text != NULL;
	}
	s->end = p->pos;
	return (0);
}

/* Whether the body is an object with a member "data".  -1: no JSON. */
static int
has_data(const struct cf_inquiry * q, struct cf_err * err)
{
	struct cf_pull_item item;
	struct cf_pull p;
	int rc, found = 0;

	cf_pull_start(&p, q->body, q->len, "body");
	if (cf_pull_next(&p, &item, err) != 1)
		return (-1);
	if (item.kind != CF_PULL_OBJECT)
		return (0);
	while ((rc = cf_pull_next(&p, &item, err)) == 1 &&
	    item.kind != CF_PULL_END) {
		found |= cf_pull_is_key(&item, "data");
		if (found)
			return (1);
		if (cf_pull_skip(&p, &item, err))
			return (-1);
	}
	return (rc == 1 ? 0 : -1);
}

/* The members of a body that has "data". */
static int
look_at_members(struct cf_pull * p, struct shape * s,
    struct cf_reply * reply, struct cf_buf * out)
{
	struct cf_pull_item item;
	struct cf_err err;
	int rc;

	while ((rc = cf_pull_next(p, &item, &err)) == 1 &&
	    item.kind != CF_PULL_END) {
		if (cf_pull_is_key(&item, "data")) {
			if (look_at_data(p, &item, s, reply, out))
				return (-1);
			continue;
		}
		if (s->stranger.text == NULL) {
			s->stranger.text = item.key;
			s->stranger.len = item.key_len;
		}
		if (cf_pull_skip(p, &item, &err))
			return (malformed(&err, reply, out));
	}
	return (rc == 1 ? 0 : malformed(&err, reply, out));
}

/* Find out what the body is.  Return 0, or -1 with a problem. */
static int
look(const struct cf_inquiry * q, struct shape * s, struct cf_reply * reply,
    struct cf_buf * out)
{
	struct cf_pull_item item;
	struct cf_pull p;
	struct cf_err err;
	int rc;

	memset(s, 0, sizeof(*s));
	if ((rc = has_data(q, &err)) == -1)
		return (malformed(&err, reply, out));
	cf_pull_start(&p, q->body, q->len, "body");
	if (cf_pull_next(&p, &item, &err) != 1)
		return (malformed(&err, reply, out));
	if (item.kind != CF_PULL_OBJECT && item.kind != CF_PULL_ARRAY)
		return (refuse(reply, out, 422, NULL, 0,
		    "neither a record nor an array of records", -1));
	if ((rc == 1 ? look_at_members(&p, s, reply, out) :
	    look_at_data(&p, &item, s, reply, out)))
		return (-1);
	if (cf_pull_next(&p, &item, &err) != 0)
		return (malformed(&err, reply, out));
	if (s->stranger.text != NULL)
		return (refuse(reply, out, 422, s->stranger.text,
		    s->stranger.len, "not a member of a request", -1));
	if (s->n == 0)
		return (refuse(reply, out, 422, "data", 4,
		    "a batch without records", -1));
	return (0);
}

/* Put the newest features in place of all symbols.  Return 0 or -1. */
static int
spell_out(const struct cf_inquiry * q, const struct shape * s,
    struct cf_holder * h, struct cf_latest * latest, struct cf_buf * text,
    struct cf_reply * reply, struct cf_buf * out)
{
	struct cf_pull_item item;
	struct cf_field symbol;
	struct cf_pull p;
	struct cf_err err;
	int64_t record = 0;

	cf_pull_start(&p, q->body + s->start, s->end - s->start, "body");
	while (cf_pull_next(&p, &item, &err) == 1) {
		if (item.kind != CF_PULL_OBJECT)
			continue;
		if (pass_object(&p, &symbol, &err) ||
		    add_newest(q, &symbol, h, latest, text, &err)) {
			cf_reply_error(reply, out, &err,
			    s->is_batch ? record : -1);
			return (-1);
		}
		record++;
	}
	return (0);
}

/* Make the text that the intake reads, and choose the intake. */
static struct cf_intake *
prepare(const struct cf_inquiry * q, const struct shape * s,
    struct cf_holder * h, struct cf_latest * latest, struct cf_buf * text,
    struct cf_reply * reply, struct cf_buf * out)
{

	text->len = 0;
	cf_buf_add_text(text, "{\"data\":");
	if (s->by_symbol == 0) {
		cf_buf_add(text, q->body + s->start, s->end - s->start);
	} else if (s->by_symbol < s->n) {
		refuse(reply, out, 422, "symbol", 6,
		    "some records have features and some have not", -1);
		return (NULL);
	} else {
		cf_buf_add_char(text, '[');
		if (spell_out(q, s, h, latest, text, reply, out))
			return (NULL);
		cf_buf_add_char(text, ']');
	}
	cf_buf_add_char(text, '}');
	if (text->failed) {
		cf_reply_problem(reply, out, 500, "out of memory");
		return (NULL);
	}
	return (s->by_symbol > 0 ? h->lenient : h->strict);
}

size_t
cf_inquiry_answer(const struct cf_inquiry * q, struct cf_holder * h,
    struct cf_latest * latest, struct cf_buf * text, struct cf_buf * out,
    struct cf_reply * reply, int * repeats)
{
	struct cf_intake * intake;
	struct shape s;
	struct cf_err err;
	size_t i, n, good;
	int rc;

	*repeats = 0;
	if (look(q, &s, reply, out) || (intake = prepare(q, &s, h, latest,
	    text, reply, out)) == NULL)
		return (0);
	cf_intake_again(intake, text->data, text->len);

	/* The records before a bad one come first, and then what is bad. */
	rc = cf_intake_next(intake, &h->batch, &err);
	good = rc == 0 ? h->batch.n : 0;
	if (rc == 0 && good < s.n)
		rc = cf_intake_next(intake, &h->batch, &err);
	if (rc != 0) {
		cf_reply_error(reply, out, &err,
		    s.is_batch ? (int64_t)good : -1);
		return (0);
	}

	n = h->batch.n;
	if (n != s.n) {
		cf_reply_problem(reply, out, 500, "records were lost");
		return (0);
	}
	cf_forecast_batch(h->forecaster, h->batch.records, n);
	out->len = 0;
	if (s.is_batch)
		cf_buf_add_char(out, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			cf_buf_add_char(out, ',');
		cf_member_write(h, intake, i, q->measure, q->fields, out);
	}
	cf_buf_add_text(out, s.is_batch ? "]\n" : "\n");
	cf_reply_text(reply, 200, "application/json", out);
	*repeats = s.by_symbol == 0;
	return (n);
}

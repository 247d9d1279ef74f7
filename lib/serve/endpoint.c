#include <string.h>

#include "base/day.h"
#include "base/file.h"
#include "serve/endpoint.h"
#include "serve/inquiry.h"
#include "serve/limits.h"
#include "serve/scrape.h"
#include "table/writer.h"

#define NAME_ROOM 512		/* Of a symbol in a query. */

static const char json[] = "application/json";

/* ?fields=; return 0, or -1 with a problem. */
static int
pick_fields(struct cf_service * s, const struct cf_request * r,
    cf_member_fields * fields, struct cf_reply * reply)
{
	char text[NAME_ROOM];
	const char * bad;
	int len;

	*fields = CF_MEMBER_ALL;
	len = cf_head_query(&r->head->query, "fields", text, sizeof(text));
	if (len == -1)
		return (0);
	bad = len < 0 ? "" : cf_member_pick(text, fields);
	if (bad == NULL)
		return (0);
	s->text.len = 0;
	cf_buf_add_text(&s->text, "not one of ");
	cf_member_list(&s->text);
	if (cf_buf_string(&s->text, NULL) == NULL)
		cf_reply_problem(reply, &s->out, 500, "out of memory");
	else
		cf_reply_field(reply, &s->out, 400, "fields", 6, s->text.data,
		    -1);
	return (-1);
}

/* Only JSON, as it is; what says nothing of its type is taken for JSON. */
static int
check_type(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	struct cf_field type = r->head->content_type;
	const char * end;

	if (r->head->content_encoding.text != NULL &&
	    !cf_head_is(&r->head->content_encoding, "identity")) {
		cf_reply_problem(reply, &s->out, 415,
		    "the body has a Content-Encoding");
		return (-1);
	}
	if (type.text == NULL)
		return (0);
	if ((end = memchr(type.text, ';', type.len)) != NULL)
		type.len = (size_t)(end - type.text);
	while (type.len > 0 && type.text[type.len - 1] == ' ')
		type.len--;
	/* What curl says of -d, which the examples of many use. */
	if (cf_head_is(&type, json) || cf_head_is(&type, "text/json") ||
	    cf_head_is(&type, "application/x-www-form-urlencoded"))
		return (0);
	cf_reply_problem(reply, &s->out, 415,
	    "Content-Type is not application/json");
	return (-1);
}

/* Is there nothing but blanks? */
static int
is_empty(const char * body, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (body[i] == '\0' || strchr(" \t\r\n", body[i]) == NULL)
			return (0);
	}
	return (1);
}

/* The same has been asked: 1 with its answer, else 0. */
static int
recall(struct cf_service * s, const struct cf_request * r,
    struct cf_memo_key * key, struct cf_reply * reply)
{

	key->model = s->holder.model->id;
	key->settings = s->measure_hash;
	key->query = r->head->query.text;
	key->query_len = r->head->query.len;
	key->body = r->body;
	key->body_len = r->len;
	if (r->len + r->head->query.len > CF_MEMO_SLOT)
		return (0);
	s->out.len = 0;
	if (!cf_memo_find(s->memo, key, &s->out)) {
		cf_shared_count(s->shared, CF_SHARED_CACHE_MISSES, 1);
		return (0);
	}
	cf_shared_count(s->shared, CF_SHARED_CACHE_HITS, 1);
	cf_shared_count(s->shared, CF_SHARED_PREDICTIONS, key->records);
	cf_reply_text(reply, 200, json, &s->out);
	return (1);
}

void
cf_endpoint_predict(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	struct cf_inquiry q = { .body = r->body, .len = r->len,
	    .measure = &s->measure, .now_s = r->now_us / 1000000 };
	struct cf_memo_key key = { .hash = 0 };
	size_t n;
	int repeats;

	if (check_type(s, r, reply) || pick_fields(s, r, &q.fields, reply))
		return;
	if (is_empty(r->body, r->len)) {
		cf_reply_problem(reply, &s->out, 400, "the body is empty");
		return;
	}
	if (s->holder.model == NULL) {
		reply->retry_s = 1;
		cf_reply_problem(reply, &s->out, 503, "there is no model yet");
		return;
	}
	if (s->memo != NULL && recall(s, r, &key, reply))
		return;
	n = cf_inquiry_answer(&q, &s->holder, s->latest, &s->text, &s->out,
	    reply, &repeats);
	if (n == 0)
		return;
	cf_shared_count(s->shared, CF_SHARED_PREDICTIONS, n);
	if (s->memo != NULL && repeats && key.hash != 0) {
		key.records = (uint32_t)n;
		cf_memo_keep(s->memo, &key, reply->text, reply->len);
	}
}

void
cf_endpoint_forecasts(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	static const char * const keys[] = { "symbol", "account" };
	char name[NAME_ROOM];
	const char * key = NULL;
	int len = -1;
	size_t i;

	for (i = 0; i < 2 && key == NULL; i++) {
		len = cf_head_query(&r->head->query, keys[i], name,
		    sizeof(name));
		if (len != -1)
			key = keys[i];
	}
	s->out.len = 0;
	if (key != NULL && len < 1)
		cf_reply_field(reply, &s->out, 400, key, strlen(key),
		    "not to be read", -1);
	else if (s->stored == NULL || cf_stored_list(s->stored, key, name,
	    r->now_us / 1000000, &s->out) == 0)
		cf_reply_problem(reply, &s->out, 404, key == NULL ?
		    "there are no stored forecasts" :
		    "there are no stored forecasts of that name");
	else
		cf_reply_text(reply, 200, json, &s->out);
}

void
cf_endpoint_health(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	const struct cf_holder * h = &s->holder;
	const char * trouble = h->trouble;
	char now[CF_DAY_TEXT_MAX + 1];

	if (h->model == NULL && *trouble == '\0')
		trouble = "there is no model yet";
	now[cf_day_print_moment(r->now_us / 1000000, 1, now)] = '\0';
	s->out.len = 0;
	cf_buf_addf(&s->out, "{\"status\":\"%s\",\"timestamp\":\"%s\","
	    "\"model_loaded\":%s,\"model\":", h->model == NULL ? "unhealthy" :
	    *trouble != '\0' ? "degraded" : "healthy", now,
	    h->model != NULL ? "true" : "false");
	if (h->model != NULL)
		cf_buf_addf(&s->out, "\"%s\"", h->model->id);
	else
		cf_buf_add_text(&s->out, "null");
	if (*trouble != '\0') {
		cf_buf_add_text(&s->out, ",\"reason\":");
		cf_writer_json_text(&s->out, trouble, strlen(trouble));
	}
	cf_buf_add_text(&s->out, "}\n");
	cf_reply_text(reply, h->model != NULL ? 200 : 503, json, &s->out);
	cf_shared_count(s->shared, CF_SHARED_HEALTH_CHECKS, 1);
}

void
cf_endpoint_metrics(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{

	s->out.len = 0;
	cf_scrape(s, r->now_us / 1000000, &s->out);
	cf_reply_text(reply, 200, "text/plain; version=0.0.4; charset=utf-8",
	    &s->out);
}

void
cf_endpoint_report(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{

	(void)r;
	s->out.len = 0;
	if (s->report == NULL || cf_file_read(s->report,
	    CF_SERVE_STORED_MAX, &s->out, NULL)) {
		cf_reply_problem(reply, &s->out, 404,
		    "there is no report yet; see /docs");
		return;
	}
	reply->page = 1;
	cf_reply_text(reply, 200, "text/html; charset=utf-8", &s->out);
}

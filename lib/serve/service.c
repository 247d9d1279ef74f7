#include <string.h>

#include <sodium.h>

#include "serve/rate.h"
#include "serve/route.h"
#include "serve/service.h"

#define TOKEN_ROOM 1024

/* Take from a bucket; -1 with a problem if it is empty. */
static int
limit(struct cf_service * s, uint64_t who, enum cf_shared_counter counter,
    const struct cf_request * r, struct cf_reply * reply)
{
	uint64_t wait_us;

	if (s->rate == 0 || who == 0)
		return (0);
	wait_us = cf_rate_take(s->shared, who, s->rate, (uint64_t)r->now_us);
	if (wait_us == 0)
		return (0);
	cf_shared_count(s->shared, counter, 1);
	reply->retry_s = (wait_us + 999999) / 1000000;
	cf_reply_problem(reply, &s->out, 429,
	    counter == CF_SHARED_LIMITED_TOKEN ?
	    "too many requests with this token" :
	    "too many requests from this address");
	return (-1);
}

/* Find out who asks; -1 with a problem if it is nobody known. */
static int
authorize(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	char room[TOKEN_ROOM];
	const char * token;
	size_t len;

	token = cf_token_of(&r->head->authorization, room, sizeof(room),
	    &len);
	if (token != NULL && s->tokens != NULL)
		reply->who = cf_token_check(s->tokens, token, len);
	sodium_memzero(room, sizeof(room));
	if (reply->who != NULL)
		return (0);
	cf_shared_count(s->shared, token == NULL ? CF_SHARED_AUTH_MISSING :
	    CF_SHARED_AUTH_WRONG, 1);
	cf_reply_problem(reply, &s->out, 401, token == NULL ?
	    "a token is needed: Authorization: Bearer TOKEN" :
	    "the token is not known");
	return (-1);
}

/* Whoever may not ask too often: by address, token, and both limits. */
static int
let_in(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	char who[CF_TOKEN_NAME_MAX + 8] = "token ";
	size_t len;

	if (limit(s, r->who, CF_SHARED_LIMITED_ADDRESS, r, reply) ||
	    authorize(s, r, reply))
		return (-1);
	len = strlen(reply->who);
	memcpy(who + 6, reply->who, len);
	return (limit(s, cf_shared_hash(s->shared, who, 6 + len),
	    CF_SHARED_LIMITED_TOKEN, r, reply));
}

int
cf_service_admit(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	const struct cf_route * rows;
	const struct cf_route * route;
	enum cf_head_method method = r->head->method;
	size_t n;

	memset(reply, 0, sizeof(*reply));
	rows = cf_route_rows(&n);
	reply->route = cf_route_find(&r->head->path);
	route = &rows[reply->route];
	if (reply->route == 0) {
		/* Nobody needs to try out which paths there are. */
		if (limit(s, r->who, CF_SHARED_LIMITED_ADDRESS, r, reply))
			return (-1);
		cf_reply_problem(reply, &s->out, 404,
		    "there is no such path; see /docs");
		return (-1);
	}
	if (method == CF_HEAD_HEAD)
		method = CF_HEAD_GET;
	if (method != route->method) {
		reply->allow = route->method == CF_HEAD_GET ? "GET, HEAD" :
		    cf_head_method_name(route->method);
		cf_reply_problem(reply, &s->out, 405,
		    "not a method of this path");
		return (-1);
	}
	if (r->head->has_length && r->head->length > s->body_max) {
		cf_reply_problem(reply, &s->out, 413, "the body is too long");
		return (-1);
	}
	if (route->access == CF_ROUTE_OPEN ||
	    (route->access == CF_ROUTE_REPORT && s->public_report))
		return (0);
	return (let_in(s, r, reply));
}

void
cf_service_measure(struct cf_service * s,
    const struct cf_measure_params * params)
{
	const double numbers[] = { params->level, params->var_level,
	    params->var_limit };

	s->measure = *params;
	s->measure_hash = cf_shared_hash(s->shared, numbers,
	    sizeof(numbers)) ^ cf_shared_hash(s->shared, params->sizing->name,
	    strlen(params->sizing->name));
}

void
cf_service_answer(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	const struct cf_route * rows;
	size_t n;

	rows = cf_route_rows(&n);
	rows[reply->route].answer(s, r, reply);
}

void
cf_service_refuse(struct cf_service * s, const struct cf_head_fault * fault,
    struct cf_reply * reply)
{

	memset(reply, 0, sizeof(*reply));
	cf_reply_problem(reply, &s->out, fault->status, fault->reason);
}

void
cf_service_free(struct cf_service * s)
{

	cf_holder_free(&s->holder);
	cf_buf_free(&s->text);
	cf_buf_free(&s->out);
}

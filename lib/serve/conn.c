#include <sys/socket.h>
#include <arpa/inet.h>

#include <string.h>

#include "base/clock.h"
#include "serve/conn.h"
#include "serve/limits.h"

#define READ_ROOM 4096		/* Bytes read at a time, at least. */
#define SMALL_BODY 16384	/* Bytes waited for on anybody's word. */
#define KEEP_MOST 65536		/* Bytes of a buffer kept for the next. */

static const struct cf_head_fault no_room = { 503, "out of memory" };

static void
set_address(struct cf_conn * c, const char * text, size_t len)
{
	const struct cf_shared * shared = c->world->service->shared;
	unsigned char six[16];

	if (len >= sizeof(c->address))
		len = sizeof(c->address) - 1;
	memcpy(c->address, text, len);
	c->address[len] = '\0';
	/* A host may have a whole network of IPv6 addresses: /64 is one who. */
	if (inet_pton(AF_INET6, c->address, six) == 1)
		c->who = cf_shared_hash(shared, six, sizeof(six) / 2);
	else
		c->who = len > 0 ? cf_shared_hash(shared, c->address, len) : 0;
}

void
cf_conn_start(struct cf_conn * c, struct cf_conn_world * world,
    const char * address)
{

	c->world = world;
	c->state = CF_CONN_HEAD;
	c->in.len = c->kept.len = c->body.len = c->out.len = 0;
	c->start = c->looked = c->sent = 0;
	c->ended = c->broken = c->is_admitted = 0;
	c->requests = 0;
	set_address(c, address, strlen(address));
}

/* Bytes answered that wait to be sent. */
static size_t
waiting(const struct cf_conn * c)
{

	return (c->out.len - c->sent);
}

static void
end_requests(struct cf_conn * c)
{

	c->state = CF_CONN_OVER;
	c->in.len = c->start = 0;
}

/* Send a reply and count it. */
static void
send_reply(struct cf_conn * c, const struct cf_head * head,
    struct cf_reply * reply, int64_t began_us)
{
	struct cf_conn_world * w = c->world;
	int64_t now_s = cf_clock_now();
	int closes;
	uint64_t latency;

	closes = c->broken || head == NULL || !head->keep_alive ||
	    w->draining;
	cf_wire_reply(w->wire, &c->out, head, reply, closes, now_s);
	latency = (uint64_t)(cf_clock_us() - began_us);
	cf_shared_request(w->service->shared, reply->route,
	    head != NULL ? head->method : CF_HEAD_OTHER, reply->status,
	    latency);
	if (w->audit != NULL)
		cf_audit_add(w->audit, now_s, head, reply, c->address,
		    latency);
	c->requests++;
	if (closes)
		end_requests(c);
}

/* What has come is no request: answer so, and read no further. */
static void
refuse(struct cf_conn * c, const struct cf_head_fault * fault,
    const struct cf_head * head)
{
	struct cf_reply reply;
	int64_t began = cf_clock_us();

	c->broken = 1;
	cf_service_refuse(c->world->service, fault, &reply);
	send_reply(c, head, &reply, began);
}

static void
describe(struct cf_conn * c, struct cf_request * r, const char * body,
    size_t len)
{

	r->head = &c->head;
	r->body = body;
	r->len = len;
	r->address = c->address;
	r->who = c->who;
	r->now_us = cf_clock_now_us();
}

/* The request is whole: answer it. */
static void
answer(struct cf_conn * c, const char * body, size_t len)
{
	struct cf_service * s = c->world->service;
	struct cf_request request;
	struct cf_reply reply = c->admitted;
	int64_t began = cf_clock_us();

	describe(c, &request, body, len);
	if ((c->is_admitted && c->epoch == s->epoch) ||
	    cf_service_admit(s, &request, &reply) == 0)
		cf_service_answer(s, &request, &reply);
	c->is_admitted = 0;
	c->state = CF_CONN_HEAD;
	send_reply(c, &c->head, &reply, began);
}

/*
 * Before a body is waited for: a client that asks whether to send it is told,
 * and a large one is not read for just anybody.  Return 0 to go on.
 */
static int
consider_body(struct cf_conn * c)
{
	struct cf_service * s = c->world->service;
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct cf_request request;
	int64_t began = cf_clock_us();

	if (!c->head.expects && !c->head.chunked &&
	    c->head.length <= SMALL_BODY && c->head.length <= s->body_max)
		return (0);
	describe(c, &request, "", 0);
	if (cf_service_admit(s, &request, &c->admitted)) {
		c->broken = 1;
		send_reply(c, &c->head, &c->admitted, began);
		return (-1);
	}
	c->is_admitted = 1;
	c->epoch = s->epoch;
	if (c->head.expects)
		cf_buf_add(&c->out, go_on, sizeof(go_on) - 1);
	return (0);
}

/* Keep the head where more input does not move it. */
static int
keep_head(struct cf_conn * c, size_t len)
{
	struct cf_head_fault fault;

	c->kept.len = 0;
	cf_buf_add(&c->kept, c->in.data + c->start, len);
	if (c->kept.failed)
		return (-1);
	return (cf_head_parse(c->kept.data, len, &c->head, &fault));
}

/* An empty line before a request is passed over, as RFC 9112 2.2 asks. */
static void
skip_empty_lines(struct cf_conn * c)
{

	while (c->in.len - c->start >= 2 && c->in.data[c->start] == '\r' &&
	    c->in.data[c->start + 1] == '\n') {
		c->start += 2;
		c->looked = 0;
	}
}

/* Behind a proxy, the client is whom that has seen: the last of the list. */
static void
take_forwarded(struct cf_conn * c, const struct cf_field * f)
{
	size_t from = f->len;

	if (!c->world->behind_proxy || f->text == NULL)
		return;
	while (from > 0 && f->text[from - 1] != ',' && f->text[from - 1] != ' ')
		from--;
	set_address(c, f->text + from, f->len - from);
}

/* Take the next head, and its body if that is there.  0: wait for more. */
static int
take_head(struct cf_conn * c)
{
	struct cf_head_fault fault;
	const char * text;
	size_t len, left;
	int rc;

	skip_empty_lines(c);
	left = c->in.len - c->start;
	if (left == 0)
		return (0);
	text = c->in.data + c->start;
	rc = cf_head_find(text, left, &c->looked, &len, &fault);
	if (rc == 0)
		return (0);
	if (rc == -1 || cf_head_parse(text, len, &c->head, &fault)) {
		refuse(c, &fault, NULL);
		return (1);
	}
	c->looked = 0;
	take_forwarded(c, &c->head.forwarded);
	if (!c->head.chunked && !c->head.expects &&
	    c->head.length <= left - len &&
	    c->head.length <= c->world->service->body_max) {
		c->start += len + (size_t)c->head.length;
		answer(c, text + len, (size_t)c->head.length);
		return (1);
	}
	if (keep_head(c, len)) {
		refuse(c, &no_room, NULL);
		return (1);
	}
	c->start += len;
	c->body.len = 0;
	memset(&c->chunk, 0, sizeof(c->chunk));
	c->state = c->head.chunked ? CF_CONN_CHUNKS : CF_CONN_BODY;
	return (consider_body(c) == 0);
}

static int
take_body(struct cf_conn * c)
{
	size_t len = (size_t)c->head.length;
	const char * body = c->in.data + c->start;

	if (c->in.len - c->start < len)
		return (0);
	c->start += len;
	answer(c, body, len);
	return (1);
}

static int
take_chunks(struct cf_conn * c)
{
	struct cf_head_fault fault;
	size_t taken = 0;
	int rc = 0;

	if (c->in.len > c->start)
		rc = cf_chunk_take(&c->chunk, c->in.data + c->start,
		    c->in.len - c->start, &taken, &c->body,
		    c->world->service->body_max, &fault);
	c->start += taken;
	if (c->body.failed) {
		fault.status = 503;
		fault.reason = "out of memory";
		rc = -1;
	}
	if (rc == -1)
		refuse(c, &fault, &c->head);
	else if (rc == 1)
		answer(c, c->body.len > 0 ? c->body.data : "", c->body.len);
	return (rc != 0);
}

/* Answer what is there, until more is needed or enough waits to be sent. */
static void
go_on(struct cf_conn * c)
{
	int more = 1;

	while (more && waiting(c) < CF_SERVE_PIPELINE_MAX) {
		switch (c->state) {
		case CF_CONN_HEAD:
			more = take_head(c);
			break;
		case CF_CONN_BODY:
			more = take_body(c);
			break;
		case CF_CONN_CHUNKS:
			more = take_chunks(c);
			break;
		case CF_CONN_OVER:
			return;
		}
	}
	/* What the client will not complete is over. */
	if (!more && c->ended)
		end_requests(c);
}

char *
cf_conn_room(struct cf_conn * c, size_t * size)
{
	size_t want = READ_ROOM;

	*size = 0;
	if (c->state == CF_CONN_OVER || waiting(c) >= CF_SERVE_PIPELINE_MAX)
		return (NULL);
	if (c->start > 0) {
		c->in.len -= c->start;
		memmove(c->in.data, c->in.data + c->start, c->in.len);
		c->start = 0;
	}
	if (c->state == CF_CONN_BODY &&
	    (size_t)c->head.length - c->in.len > want)
		want = (size_t)c->head.length - c->in.len;
	if (cf_buf_reserve(&c->in, want)) {
		refuse(c, &no_room, NULL);
		return (NULL);
	}
	*size = c->in.capacity - c->in.len;
	return (c->in.data + c->in.len);
}

void
cf_conn_got(struct cf_conn * c, size_t n)
{

	c->in.len += n;
	c->ended |= n == 0;
	go_on(c);
}

void
cf_conn_sent(struct cf_conn * c, size_t n)
{
	int was_full = waiting(c) >= CF_SERVE_PIPELINE_MAX;

	c->sent += n;
	if (c->sent == c->out.len)
		c->sent = c->out.len = 0;
	if (was_full)
		go_on(c);
}

int
cf_conn_is_idle(const struct cf_conn * c)
{

	return (c->state == CF_CONN_HEAD && c->in.len == c->start);
}

void
cf_conn_late(struct cf_conn * c)
{
	static const struct cf_head_fault fault = { 408,
	    "the request did not come in time" };

	cf_shared_count(c->world->service->shared, CF_SHARED_TIMEOUTS, 1);
	if (c->state == CF_CONN_OVER)
		return;
	if (cf_conn_is_idle(c))
		end_requests(c);
	else
		refuse(c, &fault, NULL);
}

/* Give back what one large request has taken. */
static void
trim(struct cf_buf * b)
{

	if (b->capacity > KEEP_MOST || b->failed)
		cf_buf_free(b);
	b->len = 0;
}

void
cf_conn_end(struct cf_conn * c)
{

	trim(&c->in);
	trim(&c->kept);
	trim(&c->body);
	trim(&c->out);
	c->start = c->sent = 0;
}

void
cf_conn_free(struct cf_conn * c)
{

	cf_buf_free(&c->in);
	cf_buf_free(&c->kept);
	cf_buf_free(&c->body);
	cf_buf_free(&c->out);
}

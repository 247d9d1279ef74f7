/*
 * Loads on the tests' own server: what is counted, bodies in turn, limits of number and time, and that a pause of the
 * server shows in the latency of all requests that were due meanwhile.
 */
#include "unit.h"

#include "loop.h"

#include "http/load.h"

static struct cf_load_params
params(const char *url)
{
	struct cf_load_params p = { .url = url, .agent = "test", .type = "application/json", .requests = 20, .at_once = 3,
		.timeout_s = 1, .stop_fd = -1 };

	return (p);
}

static struct cf_load_result
load(const struct cf_load_params *p)
{
	struct cf_load_result r;
	struct cf_err err;

	ck_assert_msg(cf_load_run(p, &r, &err) == 0, "%s", err.text);
	return (r);
}

START_TEST(counts)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;

	loop_write("body", "hello");
	loop_start(&server, "4 * 503 -\n2 * 200 body cut=2\n3 * 200 body delay=3000\n1 * 302 - header=Location:_/\n- * 200 body\n");
	p = params(server.base);
	r = load(&p);
	ck_assert_uint_eq(r.ended, 20);
	ck_assert_uint_eq(r.statuses[503], 4);
	ck_assert_uint_eq(r.statuses[302], 1);
	ck_assert_uint_eq(r.statuses[200], 10);
	ck_assert_uint_eq(r.broken, 2);
	ck_assert_uint_eq(r.timed_out, 3);
	ck_assert_uint_eq(cf_load_failed(&r), 5);
	ck_assert_uint_eq(cf_load_refused(&r), 5);
	ck_assert_uint_eq(cf_latency_count(r.latency), 15);
	ck_assert_uint_ge(r.connections, 20);
	ck_assert_uint_eq(r.bytes, 10 * 5 + 2 * 2);
	ck_assert_int_ne(r.reason[0], '\0');
	ck_assert_int_eq(loop_count(), 20);
	cf_load_result_free(&r);
	loop_stop(&server);
}
END_TEST

START_TEST(nobody_there)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;

	loop_start(&server, "");
	loop_stop(&server);
	p = params(server.base);
	r = load(&p);
	ck_assert_uint_eq(r.ended, 20);
	ck_assert_uint_eq(r.unreached, 20);
	ck_assert_uint_eq(cf_latency_count(r.latency), 0);
	cf_load_result_free(&r);
}
END_TEST

START_TEST(time_limit)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;

	loop_start(&server, "- * 200 - delay=20\n");
	p = params(server.base);
	p.requests = 0;
	p.seconds = 0.5;
	r = load(&p);
	ck_assert_uint_ge(r.ended, 3);
	ck_assert_uint_le(r.ended, 3 * 26);
	ck_assert(r.seconds >= 0.4 && r.seconds < 10);
	ck_assert(cf_latency_quantile(r.latency, 0) >= 0.019);
	cf_load_result_free(&r);
	loop_stop(&server);
}
END_TEST

/* The server sleeps half a second over the first of 50 requests, due every 10 ms, and one lane carries them. */
START_TEST(a_pause_is_seen_by_all)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;

	loop_start(&server, "1 * 200 - delay=500\n- * 200 -\n");
	p = params(server.base);
	p.requests = 50;
	p.at_once = 1;
	p.timeout_s = 10;
	r = load(&p);
	ck_assert_uint_eq(r.statuses[200], 50);
	/* As replies come: one slow request. */
	ck_assert(cf_latency_quantile(r.latency, 1) >= 0.499);
	ck_assert(cf_latency_quantile(r.latency, 0.5) < 0.2);
	cf_load_result_free(&r);

	loop_set("1 * 201 - delay=500\n- * 201 -\n");
	p.rate = 100;
	r = load(&p);
	ck_assert_uint_eq(r.statuses[201], 50);
	/* That due at 250 ms, among others, waited for the rest of the half second. */
	ck_assert(cf_latency_quantile(r.latency, 0.5) >= 0.2);
	ck_assert(r.seconds >= 0.49);
	cf_load_result_free(&r);
	loop_stop(&server);
}
END_TEST

START_TEST(rate_is_kept)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;

	loop_start(&server, "- * 200 -\n");
	p = params(server.base);
	p.requests = 41;
	p.rate = 100;
	r = load(&p);
	ck_assert_uint_eq(r.statuses[200], 41);
	ck_assert(r.seconds >= 0.4);
	cf_load_result_free(&r);
	loop_stop(&server);
}
END_TEST

START_TEST(stops_when_told)
{
	struct cf_load_params p;
	struct cf_load_result r;
	struct loop server;
	int fds[2];

	loop_start(&server, "- * 200 - delay=100\n");
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq((int)write(fds[1], "x", 1), 1);
	p = params(server.base);
	p.stop_fd = fds[0];
	p.requests = 1000000;
	r = load(&p);
	ck_assert_int_eq(r.stopped, 1);
	ck_assert_uint_le(r.ended, 3);
	cf_load_result_free(&r);
	loop_stop(&server);
}
END_TEST

UNIT_MAIN("http_load", counts, nobody_there, time_limit, a_pause_is_seen_by_all, rate_is_kept, stops_when_told)

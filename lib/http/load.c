#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/limits.h"
#include "http/load.h"

struct load;

/* One of the requests under way; used again and again. */
struct lane {
	struct load * load;
	CURL * easy;
	double from_s;		/* Its latency counts from here. */
	char text[CF_LOAD_REFUSAL_MAX];	/* How the reply begins. */
	size_t text_len;
	int busy;
};

struct load {
	const struct cf_load_params * p;
	struct cf_load_result * r;
	CURLM * multi;
	struct curl_slist * headers;
	struct lane * lanes;
	int nlanes;
	int * idle;		/* Stack of lanes that are free. */
	int nidle;
	double start_s;
	double last_s;		/* When the last request ended. */
	uint64_t sent;
	int stop;
};

static int
curl_fault(struct cf_err * err, const char * text)
{

	return (cf_err_set(err, CF_ERR_SYSTEM, "HTTP client: %s", text));
}

/* Connections are descriptors: take as many as the system lets us have. */
static void
raise_descriptors(int need)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= (rlim_t)need)
		return;
	limit.rlim_cur = limit.rlim_max < (rlim_t)need ? limit.rlim_max :
	    (rlim_t)need;
	/* If not, connections fail and are counted. */
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return;
}

static size_t
on_body(char * data, size_t size, size_t n, void * cookie)
{
	struct lane * lane = cookie;
	size_t len = size * n, room = sizeof(lane->text) - lane->text_len;

	lane->load->r->bytes += len;
	memcpy(lane->text + lane->text_len, data, len < room ? len : room);
	lane->text_len += len < room ? len : room;
	return (len);
}

static int
add_header(struct load * l, const char * line, struct cf_err * err)
{
	struct curl_slist * list;

	if ((list = curl_slist_append(l->headers, line)) == NULL)
		return (cf_err_memory(err));
	l->headers = list;
	return (0);
}

/* A header of two parts, of which no copy is left behind. */
static int
add_parts(struct load * l, const char * name, const char * value,
    struct cf_err * err)
{
	struct cf_buf line = { 0 };
	const char * text;
	int rc = -1;

	cf_buf_add_text(&line, name);
	cf_buf_add_text(&line, value);
	if ((text = cf_buf_string(&line, err)) != NULL)
		rc = add_header(l, text, err);
	if (line.data != NULL)
		memset(line.data, 0, line.len);
	cf_buf_free(&line);
	return (rc);
}

static int
make_headers(struct load * l, struct cf_err * err)
{
	const struct cf_load_params * p = l->p;
	size_t i;

	/* Nobody waits for "100 Continue" where time is measured. */
	if (add_header(l, "Expect:", err) || (p->nbodies > 0 &&
	    add_parts(l, "Content-Type: ", p->type, err)))
		return (-1);
	for (i = 0; i < p->nheaders; i++) {
		if (add_header(l, p->headers[i], err))
			return (-1);
	}
	if (p->token == NULL)
		return (0);
	return (add_parts(l, "Authorization: Bearer ", p->token, err));
}

#define SET(option, value)						\
	(rc == CURLE_OK ? (rc = curl_easy_setopt(easy, option, value)) : rc)

static CURLcode
set_method(const struct cf_load_params * p, CURL * easy)
{
	CURLcode rc = CURLE_OK;

	if (p->nbodies > 0)
		SET(CURLOPT_POST, 1L);
	else if (p->method != NULL && strcmp(p->method, "HEAD") == 0)
		return (SET(CURLOPT_NOBODY, 1L));
	if (p->method != NULL)
		SET(CURLOPT_CUSTOMREQUEST, p->method);
	return (rc);
}

/* All that the requests of a lane have in common. */
static int
configure(struct lane * lane, struct cf_err * err)
{
	const struct cf_load_params * p = lane->load->p;
	CURL * easy = lane->easy;
	CURLcode rc;

	rc = set_method(p, easy);
	SET(CURLOPT_URL, p->url);
	SET(CURLOPT_PRIVATE, lane);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_TCP_NODELAY, 1L);
	/* One request after the other, as wrk and browsers of old do. */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	SET(CURLOPT_USERAGENT, p->agent);
	SET(CURLOPT_HTTPHEADER, lane->load->headers);
	SET(CURLOPT_TIMEOUT_MS, (long)(p->timeout_s * 1000));
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(1000 *
	    (p->timeout_s < CF_HTTP_CONNECT_S ? p->timeout_s :
	    CF_HTTP_CONNECT_S)));
	SET(CURLOPT_FORBID_REUSE, (long)p->fresh);
	SET(CURLOPT_FRESH_CONNECT, (long)p->fresh);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, lane);
	if (p->ca_file != NULL)
		SET(CURLOPT_CAINFO, p->ca_file);
	return (rc == CURLE_OK ? 0 : curl_fault(err, curl_easy_strerror(rc)));
}

static int
make_lanes(struct load * l, struct cf_err * err)
{
	const struct cf_load_params * p = l->p;
	struct lane * lane;

	if ((l->lanes = cf_mem_array((size_t)p->at_once, sizeof(*l->lanes),
	    err)) == NULL || (l->idle = cf_mem_array((size_t)p->at_once,
	    sizeof(*l->idle), err)) == NULL)
		return (-1);
	if ((l->multi = curl_multi_init()) == NULL)
		return (cf_err_memory(err));
	if (curl_multi_setopt(l->multi, CURLMOPT_MAXCONNECTS,
	    (long)p->at_once) != CURLM_OK)
		return (curl_fault(err, "connections cannot be kept"));
	while (l->nlanes < p->at_once) {
		lane = &l->lanes[l->nlanes];
		lane->load = l;
		if ((lane->easy = curl_easy_init()) == NULL)
			return (cf_err_memory(err));
		l->idle[l->nidle++] = l->nlanes++;
		if (configure(lane, err))
			return (-1);
	}
	return (0);
}

/* When the next request is to begin, if there is one. */
static int
next_at(struct load * l, double now_s, double * at_s)
{
	const struct cf_load_params * p = l->p;
	double after_s;

	if (l->stop || (p->requests > 0 && l->sent >= p->requests))
		return (0);
	after_s = p->rate > 0 ? (double)l->sent / p->rate :
	    now_s - l->start_s;
	*at_s = p->rate > 0 ? l->start_s + after_s : now_s;
	return (p->seconds <= 0 || after_s < p->seconds);
}

static int
begin(struct load * l, double from_s, struct cf_err * err)
{
	struct lane * lane = &l->lanes[l->idle[l->nidle - 1]];
	const struct cf_load_body * body;
	CURL * easy = lane->easy;
	CURLcode rc = CURLE_OK;
	CURLMcode mrc;

	if (l->p->nbodies > 0) {
		body = &l->p->bodies[l->sent % l->p->nbodies];
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len);
		SET(CURLOPT_POSTFIELDS, body->data);
		if (rc != CURLE_OK)
			return (curl_fault(err, curl_easy_strerror(rc)));
	}
	if ((mrc = curl_multi_add_handle(l->multi, easy)) != CURLM_OK)
		return (curl_fault(err, curl_multi_strerror(mrc)));
	l->nidle--;
	l->sent++;
	lane->busy = 1;
	lane->from_s = from_s;
	lane->text_len = 0;
	return (0);
}

/* Begin all requests that are due and have a lane. */
static int
begin_due(struct load * l, struct cf_err * err)
{
	double now_s = cf_clock_s(), at_s;

	while (l->nidle > 0 && next_at(l, now_s, &at_s) && at_s <= now_s) {
		/* One that waits for nothing counts from when it goes. */
		if (begin(l, l->p->rate > 0 ? at_s : cf_clock_s(), err))
			return (-1);
	}
	return (0);
}

static void
count_fault(struct load * l, CURLcode code)
{
	struct cf_load_result * r = l->r;

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		r->unreached++;
		break;
	case CURLE_OPERATION_TIMEDOUT:
		r->timed_out++;
		break;
	default:
		r->broken++;
	}
	if (r->reason[0] == '\0')
		snprintf(r->reason, sizeof(r->reason), "%s",
		    curl_easy_strerror(code));
}

static void
end(struct load * l, struct lane * lane, CURLcode code)
{
	struct cf_load_result * r = l->r;
	long status = 0, connections = 0;

	l->last_s = cf_clock_s();
	if (curl_easy_getinfo(lane->easy, CURLINFO_RESPONSE_CODE, &status) !=
	    CURLE_OK || status < 0 || status >= CF_LOAD_STATUS_MAX)
		status = 0;
	if (curl_easy_getinfo(lane->easy, CURLINFO_NUM_CONNECTS,
	    &connections) == CURLE_OK && connections > 0)
		r->connections += (uint64_t)connections;
	curl_multi_remove_handle(l->multi, lane->easy);
	lane->busy = 0;
	l->idle[l->nidle++] = (int)(lane - l->lanes);
	r->ended++;
	if (code != CURLE_OK) {
		count_fault(l, code);
		return;
	}
	r->statuses[status]++;
	if ((status < 200 || status > 299) && r->refusal_status == 0) {
		r->refusal_status = (int)status;
		cf_err_mask(r->refusal, sizeof(r->refusal), lane->text,
		    lane->text_len);
	}
	cf_latency_add(r->latency, l->last_s - lane->from_s);
}

static int
collect(struct load * l, struct cf_err * err)
{
	struct lane * lane;
	CURLMsg * msg;
	char * cookie;
	int left;

	while ((msg = curl_multi_info_read(l->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		if (curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
		    &cookie) != CURLE_OK)
			return (curl_fault(err, "a lost transfer"));
		/* That is our fault, not the server's. */
		if (msg->data.result == CURLE_OUT_OF_MEMORY)
			return (cf_err_memory(err));
		memcpy(&lane, &cookie, sizeof(lane));
		end(l, lane, msg->data.result);
	}
	cf_progress_at(l->p->progress, l->r->ended);
	return (0);
}

/* Sleep until something comes, at most ${left_s}. */
static int
rest(struct load * l, double left_s, struct cf_err * err)
{
	struct curl_waitfd extra = { .fd = l->p->stop_fd,
	    .events = CURL_WAIT_POLLIN };
	struct timespec ts = { 0, 0 };
	CURLMcode rc;
	int ms = left_s > 1 ? 1000 : left_s > 0 ? (int)(left_s * 1000) : 0;

	/*
	 * With nothing under way, the part of a millisecond that poll(2)
	 * cannot wait is slept; else it is spent looking.
	 */
	if (ms == 0 && l->nidle == l->nlanes && left_s > 0) {
		ts.tv_nsec = (long)(left_s * 1e9);
		if (nanosleep(&ts, NULL) && errno != EINTR)
			return (cf_err_errno(err, errno, "nanosleep"));
	}
	rc = curl_multi_poll(l->multi, &extra, l->p->stop_fd != -1, ms, NULL);
	if (rc != CURLM_OK)
		return (curl_fault(err, curl_multi_strerror(rc)));
	if (extra.revents != 0)
		l->stop = 1;
	return (0);
}

static int
drive(struct load * l, struct cf_err * err)
{
	double now_s, at_s;
	CURLMcode rc;
	int running, more;

	l->start_s = l->last_s = cf_clock_s();
	for (;;) {
		if (begin_due(l, err))
			return (-1);
		if ((rc = curl_multi_perform(l->multi, &running)) != CURLM_OK)
			return (curl_fault(err, curl_multi_strerror(rc)));
		if (collect(l, err))
			return (-1);
		now_s = cf_clock_s();
		more = next_at(l, now_s, &at_s);
		/* Asked to stop, we do not wait for replies. */
		if (l->stop || (!more && l->nidle == l->nlanes))
			break;
		if (rest(l, more && l->nidle > 0 ? at_s - now_s : 1, err))
			return (-1);
	}
	l->r->seconds = l->last_s - l->start_s;
	l->r->stopped = l->stop;
	return (0);
}

static void
load_free(struct load * l)
{
	int i;

	for (i = 0; i < l->nlanes; i++) {
		if (l->lanes[i].busy)
			curl_multi_remove_handle(l->multi, l->lanes[i].easy);
		curl_easy_cleanup(l->lanes[i].easy);
	}
	if (l->multi != NULL)
		curl_multi_cleanup(l->multi);
	curl_slist_free_all(l->headers);
	free(l->lanes);
	free(l->idle);
}

int
cf_load_run(const struct cf_load_params * params,
    struct cf_load_result * result, struct cf_err * err)
{
	struct load l = { .p = params, .r = result };
	int rc = -1;

	memset(result, 0, sizeof(*result));
	if ((result->latency = cf_latency_new(err)) == NULL)
		return (-1);
	/* Counted by libcurl: each call has its own cleanup. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return (curl_fault(err, "libcurl does not start"));
	raise_descriptors(params->at_once + 64);
	if (make_headers(&l, err) == 0 && make_lanes(&l, err) == 0)
		rc = drive(&l, err);
	load_free(&l);
	curl_global_cleanup();
	return (rc);
}

uint64_t
cf_load_failed(const struct cf_load_result * r)
{

	return (r->unreached + r->timed_out + r->broken);
}

uint64_t
cf_load_refused(const struct cf_load_result * r)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < CF_LOAD_STATUS_MAX; i++)
		n += i < 200 || i > 299 ? r->statuses[i] : 0;
	return (n);
}

void
cf_load_result_free(struct cf_load_result * result)
{

	cf_latency_free(result->latency);
	result->latency = NULL;
}

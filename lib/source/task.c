#include <string.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/secret.h"
#include "http/cache.h"
#include "http/retry.h"
#include "http/url.h"
#include "source/calendar.h"
#include "source/task.h"

#define BURSTS 2		/* Tries after a burst. */
#define MINUTE_S 60.0
#define HOUR_S 3600.0

double
cf_task_now(const struct cf_task_common * c)
{

	return (c->pinned_s > 0 ? c->pinned_s + cf_clock_s() - c->start_s :
	    1e-6 * (double)cf_clock_now_us());
}

void
cf_task_fail(struct cf_task * t, const struct cf_err * err)
{

	t->err = *err;
	cf_err_prefix(&t->err, "%s %s", t->line->source->name, t->job.arg);
	t->state = CF_TASK_FAILED;
}

/* Fail with kind LATER and the time from which it may work. */
static void
fail_later(struct cf_task * t, double until_s, const char * why)
{
	struct cf_err err;
	char text[CF_DAY_TEXT_MAX];

	text[cf_day_print_moment((int64_t)until_s + 1, 1, text)] = '\0';
	cf_err_set(&err, CF_ERR_LATER, "%s; retry after %s", why, text);
	cf_task_fail(t, &err);
}

static struct cf_job_call *
present_call(struct cf_task * t)
{

	return (&t->job.calls[t->job.at]);
}

static void
new_call(struct cf_task * t)
{

	t->tries = t->bursts = t->looked = 0;
	t->not_before_s = 0;
	t->etag[0] = t->modified[0] = '\0';
	t->name.len = 0;
}

/* All calls are read. */
static void
complete(struct cf_task * t, const struct cf_task_common * c)
{
	struct cf_job * job = &t->job;
	struct cf_err err;
	size_t n;

	t->state = CF_TASK_DONE;
	if (job->source->finish(job, &err)) {
		cf_task_fail(t, &err);
		return;
	}
	if (c->offline || job->source->base_url == NULL)
		return;
	n = job->rows.n;
	if (cf_quota_success(c->home, job->source->name, cf_task_now(c),
	    n > 0 ? cf_haul_day(&job->rows, n - 1) : CF_DAY_MIN, &err))
		cf_task_fail(t, &err);
}

/* What is undone when a body turns out to be bad. */
struct mark {
	size_t rows;
	size_t splits;
	size_t dates;
	size_t calls;
	size_t dropped;
	unsigned int columns;
};

static struct mark
mark_of(const struct cf_job * job)
{
	struct mark m = { job->rows.n, job->splits.n, job->ndates,
		job->ncalls, job->rows.dropped, job->rows.columns };

	return (m);
}

static void
undo(struct cf_job * job, const struct mark * m)
{

	job->rows.n = m->rows;
	job->splits.n = m->splits;
	job->ndates = m->dates;
	job->ncalls = m->calls;
	job->rows.dropped = m->dropped;
	job->rows.columns = m->columns;
}

/* Read a body that the server stood by at ${moment_s}. */
static enum cf_verdict
read_body(struct cf_task * t, const struct cf_buf * body, int64_t moment_s,
    struct cf_err * err)
{
	struct cf_job * job = &t->job;
	const struct cf_job_call call = *present_call(t);
	struct mark mark = mark_of(job);
	enum cf_verdict verdict;
	const char * reason;

	verdict = cf_verdict_body(body->len > 0 ? body->data : "", body->len,
	    &reason);
	if (verdict != CF_VERDICT_GOOD) {
		cf_err_set(err, CF_ERR_SYSTEM, "%s", reason);
		return (verdict);
	}
	/* Of several bodies the oldest says what was finished. */
	if (job->moment_s == 0 || moment_s < job->moment_s)
		job->moment_s = moment_s;
	verdict = CF_VERDICT_NO;
	if (job->source->read(job, &call, body->data,
	    cf_job_whole_lines(job, body->data, body->len), &verdict,
	    err) == 0)
		return (CF_VERDICT_GOOD);
	undo(job, &mark);
	return (verdict);
}

/* The present call is read: go to the next. */
static void
advance(struct cf_task * t, const struct cf_task_common * c)
{

	new_call(t);
	t->state = CF_TASK_READY;
	if (++t->job.at == t->job.ncalls)
		complete(t, c);
}

/* The name of the present call in the cache, once. */
static int
make_name(struct cf_task * t, const struct cf_task_common * c,
    struct cf_err * err)
{
	struct cf_buf url = { 0 };
	const char * base = NULL;

	if (t->name.len > 0)
		return (0);
	cf_buf_addf(&t->name, "%s ", t->line->source->name);
	t->job.source->url(&t->job, present_call(t), &base, &url, &t->name);
	if (c->base_host[0] != '\0')
		cf_buf_addf(&t->name, " %s", c->base_host);
	cf_buf_free(&url);
	return (cf_buf_string(&t->name, err) != NULL ? 0 : -1);
}

/* Look in the cache.  Return 1 if the call was answered (or failed) so. */
static int
look_in_cache(struct cf_task * t, const struct cf_task_common * c)
{
	struct cf_cache_entry entry;
	struct cf_err err;
	double age_s;
	int rc, used = 0;

	if (t->looked)
		return (0);
	t->looked = 1;
	if (make_name(t, c, &err) ||
	    (rc = cf_cache_load(c->cache, t->name.data, &entry, &err)) < 0) {
		cf_task_fail(t, &err);
		return (1);
	}
	if (rc == 1) {
		age_s = cf_task_now(c) - (double)entry.checked_s;
		if (c->offline || (age_s >= 0 && age_s < c->max_age_s)) {
			/* What is no longer understood is asked again. */
			used = read_body(t, &entry.body, entry.checked_s,
			    &err) == CF_VERDICT_GOOD;
		}
		memcpy(t->etag, entry.etag, sizeof(t->etag));
		memcpy(t->modified, entry.modified, sizeof(t->modified));
		cf_buf_free(&entry.body);
	}
	if (used)
		advance(t, c);
	else if (c->offline) {
		cf_err_set(&err, CF_ERR_SYSTEM, "not in the cache");
		cf_task_fail(t, &err);
		used = 1;
	}
	return (used);
}

/* Count the request.  Return 1 if it may be sent now. */
static int
take_quota(struct cf_task * t, const struct cf_task_common * c)
{
	struct cf_task_line * line = t->line;
	struct cf_quota_view view;
	struct cf_err err;
	double now_s = cf_task_now(c);

	if (cf_quota_take(c->home, line->source->name, &line->quota, now_s,
	    &view, &err)) {
		cf_task_fail(t, &err);
		return (0);
	}
	t->taken_s = now_s;
	if (view.free_s <= now_s)
		return (1);
	if (view.is_used_up && view.free_s - now_s > c->max_wait_s)
		fail_later(t, view.free_s, line->quota.per_day > 0 &&
		    view.used >= line->quota.per_day ?
		    "the quota of requests is used up" :
		    "the source takes no more requests now");
	else
		line->wait_s = cf_clock_s() + view.free_s - now_s;
	return (0);
}

static int
send_request(struct cf_task * t, struct cf_task_common * c,
    struct cf_err * err)
{
	const struct cf_source * source = t->line->source;
	const struct cf_job_call * call = present_call(t);
	const char * base = source->base_url;
	struct cf_buf url = { 0 };
	struct cf_buf path = { 0 };
	struct cf_buf ignored = { 0 };
	struct cf_client_request request = { .etag = t->etag,
		.modified = t->modified, .cookie = t };
	int rc = -1;

	source->url(&t->job, call, &base, &path, &ignored);
	cf_buf_add_text(&url, c->base_url != NULL ? c->base_url : base);
	while (url.len > 0 && url.data[url.len - 1] == '/')
		url.len--;
	cf_buf_add(&url, path.data, path.len);
	url.failed |= path.failed;
	if (t->line->key != NULL && !call->keyless) {
		cf_url_query(&url, source->key_param, t->line->key);
		request.has_secret = 1;
	}
	if ((request.url = cf_buf_string(&url, err)) == NULL)
		goto done;
	rc = cf_client_start(c->client, &request, err);
	c->asked++;
done:
	cf_buf_free(&url);
	cf_buf_free(&path);
	cf_buf_free(&ignored);
	return (rc);
}

static void
load_file(struct cf_task * t, const struct cf_task_common * c)
{
	struct cf_err err;

	t->job.moment_s = (int64_t)cf_task_now(c);
	if (t->job.source->load(&t->job, &err))
		cf_task_fail(t, &err);
	else
		complete(t, c);
}

void
cf_task_go(struct cf_task * t, struct cf_task_common * c,
    int (* is_flying)(void * cookie, const struct cf_task * task),
    void * cookie)
{
	struct cf_err err;

	if (t->state == CF_TASK_READY && t->job.source->load != NULL) {
		load_file(t, c);
		return;
	}
	while (t->state == CF_TASK_READY) {
		if (cf_clock_s() < t->not_before_s)
			return;
		if (make_name(t, c, &err)) {
			cf_task_fail(t, &err);
			return;
		}
		if (is_flying(cookie, t))
			return;
		if (look_in_cache(t, c))
			continue;
		if (t->line->is_refused) {
			cf_task_fail(t, &t->line->refusal);
			return;
		}
		if (cf_clock_s() < t->line->wait_s ||
		    cf_client_free_slots(c->client) == 0 ||
		    !take_quota(t, c))
			return;
		t->state = CF_TASK_FLYING;
		if (send_request(t, c, &err))
			cf_task_fail(t, &err);
	}
}

/* The server says that the day's quota is used up. */
static void
block_day(struct cf_task * t, const struct cf_task_common * c)
{
	struct cf_task_line * line = t->line;
	struct cf_quota_view view;
	struct cf_err err;
	double now_s = cf_task_now(c), until_s;
	int32_t tomorrow;

	/*
	 * When its day begins is not documented.  Midnight in New York is
	 * likely, and asking too early costs a refusal.  But not at once.
	 */
	tomorrow = cf_day_of_moment(cf_calendar_eastern((int64_t)now_s)) + 1;
	until_s = (double)cf_calendar_from_eastern((int64_t)tomorrow *
	    CF_DAY_S);
	if (cf_quota_look(c->home, line->source->name, &line->quota, now_s,
	    &view, &err) == 0 && view.is_used_up && view.free_s < until_s)
		until_s = view.free_s;
	if (until_s < now_s + HOUR_S)
		until_s = now_s + HOUR_S;
	if (cf_quota_block(c->home, line->source->name, until_s, &err)) {
		cf_task_fail(t, &err);
		return;
	}
	fail_later(t, until_s, "the server says that the day's quota of "
	    "requests is used up");
}

/* Try again after ${wait_s}, or at a later time altogether. */
static void
try_again(struct cf_task * t, const struct cf_task_common * c, double wait_s,
    const char * why)
{

	if (wait_s > c->max_wait_s) {
		fail_later(t, cf_task_now(c) + wait_s, why);
		return;
	}
	t->state = CF_TASK_READY;
	t->not_before_s = cf_clock_s() + wait_s;
	/* The others of this source wait as well. */
	if (t->line->wait_s < t->not_before_s)
		t->line->wait_s = t->not_before_s;
}

/* All tries of the call have failed. */
static void
give_up(struct cf_task * t, struct cf_err * err, enum cf_err_kind kind)
{
	struct cf_job * job = &t->job;

	if (job->source->fallback != NULL &&
	    job->source->fallback(job, present_call(t))) {
		cf_job_note(job, "%s; asking in another way", err->text);
		new_call(t);
		t->state = CF_TASK_READY;
		return;
	}
	err->kind = kind;
	cf_task_fail(t, err);
}

/* The key is not taken: spare the other jobs their requests. */
static void
refuse_key(struct cf_task * t, struct cf_err * err)
{
	struct cf_task_line * line = t->line;
	struct cf_err reason = *err;

	if (line->key == NULL) {
		give_up(t, err, CF_ERR_SYSTEM);
		return;
	}
	give_up(t, err, CF_ERR_USAGE);
	if (t->state != CF_TASK_FAILED)
		return;
	line->is_refused = 1;
	line->refusal = reason;
	line->refusal.kind = CF_ERR_USAGE;
}

/* Go on as the verdict says;  is the reason if it is not GOOD. */
static void
judge(struct cf_task * t, struct cf_task_common * c,
    enum cf_verdict verdict, double retry_after_s, struct cf_err * err)
{
	double wait_s;

	switch (verdict) {
	case CF_VERDICT_GOOD:
		advance(t, c);
		return;
	case CF_VERDICT_BURST:
		if (++t->bursts <= BURSTS)
			try_again(t, c, t->line->quota.spacing_s, err->text);
		else
			fail_later(t, cf_task_now(c) + MINUTE_S, err->text);
		return;
	case CF_VERDICT_MINUTE:
		if (++t->bursts <= BURSTS)
			try_again(t, c, MINUTE_S, err->text);
		else
			fail_later(t, cf_task_now(c) + MINUTE_S, err->text);
		return;
	case CF_VERDICT_DAY:
		block_day(t, c);
		return;
	case CF_VERDICT_BUSY:
		if (retry_after_s > c->max_wait_s) {
			fail_later(t, cf_task_now(c) + retry_after_s,
			    err->text);
			return;
		}
		if (++t->tries > c->retries) {
			give_up(t, err, err->kind);
			return;
		}
		wait_s = cf_retry_wait(c->retry_wait_s, t->tries, &c->rng);
		try_again(t, c, retry_after_s > wait_s ? retry_after_s :
		    wait_s, err->text);
		return;
	case CF_VERDICT_LATER:
		give_up(t, err, CF_ERR_LATER);
		return;
	case CF_VERDICT_KEY:
		refuse_key(t, err);
		return;
	default:
		err->kind = CF_ERR_DATA;
		cf_task_fail(t, err);
	}
}

/* No reply came, or none to be had. */
static void
transport_fault(struct cf_task * t, struct cf_task_common * c,
    const struct cf_client_reply * r)
{
	struct cf_err err, ignored;

	cf_err_set(&err, CF_ERR_SYSTEM, "%s", r->reason);
	switch (r->fault) {
	case CF_CLIENT_TOO_LARGE:
	case CF_CLIENT_REFUSED:
		judge(t, c, CF_VERDICT_NO, 0, &err);
		return;
	case CF_CLIENT_UNREACHED:
		/* If it stays counted, one request of the quota is lost. */
		cf_quota_return(c->home, t->line->source->name, t->taken_s,
		    &ignored);
		break;
	default:
		break;
	}
	judge(t, c, CF_VERDICT_BUSY, 0, &err);
}

/* Keep a good body, and note that the server stands by it. */
static int
keep(struct cf_task * t, const struct cf_task_common * c,
    struct cf_client_reply * r, int64_t now_s, struct cf_err * err)
{
	struct cf_cache_entry entry;
	int rc;

	memset(&entry, 0, sizeof(entry));
	entry.checked_s = now_s;
	memcpy(entry.etag, r->etag, sizeof(entry.etag));
	memcpy(entry.modified, r->modified, sizeof(entry.modified));
	if (cf_secret_mask(entry.etag, strlen(entry.etag), t->line->key) ||
	    cf_secret_mask(entry.modified, strlen(entry.modified),
	    t->line->key))
		entry.etag[0] = entry.modified[0] = '\0';
	entry.body = r->body;
	rc = cf_cache_store(c->cache, t->name.data, &entry, err);
	return (rc);
}

/* Status 304: the cached body still holds. */
static int
not_modified(struct cf_task * t, const struct cf_task_common * c,
    struct cf_client_reply * r, struct cf_err * err)
{
	struct cf_cache_entry entry;

	cf_buf_free(&r->body);
	if (cf_cache_load(c->cache, t->name.data, &entry, err) != 1) {
		/* Gone meanwhile: ask for all of it. */
		t->etag[0] = t->modified[0] = '\0';
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "the cached answer is gone"));
	}
	r->body = entry.body;
	if (r->etag[0] == '\0')
		memcpy(r->etag, entry.etag, sizeof(r->etag));
	if (r->modified[0] == '\0')
		memcpy(r->modified, entry.modified, sizeof(r->modified));
	return (0);
}

static void
status_fault(struct cf_task * t, struct cf_task_common * c,
    const struct cf_client_reply * r)
{
	enum cf_verdict verdict;
	const char * reason;
	struct cf_err err;
	double after_s = 0;

	verdict = cf_verdict_status(r->status, &reason);
	cf_err_set(&err, r->status == 429 ? CF_ERR_LATER : CF_ERR_SYSTEM,
	    "HTTP status %d: %s", r->status, reason);
	if (t->job.source->explain != NULL && r->body.len > 0)
		t->job.source->explain(&t->job, r->body.data, r->body.len,
		    &verdict, &err);
	if (cf_retry_after(r->retry_after, (int64_t)cf_task_now(c),
	    &after_s))
		after_s = 0;
	judge(t, c, verdict, after_s, &err);
}

void
cf_task_reply(struct cf_task * t, struct cf_task_common * c,
    struct cf_client_reply * r)
{
	int64_t now_s = (int64_t)cf_task_now(c);
	enum cf_verdict verdict;
	struct cf_err err;

	if (r->fault != CF_CLIENT_OK) {
		transport_fault(t, c, r);
		goto done;
	}
	if (r->status == 304) {
		if (not_modified(t, c, r, &err)) {
			judge(t, c, CF_VERDICT_BUSY, 0, &err);
			goto done;
		}
	} else if (r->status != 200) {
		cf_secret_mask(r->body.data, r->body.len, t->line->key);
		status_fault(t, c, r);
		goto done;
	}
	/* From here on no text holds the key. */
	if (r->body.len > 0)
		cf_secret_mask(r->body.data, r->body.len, t->line->key);
	verdict = read_body(t, &r->body, now_s, &err);
	if (verdict == CF_VERDICT_GOOD && keep(t, c, r, now_s, &err)) {
		cf_task_fail(t, &err);
		goto done;
	}
	judge(t, c, verdict, 0, &err);
done:
	cf_buf_free(&r->body);
}

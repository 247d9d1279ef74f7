#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/state.h"
#include "source/quota.h"

#define FILE_MAX (256 * 1024)	/* Bytes. */
#define EPSILON_S 0.001		/* Times are kept to milliseconds. */

/* The file in memory. */
struct ledger {
	double * sent;		/* Ascending. */
	size_t n;
	size_t capacity;
	double blocked_s;	/* No request before this. */
	double success_s;
	int32_t newest;
};

int
cf_quota_folder(const char * home, struct cf_buf * folder,
    struct cf_err * err)
{

	if (cf_state_path(folder, home, CF_STATE_STATE, "fetch", err))
		return (-1);
	return (cf_buf_string(folder, err) == NULL ? -1 : 0);
}

/* The path of a source's file. */
static int
file_path(struct cf_buf * path, const char * home, const char * source,
    const char * suffix, struct cf_err * err)
{

	if (cf_quota_folder(home, path, err))
		return (-1);
	cf_buf_addf(path, "/%s%s", source, suffix);
	return (cf_buf_string(path, err) == NULL ? -1 : 0);
}

/* A line KEY=VALUE; what is not known is skipped. */
static int
parse_line(struct ledger * l, const char * line, size_t len,
    struct cf_err * err)
{
	const char * equals = memchr(line, '=', len);
	size_t key_len;
	double x;

	if (equals == NULL)
		return (0);
	key_len = (size_t)(equals - line);
	if (cf_num_parse(equals + 1, len - key_len - 1, &x) != CF_NUM_OK)
		return (0);
	if (key_len == 4 && memcmp(line, "sent", 4) == 0) {
		if (l->n == CF_QUOTA_MAX)
			return (0);
		if (cf_mem_grow(&l->sent, &l->capacity, l->n + 1,
		    sizeof(*l->sent), err))
			return (-1);
		l->sent[l->n++] = x;
	} else if (key_len == 7 && memcmp(line, "blocked", 7) == 0) {
		l->blocked_s = x;
	} else if (key_len == 7 && memcmp(line, "success", 7) == 0) {
		l->success_s = x;
	} else if (key_len == 6 && memcmp(line, "newest", 6) == 0 &&
	    x >= CF_DAY_MIN && x <= CF_DAY_MAX) {
		l->newest = (int32_t)x;
	}
	return (0);
}

static int
load(struct ledger * l, const char * path, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * p;
	const char * end;
	const char * eol;
	int rc = -1;

	memset(l, 0, sizeof(*l));
	l->newest = CF_DAY_MIN;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return (0);
	if (cf_file_read(path, FILE_MAX, &text, err))
		goto done;
	p = text.data;
	for (end = p + text.len; p < end; p = eol + 1) {
		if ((eol = memchr(p, '\n', (size_t)(end - p))) == NULL)
			eol = end;
		if (parse_line(l, p, (size_t)(eol - p), err))
			goto done;
	}
	rc = 0;
done:
	cf_buf_free(&text);
	return (rc);
}

static void
add_time(struct cf_buf * text, const char * key, double x)
{

	cf_buf_addf(text, "%s=%.3f\n", key, x);
}

static int
save(const struct ledger * l, const char * path, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	size_t i;
	int rc;

	if (l->blocked_s > 0)
		add_time(&text, "blocked", l->blocked_s);
	if (l->success_s > 0)
		add_time(&text, "success", l->success_s);
	if (l->newest != CF_DAY_MIN)
		cf_buf_addf(&text, "newest=%d\n", (int)l->newest);
	for (i = 0; i < l->n; i++)
		add_time(&text, "sent", l->sent[i]);
	rc = text.failed ? cf_err_memory(err) :
	    cf_file_write(path, text.data, text.len, err);
	cf_buf_free(&text);
	return (rc);
}

/*
 * Forget what is older than a day.  What was sent in the future, by a clock
 * that was wrong, was sent now at the latest.
 */
static void
forget(struct ledger * l, double now_s)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		if (l->sent[i] <= now_s - CF_QUOTA_DAY_S + EPSILON_S)
			continue;
		l->sent[n++] = l->sent[i] < now_s ? l->sent[i] : now_s;
	}
	l->n = n;
	if (l->blocked_s > now_s + 2 * CF_QUOTA_DAY_S)
		l->blocked_s = 0;
}

static void
look(const struct ledger * l, const struct cf_quota_rule * rule, double now_s,
    struct cf_quota_view * view)
{
	double free_s;

	memset(view, 0, sizeof(*view));
	view->used = (int64_t)l->n;
	view->left = -1;
	view->success_s = l->success_s;
	view->newest = l->newest;
	view->free_s = now_s;
	if (l->n > 0 && l->sent[l->n - 1] + rule->spacing_s > now_s +
	    EPSILON_S)
		view->free_s = l->sent[l->n - 1] + rule->spacing_s;
	if (rule->per_day > 0) {
		view->left = view->used < rule->per_day ?
		    rule->per_day - view->used : 0;
		if (view->left == 0) {
			free_s = l->sent[view->used - rule->per_day] +
			    CF_QUOTA_DAY_S;
			view->is_used_up = 1;
			if (free_s > view->free_s)
				view->free_s = free_s;
		}
	}
	if (l->blocked_s > now_s) {
		view->left = 0;
		view->is_used_up = 1;
		if (l->blocked_s > view->free_s)
			view->free_s = l->blocked_s;
	}
}

int
cf_quota_look(const char * home, const char * source,
    const struct cf_quota_rule * rule, double now_s,
    struct cf_quota_view * view, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct ledger l = { 0 };
	int rc = -1;

	if (file_path(&path, home, source, "", err) ||
	    load(&l, path.data, err))
		goto done;
	forget(&l, now_s);
	look(&l, rule, now_s, view);
	rc = 0;
done:
	free(l.sent);
	cf_buf_free(&path);
	return (rc);
}

/* A change of the file, made while it is locked: return 1 to have it saved. */
typedef int change(struct ledger * l, void * cookie, struct cf_err * err);

static int
update(const char * home, const char * source, change * apply, void * cookie,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf lock = { 0 };
	struct ledger l = { 0 };
	int fd = -1, rc = -1;

	if (cf_quota_folder(home, &path, err) ||
	    cf_file_make_folders(path.data, err))
		goto done;
	path.len = 0;
	if (file_path(&path, home, source, "", err) ||
	    file_path(&lock, home, source, ".lock", err) ||
	    (fd = cf_file_lock(lock.data, 1, err)) == -1 ||
	    load(&l, path.data, err))
		goto done;
	rc = apply(&l, cookie, err);
	if (rc == 1)
		rc = save(&l, path.data, err);
done:
	if (fd != -1)
		close(fd);
	free(l.sent);
	cf_buf_free(&lock);
	cf_buf_free(&path);
	return (rc);
}

struct taking {
	const struct cf_quota_rule * rule;
	double now_s;
	struct cf_quota_view * view;
};

static int
take(struct ledger * l, void * cookie, struct cf_err * err)
{
	struct taking * t = cookie;

	forget(l, t->now_s);
	/* Without a daily limit only the last one matters. */
	if (t->rule->per_day == 0 && l->n > 1) {
		l->sent[0] = l->sent[l->n - 1];
		l->n = 1;
	}
	look(l, t->rule, t->now_s, t->view);
	if (t->view->free_s > t->now_s)
		return (0);
	if (l->n == CF_QUOTA_MAX) {
		memmove(l->sent, l->sent + 1, (l->n - 1) * sizeof(*l->sent));
		l->n--;
	}
	if (cf_mem_grow(&l->sent, &l->capacity, l->n + 1, sizeof(*l->sent),
	    err))
		return (-1);
	l->sent[l->n++] = t->now_s;
	return (1);
}

int
cf_quota_take(const char * home, const char * source,
    const struct cf_quota_rule * rule, double now_s,
    struct cf_quota_view * view, struct cf_err * err)
{
	struct taking t = { rule, now_s, view };

	return (update(home, source, take, &t, err));
}

static int
give_back(struct ledger * l, void * cookie, struct cf_err * err)
{
	const double * taken_s = cookie;
	size_t i;

	(void)err;
	for (i = l->n; i-- > 0;) {
		if (l->sent[i] > *taken_s - EPSILON_S &&
		    l->sent[i] < *taken_s + EPSILON_S) {
			memmove(&l->sent[i], &l->sent[i + 1],
			    (l->n - i - 1) * sizeof(*l->sent));
			l->n--;
			return (1);
		}
	}
	return (0);
}

int
cf_quota_return(const char * home, const char * source, double taken_s,
    struct cf_err * err)
{

	return (update(home, source, give_back, &taken_s, err));
}

static int
block(struct ledger * l, void * cookie, struct cf_err * err)
{
	const double * until_s = cookie;

	(void)err;
	if (l->blocked_s < *until_s)
		l->blocked_s = *until_s;
	return (1);
}

int
cf_quota_block(const char * home, const char * source, double until_s,
    struct cf_err * err)
{

	return (update(home, source, block, &until_s, err));
}

struct success {
	double now_s;
	int32_t newest;
};

static int
note_success(struct ledger * l, void * cookie, struct cf_err * err)
{
	const struct success * s = cookie;

	(void)err;
	l->success_s = s->now_s;
	if (s->newest > l->newest)
		l->newest = s->newest;
	l->blocked_s = 0;
	return (1);
}

int
cf_quota_success(const char * home, const char * source, double now_s,
    int32_t newest, struct cf_err * err)
{
	struct success s = { now_s, newest };

	return (update(home, source, note_success, &s, err));
}

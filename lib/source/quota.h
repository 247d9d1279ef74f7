#ifndef CF_SOURCE_QUOTA_H_
#define CF_SOURCE_QUOTA_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * What was asked of a source, and when: one small file in the state folder for
 * each source, shared by all processes under a lock.  A request is counted
 * before it is sent, so that two processes never send one too many.
 *
 * The day of a quota is the last 24 hours, because when a server begins its
 * day is not documented.  If the server says that the quota is used up though
 * by this count it is not (the key is used elsewhere too), the source is
 * blocked for a while.
 *
 * Times are seconds since 1970; entries in the future, of a clock that was
 * wrong, count as of now.
 */
struct cf_quota_rule {
	int64_t per_day;	/* 0: no limit. */
	double spacing_s;	/* Between the starts of two requests. */
};

#define CF_QUOTA_MAX 4096	/* Largest per_day that is counted. */
#define CF_QUOTA_DAY_S 86400.0

/* What the file says at a moment. */
struct cf_quota_view {
	int64_t used;		/* In the last 24 hours. */
	int64_t left;		/* -1: no limit. */
	double free_s;		/* When the next request may be sent. */
	int is_used_up;		/* That is not only for the spacing. */
	double success_s;	/* Of the last success, 0: none. */
	int32_t newest;		/* Newest row ever had; CF_DAY_MIN: none. */
};

/**
 * cf_quota_look(home, source, rule, now_s, view, err):
 * Set *${view}.  Return 0 or -1.
 */
int cf_quota_look(const char * home, const char * source,
    const struct cf_quota_rule * rule, double now_s,
    struct cf_quota_view * view, struct cf_err * err);

/**
 * cf_quota_take(home, source, rule, now_s, view, err):
 * Count a request that is sent now, if one may be.  *${view} says how it
 * stands: when view->free_s lies in the future, nothing was counted.  Return 0
 * or -1.
 */
int cf_quota_take(const char * home, const char * source,
    const struct cf_quota_rule * rule, double now_s,
    struct cf_quota_view * view, struct cf_err * err);

/**
 * cf_quota_return(home, source, taken_s, err):
 * Uncount the request of that moment, which never reached the server.  Return
 * 0 or -1.
 */
int cf_quota_return(const char * home, const char * source, double taken_s,
    struct cf_err * err);

/**
 * cf_quota_block(home, source, until_s, err):
 * Let no request be sent before ${until_s}.  Return 0 or -1.
 */
int cf_quota_block(const char * home, const char * source, double until_s,
    struct cf_err * err);

/**
 * cf_quota_success(home, source, now_s, newest, err):
 * Note a success, and the day of the newest row had.  Return 0 or -1.
 */
int cf_quota_success(const char * home, const char * source, double now_s,
    int32_t newest, struct cf_err * err);

/**
 * cf_quota_folder(home, folder, err):
 * Append the folder of these files and of the cache, state/fetch, to
 * ${folder}, with a NUL behind it.  Return 0 or -1.
 */
int cf_quota_folder(const char * home, struct cf_buf * folder,
    struct cf_err * err);

#endif /* !CF_SOURCE_QUOTA_H_ */

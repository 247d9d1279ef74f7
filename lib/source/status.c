#include <string.h>

#include "base/day.h"
#include "base/secret.h"
#include "source/quota.h"
#include "source/source.h"
#include "source/status.h"

static void
put_text(struct cf_writer * writer, const char * text)
{

	if (text != NULL)
		cf_writer_text(writer, text, strlen(text));
	else
		cf_writer_missing(writer);
}

int
cf_status_list(struct cf_writer * writer, struct cf_err * err)
{
	static const struct cf_column columns[] = { { "source", NULL, NULL },
	    { "ids", NULL, NULL }, { "gives", NULL, NULL },
	    { "key", NULL, NULL }, { "key_needed", NULL, NULL },
	    { "per_day", NULL, NULL }, { "spacing_s", NULL, NULL },
	    { "url", NULL, NULL }, { "notice", NULL, NULL } };
	const struct cf_source * s;
	size_t i;

	if (cf_writer_columns(writer, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		return (-1);
	for (i = 0; (s = cf_source_at(i)) != NULL; i++) {
		put_text(writer, s->name);
		put_text(writer, s->ids);
		put_text(writer, s->gives);
		put_text(writer, s->key_name);
		cf_writer_int(writer, s->needs_key);
		if (s->quota.per_day > 0)
			cf_writer_int(writer, s->quota.per_day);
		else
			cf_writer_missing(writer);
		if (s->base_url != NULL)
			cf_writer_number(writer, s->quota.spacing_s);
		else
			cf_writer_missing(writer);
		put_text(writer, s->base_url);
		put_text(writer, s->notice);
		if (cf_writer_end(writer, err))
			return (-1);
	}
	return (0);
}

static void
put_moment(struct cf_writer * writer, double time_s)
{
	char text[CF_DAY_TEXT_MAX];

	if (time_s > 0)
		cf_writer_text(writer, text, cf_day_print_moment(
		    (int64_t)time_s, 1, text));
	else
		cf_writer_missing(writer);
}

static int
check_one(const struct cf_source * s, const char * home, int64_t per_day,
    double now_s, struct cf_writer * writer, struct cf_err * err)
{
	struct cf_quota_rule rule = s->quota;
	struct cf_quota_view view;
	char day[CF_DAY_TEXT_MAX];
	char * key = NULL;

	if (per_day >= 0)
		rule.per_day = per_day;
	if (s->key_name != NULL && cf_secret_load(s->key_name, &key, err))
		return (-1);
	if (cf_quota_look(home, s->name, &rule, now_s, &view, err)) {
		cf_secret_free(key);
		return (-1);
	}
	put_text(writer, s->name);
	put_text(writer, key != NULL ? "set" : s->needs_key ? "missing" :
	    "none");
	cf_secret_free(key);
	if (view.left >= 0)
		cf_writer_int(writer, view.left);
	else
		cf_writer_missing(writer);
	put_moment(writer, view.is_used_up ? view.free_s + 1 : 0);
	put_moment(writer, view.success_s);
	if (view.newest != CF_DAY_MIN)
		cf_writer_text(writer, day, cf_day_print(view.newest, day));
	else
		cf_writer_missing(writer);
	return (cf_writer_end(writer, err));
}

int
cf_status_check(const char * home, int64_t per_day, double now_s,
    struct cf_writer * writer, struct cf_err * err)
{
	static const struct cf_column columns[] = { { "source", NULL, NULL },
	    { "key", NULL, NULL }, { "quota_left", NULL, NULL },
	    { "next_request", NULL, NULL }, { "last_success", NULL, NULL },
	    { "newest_row", NULL, NULL } };
	const struct cf_source * s;
	size_t i;

	if (cf_writer_columns(writer, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		return (-1);
	for (i = 0; (s = cf_source_at(i)) != NULL; i++) {
		if (s->base_url != NULL && check_one(s, home, per_day, now_s,
		    writer, err))
			return (-1);
	}
	return (0);
}

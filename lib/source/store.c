#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/out.h"
#include "base/state.h"
#include "source/store.h"
#include "source/storebars.h"
#include "source/storeseries.h"
#include "table/each.h"

/* The path of a symbol or series, its folder made. */
static int
make_path(const char * home, const struct cf_job * job, struct cf_buf * path,
    struct cf_err * err)
{
	char * slash;

	if (cf_state_path(path, home, job->rows.kind == CF_HAUL_BARS ?
	    CF_STATE_BARS : CF_STATE_SERIES, job->id, err) ||
	    cf_buf_string(path, err) == NULL)
		return (-1);
	slash = strrchr(path->data, '/');
	*slash = '\0';
	if (cf_file_make_folders(path->data, err))
		return (-1);
	*slash = '/';
	return (0);
}

static int
lock_store(const char * home, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int fd = -1;

	if (cf_quota_folder(home, &path, err) == 0 &&
	    cf_file_make_folders(path.data, err) == 0) {
		cf_buf_add_text(&path, "/store.lock");
		if (cf_buf_string(&path, err) != NULL)
			fd = cf_file_lock(path.data, 1, err);
	}
	cf_buf_free(&path);
	return (fd);
}

static int
exists(const char * path)
{

	return (access(path, F_OK) == 0 || errno != ENOENT);
}

/* Write the merged file beside the old one; take it if it differs. */
static int
merge_file(const char * path, struct cf_job * job,
    struct cf_store_report * report, struct cf_err * err)
{
	struct cf_reader * old = NULL;
	struct cf_out * out;
	int rc = -1;

	if (exists(path) && (old = cf_reader_open(path, err)) == NULL)
		return (-1);
	if ((out = cf_out_open(path, err)) == NULL)
		goto done;
	rc = job->rows.kind == CF_HAUL_BARS ?
	    cf_storebars_merge(old, job, out, report, err) :
	    cf_storeseries_merge(old, job, out, report, err);
	if (rc == 0 && report->changed)
		rc = cf_out_close(out, err);
	else
		cf_out_abandon(out);
done:
	cf_reader_close(old);
	return (rc);
}

int
cf_store_merge(const char * home, struct cf_job * job,
    struct cf_store_report * report, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int fd = -1, rc = -1;

	memset(report, 0, sizeof(*report));
	report->first = report->newest = CF_DAY_MIN;
	if (make_path(home, job, &path, err) ||
	    (fd = lock_store(home, err)) == -1)
		goto done;
	rc = merge_file(path.data, job, report, err);
done:
	if (fd != -1)
		close(fd);
	cf_buf_free(&path);
	return (rc);
}

/* The newest day of a file: that of its last record. */
struct last {
	size_t date;		/* Column. */
	int32_t day;
};

static int
find_date(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct last * last = cookie;

	return (cf_reader_need(reader, "date", &last->date, err));
}

static int
take_day(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct last * last = cookie;
	int64_t time_s;
	int has_clock;

	if (cf_reader_moment(reader, last->date, &time_s, &has_clock, err))
		return (-1);
	last->day = cf_day_of_moment(time_s);
	return (0);
}

int
cf_store_newest(const char * home, enum cf_haul_kind kind, const char * id,
    int32_t * day, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct last last = { .day = CF_DAY_MIN };
	int rc = -1;

	if (cf_state_path(&path, home, kind == CF_HAUL_BARS ? CF_STATE_BARS :
	    CF_STATE_SERIES, id, err) || cf_buf_string(&path, err) == NULL)
		goto done;
	rc = exists(path.data) ? cf_each_record(cf_reader_open(path.data, err),
	    find_date, take_day, &last, err) : 0;
done:
	*day = last.day;
	cf_buf_free(&path);
	return (rc);
}

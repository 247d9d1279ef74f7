#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/bars.h"
#include "source/calendar.h"
#include "source/layout.h"
#include "source/userfile.h"

/* A file being read. */
struct file {
	struct cf_reader * reader;
	struct cf_layout layout;
	size_t name;		/* Column of symbol or series, or NONE. */
	size_t value;		/* Of a series; NONE: bars. */
};

/* The part of an operand behind ID=; *id_len is 0 when there is none. */
static const char *
path_of(const char * arg, size_t * id_len)
{
	const char * equals = strchr(arg, '=');
	const char * slash = strchr(arg, '/');

	*id_len = 0;
	if (equals == NULL || equals == arg ||
	    (slash != NULL && slash < equals))
		return (arg);
	*id_len = (size_t)(equals - arg);
	return (equals + 1);
}

/* Something that a download service wrote in place of data? */
static int
check_first(const struct cf_reader * reader, struct cf_err * err)
{
	const char * first = cf_reader_column(reader, 0);
	const char * reason;

	if (cf_verdict_body(first, strlen(first), &reason) ==
	    CF_VERDICT_GOOD)
		return (0);
	return (cf_err_set(err, CF_ERR_DATA, "%s: %s",
	    cf_reader_name(reader), reason));
}

static int
no_column(const struct file * f, const char * what, struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_DATA, "%s: no column is known to be "
	    "%s; --map names it", cf_reader_name(f->reader), what));
}

/* Decide what the file holds. */
static int
find_columns(struct file * f, const char * map, struct cf_err * err)
{
	struct cf_layout * l = &f->layout;
	size_t date, n = cf_reader_columns(f->reader);

	if (check_first(f->reader, err) ||
	    cf_layout_find(l, f->reader, map, err))
		return (-1);
	if (!cf_layout_has(l, CF_LAYOUT_DATE))
		return (no_column(f, "the date", err));
	date = l->column[CF_LAYOUT_DATE];
	f->value = l->column[CF_LAYOUT_VALUE];
	if (f->value == CF_READER_NONE && n == 2)
		f->value = 1 - date;
	else if (f->value == CF_READER_NONE &&
	    !cf_layout_has(l, CF_LAYOUT_CLOSE))
		return (no_column(f, "the close or the value", err));
	f->name = l->column[f->value != CF_READER_NONE &&
	    cf_layout_has(l, CF_LAYOUT_SERIES) ? CF_LAYOUT_SERIES :
	    CF_LAYOUT_SYMBOL];
	return (0);
}

static int
open_file(struct file * f, const char * path, const char * map,
    struct cf_err * err)
{
	int rc;

	if ((f->reader = cf_reader_open(path, err)) == NULL)
		return (-1);
	if ((rc = cf_reader_header(f->reader, err)) == 0)
		cf_err_set(err, CF_ERR_DATA, "%s: the file is empty", path);
	if (rc == 1 && find_columns(f, map, err) == 0)
		return (0);
	cf_reader_close(f->reader);
	return (-1);
}

static int
add_id(struct cf_userfile_ids * ids, const char * id, size_t len,
    struct cf_err * err)
{

	if (ids->n == CF_USERFILE_IDS_MAX)
		return (cf_err_set(err, CF_ERR_DATA, "more than %d symbols",
		    CF_USERFILE_IDS_MAX));
	if (cf_mem_grow(&ids->ids, &ids->capacity, ids->n + 1,
	    sizeof(*ids->ids), err))
		return (-1);
	ids->ids[ids->n] = NULL;
	if (id != NULL &&
	    (ids->ids[ids->n] = cf_mem_strndup(id, len, err)) == NULL)
		return (-1);
	ids->n++;
	return (0);
}

static int
is_id(const struct cf_userfile_ids * ids, size_t i, struct cf_field f)
{

	return (strlen(ids->ids[i]) == f.len &&
	    memcmp(ids->ids[i], f.text, f.len) == 0);
}

/* Gather the names in the file's own column. */
static int
gather(const struct file * f, struct cf_userfile_ids * ids,
    struct cf_err * err)
{
	struct cf_field field;
	size_t i, last = 0;
	int rc;

	while ((rc = cf_reader_next(f->reader, err)) == 1) {
		field = cf_reader_field(f->reader, f->name);
		if (field.len == 0)
			return (cf_reader_bad(f->reader, f->name, "missing",
			    err));
		/* Mostly the rows of a symbol stand together. */
		if (ids->n > 0 && is_id(ids, last, field))
			continue;
		for (i = 0; i < ids->n && !is_id(ids, i, field); i++)
			continue;
		if (i == ids->n && add_id(ids, field.text, field.len, err))
			return (-1);
		last = i;
	}
	return (rc);
}

static unsigned int
columns_of(const struct file * f)
{
	unsigned int columns = 0;

	if (f->value != CF_READER_NONE)
		return (0);
	if (cf_layout_has(&f->layout, CF_LAYOUT_ADJUSTED))
		columns |= 1u << CF_HAUL_ADJUSTED;
	if (cf_layout_has(&f->layout, CF_LAYOUT_DIVIDEND))
		columns |= 1u << CF_HAUL_DIVIDEND;
	if (cf_layout_has(&f->layout, CF_LAYOUT_SPLIT))
		columns |= 1u << CF_HAUL_SPLIT;
	return (columns);
}

/* With an ID given: keep that one, or all under its name. */
static int
keep_one(struct cf_userfile_ids * ids, const char * id, size_t len,
    const char * path, struct cf_err * err)
{
	struct cf_field want = { id, len };
	size_t i;

	for (i = 0; i < ids->n; i++) {
		if (is_id(ids, i, want))
			break;
	}
	if (i == ids->n && ids->several)
		return (cf_err_data(err, NULL, id, len,
		    "%s: no such symbol", path));
	cf_userfile_free(ids);
	return (add_id(ids, id, len, err));
}

int
cf_userfile_expand(const char * arg, const struct cf_job_ask * ask,
    struct cf_userfile_ids * ids, struct cf_err * err)
{
	struct file f;
	size_t id_len;
	const char * path = path_of(arg, &id_len);
	unsigned int columns;
	int several, rc = -1;

	memset(ids, 0, sizeof(*ids));
	if (strcmp(path, "-") == 0)
		return (add_id(ids, id_len > 0 ? arg : NULL, id_len, err));
	if (open_file(&f, path, ask->map, err))
		return (-1);
	if (f.name != CF_READER_NONE && gather(&f, ids, err))
		goto done;
	columns = columns_of(&f);
	several = ids->several = ids->n > 1;
	if (id_len > 0) {
		if (keep_one(ids, arg, id_len, path, err))
			goto done;
	} else if (f.name == CF_READER_NONE && add_id(ids, NULL, 0, err)) {
		goto done;
	}
	ids->columns = columns;
	ids->several = several;
	rc = 0;
done:
	cf_reader_close(f.reader);
	if (rc)
		cf_userfile_free(ids);
	return (rc);
}

void
cf_userfile_free(struct cf_userfile_ids * ids)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		free(ids->ids[i]);
	free(ids->ids);
	memset(ids, 0, sizeof(*ids));
}

static int
begin(struct cf_job * job, struct cf_err * err)
{
	size_t id_len;

	(void)path_of(job->arg, &id_len);
	job->rows.max = (size_t)CF_HAUL_BARS_MAX * CF_HAUL_FILE_FACTOR;
	if (job->select != NULL)
		return (cf_job_set_id(job, job->select, "", err));
	job->id[0] = '\0';
	return (0);
}

/* The id of a file that names none: its column, or the file's name. */
static int
find_id(struct cf_job * job, const struct file * f, const char * path,
    struct cf_err * err)
{
	const char * base = strrchr(path, '/');
	char id[CF_JOB_ID_MAX + 1];
	size_t len;

	if (f->value != CF_READER_NONE &&
	    f->value != f->layout.column[CF_LAYOUT_VALUE])
		return (cf_job_set_id(job, cf_reader_column(f->reader,
		    f->value), "", err));
	base = base != NULL ? base + 1 : path;
	len = strcspn(base, ".");
	if (len == 0 || len > CF_JOB_ID_MAX || strcmp(path, "-") == 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "%s: which symbol is it? Say SYMBOL=FILE", path));
	memcpy(id, base, len);
	id[len] = '\0';
	return (cf_job_set_id(job, id, "", err));
}

/* Bring a time of day to UTC; without a zone it is New York's. */
static int
set_clock(struct cf_job * job, const struct file * f,
    struct cf_haul_bar * bar, int has_clock, struct cf_err * err)
{
	struct cf_haul * rows = &job->rows;

	if (rows->n > 0 && rows->has_clock != (has_clock != 0))
		return (cf_reader_bad(f->reader,
		    f->layout.column[CF_LAYOUT_DATE],
		    "with and without a time of day in one file", err));
	rows->has_clock = has_clock != 0;
	if (has_clock == 1)
		bar->time_s = cf_calendar_from_eastern(bar->time_s);
	return (0);
}

static int
read_row(struct cf_job * job, const struct file * f, struct cf_err * err)
{
	struct cf_haul_bar bar;
	struct cf_haul_point point;
	int has_clock, rc;

	if (f->value != CF_READER_NONE) {
		rc = cf_layout_point(&f->layout, f->reader, f->value, &point,
		    err);
		return (rc == 1 ? cf_haul_add_point(&job->rows, &point, err) :
		    rc);
	}
	rc = cf_layout_bar(&f->layout, f->reader, &bar, &has_clock, err);
	if (rc != 1)
		return (rc);
	if (set_clock(job, f, &bar, has_clock, err))
		return (-1);
	return (cf_haul_add_bar(&job->rows, &bar, err));
}

static int
is_selected(const struct cf_job * job, const struct file * f)
{
	struct cf_field name;

	if (job->select == NULL || f->name == CF_READER_NONE)
		return (1);
	name = cf_reader_field(f->reader, f->name);
	return (strlen(job->select) == name.len &&
	    memcmp(job->select, name.text, name.len) == 0);
}

static int
load(struct cf_job * job, struct cf_err * err)
{
	struct file f;
	size_t id_len, seen = 0;
	const char * path = path_of(job->arg, &id_len);
	int rc = -1;

	if (open_file(&f, path, job->ask->map, err))
		return (-1);
	job->rows.kind = f.value != CF_READER_NONE ? CF_HAUL_SERIES :
	    CF_HAUL_BARS;
	if (job->id[0] == '\0' && find_id(job, &f, path, err))
		goto done;
	while ((rc = cf_reader_next(f.reader, err)) == 1) {
		if (job->takes_all == 0 && !is_selected(job, &f))
			continue;
		seen++;
		if (read_row(job, &f, err)) {
			rc = -1;
			break;
		}
	}
	if (rc == 0 && job->rows.n == 0 && seen > 0 && job->rows.dropped == 0)
		rc = cf_err_set(err, CF_ERR_DATA, "%s: no values", path);
	job->rows.columns |= columns_of(&f);
	job->is_dated = job->rows.kind == CF_HAUL_SERIES &&
	    cf_layout_has(&f.layout, CF_LAYOUT_AVAILABLE);
done:
	cf_reader_close(f.reader);
	return (rc);
}

static int
finish(struct cf_job * job, struct cf_err * err)
{

	if (job->rows.kind == CF_HAUL_SERIES)
		return (cf_job_series(job, err));
	return (cf_bars_finish(job, CF_BARS_ANY, 0, err));
}

const struct cf_source cf_userfile = {
	.name = "csv",
	.ids = "[ID=]FILE",
	.gives = "bars or series",
	.begin = begin,
	.load = load,
	.finish = finish
};

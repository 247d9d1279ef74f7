#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/out.h"
#include "table/json.h"
#include "table/writer.h"
#include "track/record.h"

static const struct cf_column columns[] = {
	{ "run", NULL, NULL }, { "step", NULL, NULL },
	{ "start", NULL, NULL }, { "end", NULL, NULL },
	{ "duration_s", NULL, NULL }, { "status", NULL, NULL },
	{ "signal", NULL, NULL }, { "timed_out", NULL, NULL },
	{ "tries", NULL, NULL }, { "reason", NULL, NULL },
	{ "log", NULL, NULL }, { "command", NULL, NULL },
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static void
write_moment(struct cf_writer * w, int64_t time_s)
{
	char text[CF_DAY_TEXT_MAX];

	cf_writer_text(w, text, cf_day_print_moment(time_s, 1, text));
}

static int
write_record(struct cf_writer * w, const struct cf_record * r,
    struct cf_err * err)
{

	if (cf_writer_columns(w, columns, NCOLUMNS, err))
		return (-1);
	cf_writer_string(w, r->run);
	cf_writer_string(w, r->step);
	write_moment(w, r->start_s);
	write_moment(w, r->end_s);
	cf_writer_number(w, r->duration_s);
	cf_writer_int(w, r->status);
	if (r->signal != 0)
		cf_writer_int(w, r->signal);
	else
		cf_writer_missing(w);
	cf_writer_int(w, r->timed_out);
	cf_writer_int(w, r->tries);
	cf_writer_string(w, r->reason);
	cf_writer_string(w, r->log);
	cf_writer_string(w, r->command);
	return (cf_writer_end(w, err));
}

int
cf_record_append(const char * path, const struct cf_record * record,
    struct cf_err * err)
{
	struct cf_buf line = { 0 };
	struct cf_out * out;
	struct cf_writer * writer;
	int rc = -1;

	if ((out = cf_out_memory(&line, err)) == NULL)
		return (-1);
	writer = cf_writer_new(out, CF_FORMAT_NDJSON, 0, err);
	if (writer == NULL || write_record(writer, record, err))
		goto done;
	if (cf_out_flush(out, err))
		goto done;
	rc = cf_file_append(path, line.data, line.len, err);
done:
	cf_writer_free(writer);
	cf_out_abandon(out);
	cf_buf_free(&line);
	return (rc);
}

/*
 * Copy a member that must be text, or may be missing.  Control bytes become
 * blanks, for texts are shown on terminals.  Return as take_record.
 */
static int
take_text(const json_t * object, const char * key, int needed,
    const char ** text, struct cf_err * err)
{
	const char * value = json_string_value(json_object_get(object, key));
	char * copy;
	char * p;

	*text = NULL;
	if (value == NULL)
		return (needed);
	if ((copy = cf_mem_strdup(value, err)) == NULL)
		return (-1);
	for (p = copy; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	*text = copy;
	return (0);
}

static int
take_moment(const json_t * object, const char * key, int64_t * time_s)
{
	const char * value = json_string_value(json_object_get(object, key));
	int has_clock;

	return (value == NULL || cf_day_parse_moment(value, strlen(value),
	    time_s, &has_clock) != 0);
}

static int64_t
take_int(const json_t * object, const char * key)
{

	return (json_integer_value(json_object_get(object, key)));
}

static void
free_texts(struct cf_record * r)
{

	/* They are ours, const for everybody else. */
	free((void *)(uintptr_t)r->run);
	free((void *)(uintptr_t)r->step);
	free((void *)(uintptr_t)r->reason);
	free((void *)(uintptr_t)r->log);
	free((void *)(uintptr_t)r->command);
}

/* Fill *r.  Return 0, 1 when the object is no record, -1 on failure. */
static int
take_record(const json_t * object, struct cf_record * r, struct cf_err * err)
{
	int rc;

	memset(r, 0, sizeof(*r));
	if ((rc = take_text(object, "run", 1, &r->run, err)) != 0 ||
	    (rc = take_text(object, "step", 1, &r->step, err)) != 0 ||
	    (rc = take_text(object, "reason", 0, &r->reason, err)) != 0 ||
	    (rc = take_text(object, "log", 0, &r->log, err)) != 0 ||
	    (rc = take_text(object, "command", 0, &r->command, err)) != 0 ||
	    (rc = take_moment(object, "start", &r->start_s)) != 0 ||
	    (rc = take_moment(object, "end", &r->end_s)) != 0 ||
	    (rc = !json_is_integer(json_object_get(object, "status"))) != 0) {
		free_texts(r);
		return (rc);
	}
	r->duration_s = json_number_value(json_object_get(object,
	    "duration_s"));
	r->status = (int)take_int(object, "status");
	r->signal = (int)take_int(object, "signal");
	r->timed_out = take_int(object, "timed_out") != 0;
	r->tries = take_int(object, "tries");
	return (0);
}

static int
read_line(const char * text, size_t len, struct cf_records * records,
    struct cf_err * err)
{
	json_t * object;
	int rc;

	if (cf_mem_grow(&records->items, &records->capacity, records->n + 1,
	    sizeof(*records->items), err))
		return (-1);
	rc = cf_json_parse(&object, text, len, JSON_REJECT_DUPLICATES, NULL,
	    err);
	if (rc == 0)
		rc = take_record(object, &records->items[records->n], err);
	json_decref(object);
	if (rc == -1)
		return (-1);
	if (rc == 0)
		records->n++;
	else
		records->skipped++;
	return (0);
}

int
cf_record_read(const char * path, struct cf_records * records,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * s;
	const char * end;
	const char * eol;
	int rc = -1;

	if (cf_file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path,
	    CF_RECORD_FILE_MAX, &text, err))
		goto done;
	s = text.data;
	end = s + text.len;
	for (; s < end; s = eol + 1) {
		if ((eol = memchr(s, '\n', (size_t)(end - s))) == NULL)
			eol = end;
		if (eol > s && read_line(s, (size_t)(eol - s), records, err))
			goto done;
	}
	rc = 0;
done:
	cf_buf_free(&text);
	return (rc);
}

void
cf_record_free(struct cf_records * records)
{
	size_t i;

	for (i = 0; i < records->n; i++)
		free_texts(&records->items[i]);
	free(records->items);
	memset(records, 0, sizeof(*records));
}

/* What became of a step, in a word or two. */
static void
add_state(const struct cf_record * r, struct cf_buf * buf)
{

	if (r->timed_out)
		cf_buf_add_text(buf, "time limit");
	else if (r->signal != 0)
		cf_buf_addf(buf, "signal %d", r->signal);
	else if (r->status == 0)
		cf_buf_add_text(buf, "done");
	else if (r->status == CF_ERR_NO)
		cf_buf_add_text(buf, "no (1)");
	else
		cf_buf_addf(buf, "failed (%d)", r->status);
}

/* The widest run and step decide the width of their columns. */
static int
width_of(const char * text, int widest)
{
	size_t len = strlen(text);

	return (len > (size_t)widest && len < 200 ? (int)len : widest);
}

void
cf_record_table(const struct cf_records * records, struct cf_buf * buf)
{
	struct cf_buf state = { 0 };
	char start[CF_DAY_TEXT_MAX];
	const struct cf_record * r;
	int run = 3, step = 4;
	size_t i;

	for (i = 0; i < records->n; i++) {
		run = width_of(records->items[i].run, run);
		step = width_of(records->items[i].step, step);
	}
	cf_buf_addf(buf, "%-*s  %-*s  %-20s  %9s  %5s  %-12s  %s\n", run,
	    "RUN", step, "STEP", "START", "SECONDS", "TRIES", "STATE",
	    "REASON");
	for (i = 0; i < records->n; i++) {
		r = &records->items[i];
		state.len = 0;
		add_state(r, &state);
		cf_day_print_moment(r->start_s, 1, start);
		cf_buf_addf(buf, "%-*s  %-*s  %.20s  %9.1f  %5lld  ", run,
		    r->run, step, r->step, start, r->duration_s,
		    (long long)r->tries);
		if (r->reason != NULL && *r->reason != '\0')
			cf_buf_addf(buf, "%-12.*s  %s\n", (int)state.len,
			    state.data, r->reason);
		else
			cf_buf_addf(buf, "%.*s\n", (int)state.len, state.data);
		if (state.failed)
			buf->failed = 1;
	}
	cf_buf_free(&state);
}

#include "backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/state.h"
#include "keep/diary.h"
#include "keep/shelf.h"
#include "table/prom.h"

/*
 * cf-backup: what is told of an action afterwards, in the log of the folder of
 * backups and in the metrics of the state.
 */

static void
add_gauge(struct cf_buf * text, const char * name, const char * help,
    double x)
{

	cf_prom_value(text, name, CF_PROM_GAUGE, help, x);
}

/* The last line of an action, whatever came of it. */
static const struct cf_diary_line *
last(const struct cf_diary * diary, const char * action)
{
	const struct cf_diary_line * ok = cf_diary_find(diary, action, 1,
	    NULL);
	const struct cf_diary_line * failed = cf_diary_find(diary, action, 0,
	    NULL);

	return (ok == NULL || (failed != NULL && failed > ok) ? failed : ok);
}

/* All metrics come from the log, so that one writer suffices. */
static void
add_metrics(const struct cf_diary * diary, size_t kept, struct cf_buf * text)
{
	const struct cf_diary_line * line;

	if ((line = cf_diary_find(diary, "create", 1, NULL)) != NULL) {
		add_gauge(text, "cashflow_backup_last_success_timestamp_"
		    "seconds", "When the last backup was made.",
		    (double)line->time_s);
		add_gauge(text, "cashflow_backup_size_bytes",
		    "Size of the last backup.", (double)line->bytes);
		add_gauge(text, "cashflow_backup_duration_seconds",
		    "How long the last backup took.", line->seconds);
	}
	if ((line = last(diary, "create")) != NULL)
		add_gauge(text, "cashflow_backup_success",
		    "1 if the last attempt made a backup, else 0.", line->ok);
	add_gauge(text, "cashflow_backup_kept",
	    "Backups in the folder.", (double)kept);
	if ((line = last(diary, "copy")) != NULL)
		add_gauge(text, "cashflow_backup_copy_success",
		    "1 if the last backup was copied elsewhere, else 0.",
		    line->ok);
	if ((line = last(diary, "drill")) != NULL) {
		add_gauge(text, "cashflow_backup_drill_success",
		    "1 if the last drill restored and predicted, else 0.",
		    line->ok);
		add_gauge(text, "cashflow_backup_drill_timestamp_seconds",
		    "When the last drill was held.", (double)line->time_s);
	}
}

static int
write_metrics(const struct cf_backup * b, const char * folder,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	struct cf_buf dir = { 0 };
	struct cf_shelf shelf;
	size_t i, kept = 0;
	int rc = -1;

	if (cf_shelf_open(folder, cf_backup_key(b), &shelf, err))
		goto done;
	for (i = 0; i < shelf.n; i++)
		kept += (size_t)shelf.items[i].ours;
	add_metrics(&shelf.diary, kept, &text);
	if (text.failed)
		cf_err_memory(err);
	else if (cf_state_path(&path, b->home, CF_STATE_METRICS, "backup",
	    err) == 0 && cf_buf_string(&path, err) != NULL &&
	    cf_backup_folder_of(path.data, &dir, err) == 0 &&
	    cf_file_make_folders(dir.data, err) == 0)
		rc = cf_file_write(path.data, text.data, text.len, err);
done:
	cf_shelf_close(&shelf);
	cf_buf_free(&dir);
	cf_buf_free(&path);
	cf_buf_free(&text);
	return (rc);
}

int
cf_backup_note(const struct cf_backup * b, const char * folder,
    const struct cf_backup_event * event, const struct cf_err * failure)
{
	struct cf_diary_line line = { .time_s = b->now_s,
		.action = event->action, .ok = failure == NULL,
		.name = event->name, .bytes = event->bytes,
		.digest = event->digest, .needs = event->needs,
		.reason = failure != NULL ? failure->text : NULL };
	struct cf_err err;

	line.seconds = (double)(cf_clock_ms() - event->start_s) / 1000;
	if (cf_diary_append(folder, &line, &err) ||
	    write_metrics(b, folder, &err)) {
		/* What was to be told may matter more than that. */
		cf_main_note(b->m, "%s", err.text);
		return ((int)err.kind);
	}
	return (0);
}

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/progress.h"
#include "keep/diary.h"
#include "keep/swap.h"

/*
 * cf-backup restore.
 */

static int
make_tree(const struct cf_backup * b, const char * path, const char * folder,
    uint32_t * parts, struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_restore restore = { .path = path, .key = cf_backup_key(b),
		.only = b->parts, .threads = b->threads,
		.progress = &progress, .any_space = b->any_space };
	struct cf_restore_report report;
	int rc;

	cf_progress_start(&progress, b->common.quiet ? -1 : STDERR_FILENO,
	    "bytes", 0);
	rc = cf_restore_tree(&restore, folder, &report, err);
	cf_progress_end(&progress);
	*parts = report.parts;
	if (rc)
		cf_backup_name_bad(b, path, &report);
	else if (b->common.verbose)
		cf_main_note(b->m, "%s: %zu files, %llu bytes", path,
		    report.files, (unsigned long long)report.bytes);
	cf_restore_report_free(&report);
	return (rc);
}

/* Is it an empty folder, or nothing at all? */
static int
check_fresh(const char * path, struct cf_err * err)
{
	struct cf_folder names;
	int rc;

	if ((rc = cf_folder_read(path, &names, err)) == 1)
		rc = 0;
	if (names.n > 0)
		rc = cf_err_set(err, CF_ERR_USAGE, "%s: not an empty folder",
		    path);
	cf_folder_free(&names);
	return (rc);
}

/* Into a folder that is new or empty: made beside it, then renamed. */
static int
restore_fresh(const struct cf_backup * b, const char * path,
    struct cf_err * err)
{
	struct cf_buf target = { 0 };
	struct cf_buf temporary = { 0 };
	const char * slash;
	size_t len = strlen(b->to);
	uint32_t parts;
	int rc = -1;

	while (len > 1 && b->to[len - 1] == '/')
		len--;
	cf_buf_add(&target, b->to, len);
	if (cf_buf_string(&target, err) == NULL ||
	    check_fresh(target.data, err))
		goto done;
	slash = strrchr(target.data, '/');
	len = slash != NULL ? (size_t)(slash - target.data) + 1 : 0;
	cf_buf_add(&temporary, target.data, len);
	cf_buf_addf(&temporary, ".%s.restore.tmp", target.data + len);
	if (cf_buf_string(&temporary, err) == NULL ||
	    cf_swap_remove_tree(temporary.data, err) ||
	    cf_file_make_folders(temporary.data, err))
		goto done;
	rc = make_tree(b, path, temporary.data, &parts, err);
	if (rc == 0 && rename(temporary.data, target.data))
		rc = cf_err_errno(err, errno, "%s", b->to);
	if (rc == 0)
		rc = cf_file_sync_folder(target.data, err);
	else
		cf_swap_remove_tree(temporary.data, NULL);
done:
	cf_buf_free(&target);
	cf_buf_free(&temporary);
	return (rc);
}

/* Over the living state. */
static int
restore_over(const struct cf_backup * b, const char * path,
    struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	struct cf_buf locks = { 0 };
	uint32_t parts;
	int rc = -1;

	cf_buf_addf(&locks, "%s/state", b->home);
	if (cf_buf_string(&locks, err) == NULL ||
	    cf_backup_lock_state(b, err) ||
	    cf_swap_prepare(b->home, &folder, err))
		goto done;
	if (make_tree(b, path, folder.data, &parts, err) ||
	    cf_backup_lock(b, locks.data, "lock", err) ||
	    cf_swap_commit(b->home, parts, err))
		cf_swap_clean(b->home, NULL);
	else
		rc = 0;
done:
	cf_buf_free(&folder);
	cf_buf_free(&locks);
	return (rc);
}

/* A folder of backups may not be writable, or not be one: that is no fault. */
static void
note(const struct cf_backup * b, const char * path,
    const struct cf_backup_event * event, const struct cf_err * failure)
{
	struct cf_buf folder = { 0 };
	struct cf_buf log = { 0 };

	if (strcmp(path, "-") == 0 ||
	    cf_backup_folder_of(path, &folder, NULL))
		return;
	cf_buf_addf(&log, "%s/%s", folder.data, CF_DIARY_NAME);
	if (cf_buf_string(&log, NULL) != NULL && access(log.data, W_OK) == 0)
		cf_backup_note(b, folder.data, event, failure);
	cf_buf_free(&folder);
	cf_buf_free(&log);
}

static int
resume(struct cf_backup * b)
{
	struct cf_err err;

	if (cf_backup_lock_state(b, &err) || cf_swap_clean(b->home, &err))
		return (cf_main_fail(b->m, &err));
	return (0);
}

int
cf_backup_restore(struct cf_backup * b, char * const * operands)
{
	struct cf_backup_event event = { .action = "restore",
		.start_s = cf_clock_ms() };
	struct cf_buf newest = { 0 };
	const char * path = operands[0];
	const char * slash;
	struct cf_err err;
	int status = 0;

	if (b->resume)
		return (path == NULL && b->to == NULL ? resume(b) :
		    cf_main_usage(b->m, "--resume takes nothing else"));
	if (path == NULL)
		return (cf_main_usage(b->m, "restore wants one FILE"));
	if (cf_backup_load_key(b, 0, &err) || (cf_backup_is_folder(path) &&
	    cf_backup_newest(b, path, &newest, &err))) {
		status = cf_main_fail(b->m, &err);
		goto done;
	}
	if (newest.len > 0)
		path = newest.data;
	slash = strrchr(path, '/');
	event.name = slash != NULL ? slash + 1 : path;
	if (b->common.check) {
		status = cf_backup_verify_one(b, path);
	} else if (b->to != NULL ? restore_fresh(b, path, &err) :
	    restore_over(b, path, &err)) {
		status = cf_main_fail(b->m, &err);
		note(b, path, &event, &err);
	} else {
		note(b, path, &event, NULL);
	}
done:
	cf_buf_free(&newest);
	return (status);
}

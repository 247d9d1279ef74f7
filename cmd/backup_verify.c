#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "base/progress.h"
#include "keep/diary.h"
#include "keep/shelf.h"

/*
 * cf-backup verify.
 */

/* Is the file the one that the log tells of?  It may tell of none. */
static int
check_log(const char * path, int * known, struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	const struct cf_diary_line * line;
	const char * slash = strrchr(path, '/');
	struct cf_diary diary = { 0 };
	struct cf_digest digest;
	struct stat sb;
	int fd = -1, rc = -1;

	*known = 0;
	if (cf_backup_folder_of(path, &folder, err) ||
	    cf_diary_read(folder.data, &diary, err))
		goto done;
	line = cf_diary_find(&diary, "create", 1, slash != NULL ? slash + 1 :
	    path);
	if (line == NULL || line->digest == NULL) {
		rc = 0;
		goto done;
	}
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 || fstat(fd, &sb)) {
		cf_err_errno(err, errno, "%s", path);
		goto done;
	}
	*known = 1;
	if (cf_digest_fd(fd, (uint64_t)sb.st_size, path, &digest, err))
		goto done;
	if ((uint64_t)sb.st_size != line->bytes ||
	    !cf_digest_same(&digest, line->digest))
		cf_err_set(err, CF_ERR_DATA, "%s: not the file that %s "
		    "tells of: its SHA-256 differs", path, CF_DIARY_NAME);
	else
		rc = 0;
done:
	if (fd != -1)
		close(fd);
	cf_diary_free(&diary);
	cf_buf_free(&folder);
	return (rc);
}

/* The status of a fault: what is in the backup is the answer, not an error. */
static int
fail(const struct cf_backup * b, struct cf_err * err)
{

	if (err->kind == CF_ERR_DATA)
		err->kind = CF_ERR_NO;
	return (cf_main_fail(b->m, err));
}

static int
verify_content(struct cf_backup * b, const char * path)
{
	struct cf_progress progress;
	struct cf_restore restore = { .path = path, .key = cf_backup_key(b),
		.only = b->parts, .threads = b->threads,
		.progress = &progress };
	struct cf_restore_report report;
	struct cf_err err;
	int status = 0, rc;

	cf_progress_start(&progress, b->common.quiet ? -1 : STDERR_FILENO,
	    "bytes", 0);
	rc = cf_restore_verify(&restore, &report, &err);
	cf_progress_end(&progress);
	if (rc) {
		status = fail(b, &err);
		cf_backup_name_bad(b, path, &report);
	} else if (b->common.verbose) {
		cf_main_note(b->m, "%s: %zu files, %llu bytes, all good",
		    path, report.files, (unsigned long long)report.bytes);
	}
	cf_restore_report_free(&report);
	return (status);
}

int
cf_backup_verify_one(struct cf_backup * b, const char * path)
{
	struct cf_label label;
	struct cf_err err;
	const char * name = strrchr(path, '/');
	int status = 0, known = 0;

	name = name != NULL ? name + 1 : path;
	if (strcmp(path, "-") != 0 && check_log(path, &known, &err))
		status = fail(b, &err);
	if (known && !b->has_key && cf_label_parse(name, strlen(name),
	    &label) == 0 && label.sealed) {
		if (status == 0 && !b->common.quiet)
			cf_main_note(b->m, "%s: sealed: only its SHA-256 was "
			    "compared with the log", path);
		return (status);
	}
	return (cf_err_worse(status, verify_content(b, path)));
}

/* All backups of a folder. */
static int
verify_folder(struct cf_backup * b, const char * folder)
{
	struct cf_buf path = { 0 };
	struct cf_shelf shelf;
	struct cf_err err;
	size_t i;
	int status = 0;

	if (cf_shelf_open(folder, cf_backup_key(b), &shelf, &err))
		status = cf_main_fail(b->m, &err);
	for (i = 0; status != CF_ERR_SYSTEM && i < shelf.n; i++) {
		path.len = 0;
		if (cf_shelf_path(&shelf, i, &path, &err))
			status = cf_main_fail(b->m, &err);
		else
			status = cf_err_worse(status, cf_backup_verify_one(b,
			    path.data));
	}
	if (status == 0 && shelf.n == 0) {
		cf_err_set(&err, CF_ERR_NO, "%s: holds no backup", folder);
		status = cf_main_fail(b->m, &err);
	}
	cf_shelf_close(&shelf);
	cf_buf_free(&path);
	return (status);
}

int
cf_backup_verify(struct cf_backup * b, char * const * operands)
{
	struct cf_err err;
	int status = 0;

	if (cf_backup_load_key(b, 0, &err))
		return (cf_main_fail(b->m, &err));
	if (operands[0] == NULL)
		return (verify_folder(b, b->shelf));
	for (; *operands != NULL; operands++)
		status = cf_err_worse(status, cf_backup_is_folder(*operands) ?
		    verify_folder(b, *operands) : cf_backup_verify_one(b, *operands));
	return (status);
}

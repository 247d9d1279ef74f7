#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "keep/create.h"
#include "keep/shelf.h"

/*
 * cf-backup create.
 */

#define TRIES 3			/* To find the state at rest. */

struct making {
	struct cf_backup * b;
	const char * folder;	/* Where the backup goes. */
	char name[CF_LABEL_MAX];
	struct cf_buf path;	/* Of the backup. */
	struct cf_buf link;	/* Path of the previous one, or empty. */
	struct cf_create_options options;
	struct cf_create_result result;
	struct cf_progress progress;
};

/*
 * A name that is free, and new to the log: of this second, or of the next one
 * that has none.
 */
static int
choose_name(struct making * k, struct cf_err * err)
{
	struct cf_label label = { .time_s = k->b->now_s,
		.pack = k->options.pack,
		.sealed = k->options.key != NULL };
	struct cf_diary diary;
	struct stat sb;
	int rc;

	rc = cf_diary_read(k->folder, &diary, err);
	for (; rc == 0; label.time_s++) {
		cf_label_print(&label, k->name);
		k->path.len = 0;
		cf_buf_addf(&k->path, "%s/%s", k->folder, k->name);
		if (cf_buf_string(&k->path, err) == NULL) {
			rc = -1;
		} else if (lstat(k->path.data, &sb) == 0 ||
		    cf_diary_find(&diary, "create", 1, k->name) != NULL) {
			continue;
		} else if (errno != ENOENT) {
			rc = cf_err_errno(err, errno, "%s", k->path.data);
		}
		break;
	}
	cf_diary_free(&diary);
	return (rc);
}

/* Find the previous backup: "last", a name in the folder, or a path there. */
static int
find_link(struct making * k, struct cf_err * err)
{
	const char * link = k->b->link;
	struct cf_buf folder = { 0 };
	struct stat there, here;
	int rc = -1;

	if (strcmp(link, "last") == 0) {
		rc = cf_backup_newest(k->b, k->folder, &k->link, err);
		/* The first one is linked to nothing. */
		return (rc && err->kind == CF_ERR_NO ? 0 : rc);
	}
	cf_buf_addf(&k->link, "%s%s%s", strchr(link, '/') == NULL ?
	    k->folder : "", strchr(link, '/') == NULL ? "/" : "", link);
	if (cf_buf_string(&k->link, err) == NULL ||
	    cf_backup_folder_of(k->link.data, &folder, err))
		goto done;
	if (stat(folder.data, &there) || stat(k->folder, &here)) {
		cf_err_errno(err, errno, "%s", folder.data);
		goto done;
	}
	if (there.st_dev != here.st_dev || there.st_ino != here.st_ino) {
		cf_err_set(err, CF_ERR_USAGE, "%s: a backup can only be "
		    "linked to one in its own folder", link);
		goto done;
	}
	rc = 0;
done:
	cf_buf_free(&folder);
	return (rc);
}

/* Plan; where the state would not rest, once more with its writers kept out. */
static int
plan(struct making * k, struct cf_create * create, struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	int i, rc = -1;

	for (i = 0; i < TRIES; i++) {
		rc = cf_create_plan(create, &k->options, err);
		if (rc == 0 || err->kind != CF_ERR_LATER || i + 1 == TRIES)
			break;
		cf_create_end(create);
		if (i > 0)
			continue;
		cf_buf_addf(&folder, "%s/state", k->b->home);
		if (cf_buf_string(&folder, err) == NULL ||
		    cf_backup_lock(k->b, folder.data, "lock", err))
			break;
	}
	cf_buf_free(&folder);
	return (rc);
}

static void
warn_skipped(const struct making * k, const struct cf_create * create)
{
	const struct cf_look * look = &create->snapshot.look;
	size_t i;

	for (i = 0; i < look->nskipped && i < 10; i++)
		cf_main_note(k->b->m, "%s", look->skipped[i]);
	if (look->nskipped > 10)
		cf_main_note(k->b->m, "%zu more are not archived",
		    look->nskipped - 10);
}

static int
write_backup(struct making * k, struct cf_create * create,
    struct cf_err * err)
{
	struct cf_out * out;
	struct cf_err closing;
	mode_t old;
	int rc;

	/* Configuration and ledgers are nobody else's business. */
	old = umask(077);
	out = cf_main_out(k->path.data, err);
	umask(old);
	if (out == NULL)
		return (-1);
	rc = cf_create_write(create, out, &k->result, err);
	if (cf_main_out_close(out, rc == 0, &closing) && rc == 0) {
		*err = closing;
		rc = -1;
	}
	return (rc);
}

/* ---- all of it */

static int
make(struct making * k, struct cf_create * create,
    struct cf_backup_event * event, struct cf_buf * needs,
    struct cf_err * err)
{
	struct cf_progress * progress = &k->progress;
	int rc;

	cf_progress_start(progress, k->b->common.quiet ? -1 : STDERR_FILENO,
	    "bytes", 0);
	k->options.progress = progress;
	if (plan(k, create, err))
		return (-1);
	if (!k->b->common.quiet)
		warn_skipped(k, create);
	progress->total = create->stored;
	if (!k->b->any_space && access(k->folder, F_OK) == 0 &&
	    cf_create_check_space(create, k->folder, err))
		return (-1);
	if (k->b->common.check) {
		cf_progress_end(progress);
		return (0);
	}
	rc = write_backup(k, create, err);
	cf_progress_end(progress);
	cf_manifest_bases(&create->snapshot.look.found, needs);
	if (rc || cf_buf_string(needs, err) == NULL)
		return (-1);
	event->name = k->name;
	event->bytes = k->result.bytes;
	event->digest = &k->result.digest;
	event->needs = needs->data;
	/* Without an index the next one only takes longer. */
	if (cf_create_done(create, err) && k->b->common.verbose)
		cf_main_note(k->b->m, "%s", err->text);
	if (k->b->common.verbose)
		cf_main_note(k->b->m, "%s: %zu files, %llu bytes, %llu of "
		    "them stored in %llu", k->path.data, create->files,
		    (unsigned long long)create->bytes,
		    (unsigned long long)create->stored,
		    (unsigned long long)k->result.bytes);
	return (0);
}

/* Under all locks: make the backup and tell of it. */
static int
create_locked(struct making * k)
{
	struct cf_backup_event event = { .action = "create",
		.start_s = cf_clock_ms() };
	struct cf_buf needs = { 0 };
	struct cf_create create;
	struct cf_err err;
	int status = 0;

	memset(&create, 0, sizeof(create));
	create.snapshot.state_fd = create.snapshot.hold_fd = -1;
	if (!k->b->common.check)
		cf_shelf_sweep(k->folder);
	if (choose_name(k, &err) ||
	    (k->b->link != NULL && find_link(k, &err)))
		goto failed;
	if (k->link.len > 0)
		k->options.link = k->link.data;
	if (make(k, &create, &event, &needs, &err))
		goto failed;
	cf_create_end(&create);
	if (!k->b->common.check) {
		status = cf_backup_note(k->b, k->folder, &event, NULL);
		status = cf_err_worse(status, cf_backup_copy(
		    k->b, k->folder, k->name, k->result.bytes));
	}
	goto done;

failed:
	cf_progress_end(&k->progress);
	cf_create_end(&create);
	status = cf_main_fail(k->b->m, &err);
	if (!k->b->common.check)
		cf_backup_note(k->b, k->folder, &event, &err);
done:
	cf_buf_free(&needs);
	return (status);
}

/*
 * Be alone with the state.  One that may only be read, and a check, have no
 * lock and no second names: files are read where they are.
 */
static int
be_alone(struct making * k, struct cf_err * err)
{

	if (k->b->common.check)
		return (0);
	k->options.hold = 1;
	if (cf_backup_lock_state(k->b, err) == 0)
		return (0);
	if (err->kind != CF_ERR_SYSTEM || access(k->b->home, F_OK) ||
	    access(k->b->home, W_OK) == 0)
		return (-1);
	k->options.hold = 0;
	return (0);
}

int
cf_backup_create(struct cf_backup * b, char * const * operands)
{
	struct making k = { .b = b };
	struct cf_err err;
	int status;

	k.folder = operands[0] != NULL ? operands[0] : b->shelf;
	if (cf_backup_load_key(b, 1, &err))
		return (cf_main_fail(b->m, &err));
	k.options.state = b->home;
	k.options.parts = b->parts;
	k.options.except = k.folder;
	k.options.key = cf_backup_key(b);
	k.options.pack = strcmp(b->compress, "zstd") == 0 ? CF_LABEL_ZSTD :
	    CF_LABEL_GZIP;
	k.options.level = (int)b->level;
	k.options.threads = b->threads;
	if (be_alone(&k, &err) || (!b->common.check &&
	    (cf_file_make_folders(k.folder, &err) ||
	    cf_backup_lock(b, k.folder, ".lock", &err))))
		status = cf_main_fail(b->m, &err);
	else
		status = create_locked(&k);
	cf_buf_free(&k.path);
	cf_buf_free(&k.link);
	return (status);
}

#define _GNU_SOURCE		/* syncfs, where there. */

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "keep/part.h"
#include "keep/restore.h"
#include "keep/unpack.h"

#define ROUND 4096		/* What a file takes is a multiple of it. */

/* A restore while it goes on. */
struct work {
	const struct cf_restore * o;
	struct cf_unpack * top;	/* The backup itself. */
	const struct cf_manifest * m;
	unsigned char * want;	/* One for each entry of m. */
	unsigned char * result;
	int folder;		/* -1: verify only. */
	uint64_t done;		/* Bytes, for the progress. */
	int failed;
	struct cf_err failure;	/* The first one. */
};

static int
fail(struct work * w, const struct cf_err * err)
{

	if (!w->failed)
		w->failure = *err;
	w->failed = 1;
	return (-1);
}

/* Which files are wanted, and how much they are. */
static int
choose(struct work * w, struct cf_restore_report * report,
    struct cf_err * err)
{
	const struct cf_entry * e;
	size_t i;

	if ((w->want = cf_mem_array(w->m->n, 1, err)) == NULL ||
	    (w->result = cf_mem_array(w->m->n, 1, err)) == NULL)
		return (-1);
	report->parts = w->m->parts & w->o->only;
	if (report->parts == 0)
		return (cf_err_set(err, CF_ERR_NO,
		    "%s: holds none of these parts", w->o->path));
	for (i = 0; i < w->m->n; i++) {
		e = &w->m->entries[i];
		w->want[i] = (cf_part_of(e->path) & report->parts) != 0;
		if (!w->want[i] || e->type != CF_ENTRY_FILE)
			continue;
		report->files++;
		report->bytes += e->size;
	}
	return (0);
}

static int
run(struct work * w, struct cf_unpack * from, const unsigned char * want,
    unsigned char * result, struct cf_err * err)
{
	struct cf_unpack_job job = { .want = want, .folder = w->folder,
	    .threads = w->o->threads, .progress = w->o->progress,
	    .done = &w->done };

	job.result = result;
	return (cf_unpack_run(from, &job, err));
}

/* The path of a base: beside the backup. */
static int
base_path(const struct work * w, const char * name, struct cf_buf * path,
    struct cf_err * err)
{
	const char * slash = strrchr(w->o->path, '/');

	if (strcmp(w->o->path, "-") == 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "a backup that is linked to others must be a file"));
	if (slash != NULL)
		cf_buf_add(path, w->o->path,
		    (size_t)(slash - w->o->path) + 1);
	cf_buf_add_text(path, name);
	return (cf_buf_string(path, err) != NULL ? 0 : -1);
}

/* Does the backup need anything of base ${b}? */
static int
needs(const struct work * w, size_t b)
{
	size_t i;

	for (i = 0; i < w->m->n; i++) {
		if (w->want[i] && w->m->entries[i].type == CF_ENTRY_FILE &&
		    w->m->entries[i].base == b)
			return (1);
	}
	return (0);
}

/**
 * match(w, b, m, where, err):
 * Set ${where}[i] to the index in the base's manifest ${m} of each file i that
 * is wanted from it.  Return 0 or -1.
 */
static int
match(const struct work * w, size_t b, const struct cf_manifest * m,
    size_t * where, struct cf_err * err)
{
	struct cf_place place = { w->o->path, 0, NULL };
	const struct cf_entry * e;
	const struct cf_entry * there;
	size_t i;

	for (i = 0; i < w->m->n; i++) {
		e = &w->m->entries[i];
		if (!w->want[i] || e->type != CF_ENTRY_FILE || e->base != b)
			continue;
		there = cf_manifest_find(m, e->path);
		if (there == NULL || there->type != CF_ENTRY_FILE ||
		    there->base != CF_MANIFEST_HERE ||
		    there->size != e->size ||
		    !cf_digest_same(&there->digest, &e->digest))
			return (cf_err_data(err, &place, e->path,
			    strlen(e->path), "not in %s, where it should be",
			    w->m->bases[b].name));
		where[i] = (size_t)(there - m->entries);
	}
	return (0);
}

/* Take from an open base what is wanted of it. */
static int
take_from(struct work * w, size_t b, struct cf_unpack * base,
    struct cf_err * err)
{
	const struct cf_manifest * m = cf_unpack_manifest(base);
	unsigned char * want = NULL;
	unsigned char * result = NULL;
	size_t * where = NULL;
	size_t i;
	int rc = -1;

	if (!cf_digest_same(&m->id, &w->m->bases[b].id))
		return (cf_err_set(err, CF_ERR_DATA, "%s: %s is not the "
		    "backup that it was linked to", w->o->path,
		    w->m->bases[b].name));
	if ((want = cf_mem_array(m->n, 1, err)) == NULL ||
	    (result = cf_mem_array(m->n, 1, err)) == NULL ||
	    (where = cf_mem_array(w->m->n, sizeof(*where), err)) == NULL ||
	    match(w, b, m, where, err))
		goto done;
	for (i = 0; i < w->m->n; i++) {
		if (w->want[i] && w->m->entries[i].base == b)
			want[where[i]] = 1;
	}
	rc = run(w, base, want, result, err);
	for (i = 0; i < w->m->n; i++) {
		if (w->want[i] && w->m->entries[i].base == b)
			w->result[i] = result[where[i]];
	}
done:
	free(want);
	free(result);
	free(where);
	return (rc);
}

static int
take_base(struct work * w, size_t b, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_unpack * base;
	int rc = -1;

	if (base_path(w, w->m->bases[b].name, &path, err) == 0 &&
	    (base = cf_unpack_open(path.data, w->o->key, err)) != NULL) {
		rc = take_from(w, b, base, err);
		cf_unpack_close(base);
	} else if (err != NULL && !path.failed) {
		cf_err_prefix(err, "%s needs %s", w->o->path,
		    w->m->bases[b].name);
		err->kind = CF_ERR_DATA;
	}
	cf_buf_free(&path);
	return (rc);
}

/* Read the backup, then what it is linked to; verifying goes on after faults. */
static int
take_all(struct work * w, struct cf_err * err)
{
	struct cf_err one;
	size_t b;

	if (run(w, w->top, w->want, w->result, &one) && fail(w, &one) &&
	    w->folder != -1)
		goto done;
	for (b = 0; b < w->m->nbases; b++) {
		if (needs(w, b) && take_base(w, b, &one) && fail(w, &one) &&
		    w->folder != -1)
			goto done;
	}
done:
	if (w->failed && err != NULL)
		*err = w->failure;
	return (w->failed ? -1 : 0);
}

/*
 * Count the files that are not good, and name the first.  A restore ends at
 * the first fault, so that those not reached tell nothing.
 */
static void
judge(const struct work * w, struct cf_restore_report * report)
{
	const struct cf_entry * e;
	size_t i;

	for (i = 0; i < w->m->n; i++) {
		e = &w->m->entries[i];
		if (!w->want[i] || e->type != CF_ENTRY_FILE ||
		    w->result[i] == CF_UNPACKED_GOOD ||
		    (w->folder != -1 && w->result[i] == CF_UNPACKED_NOT))
			continue;
		/* A name that cannot be had is left out, not the count. */
		if (report->bad < CF_RESTORE_NAMES)
			report->names[report->bad] = cf_mem_strdup(e->path,
			    NULL);
		report->bad++;
	}
}

static int
start(struct work * w, const struct cf_restore * restore, int folder,
    struct cf_restore_report * report, struct cf_err * err)
{

	memset(report, 0, sizeof(*report));
	memset(w, 0, sizeof(*w));
	w->o = restore;
	w->folder = folder;
	w->top = cf_unpack_open(restore->path, restore->key, err);
	if (w->top == NULL)
		return (-1);
	w->m = cf_unpack_manifest(w->top);
	if (choose(w, report, err))
		return (-1);
	if (restore->progress != NULL)
		restore->progress->total = report->bytes;
	return (0);
}

static void
end(struct work * w)
{

	cf_unpack_close(w->top);
	free(w->want);
	free(w->result);
}

int
cf_restore_verify(const struct cf_restore * restore,
    struct cf_restore_report * report, struct cf_err * err)
{
	struct cf_err why;
	struct work w;
	int rc;

	rc = start(&w, restore, -1, report, &why);
	if (rc == 0) {
		rc = take_all(&w, &why);
		/* What the system did not let be read is not damaged. */
		if (rc == 0 || why.kind != CF_ERR_SYSTEM)
			judge(&w, report);
	}
	if (rc)
		cf_err_copy(err, &why);
	end(&w);
	return (rc);
}

/* ---- the tree */

static int
check_space(const struct work * w, const struct cf_restore_report * report,
    struct cf_err * err)
{
	struct statvfs vfs;
	uint64_t need = report->bytes + (uint64_t)w->m->n * ROUND, have;

	if (w->o->any_space || fstatvfs(w->folder, &vfs))
		return (0);
	have = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (have >= need)
		return (0);
	return (cf_err_set(err, CF_ERR_SYSTEM, "%s: needs %llu MiB of disk, "
	    "%llu MiB are free", w->o->path,
	    (unsigned long long)(need >> 20),
	    (unsigned long long)(have >> 20)));
}

static int
make_folders(const struct work * w, struct cf_err * err)
{
	const struct cf_entry * e;
	size_t i;

	for (i = 0; i < w->m->n; i++) {
		e = &w->m->entries[i];
		if (w->want[i] && e->type == CF_ENTRY_FOLDER &&
		    mkdirat(w->folder, e->path, 0700))
			return (cf_err_errno(err, errno, "%s", e->path));
	}
	return (0);
}

/* Links, and the modes of folders, deepest first. */
static int
finish_folders(const struct work * w, struct cf_err * err)
{
	const struct cf_entry * e;
	size_t i;

	for (i = w->m->n; i-- > 0;) {
		e = &w->m->entries[i];
		if (!w->want[i])
			continue;
		if ((e->type == CF_ENTRY_CURRENT &&
		    symlinkat(e->target, w->folder, e->path)) ||
		    (e->type == CF_ENTRY_FOLDER &&
		    fchmodat(w->folder, e->path, (mode_t)e->mode, 0)))
			return (cf_err_errno(err, errno, "%s", e->path));
	}
	return (0);
}

/* Put the tree on the disk: one call for all of it, where there is one. */
static int
sync_tree(int folder, struct cf_err * err)
{

#ifdef __linux__
	if (syncfs(folder))
		return (cf_err_errno(err, errno, "sync"));
#else
	(void)folder;
	(void)err;
	sync();
#endif
	return (0);
}

int
cf_restore_tree(const struct cf_restore * restore, const char * folder,
    struct cf_restore_report * report, struct cf_err * err)
{
	struct work w;
	int fd, rc;

	memset(report, 0, sizeof(*report));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return (cf_err_errno(err, errno, "%s", folder));
	rc = start(&w, restore, fd, report, err);
	if (rc == 0 && (check_space(&w, report, err) ||
	    make_folders(&w, err) || take_all(&w, err) ||
	    finish_folders(&w, err) || (!restore->no_sync &&
	    sync_tree(fd, err))))
		rc = -1;
	if (rc && w.result != NULL)
		judge(&w, report);
	end(&w);
	close(fd);
	return (rc);
}

void
cf_restore_report_free(struct cf_restore_report * report)
{
	size_t i;

	for (i = 0; i < CF_RESTORE_NAMES; i++)
		free(report->names[i]);
	memset(report, 0, sizeof(*report));
}

#include <string.h>

#include "backup.h"
#include "base/day.h"
#include "keep/part.h"
#include "keep/shelf.h"
#include "keep/unpack.h"

/*
 * cf-backup list and diff: what backups hold.
 */

/* ---- list */

static int
list_one(struct cf_backup_table * t, const struct cf_shelved * item,
    struct cf_err * err)
{
	struct cf_buf parts = { 0 };
	char digest[CF_DIGEST_TEXT_MAX] = "", moment[CF_DAY_TEXT_MAX];

	if (item->line != NULL && item->line->digest != NULL)
		cf_digest_print(item->line->digest, digest);
	cf_backup_table_text(t, item->name);
	cf_writer_text(t->writer, moment, cf_day_print_moment(
	    item->label.time_s, 1, moment));
	cf_writer_int(t->writer, (int64_t)item->bytes);
	if (item->open) {
		cf_part_print(item->parts, &parts);
		if (parts.failed) {
			cf_buf_free(&parts);
			return (cf_err_memory(err));
		}
		cf_writer_int(t->writer, (int64_t)item->files);
		cf_writer_int(t->writer, (int64_t)item->content);
		cf_writer_text(t->writer, parts.data, parts.len);
	} else {
		cf_writer_missing(t->writer);
		cf_writer_missing(t->writer);
		cf_writer_missing(t->writer);
	}
	cf_writer_int(t->writer, item->label.sealed);
	cf_backup_table_text(t, item->needs);
	cf_backup_table_text(t, digest);
	cf_buf_free(&parts);
	return (cf_writer_end(t->writer, err));
}

static int
list(const struct cf_backup * b, const struct cf_shelf * shelf,
    struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ "name", NULL, NULL }, { "time", NULL, NULL },
		{ "bytes", NULL, NULL }, { "files", NULL, NULL },
		{ "content", NULL, NULL }, { "parts", NULL, NULL },
		{ "sealed", NULL, NULL }, { "needs", NULL, NULL },
		{ "sha256", NULL, NULL }
	};
	struct cf_backup_table t;
	size_t i;

	if (cf_backup_table_open(&t, b, columns, sizeof(columns) / sizeof(columns[0]),
	    err))
		return (-1);
	for (i = 0; i < shelf->n; i++) {
		if (!shelf->items[i].ours) {
			if (!b->common.quiet)
				cf_main_note(b->m, "%s/%s: not a backup, or "
				    "not ours", shelf->folder,
				    shelf->items[i].name);
			continue;
		}
		if (list_one(&t, &shelf->items[i], err)) {
			cf_backup_table_close(&t, 0, NULL);
			return (-1);
		}
	}
	return (cf_backup_table_close(&t, 1, err));
}

int
cf_backup_list(struct cf_backup * b, char * const * operands)
{
	struct cf_shelf shelf;
	struct cf_err err;
	int status = 0;

	if (cf_backup_load_key(b, 0, &err))
		return (cf_main_fail(b->m, &err));
	if (cf_shelf_open(operands[0] != NULL ? operands[0] : b->shelf,
	    cf_backup_key(b), &shelf, &err) || list(b, &shelf, &err))
		status = cf_main_fail(b->m, &err);
	cf_shelf_close(&shelf);
	return (status);
}

/* ---- diff */

static int
add_difference(struct cf_backup_table * t, const char * change,
    const char * name, const struct cf_entry * a, const struct cf_entry * b,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };

	cf_manifest_encode(name, &path);
	if (path.failed) {
		cf_buf_free(&path);
		return (cf_err_memory(err));
	}
	cf_backup_table_text(t, change);
	cf_writer_text(t->writer, path.data, path.len);
	cf_buf_free(&path);
	if (a != NULL && a->type == CF_ENTRY_FILE)
		cf_writer_int(t->writer, (int64_t)a->size);
	else
		cf_writer_missing(t->writer);
	if (b != NULL && b->type == CF_ENTRY_FILE)
		cf_writer_int(t->writer, (int64_t)b->size);
	else
		cf_writer_missing(t->writer);
	return (cf_writer_end(t->writer, err));
}

/* How two entries of one path differ, or NULL. */
static const char *
change_of(const struct cf_entry * a, const struct cf_entry * b)
{

	if (a->type != b->type)
		return ("type");
	if (a->type == CF_ENTRY_CURRENT)
		return (strcmp(a->target, b->target) != 0 ? "current" : NULL);
	if (a->type == CF_ENTRY_FILE && (a->size != b->size ||
	    !cf_digest_same(&a->digest, &b->digest)))
		return ("content");
	return (a->mode != b->mode ? "mode" : NULL);
}

/* Walk both lists, which ascend. */
static int
compare(struct cf_backup_table * t, const struct cf_manifest * a,
    const struct cf_manifest * b, uint32_t parts, int * differ,
    struct cf_err * err)
{
	const struct cf_entry * x;
	const struct cf_entry * y;
	const char * change;
	const char * path;
	size_t i = 0, j = 0;
	int order;

	while (i < a->n || j < b->n) {
		if (i == a->n)
			order = 1;
		else if (j == b->n)
			order = -1;
		else
			order = strcmp(a->entries[i].path, b->entries[j].path);
		x = order <= 0 ? &a->entries[i++] : NULL;
		y = order >= 0 ? &b->entries[j++] : NULL;
		path = x != NULL ? x->path : y != NULL ? y->path : "";
		if ((cf_part_of(path) & parts) == 0)
			continue;
		change = x == NULL ? "added" : y == NULL ? "removed" :
		    change_of(x, y);
		if (change == NULL)
			continue;
		*differ = 1;
		if (add_difference(t, change, path, x, y, err))
			return (-1);
	}
	return (0);
}

static int
diff(const struct cf_backup * o, const struct cf_manifest * a,
    const struct cf_manifest * b, int * differ, struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ "change", NULL, NULL }, { "path", NULL, NULL },
		{ "bytes_a", NULL, NULL }, { "bytes_b", NULL, NULL }
	};
	struct cf_backup_table t;
	int rc;

	if (cf_backup_table_open(&t, o, columns, 4, err))
		return (-1);
	rc = compare(&t, a, b, o->parts, differ, err);
	if (cf_backup_table_close(&t, rc == 0, err))
		rc = -1;
	return (rc);
}

int
cf_backup_diff(struct cf_backup * b, char * const * operands)
{
	struct cf_unpack * x = NULL;
	struct cf_unpack * y = NULL;
	struct cf_err err;
	int differ = 0, status;

	if (cf_backup_load_key(b, 0, &err) ||
	    (x = cf_unpack_open(operands[0], cf_backup_key(b), &err)) ==
	    NULL ||
	    (y = cf_unpack_open(operands[1], cf_backup_key(b), &err)) ==
	    NULL || diff(b, cf_unpack_manifest(x), cf_unpack_manifest(y),
	    &differ, &err))
		status = cf_main_fail(b->m, &err);
	else
		status = differ ? CF_ERR_NO : 0;
	cf_unpack_close(x);
	cf_unpack_close(y);
	return (status);
}

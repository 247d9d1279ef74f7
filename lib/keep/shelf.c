#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/text.h"
#include "keep/part.h"
#include "keep/restore.h"
#include "keep/shelf.h"
#include "keep/unpack.h"

/* ---- looking */

static int
by_time(const void * a, const void * b)
{
	const struct cf_shelved * x = a;
	const struct cf_shelved * y = b;

	if (x->label.time_s != y->label.time_s)
		return (x->label.time_s < y->label.time_s ? -1 : 1);
	return (strcmp(x->name, y->name));
}

static int
add(struct cf_shelf * shelf, const char * name, struct cf_err * err)
{
	struct cf_shelved item = { 0 };
	struct cf_buf path = { 0 };
	struct stat sb;
	int there;

	if (cf_label_parse(name, strlen(name), &item.label))
		return (0);
	cf_buf_addf(&path, "%s/%s", shelf->folder, name);
	if (cf_buf_string(&path, err) == NULL) {
		cf_buf_free(&path);
		return (-1);
	}
	there = lstat(path.data, &sb) == 0 && S_ISREG(sb.st_mode);
	cf_buf_free(&path);
	if (!there)
		return (0);
	item.bytes = (uint64_t)sb.st_size;
	if (cf_mem_grow(&shelf->items, &shelf->capacity, shelf->n + 1,
	    sizeof(*shelf->items), err) ||
	    (item.name = cf_mem_strdup(name, err)) == NULL)
		return (-1);
	shelf->items[shelf->n++] = item;
	return (0);
}

static int
read_names(struct cf_shelf * shelf, struct cf_err * err)
{
	struct cf_folder names;
	size_t i;
	int rc;

	rc = cf_folder_read(shelf->folder, &names, err);
	for (i = 0; i < names.n && rc == 0; i++)
		rc = add(shelf, names.names[i], err);
	cf_folder_free(&names);
	if (rc == 0 && shelf->n > 0)
		qsort(shelf->items, shelf->n, sizeof(*shelf->items), by_time);
	return (rc == 0 ? 0 : -1);
}

int
cf_shelf_path(const struct cf_shelf * shelf, size_t i, struct cf_buf * path,
    struct cf_err * err)
{

	cf_buf_addf(path, "%s/%s", shelf->folder, shelf->items[i].name);
	return (cf_buf_string(path, err) != NULL ? 0 : -1);
}

/* What the manifest tells. */
static int
take_manifest(struct cf_shelved * item, const struct cf_manifest * m,
    struct cf_err * err)
{
	struct cf_buf needs = { 0 };
	size_t i;

	item->ours = item->open = 1;
	item->parts = m->parts;
	for (i = 0; i < m->n; i++) {
		if (m->entries[i].type != CF_ENTRY_FILE)
			continue;
		item->files++;
		item->content += m->entries[i].size;
	}
	cf_manifest_bases(m, &needs);
	if (cf_buf_string(&needs, err) == NULL) {
		cf_buf_free(&needs);
		return (-1);
	}
	item->needs = needs.data;
	return (0);
}

/* Find out about one backup, from the log and, if it opens, from itself. */
static int
look_at(struct cf_shelf * shelf, size_t i, struct cf_err * err)
{
	struct cf_shelved * item = &shelf->items[i];
	struct cf_buf path = { 0 };
	struct cf_unpack * unpack = NULL;
	struct cf_err why;
	int rc = -1;

	why.kind = CF_ERR_NONE;
	item->line = cf_diary_find(&shelf->diary, "create", 1, item->name);
	item->ours = item->line != NULL;
	if (cf_shelf_path(shelf, i, &path, err))
		goto done;
	if (!item->label.sealed || shelf->key != NULL)
		unpack = cf_unpack_open(path.data, shelf->key, &why);
	/* What cannot be read now is not therefore damaged. */
	if (unpack == NULL && why.kind == CF_ERR_SYSTEM) {
		cf_err_copy(err, &why);
		goto done;
	}
	if (unpack != NULL) {
		rc = take_manifest(item, cf_unpack_manifest(unpack), err);
		cf_unpack_close(unpack);
		goto done;
	}
	/* One of ours that does not open is damaged, unless it is sealed. */
	if (item->ours && !item->label.sealed)
		item->good = CF_GOOD_NO;
	if (item->line != NULL) {
		item->needs = cf_mem_strdup(item->line->needs != NULL ?
		    item->line->needs : "", err);
		rc = item->needs != NULL ? 0 : -1;
	} else {
		rc = 0;
	}
done:
	cf_buf_free(&path);
	return (rc);
}

int
cf_shelf_open(const char * folder, const struct cf_key * key,
    struct cf_shelf * shelf, struct cf_err * err)
{
	size_t i;

	memset(shelf, 0, sizeof(*shelf));
	shelf->key = key;
	if ((shelf->folder = cf_mem_strdup(folder, err)) == NULL ||
	    cf_diary_read(folder, &shelf->diary, err) ||
	    read_names(shelf, err))
		return (-1);
	for (i = 0; i < shelf->n; i++) {
		if (look_at(shelf, i, err))
			return (-1);
	}
	return (0);
}

int
cf_shelf_needs(const struct cf_shelf * shelf, size_t i, size_t j)
{
	const char * p = shelf->items[i].needs;
	const char * name = shelf->items[j].name;
	size_t len;

	if (i == j)
		return (0);
	if (p == NULL)
		return (shelf->items[i].label.sealed && j < i);
	for (; *p != '\0'; p += len + (p[len] == ',')) {
		len = strcspn(p, ",");
		if (strlen(name) == len && memcmp(name, p, len) == 0)
			return (1);
	}
	return (0);
}

/* ---- checking */

/*
 * These answer "is it good?"; where the system does not let that be known, the
 * answer is CF_GOOD_UNKNOWN and ${err}, else untouched, tells why.
 */

/* Does the file have the SHA-256 that the log has? */
static enum cf_good
check_digest(const struct cf_shelved * item, const char * path,
    struct cf_err * err)
{
	struct cf_digest digest;
	struct cf_err why;
	enum cf_good good = CF_GOOD_NO;
	int fd;

	if (item->line->bytes != item->bytes)
		return (CF_GOOD_NO);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		if (errno == ENOENT)
			return (CF_GOOD_NO);
		cf_err_errno(err, errno, "%s", path);
		return (CF_GOOD_UNKNOWN);
	}
	if (cf_digest_fd(fd, item->bytes, path, &digest, &why) == 0) {
		if (cf_digest_same(&digest, item->line->digest))
			good = CF_GOOD_YES;
	} else if (why.kind == CF_ERR_SYSTEM) {
		cf_err_copy(err, &why);
		good = CF_GOOD_UNKNOWN;
	}
	close(fd);
	return (good);
}

/* Is every byte what the manifest says, here and in what it needs? */
static enum cf_good
check_content(const struct cf_shelf * shelf, const char * path,
    size_t threads, struct cf_err * err)
{
	struct cf_restore restore = { .path = path, .key = shelf->key,
		.only = CF_PART_ALL, .threads = threads };
	struct cf_restore_report report;
	struct cf_err why;
	int rc;

	rc = cf_restore_verify(&restore, &report, &why);
	cf_restore_report_free(&report);
	if (rc == 0)
		return (CF_GOOD_YES);
	if (why.kind != CF_ERR_SYSTEM)
		return (CF_GOOD_NO);
	cf_err_copy(err, &why);
	return (CF_GOOD_UNKNOWN);
}

/* Those that it needs are there, and good by the log. */
static enum cf_good
check_needs(struct cf_shelf * shelf, size_t i, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	const char * p = shelf->items[i].needs;
	enum cf_good good = CF_GOOD_YES;
	size_t len, j;

	for (; good == CF_GOOD_YES && *p != '\0'; p += len + (p[len] == ',')) {
		len = strcspn(p, ",");
		for (j = 0; j < shelf->n; j++) {
			if (strlen(shelf->items[j].name) == len &&
			    memcmp(shelf->items[j].name, p, len) == 0)
				break;
		}
		if (j == shelf->n)
			return (CF_GOOD_NO);
		if (shelf->items[j].line == NULL ||
		    shelf->items[j].line->digest == NULL)
			return (CF_GOOD_UNKNOWN);
		path.len = 0;
		if (cf_shelf_path(shelf, j, &path, err))
			good = CF_GOOD_UNKNOWN;
		else
			good = check_digest(&shelf->items[j], path.data, err);
	}
	cf_buf_free(&path);
	return (good);
}

int
cf_shelf_check(struct cf_shelf * shelf, size_t i, size_t threads,
    struct cf_err * err)
{
	struct cf_shelved * item = &shelf->items[i];
	struct cf_buf path = { 0 };
	struct cf_err why;

	why.kind = CF_ERR_NONE;
	if (item->good != CF_GOOD_UNKNOWN)
		return (0);
	if (cf_shelf_path(shelf, i, &path, &why))
		goto done;
	if (item->line != NULL && item->line->digest != NULL &&
	    item->needs != NULL) {
		item->good = check_digest(item, path.data, &why);
		if (item->good == CF_GOOD_YES)
			item->good = check_needs(shelf, i, &why);
	}
	/* Without a log, or for a base without one, all is read. */
	if (why.kind == CF_ERR_NONE && item->good == CF_GOOD_UNKNOWN &&
	    item->open)
		item->good = check_content(shelf, path.data, threads, &why);
done:
	cf_buf_free(&path);
	if (why.kind == CF_ERR_NONE)
		return (0);
	return (cf_err_copy(err, &why));
}

/* ---- pruning */

/* Let the rule decide on what is known now. */
static int
choose(const struct cf_shelf * shelf, const struct cf_retain_rule * rule,
    int64_t now_s, struct cf_verdict * verdicts, struct cf_err * err)
{
	struct cf_retain * items;
	size_t * index;
	size_t i, n = 0;
	int rc = -1;

	items = cf_mem_array(shelf->n, sizeof(*items), err);
	index = cf_mem_array(shelf->n, sizeof(*index), err);
	if (items == NULL || index == NULL)
		goto done;
	for (i = 0; i < shelf->n; i++) {
		memset(&verdicts[i], 0, sizeof(verdicts[i]));
		verdicts[i].needed_by = CF_SHELF_NONE;
		if (!shelf->items[i].ours)
			continue;
		items[n].time_s = shelf->items[i].label.time_s;
		items[n].count = shelf->items[i].good == CF_GOOD_NO ?
		    CF_RETAIN_DAMAGED : CF_RETAIN_COUNTS;
		index[n++] = i;
	}
	cf_retain_choose(items, n, rule, now_s);
	for (i = 0; i < n; i++) {
		verdicts[index[i]].retain = items[i];
		verdicts[index[i]].remove = items[i].why == 0 &&
		    items[i].count == CF_RETAIN_COUNTS;
	}
	rc = 0;
done:
	free(items);
	free(index);
	return (rc);
}

/* Does anything go because ${k} stays, or is it the last one? */
static int
stands_in(const struct cf_shelf * shelf, const struct cf_verdict * verdicts,
    size_t k)
{
	size_t i;

	if ((verdicts[k].retain.why & CF_RETAIN_LAST) != 0)
		return (1);
	for (i = 0; i < shelf->n; i++) {
		if (verdicts[i].remove && cf_retain_shares(
		    shelf->items[i].label.time_s,
		    shelf->items[k].label.time_s))
			return (1);
	}
	return (0);
}

/* Keep what those that stay need; then these stay too. */
static void
keep_needed(const struct cf_shelf * shelf, struct cf_verdict * verdicts)
{
	size_t i, j;
	int changed;

	do {
		changed = 0;
		for (i = 0; i < shelf->n; i++) {
			if (verdicts[i].remove)
				continue;
			for (j = 0; j < shelf->n; j++) {
				if (!verdicts[j].remove ||
				    !cf_shelf_needs(shelf, i, j))
					continue;
				verdicts[j].remove = 0;
				verdicts[j].needed_by = i;
				changed = 1;
			}
		}
	} while (changed);
}

int
cf_shelf_plan(struct cf_shelf * shelf, const struct cf_retain_rule * rule,
    int64_t now_s, size_t threads, struct cf_verdict * verdicts,
    struct cf_err * err)
{
	size_t i;
	int any, again;

	do {
		again = 0;
		if (choose(shelf, rule, now_s, verdicts, err))
			return (-1);
		for (any = 0, i = 0; i < shelf->n; i++)
			any |= verdicts[i].remove;
		for (i = 0; any && i < shelf->n; i++) {
			if (verdicts[i].retain.why == 0 ||
			    shelf->items[i].good != CF_GOOD_UNKNOWN ||
			    !stands_in(shelf, verdicts, i))
				continue;
			if (cf_shelf_check(shelf, i, threads, err))
				return (-1);
			if (shelf->items[i].good == CF_GOOD_NO)
				again = 1;
		}
	} while (again);
	keep_needed(shelf, verdicts);
	return (0);
}

int
cf_shelf_prune(const struct cf_shelf * shelf,
    const struct cf_verdict * verdicts, size_t * removed,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	unsigned char * gone;
	size_t i, j, before;
	int rc = -1;

	*removed = 0;
	if ((gone = cf_mem_array(shelf->n, 1, err)) == NULL)
		return (-1);
	do {
		before = *removed;
		for (i = shelf->n; i-- > 0;) {
			if (!verdicts[i].remove || gone[i])
				continue;
			for (j = 0; j < shelf->n; j++) {
				if (!gone[j] && cf_shelf_needs(shelf, j, i))
					break;
			}
			if (j < shelf->n)
				continue;
			path.len = 0;
			if (cf_shelf_path(shelf, i, &path, err))
				goto done;
			if (unlink(path.data) && errno != ENOENT) {
				cf_err_errno(err, errno, "%s", path.data);
				goto done;
			}
			gone[i] = 1;
			++*removed;
		}
	} while (*removed > before);
	rc = *removed > 0 ? cf_file_sync_folder(path.data, err) : 0;
done:
	free(gone);
	cf_buf_free(&path);
	return (rc);
}

void
cf_shelf_sweep(const char * folder)
{
	struct cf_buf path = { 0 };
	struct cf_folder names;
	size_t i;

	/* What cannot go now does no harm. */
	cf_folder_read(folder, &names, NULL);
	for (i = 0; i < names.n; i++) {
		if (strncmp(names.names[i], ".backup_", 8) != 0 ||
		    !cf_text_ends(names.names[i], ".tmp"))
			continue;
		path.len = 0;
		cf_buf_addf(&path, "%s/%s", folder, names.names[i]);
		if (cf_buf_string(&path, NULL) != NULL)
			unlink(path.data);
	}
	cf_buf_free(&path);
	cf_folder_free(&names);
}

void
cf_shelf_close(struct cf_shelf * shelf)
{
	size_t i;

	for (i = 0; i < shelf->n; i++) {
		free(shelf->items[i].name);
		free(shelf->items[i].needs);
	}
	free(shelf->items);
	free(shelf->folder);
	cf_diary_free(&shelf->diary);
	memset(shelf, 0, sizeof(*shelf));
}

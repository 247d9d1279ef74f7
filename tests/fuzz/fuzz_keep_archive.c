#include "fuzz.h"

#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>

#include "base/buf.h"
#include "keep/part.h"
#include "keep/restore.h"
#include "keep/swap.h"
#include "keep/unpack.h"

/*
 * The reader of backups.  The first byte says what the rest is:
 *	t	a backup as it is: gzip, zstd, tar, anything
 *	m	the rows of a manifest, whose last row is made here, up to an empty line; then the rest of a tar
 *	f	the same rows, then content for the members that they tell of
 * What verifies is restored too, and nothing of it may lie outside its folder.
 */

static la_ssize_t
take(struct archive *a, void *cookie, const void *data, size_t len)
{

	(void)a;
	cf_buf_add(cookie, data, len);
	return ((la_ssize_t)len);
}

static void
add_member(struct archive *a, const char *path, unsigned int type, const void *data, size_t len)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)len);
	archive_write_header(a, e);
	if (len > 0)
		archive_write_data(a, data, len);
	archive_write_finish_entry(a);
	archive_entry_free(e);
}

/* The members that the manifest tells of, with the bytes there are as content. */
static void
add_members(struct archive *a, const struct cf_buf *text, const uint8_t *data, size_t len)
{
	struct cf_manifest m = { 0 };
	const struct cf_entry *e;
	size_t n;

	if (cf_manifest_parse(&m, text->data, text->len, "x", NULL) == 0) {
		for (size_t i = 0; i < m.n; i++) {
			e = &m.entries[i];
			n = e->size < len ? (size_t)e->size : len;
			if (e->type == CF_ENTRY_FOLDER)
				add_member(a, e->path, AE_IFDIR, NULL, 0);
			else if (e->type == CF_ENTRY_FILE && e->base == CF_MANIFEST_HERE) {
				add_member(a, e->path, AE_IFREG, data, n);
				data += n;
				len -= n;
			}
		}
	}
	cf_manifest_free(&m);
}

/* A tar with the manifest of these rows; without the members, its end is cut off, for the rest to follow. */
static void
make_tar(struct cf_buf *tar, const uint8_t *rows, size_t nrows, const uint8_t *rest, size_t nrest, int members)
{
	struct archive *a = archive_write_new();
	struct cf_buf text = { 0 };
	struct cf_digest digest;
	char hex[CF_DIGEST_TEXT_MAX];
	size_t len;

	cf_digest_of(rows, nrows, &digest);
	cf_digest_print(&digest, hex);
	cf_buf_add(&text, rows, nrows);
	cf_buf_addf(&text, CF_MANIFEST_END "%s" CF_MANIFEST_END_BEHIND, hex);
	archive_write_set_format_pax_restricted(a);
	archive_write_set_bytes_per_block(a, 0);
	archive_write_open(a, tar, NULL, take, NULL);
	add_member(a, CF_MANIFEST_NAME, AE_IFREG, text.data, text.len);
	if (members)
		add_members(a, &text, rest, nrest);
	len = tar->len;
	archive_write_free(a);
	if (!members) {
		tar->len = len;
		cf_buf_add(tar, rest, nrest);
	}
	cf_buf_free(&text);
}

/* What a parsed manifest promises. */
static void
check_paths(const char *path)
{
	struct cf_unpack *u = cf_unpack_open(path, NULL, NULL);
	const struct cf_manifest *m;
	const char *p;

	if (u == NULL)
		return;
	m = cf_unpack_manifest(u);
	for (size_t i = 0; i < m->n; i++) {
		p = m->entries[i].path;
		FUZZ_HOLDS(p[0] != '/' && p[0] != '\0' && cf_part_of(p) != 0);
		FUZZ_HOLDS(strcmp(p, "..") != 0 && strncmp(p, "../", 3) != 0 && strstr(p, "/../") == NULL);
		FUZZ_HOLDS(strlen(p) < 3 || strcmp(p + strlen(p) - 3, "/..") != 0);
		FUZZ_HOLDS(m->entries[i].mode <= 0777);
		FUZZ_HOLDS(m->entries[i].target == NULL || strchr(m->entries[i].target, '/') == NULL);
		FUZZ_HOLDS(i == 0 || strcmp(m->entries[i - 1].path, p) < 0);
	}
	cf_unpack_close(u);
}

static void
restore(const struct cf_restore *r)
{
	char folder[] = "/tmp/fuzz_keep.XXXXXX";
	struct cf_restore_report report;

	if (mkdtemp(folder) == NULL)
		return;
	cf_restore_tree(r, folder, &report, NULL);
	cf_restore_report_free(&report);
	FUZZ_HOLDS(cf_swap_remove_tree(folder, NULL) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_restore r = { .only = CF_PART_ALL, .threads = 1, .no_sync = 1 };
	struct cf_restore_report report;
	struct cf_buf tar = { 0 };
	const uint8_t *gap;

	if (size < 1 || sodium_init() < 0)
		return (0);
	gap = memmem(data, size, "\n\n", 2);
	if ((data[0] == 'm' || data[0] == 'f') && gap != NULL)
		make_tar(&tar, data + 1, (size_t)(gap - data), gap + 2, size - (size_t)(gap - data) - 2, data[0] == 'f');
	else
		cf_buf_add(&tar, data + 1, size - 1);
	r.path = fuzz_file(tar.data, tar.len);
	check_paths(r.path);
	if (cf_restore_verify(&r, &report, NULL) == 0)
		restore(&r);
	cf_restore_report_free(&report);
	cf_buf_free(&tar);
	return (0);
}

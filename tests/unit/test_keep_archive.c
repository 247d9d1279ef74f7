#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "test_keep_state.h"

#include "keep/swap.h"
#include "keep/unpack.h"

static const struct cf_create_options plain = { .hold = 1 };
static const struct cf_create_options zstd = { .hold = 1, .pack = CF_LABEL_ZSTD };

static void
read_whole(const char *path, struct cf_buf *buf)
{
	buf->len = 0;
	ck_assert_int_eq(cf_file_read(path, 1 << 30, buf, NULL), 0);
}

/* A state with a file of some 7 bytes for each of these numbers, and much else. */
static const char *
state_large(int numbers)
{
	const char *state = state_small();
	struct cf_buf text = { 0 };
	char name[100];

	for (int i = 0; i < numbers; i++)
		cf_buf_addf(&text, "%d,", i % 100000 * 7919 % 1000003);
	ck_assert_int_eq(cf_file_make_folders(state_path(state, "features"), NULL), 0);
	ck_assert_int_eq(cf_file_write(state_path(state, "features/big.csv"), text.data, text.len, NULL), 0);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "mlruns/%d/file %d\n.csv", i % 7, i);
		ck_assert_int_eq(cf_file_make_folders(state_path(state, "mlruns/0"), NULL), 0);
		state_file(state, name, i % 3 == 0 ? "" : "some text");
	}
	cf_buf_free(&text);
	return (state);
}

START_TEST(there_and_back)
{
	/* More than a batch of each kind for two of them. */
	char *small = strdup(state_large(100000)), *large = strdup(state_large(2600000));
	const char *state;
	struct cf_key key = state_key();
	struct cf_create_options o;
	struct cf_err err;
	char file[50], folder[50];

	for (int i = 0; i < 8; i++) {
		state = i == 1 || i == 4 ? large : small;
		o = i & 1 ? zstd : plain;
		o.key = i & 2 ? &key : NULL;
		o.threads = i & 4 ? 3 : 1;
		o.level = 1;
		snprintf(file, sizeof(file), "%s/%d", state, i);
		snprintf(folder, sizeof(folder), "%s/to%d", state, i);
		ck_assert_msg(state_backup(state, file, o, &err) == 0, "%s", err.text);
		ck_assert_msg(state_verify(file, o.key, &err) == 0, "%s", err.text);
		ck_assert_msg(state_restore(file, o.key, folder, &err) == 0, "%s", err.text);
		ck_assert(state_same(state, folder));
	}
	free(small);
	free(large);
}
END_TEST

/* Equal content gives equal bytes: for any number of threads, in another folder, at another time. */
START_TEST(reproducible)
{
	const char *state = state_large(400000);
	struct cf_create_options o = plain;
	struct cf_buf a = { 0 }, b = { 0 };
	char copy[50], first[50], second[50];

	o.level = 1;
	snprintf(first, sizeof(first), "%s/1", state);
	snprintf(second, sizeof(second), "%s/2", state);
	snprintf(copy, sizeof(copy), "%s/copy", state);
	for (int i = 0; i < 2; i++) {
		o.pack = i == 0 ? CF_LABEL_GZIP : CF_LABEL_ZSTD;
		o.threads = 1;
		ck_assert_int_eq(state_backup(state, first, o, NULL), 0);
		read_whole(first, &a);
		o.threads = 4;
		ck_assert_int_eq(state_backup(state, second, o, NULL), 0);
		read_whole(second, &b);
		ck_assert_uint_eq(a.len, b.len);
		ck_assert_mem_eq(a.data, b.data, a.len);
	}
	ck_assert_int_eq(state_restore(first, NULL, copy, NULL), 0);
	o.hold = 0;
	ck_assert_int_eq(state_backup(copy, second, o, NULL), 0);
	read_whole(second, &b);
	ck_assert_uint_eq(a.len, b.len);
	ck_assert_mem_eq(a.data, b.data, a.len);
	cf_buf_free(&a);
	cf_buf_free(&b);
}
END_TEST

/*
 * Every single bit flipped, and every truncation: verify says so, or a restore gives the very same tree (a bit of gzip's
 * header that nobody reads).
 */
static size_t
flip_all(const char *state, struct cf_create_options o, size_t step)
{
	struct cf_buf data = { 0 };
	char file[50], folder[50];
	size_t unseen = 0, len;
	int fd;

	snprintf(file, sizeof(file), "%s/f", state);
	snprintf(folder, sizeof(folder), "%s/to", state);
	ck_assert_int_eq(state_backup(state, file, o, NULL), 0);
	read_whole(file, &data);
	ck_assert_int_ne(fd = open(file, O_RDWR), -1);
	for (size_t bit = 0; bit < 8 * data.len; bit += step) {
		char c = (char)(data.data[bit / 8] ^ (1 << bit % 8));

		ck_assert_int_eq(pwrite(fd, &c, 1, (off_t)(bit / 8)), 1);
		if (state_verify(file, o.key, NULL) == 0) {
			unseen++;
			ck_assert_int_eq(state_restore(file, o.key, folder, NULL), 0);
			ck_assert_msg(state_same(state, folder), "bit %zu", bit);
			ck_assert_int_eq(cf_swap_remove_tree(folder, NULL), 0);
		}
		ck_assert_int_eq(pwrite(fd, &data.data[bit / 8], 1, (off_t)(bit / 8)), 1);
	}
	ck_assert_int_eq(state_verify(file, o.key, NULL), 0);
	for (len = data.len; len-- > 0;) {
		ck_assert_int_eq(ftruncate(fd, (off_t)len), 0);
		ck_assert_msg(state_verify(file, o.key, NULL) == -1, "cut at %zu", len);
	}
	close(fd);
	cf_buf_free(&data);
	return (unseen);
}

START_TEST(flips_of_gzip)
{
	/* Its header has 48 bits of time, flags and system that nobody reads, and some matches have several ways. */
	ck_assert_uint_le(flip_all(state_small(), plain, 1), 200);
}
END_TEST

START_TEST(flips_of_zstd)
{
	ck_assert_uint_le(flip_all(state_small(), zstd, 1), 200);
}
END_TEST

START_TEST(flips_of_sealed)
{
	struct cf_key key = state_key();
	struct cf_create_options o = zstd;

	o.key = &key;
	ck_assert_uint_eq(flip_all(state_small(), o, 1), 0);
}
END_TEST

/* ---- archives made to do harm */

struct member {
	const char *path;
	unsigned int type;
	const char *link;	/* target of a link; "=X" of a hard link */
	const char *text;
	int size;	/* 0: that of the text */
};

/* A plain tar of these members, with a manifest of these rows and their end. */
static void
make_evil(const char *file, const char *rows, const struct member *members, size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	struct cf_digest digest;
	struct cf_buf text = { 0 };
	char hex[CF_DIGEST_TEXT_MAX];

	cf_digest_of(rows, strlen(rows), &digest);
	cf_digest_print(&digest, hex);
	cf_buf_addf(&text, "%send,,,,%s,\n", rows, hex);
	const char *manifest = cf_buf_string(&text, NULL);
	ck_assert_int_eq(archive_write_set_format_pax(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_filename(a, file), ARCHIVE_OK);
	archive_entry_set_pathname(e, CF_MANIFEST_NAME);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)strlen(manifest));
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	archive_write_data(a, manifest, strlen(manifest));
	for (size_t i = 0; i < n; i++) {
		const struct member *m = &members[i];
		size_t len = m->text != NULL ? strlen(m->text) : 0;

		archive_entry_clear(e);
		archive_entry_set_pathname(e, m->path);
		archive_entry_set_filetype(e, m->type);
		archive_entry_set_perm(e, 0644);
		if (m->link != NULL && m->link[0] == '=')
			archive_entry_set_hardlink(e, m->link + 1);
		else if (m->link != NULL)
			archive_entry_set_symlink(e, m->link);
		archive_entry_set_size(e, m->size > 0 ? m->size : (la_int64_t)len);
		ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
		if (len > 0)
			archive_write_data(a, m->text, len);
	}
	archive_entry_free(e);
	ck_assert_int_eq(archive_write_free(a), ARCHIVE_OK);
	cf_buf_free(&text);
}

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEAD "type,path,mode,size,sha256,where\ncashflow-backup,raw,,1,,\n"
#define RAW HEAD "folder,raw,0755,,,\n"
#define ONE RAW "file,raw/a,0644,0," EMPTY ",\n"

START_TEST(harmful)
{
	static const struct {
		const char *what, *manifest;
		struct member members[4];
		size_t n;
		int ok;
	} cases[] = {
		{ "nothing wrong", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, NULL, NULL, 0 } }, 2, 1 },
		{ "nothing wrong, with slash", ONE, { { "raw/", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, NULL, NULL, 0 } },
		    2, 1 },
		{ "absolute", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "/tmp/evil", AE_IFREG, NULL, NULL, 0 } }, 2, 0 },
		{ "dot dot", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/../../evil", AE_IFREG, NULL, NULL, 0 } }, 2, 0 },
		{ "dot dot in the manifest", RAW "file,raw/../a,0644,0," EMPTY ",\n", { { "raw", AE_IFDIR, NULL, NULL, 0 },
		    { "raw/../a", AE_IFREG, NULL, NULL, 0 } }, 2, 0 },
		{ "symbolic link", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFLNK, "/etc/passwd", NULL, 0 } }, 2,
		    0 },
		{ "folder that is a link", ONE, { { "raw", AE_IFLNK, "/tmp", NULL, 0 }, { "raw/a", AE_IFREG, NULL, NULL, 0 } },
		    2, 0 },
		{ "hard link", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, "=/etc/passwd", NULL, 0 } }, 2,
		    0 },
		{ "hard link to the manifest", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 },
		    { "raw/a", AE_IFREG, "=MANIFEST.csv", NULL, 0 } }, 2, 0 },
		{ "FIFO", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFIFO, NULL, NULL, 0 } }, 2, 0 },
		{ "device", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFCHR, NULL, NULL, 0 } }, 2, 0 },
		{ "block device", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFBLK, NULL, NULL, 0 } }, 2, 0 },
		{ "unknown member", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, NULL, NULL, 0 },
		    { "raw/b", AE_IFREG, NULL, NULL, 0 } }, 3, 0 },
		{ "second manifest", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "MANIFEST.csv", AE_IFREG, NULL, ONE, 0 },
		    { "raw/a", AE_IFREG, NULL, NULL, 0 } }, 3, 0 },
		{ "a member twice", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, NULL, NULL, 0 },
		    { "raw/a", AE_IFREG, NULL, NULL, 0 } }, 3, 0 },
		{ "other order", ONE, { { "raw/a", AE_IFREG, NULL, NULL, 0 }, { "raw", AE_IFDIR, NULL, NULL, 0 } }, 2, 0 },
		{ "member missing", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 } }, 1, 0 },
		{ "folder for a file", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFDIR, NULL, NULL, 0 } }, 2, 0 },
		{ "longer than told", ONE, { { "raw", AE_IFDIR, NULL, NULL, 0 }, { "raw/a", AE_IFREG, NULL, "x", 0 } }, 2, 0 },
		{ "other content", RAW "file,raw/a,0644,1," EMPTY ",\n", { { "raw", AE_IFDIR, NULL, NULL, 0 },
		    { "raw/a", AE_IFREG, NULL, "x", 0 } }, 2, 0 },
		{ "no manifest", "", { { "raw", AE_IFDIR, NULL, NULL, 0 } }, 1, 0 },
	};
	const char *folder = state_folder();
	struct cf_err err;
	char file[50], to[50];

	snprintf(file, sizeof(file), "%s/evil", folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(to, sizeof(to), "%s/to%zu", folder, i);
		make_evil(file, cases[i].manifest, cases[i].members, cases[i].n);
		ck_assert_msg((state_verify(file, NULL, &err) == 0) == cases[i].ok, "%s: %s", cases[i].what, err.text);
		if (!cases[i].ok)
			ck_assert_msg(err.kind == CF_ERR_DATA, "%s: %s", cases[i].what, err.text);
		ck_assert_msg((state_restore(file, NULL, to, NULL) == 0) == cases[i].ok, "%s", cases[i].what);
		/* Nothing but what the manifest tells was ever made there. */
		ck_assert_int_eq(access(state_path(to, "raw/b"), F_OK), -1);
	}
	ck_assert_int_eq(access(state_path(folder, "evil2"), F_OK), -1);
	ck_assert_int_eq(access("/tmp/evil", F_OK), -1);
}
END_TEST

/* A manifest of a petabyte of zeros, and one of more bytes than a manifest may have. */
START_TEST(bombs)
{
	static const struct member none[] = { { "raw", AE_IFDIR, NULL, NULL, 0 } };
	const char *folder = state_folder();
	struct cf_err err;
	char file[50], to[50];

	snprintf(file, sizeof(file), "%s/evil", folder);
	snprintf(to, sizeof(to), "%s/to", folder);
	make_evil(file, RAW "file,raw/a,0644,1125899906842624," EMPTY ",\n", none, 1);
	ck_assert_int_eq(state_restore(file, NULL, to, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "are free"));
	ck_assert_int_eq(access(state_path(to, "raw"), F_OK), -1);

	/* 300 MB of manifest in 300 KB of gzip: refused by its size, before it is read. */
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	static char zeros[1 << 20];

	archive_write_add_filter_gzip(a);
	ck_assert_int_eq(archive_write_set_format_pax(a), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_open_filename(a, file), ARCHIVE_OK);
	archive_entry_set_pathname(e, CF_MANIFEST_NAME);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_size(e, 300 << 20);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	for (int i = 0; i < 300; i++)
		archive_write_data(a, zeros, sizeof(zeros));
	archive_entry_free(e);
	archive_write_free(a);
	ck_assert_int_eq(state_verify(file, NULL, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "manifest is too large"));
}
END_TEST

UNIT_MAIN("keep_archive", there_and_back, reproducible, flips_of_gzip, flips_of_zstd, flips_of_sealed, harmful, bombs)

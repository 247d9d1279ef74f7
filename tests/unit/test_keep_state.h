/*
 * test_keep_state.h: state folders, backups of them and trees, for the tests of lib/keep.
 */
#ifndef TEST_KEEP_STATE_H
#define TEST_KEEP_STATE_H

#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "unit.h"

#include "base/file.h"
#include "keep/create.h"
#include "keep/part.h"
#include "keep/restore.h"

/* A folder of this test's own; the path is static. */
static inline const char *
state_folder(void)
{
	static char path[32];

	ck_assert_int_ge(sodium_init(), 0);
	strcpy(path, "./keep.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(path));
	return (path);
}

/* The path FOLDER/NAME in one of eight static buffers. */
static inline const char *
state_path(const char *folder, const char *name)
{
	static char paths[8][4096];
	static int next;
	char *path = paths[next++ % 8];

	ck_assert_int_lt(snprintf(path, sizeof(paths[0]), "%s/%s", folder, name), (int)sizeof(paths[0]));
	return (path);
}

/* Make a file with its folders. */
static inline void
state_file(const char *folder, const char *name, const char *text)
{
	const char *path = state_path(folder, name);
	char *copy = strdup(path);

	*strrchr(copy, '/') = '\0';
	ck_assert_int_eq(cf_file_make_folders(copy, NULL), 0);
	free(copy);
	ck_assert_int_eq(cf_file_write(path, text, strlen(text), NULL), 0);
}

/* A small state: some files, a model in use, an empty folder. */
static inline const char *
state_small(void)
{
	const char *state = state_folder();

	state_file(state, "cashflow.conf", "TREES=10\n");
	state_file(state, "raw/bars/A.csv", "symbol,date,close\nA,2024-01-02,1.5\n");
	state_file(state, "models/market/one/model.cfm", "not really a model");
	ck_assert_int_eq(symlink("one", state_path(state, "models/market/current")), 0);
	state_file(state, "runs/1.ndjson", "");
	ck_assert_int_eq(mkdir(state_path(state, "predictions"), 0755), 0);
	ck_assert_int_eq(mkdir(state_path(state, "state"), 0755), 0);
	ck_assert_int_eq(chmod(state_path(state, "cashflow.conf"), 0600), 0);
	return (state);
}

/* Write a backup of the state to the file; what the options leave open is set. */
static inline int
state_backup(const char *state, const char *file, struct cf_create_options o, struct cf_err *err)
{
	struct cf_create create;
	struct cf_create_result result;
	struct cf_out *out;
	int rc = -1;

	o.state = state;
	o.parts = o.parts != 0 ? o.parts : CF_PART_ALL;
	o.threads = o.threads != 0 ? o.threads : 1;
	if (cf_create_plan(&create, &o, err) == 0 && (out = cf_out_open(file, err)) != NULL) {
		rc = cf_create_write(&create, out, &result, err);
		if (rc == 0)
			rc = cf_out_close(out, err);
		else
			cf_out_abandon(out);
		if (rc == 0 && o.hold)
			rc = cf_create_done(&create, err);
	}
	cf_create_end(&create);
	return (rc);
}

static inline int
state_verify(const char *file, const struct cf_key *key, struct cf_err *err)
{
	struct cf_restore r = { .path = file, .key = key, .only = CF_PART_ALL, .threads = 1 };
	struct cf_restore_report report;
	int rc = cf_restore_verify(&r, &report, err);

	cf_restore_report_free(&report);
	return (rc);
}

/* Restore into a new folder. */
static inline int
state_restore(const char *file, const struct cf_key *key, const char *folder, struct cf_err *err)
{
	struct cf_restore r = { .path = file, .key = key, .only = CF_PART_ALL, .threads = 1, .no_sync = 1 };
	struct cf_restore_report report;
	int rc;

	ck_assert_int_eq(mkdir(folder, 0755), 0);
	rc = cf_restore_tree(&r, folder, &report, err);
	cf_restore_report_free(&report);
	return (rc);
}

/* Do both trees hold the same parts? */
static inline int
state_same(const char *a, const char *b)
{
	struct cf_look x = { 0 }, y = { 0 };
	struct cf_entry *p, *q;
	size_t i;
	int same;

	ck_assert_int_eq(cf_look_at(&x, a, CF_PART_ALL, NULL, NULL), 0);
	ck_assert_int_eq(cf_look_at(&y, b, CF_PART_ALL, NULL, NULL), 0);
	same = x.found.n == y.found.n;
	for (i = 0; same && i < x.found.n; i++) {
		p = &x.found.entries[i];
		q = &y.found.entries[i];
		same = p->type == q->type && p->mode == q->mode && p->size == q->size && strcmp(p->path, q->path) == 0;
		if (same && p->type == CF_ENTRY_CURRENT)
			same = strcmp(p->target, q->target) == 0;
		if (same && p->type == CF_ENTRY_FILE) {
			struct cf_buf s = { 0 }, t = { 0 };

			ck_assert_int_eq(cf_file_read(state_path(a, p->path), 1 << 30, &s, NULL), 0);
			ck_assert_int_eq(cf_file_read(state_path(b, q->path), 1 << 30, &t, NULL), 0);
			same = s.len == t.len && memcmp(s.data, t.data, s.len) == 0;
			cf_buf_free(&s);
			cf_buf_free(&t);
		}
	}
	cf_look_free(&x);
	cf_look_free(&y);
	return (same);
}

/* A key of the bytes 0, 1, 2, ... */
static inline struct cf_key
state_key(void)
{
	struct cf_key key = { .passphrase = NULL };

	for (size_t i = 0; i < sizeof(key.bytes); i++)
		key.bytes[i] = (unsigned char)i;
	return (key);
}

#endif /* !TEST_KEEP_STATE_H */

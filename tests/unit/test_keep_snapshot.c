#include <pthread.h>
#include <string.h>

#include "test_keep_state.h"

#include "keep/index.h"
#include "keep/snapshot.h"

static const struct cf_snapshot_options all = { .parts = CF_PART_ALL, .hold = 1 };

static const struct cf_entry *
found(const struct cf_snapshot *s, const char *path)
{
	return (cf_manifest_find(&s->look.found, path));
}

START_TEST(what_is_seen)
{
	const char *state = state_small();
	struct cf_snapshot s;
	const char *skipped = "";

	state_file(state, "state/quota", "x");
	state_file(state, "log/x.log", "x");
	state_file(state, "metrics/x.prom", "x");
	state_file(state, "foreign", "x");
	state_file(state, "raw/bars/.B.csv.17.0.tmp", "half");
	state_file(state, "raw/.hidden", "x");
	state_file(state, "raw/backups/backup_x", "x");
	ck_assert_int_eq(symlink("/etc/passwd", state_path(state, "raw/link")), 0);
	ck_assert_int_eq(symlink("../../raw", state_path(state, "models/market/away")), 0);
	ck_assert_int_eq(mkfifo(state_path(state, "raw/fifo"), 0600), 0);
	ck_assert_int_eq(mkdir(state_path(state, "models/b"), 0755), 0);
	ck_assert_int_eq(symlink("../market", state_path(state, "models/b/current")), 0);
	ck_assert_int_eq(mkdir(state_path(state, "models/c"), 0755), 0);
	ck_assert_int_eq(symlink("gone", state_path(state, "models/c/current")), 0);

	struct cf_snapshot_options o = all;
	o.except = state_path(state, "raw/backups");
	ck_assert_int_eq(cf_snapshot_take(state, &o, &s, NULL), 0);
	ck_assert_ptr_nonnull(found(&s, "cashflow.conf"));
	ck_assert_uint_eq(found(&s, "cashflow.conf")->mode, 0600);
	ck_assert_ptr_nonnull(found(&s, "raw/.hidden"));
	ck_assert_ptr_nonnull(found(&s, "predictions"));
	ck_assert_uint_eq(found(&s, "raw/bars/A.csv")->size, 35);
	ck_assert_str_eq(found(&s, "models/market/current")->target, "one");
	static const char *const none[] = { "state", "state/quota", "log", "metrics", "foreign", "raw/bars/.B.csv.17.0.tmp",
		"raw/backups", "raw/backups/backup_x", "raw/link", "raw/fifo", "models/market/away", "models/b/current",
		"models/c/current" };
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(found(&s, none[i]) == NULL, "%s", none[i]);
	ck_assert_uint_eq(s.look.nskipped, 5);
	for (size_t i = 0; i < s.look.nskipped; i++) {
		if (strncmp(s.look.skipped[i], "models/c/", 9) == 0)
			skipped = s.look.skipped[i];
	}
	ck_assert_str_eq(skipped, "models/c/current: a link that leads nowhere");
	cf_snapshot_drop(&s);
	ck_assert_int_eq(access(state_path(state, "state/backup.snapshot"), F_OK), -1);
}
END_TEST

/* Read a file of the snapshot. */
static int
read_seen(const struct cf_snapshot *s, const char *path, char *text, size_t size, struct cf_err *err)
{
	size_t i = (size_t)(found(s, path) - s->look.found.entries);
	size_t len = (size_t)found(s, path)->size;
	int fd = cf_snapshot_open(s, i, err), rc;

	if (fd == -1)
		return (-1);
	ck_assert_uint_lt(len, size);
	ck_assert_int_eq(read(fd, text, len), (ssize_t)len);
	text[len] = '\0';
	rc = cf_snapshot_check(s, i, fd, err);
	close(fd);
	return (rc);
}

static void
append(const char *path, const char *text)
{
	ck_assert_int_eq(cf_file_append(path, text, strlen(text), NULL), 0);
}

/* What was seen is what is read, whatever the pipeline does meanwhile. */
START_TEST(held_fast)
{
	const char *state = state_small();
	struct cf_snapshot s;
	char text[100];

	append(state_path(state, "runs/1.ndjson"), "one\n");
	ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
	state_file(state, "raw/bars/A.csv", "new\n");
	append(state_path(state, "runs/1.ndjson"), "two\n");
	ck_assert_int_eq(unlink(state_path(state, "cashflow.conf")), 0);
	ck_assert_int_eq(read_seen(&s, "raw/bars/A.csv", text, sizeof(text), NULL), 0);
	ck_assert_str_eq(text, "symbol,date,close\nA,2024-01-02,1.5\n");
	ck_assert_int_eq(read_seen(&s, "runs/1.ndjson", text, sizeof(text), NULL), 0);
	ck_assert_str_eq(text, "one\n");
	ck_assert_int_eq(read_seen(&s, "cashflow.conf", text, sizeof(text), NULL), 0);
	ck_assert_str_eq(text, "TREES=10\n");
	cf_snapshot_drop(&s);
}
END_TEST

/* Without second names a file that was replaced is noticed. */
START_TEST(not_held)
{
	struct cf_snapshot_options o = all;
	const char *state = state_small();
	struct cf_snapshot s;
	struct cf_err err;
	char text[100];

	o.hold = 0;
	ck_assert_int_eq(cf_snapshot_take(state, &o, &s, NULL), 0);
	ck_assert_int_eq(read_seen(&s, "raw/bars/A.csv", text, sizeof(text), NULL), 0);
	append(state_path(state, "runs/1.ndjson"), "one\n");
	ck_assert_int_eq(read_seen(&s, "runs/1.ndjson", text, sizeof(text), NULL), 0);
	state_file(state, "raw/bars/A.csv", "symbol,date,close\nA,2024-01-02,1.6\n");
	ck_assert_int_eq(read_seen(&s, "raw/bars/A.csv", text, sizeof(text), &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_LATER);
	ck_assert_int_eq(unlink(state_path(state, "cashflow.conf")), 0);
	ck_assert_int_eq(read_seen(&s, "cashflow.conf", text, sizeof(text), &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_LATER);
	ck_assert_int_eq(symlink("/etc/passwd", state_path(state, "cashflow.conf")), 0);
	ck_assert_int_eq(read_seen(&s, "cashflow.conf", text, sizeof(text), &err), -1);
	cf_snapshot_drop(&s);
}
END_TEST

/* A killed backup's second names do not matter. */
START_TEST(litter)
{
	const char *state = state_small();
	struct cf_snapshot s;

	state_file(state, "state/backup.snapshot/1234", "old");
	ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
	ck_assert_int_eq(access(state_path(state, "state/backup.snapshot/1234"), F_OK), -1);
	cf_snapshot_drop(&s);
}
END_TEST

/*
 * A writer that replaces three files one after the other, all with the same number, for ever: in a snapshot, the first
 * is never behind the second nor the second behind the third, nor any by more than one.
 */
struct writer {
	const char *state;
	volatile int stop;
};

static void *
write_for_ever(void *cookie)
{
	struct writer *w = cookie;
	char text[20], path[3][100];
	const struct timespec rest = { .tv_nsec = 30000000 };
	int i;

	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "%s/features/%c.csv", w->state, 'a' + i);
	for (int n = 1; !w->stop; n++) {
		snprintf(text, sizeof(text), "%d\n", n);
		for (i = 0; i < 3; i++)
			cf_file_write(path[i], text, strlen(text), NULL);
		nanosleep(&rest, NULL);
	}
	return (NULL);
}

START_TEST(under_a_writer)
{
	static const char *const files[] = { "features/a.csv", "features/b.csv", "features/c.csv" };
	const char *state = state_small();
	struct writer w = { state, 0 };
	struct cf_snapshot s;
	pthread_t thread;
	char text[20];
	int n[3], i, k;

	for (i = 0; i < 3; i++)
		state_file(state, files[i], "0\n");
	ck_assert_int_eq(pthread_create(&thread, NULL, write_for_ever, &w), 0);
	for (k = 0; k < 40; k++) {
		ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
		for (i = 0; i < 3; i++) {
			ck_assert_int_eq(read_seen(&s, files[i], text, sizeof(text), NULL), 0);
			n[i] = atoi(text);
		}
		ck_assert_msg(n[0] >= n[1] && n[1] >= n[2] && n[0] - n[2] <= 1, "%d %d %d", n[0], n[1], n[2]);
		cf_snapshot_drop(&s);
	}
	w.stop = 1;
	pthread_join(thread, NULL);
}
END_TEST

START_TEST(index_knows)
{
	const char *state = state_small();
	const struct timespec times[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000, .tv_nsec = 5 } };
	unsigned char known[20] = { 0 };
	struct cf_snapshot s;
	size_t i, a;

	/* One settled file, one too young to be trusted. */
	ck_assert_int_eq(utimensat(AT_FDCWD, state_path(state, "raw/bars/A.csv"), times, 0), 0);
	ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
	for (i = 0; i < s.look.found.n; i++)
		memset(s.look.found.entries[i].digest.bytes, (int)i, CF_DIGEST_BYTES);
	a = (size_t)(found(&s, "raw/bars/A.csv") - s.look.found.entries);
	ck_assert_int_eq(cf_snapshot_release(&s, NULL), 0);
	ck_assert_int_eq(cf_index_save(state, &s.look, NULL), 0);
	cf_snapshot_drop(&s);

	ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
	ck_assert_int_eq(cf_index_apply(state, &s.look, known, NULL), 0);
	for (i = 0; i < s.look.found.n; i++)
		ck_assert_int_eq(known[i], i == a);
	ck_assert_int_eq(s.look.found.entries[a].digest.bytes[5], (int)a);
	cf_snapshot_drop(&s);

	/* Other content with the old time of modification: the time of change tells. */
	int fd = open(state_path(state, "raw/bars/A.csv"), O_WRONLY);
	ck_assert_int_eq(write(fd, "X", 1), 1);
	close(fd);
	ck_assert_int_eq(utimensat(AT_FDCWD, state_path(state, "raw/bars/A.csv"), times, 0), 0);
	memset(known, 0, sizeof(known));
	ck_assert_int_eq(cf_snapshot_take(state, &all, &s, NULL), 0);
	ck_assert_int_eq(cf_index_apply(state, &s.look, known, NULL), 0);
	ck_assert_int_eq(known[a], 0);

	/* A damaged index knows nothing. */
	state_file(state, "state/backup.index", "path,device\nraw,\"");
	ck_assert_int_eq(cf_index_apply(state, &s.look, known, NULL), 0);
	cf_snapshot_drop(&s);
}
END_TEST

UNIT_MAIN("keep_snapshot", what_is_seen, held_fast, not_held, litter, under_a_writer, index_knows)

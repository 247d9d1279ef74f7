#include <string.h>

#include "test_keep_state.h"

#include "base/day.h"
#include "keep/shelf.h"

/* A backup made at that moment, with its line in the log. */
static const char *
make(const char *state, const char *shelf, const char *moment, const char *previous, const struct cf_key *key)
{
	static char names[8][CF_LABEL_MAX];
	static int next;
	struct cf_label label = { .pack = CF_LABEL_ZSTD, .sealed = key != NULL };
	struct cf_create_options o = { .pack = CF_LABEL_ZSTD, .key = key };
	struct cf_diary_line line = { .action = "create", .ok = 1, .seconds = -1 };
	struct cf_digest digest;
	struct stat sb;
	char *name = names[next++ % 8], link[200];
	int has_clock, fd;

	ck_assert_int_eq(cf_day_parse_moment(moment, strlen(moment), &label.time_s, &has_clock), 0);
	cf_label_print(&label, name);
	if (previous != NULL) {
		snprintf(link, sizeof(link), "%s/%s", shelf, previous);
		o.link = link;
		line.needs = previous;
	}
	ck_assert_int_eq(cf_file_make_folders(shelf, NULL), 0);
	ck_assert_int_eq(state_backup(state, state_path(shelf, name), o, NULL), 0);
	fd = open(state_path(shelf, name), O_RDONLY);
	ck_assert_int_eq(fstat(fd, &sb), 0);
	ck_assert_int_eq(cf_digest_fd(fd, (uint64_t)sb.st_size, name, &digest, NULL), 0);
	close(fd);
	line.time_s = label.time_s;
	line.name = name;
	line.bytes = (uint64_t)sb.st_size;
	line.digest = &digest;
	ck_assert_int_eq(cf_diary_append(shelf, &line, NULL), 0);
	return (name);
}

/* Prune; what stays is returned as the days' numbers, in order. */
static const char *
prune(const char *folder, const struct cf_key *key, int64_t daily, const char *now)
{
	static char text[200];
	const struct cf_retain_rule rule = { daily, 0, 0 };
	struct cf_verdict verdicts[20];
	struct cf_shelf shelf;
	int64_t now_s;
	size_t removed, i;
	int has_clock;

	ck_assert_int_eq(cf_day_parse_moment(now, strlen(now), &now_s, &has_clock), 0);
	ck_assert_int_eq(cf_shelf_open(folder, key, &shelf, NULL), 0);
	ck_assert_uint_le(shelf.n, 20);
	ck_assert_int_eq(cf_shelf_plan(&shelf, &rule, now_s, 1, verdicts, NULL), 0);
	ck_assert_int_eq(cf_shelf_prune(&shelf, verdicts, &removed, NULL), 0);
	cf_shelf_close(&shelf);
	ck_assert_int_eq(cf_shelf_open(folder, key, &shelf, NULL), 0);
	text[0] = '\0';
	for (i = 0; i < shelf.n; i++)
		sprintf(text + strlen(text), "%s%.2s", i > 0 ? " " : "", shelf.items[i].name + 13);
	cf_shelf_close(&shelf);
	return (text);
}

static void
spoil(const char *path)
{
	int fd = open(path, O_RDWR);
	char c;

	ck_assert_int_eq(pread(fd, &c, 1, 200), 1);
	c ^= 1;
	ck_assert_int_eq(pwrite(fd, &c, 1, 200), 1);
	close(fd);
}

START_TEST(simple)
{
	const char *state = state_small();
	char shelf[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	for (int i = 1; i < 10; i++) {
		char moment[40];

		snprintf(moment, sizeof(moment), "2024-01-%02dT02:00:00Z", i);
		make(state, shelf, moment, NULL, NULL);
	}
	ck_assert_str_eq(prune(shelf, NULL, 3, "2024-01-09T02:00:00Z"), "07 08 09");
	ck_assert_str_eq(prune(shelf, NULL, 3, "2024-01-09T02:00:00Z"), "07 08 09");
	ck_assert_str_eq(prune(shelf, NULL, 0, "2024-01-09T02:00:00Z"), "09");
}
END_TEST

/* The newest of a day is damaged: the one before it stays, and the damaged one too. */
START_TEST(damaged_newest)
{
	const char *state = state_small();
	const char *bad;
	char shelf[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	make(state, shelf, "2024-01-01T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-02T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-03T01:00:00Z", NULL, NULL);
	bad = make(state, shelf, "2024-01-03T02:00:00Z", NULL, NULL);
	spoil(state_path(shelf, bad));
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "03 03");

	/* All of them damaged: none goes. */
	make(state, shelf, "2024-01-04T02:00:00Z", NULL, NULL);
	spoil(state_path(shelf, make(state, shelf, "2024-01-05T02:00:00Z", NULL, NULL)));
	spoil(state_path(shelf, "backup_20240103_010000.tar.zst"));
	spoil(state_path(shelf, "backup_20240104_020000.tar.zst"));
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-05T02:00:00Z"), "03 03 04 05");
}
END_TEST

/* The same without a log: each is read. */
START_TEST(without_log)
{
	const char *state = state_small();
	char shelf[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	make(state, shelf, "2024-01-02T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-03T02:00:00Z", NULL, NULL);
	ck_assert_int_eq(unlink(state_path(shelf, CF_DIARY_NAME)), 0);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "03");
	make(state, shelf, "2024-01-04T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-05T02:00:00Z", NULL, NULL);
	ck_assert_int_eq(truncate(state_path(shelf, "backup_20240105_020000.tar.zst"), 500), 0);
	ck_assert_int_eq(unlink(state_path(shelf, CF_DIARY_NAME)), 0);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-05T02:00:00Z"), "04 05");
}
END_TEST

START_TEST(foreign_files)
{
	const char *state = state_small();
	char shelf[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	make(state, shelf, "2024-01-02T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-03T02:00:00Z", NULL, NULL);
	state_file(shelf, "backup_20230101_000000.tar.gz", "made by something else");
	state_file(shelf, "backup_20220101_000000.tar.gz.sealed", "CFSEAL\n\001 of somebody");
	state_file(shelf, "notes.txt", "mine");
	ck_assert_int_eq(mkdir(state_path(shelf, "backup_20210101_000000.tar.gz"), 0755), 0);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "01 01 03");
	ck_assert_int_eq(access(state_path(shelf, "notes.txt"), F_OK), 0);
	ck_assert_int_eq(access(state_path(shelf, "backup_20210101_000000.tar.gz"), F_OK), 0);
}
END_TEST

/* What a backup that stays is linked to, stays; and its backup is good only with it. */
START_TEST(chains)
{
	const char *state = state_small();
	const char *one, *two, *three;
	char shelf[100], to[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	one = make(state, shelf, "2024-01-01T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-02T01:00:00Z", NULL, NULL);
	state_file(state, "runs/2.ndjson", "{}");
	two = make(state, shelf, "2024-01-02T02:00:00Z", one, NULL);
	state_file(state, "runs/3.ndjson", "{}");
	three = make(state, shelf, "2024-01-03T02:00:00Z", two, NULL);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "01 02 03");
	snprintf(to, sizeof(to), "%s/to", state);
	ck_assert_int_eq(state_restore(state_path(shelf, three), NULL, to, NULL), 0);
	ck_assert(state_same(state, to));

	/* The base damaged: so is what needs it; the newest good one is another. */
	make(state, shelf, "2024-01-02T03:00:00Z", NULL, NULL);
	spoil(state_path(shelf, one));
	ck_assert_int_eq(state_verify(state_path(shelf, three), NULL, NULL), -1);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "01 02 02 03");
	ck_assert_int_eq(access(state_path(shelf, "backup_20240102_030000.tar.zst"), F_OK), 0);
}
END_TEST

START_TEST(broken_chains)
{
	const char *state = state_small();
	const char *one, *two;
	struct cf_err err;
	char shelf[100], to[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	one = make(state, shelf, "2024-01-01T02:00:00Z", NULL, NULL);
	two = make(state, shelf, "2024-01-02T02:00:00Z", one, NULL);
	ck_assert_int_eq(state_verify(state_path(shelf, two), NULL, NULL), 0);
	/* Another backup in the place of the base. */
	state_file(state, "raw/bars/A.csv", "other");
	make(state, shelf, "2024-01-01T02:00:00Z", NULL, NULL);
	ck_assert_int_eq(state_verify(state_path(shelf, two), NULL, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "not the backup that it was linked to"));
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_int_eq(unlink(state_path(shelf, one)), 0);
	ck_assert_int_eq(state_verify(state_path(shelf, two), NULL, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "needs backup_20240101_020000.tar.zst"));
	snprintf(to, sizeof(to), "%s/to", state);
	ck_assert_int_eq(state_restore(state_path(shelf, two), NULL, to, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
}
END_TEST

/* Sealed backups are pruned without their key, by the log; without that, nothing that they may need goes. */
START_TEST(sealed)
{
	const char *state = state_small();
	const char *one, *two;
	struct cf_key key = state_key();
	char shelf[100];

	snprintf(shelf, sizeof(shelf), "%s/backups", state);
	one = make(state, shelf, "2024-01-01T02:00:00Z", NULL, &key);
	make(state, shelf, "2024-01-02T02:00:00Z", NULL, &key);
	two = make(state, shelf, "2024-01-03T02:00:00Z", one, &key);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "01 03");
	spoil(state_path(shelf, two));
	make(state, shelf, "2024-01-02T02:00:00Z", NULL, &key);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-03T02:00:00Z"), "01 02 03");

	make(state, shelf, "2024-01-04T02:00:00Z", NULL, NULL);
	ck_assert_int_eq(unlink(state_path(shelf, CF_DIARY_NAME)), 0);
	make(state, shelf, "2024-01-05T02:00:00Z", NULL, NULL);
	make(state, shelf, "2024-01-02T03:00:00Z", NULL, NULL);
	ck_assert_str_eq(prune(shelf, NULL, 1, "2024-01-05T02:00:00Z"), "01 02 02 03 05");
	/* Not even with the key: the damaged one may need any of them. */
	ck_assert_str_eq(prune(shelf, &key, 1, "2024-01-05T02:00:00Z"), "01 02 02 03 05");
	ck_assert_int_eq(unlink(state_path(shelf, two)), 0);
	ck_assert_str_eq(prune(shelf, &key, 1, "2024-01-05T02:00:00Z"), "05");
}
END_TEST

START_TEST(log_lines)
{
	const char *folder = state_folder();
	struct cf_diary_line line = { .time_s = 1709172000, .action = "create", .ok = 1,
		.name = "backup_20240229_020000.tar.gz", .bytes = 123, .seconds = 1.5, .needs = "a,b" };
	struct cf_digest digest;
	struct cf_buf text = { 0 };
	struct cf_diary diary;

	memset(digest.bytes, 0xab, sizeof(digest.bytes));
	line.digest = &digest;
	ck_assert_int_eq(cf_diary_append(folder, &line, NULL), 0);
	line = (struct cf_diary_line){ .time_s = 0, .action = "drill", .ok = 0, .seconds = -1, .reason = "why\nnot: \xff" };
	ck_assert_int_eq(cf_diary_append(folder, &line, NULL), 0);
	ck_assert_int_eq(cf_file_read(state_path(folder, CF_DIARY_NAME), 10000, &text, NULL), 0);
	ck_assert_str_eq(cf_buf_string(&text, NULL),
	    "2024-02-29T02:00:00Z create ok backup_20240229_020000.tar.gz bytes=123 seconds=1.5 "
	    "sha256=abababababababababababababababababababababababababababababababab needs=a,b\n"
	    "1970-01-01T00:00:00Z drill failed - reason: why?not: ?\n");
	state_file(folder, CF_DIARY_NAME, "junk\n\n2024 create ok x\n2024-01-01T00:00:00Z create maybe x\n"
	    "2024-01-01T00:00:00Z create ok\n2024-01-01T00:00:00Z create ok x bytes=-1 sha256=abc what=1 y\n"
	    "2024-01-02T00:00:00Z create failed x seconds=2 reason: a=b c");
	ck_assert_int_eq(cf_diary_read(folder, &diary, NULL), 0);
	ck_assert_uint_eq(diary.n, 2);
	ck_assert_ptr_null(diary.lines[0].digest);
	ck_assert_uint_eq(diary.lines[0].bytes, 0);
	ck_assert_str_eq(diary.lines[1].reason, "a=b c");
	ck_assert_double_eq(diary.lines[1].seconds, 2);
	ck_assert_ptr_eq(cf_diary_find(&diary, "create", 1, "x"), &diary.lines[0]);
	ck_assert_ptr_null(cf_diary_find(&diary, "create", 1, "y"));
	cf_diary_free(&diary);
	cf_buf_free(&text);
	ck_assert_int_eq(cf_diary_read(state_folder(), &diary, NULL), 0);
	ck_assert_uint_eq(diary.n, 0);
	cf_diary_free(&diary);
}
END_TEST

UNIT_MAIN("keep_shelf", simple, damaged_newest, without_log, foreign_files, chains, broken_chains, sealed, log_lines)

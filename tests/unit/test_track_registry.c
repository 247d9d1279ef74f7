#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "track/lineage.h"
#include "track/registry.h"
#include "track/roster.h"

/* A registry "m" with models a and b. */
static void
fresh(void)
{

	ck_assert_int_eq(cf_file_make_folders("m/a", NULL), 0);
	ck_assert_int_eq(cf_file_make_folders("m/b", NULL), 0);
	ck_assert_int_eq(cf_file_make_folders("m/empty", NULL), 0);
	ck_assert_int_eq(cf_file_write("m/a/model.cfm", "a", 1, NULL), 0);
	ck_assert_int_eq(cf_file_write("m/b/model.cfm", "b", 1, NULL), 0);
	ck_assert_int_eq(cf_file_write("m/empty/model.cfm", "", 0, NULL), 0);
}

/* The model that is found through the link. */
static char
current(void)
{
	struct cf_buf buf = { 0 };
	char c;

	ck_assert_int_eq(cf_file_read("m/current/model.cfm", 10, &buf, NULL),
	    0);
	ck_assert_uint_eq(buf.len, 1);
	c = buf.data[0];
	cf_buf_free(&buf);
	return (c);
}

START_TEST(promotes)
{
	struct cf_err err;
	char target[16] = "";

	fresh();
	ck_assert_int_eq(cf_registry_promote("m", "a", NULL, &err), 0);
	ck_assert_int_eq(current(), 'a');
	ck_assert_int_eq(cf_registry_promote("m", "b", NULL, &err), 0);
	ck_assert_int_eq(current(), 'b');
	ck_assert_int_eq(cf_registry_promote("m", "b", NULL, &err), 0);
	ck_assert_int_eq(readlink("m/current", target, sizeof(target)), 1);
	ck_assert_int_eq(target[0], 'b');
}
END_TEST

START_TEST(refuses)
{
	static const char *const no_id[] = { "", ".", "..", ".a", "a/b", "/a",
	    "-a", "current", "a b", "a\n" };
	struct cf_err err;

	fresh();
	ck_assert_int_eq(cf_registry_promote("m", "a", NULL, &err), 0);
	for (size_t i = 0; i < sizeof(no_id) / sizeof(no_id[0]); i++) {
		ck_assert_int_eq(cf_registry_promote("m", no_id[i], NULL, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	}
	ck_assert_int_eq(cf_registry_promote("m", "c", NULL, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_NO);
	ck_assert_str_eq(err.text, "m/c/model.cfm: No such file or directory");
	ck_assert_int_eq(cf_registry_promote("m", "empty", NULL, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_NO);
	ck_assert_int_eq(cf_registry_promote("nowhere", "a", NULL, &err), -1);
	ck_assert_int_eq(current(), 'a');
}
END_TEST

/* Killed at any moment, the link names a model. */
START_TEST(killed_promotions)
{
	struct timespec nap = { 0, 0 };
	pid_t pid;
	int status;

	fresh();
	ck_assert_int_eq(cf_registry_promote("m", "a", NULL, NULL), 0);
	for (int i = 0; i < 40; i++) {
		if ((pid = fork()) == 0) {
			for (int j = 0;; j++)
				if (cf_registry_promote("m", j % 2 ? "a" : "b",
				    NULL, NULL))
					_exit(1);
		}
		ck_assert_int_ne(pid, -1);
		nap.tv_nsec = (500 + i * 173 % 4000) * 1000L;
		nanosleep(&nap, NULL);
		kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status));
		ck_assert(current() == 'a' || current() == 'b');
	}
}
END_TEST

/* A model whose file is `age` minutes old. */
static void
model(const char *id, int age)
{
	struct timespec times[2];
	char path[64];

	snprintf(path, sizeof(path), "m/%s", id);
	ck_assert_int_eq(cf_file_make_folders(path, NULL), 0);
	snprintf(path, sizeof(path), "m/%s/model.cfm", id);
	ck_assert_int_eq(cf_file_write(path, id, 1, NULL), 0);
	times[0].tv_sec = times[1].tv_sec = 1700000000 - 60 * age;
	times[0].tv_nsec = times[1].tv_nsec = 0;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Promote the letters one by one; '<' rolls back. */
static void
history(const char *steps)
{
	for (; *steps != '\0'; steps++) {
		char id[2] = { *steps, '\0' }, *before = NULL;

		if (*steps != '<') {
			ck_assert_int_eq(cf_registry_promote("m", id, NULL, NULL), 0);
			continue;
		}
		ck_assert_int_eq(cf_registry_previous("m", &before, NULL), 0);
		ck_assert_ptr_nonnull(before);
		ck_assert_int_eq(cf_registry_rollback("m", before, NULL), 0);
		free(before);
	}
}

/* Add a line to the lineage whose promotion was killed. */
static void
killed(const char *id, const char *from)
{
	ck_assert_int_eq(cf_lineage_append("m", CF_LINEAGE_PROMOTE, id, from, NULL, NULL), 0);
}

static void
expect_previous(const char *want)
{
	char *id;

	ck_assert_int_eq(cf_registry_previous("m", &id, NULL), 0);
	if (want == NULL)
		ck_assert_ptr_null(id);
	else
		ck_assert_str_eq(id, want);
	free(id);
}

START_TEST(rolls_back)
{
	static const struct { const char *steps, *previous; char current; } cases[] = {
		{ "a", NULL, 'a' }, { "ab", "a", 'b' }, { "aab", "a", 'b' }, { "abc", "b", 'c' }, { "abc<", "a", 'b' },
		{ "abc<<", NULL, 'a' }, { "abc<d", "b", 'd' }, { "abc<d<", "a", 'b' }, { "aba", "b", 'a' },
		{ "aba<", "a", 'b' }, { "abab<<", "a", 'b' }, { "abcb<c<<", NULL, 'a' }, { "abcb<c<", "a", 'b' },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (const char *id = "abcd"; *id != '\0'; id++)
			model((char[2]){ *id, '\0' }, 0);
		unlink("m/current");
		unlink("m/promotions.ndjson");
		expect_previous(NULL);
		history(cases[i].steps);
		ck_assert_int_eq(current(), cases[i].current);
		expect_previous(cases[i].previous);
	}
}
END_TEST

START_TEST(lineage_bears_what_happens)
{
	char *id;

	ck_assert_int_eq(system("rm -rf m"), 0);
	for (const char *c = "abcd"; *c != '\0'; c++)
		model((char[2]){ *c, '\0' }, 0);
	/* Killed between line and link. */
	history("ab");
	killed("c", "b");
	expect_previous("a");
	history("d");
	expect_previous("b");
	killed("c", "d");
	history("c");
	expect_previous("d");
	/* A line that is no record, and one without an end. */
	ck_assert_int_eq(cf_file_append("m/promotions.ndjson", "{}\n[1]\nx\n{\"action\":\"promote\"", 29, NULL), 0);
	expect_previous("d");
	/* A link set by hand. */
	ck_assert_int_eq(unlink("m/current"), 0);
	ck_assert_int_eq(symlink("a", "m/current"), 0);
	expect_previous(NULL);
	history("b");
	expect_previous("a");
	/* What is no model any more cannot come back. */
	history("cd");
	ck_assert_int_eq(unlink("m/c/model.cfm"), 0);
	expect_previous("b");
	/* A link to somewhere else. */
	ck_assert_int_eq(unlink("m/current"), 0);
	ck_assert_int_eq(symlink("../other", "m/current"), 0);
	ck_assert_int_eq(cf_registry_current("m", &id, NULL), -1);
	ck_assert_int_eq(cf_registry_promote("m", "a", NULL, NULL), -1);
}
END_TEST

/* IDs of a list, joined. */
static const char *
ids(const struct cf_roster *m, char *text)
{
	text[0] = '\0';
	for (size_t i = 0; i < m->n; i++)
		strcat(text, m->items[i].id);
	return (text);
}

START_TEST(prunes)
{
	static const struct { const char *steps; size_t keep; const char *gone; } cases[] = {
		{ "", 9, "" }, { "", 6, "" }, { "", 2, "abcd" }, { "", 1, "abcde" }, { "f", 1, "abcde" }, { "a", 1, "bcde" },
		{ "ba", 1, "cde" }, { "bcae", 2, "bcd" }, { "bca<", 3, "a" }, { "bca", 6, "" },
	};
	struct cf_roster m;
	char text[16];

	ck_assert_int_eq(system("rm -rf m"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int check = 1; check >= 0; check--) {
			/* Written in another order than their IDs', but for the last test of equal times. */
			for (int k = 0; k < 6; k++)
				model((char[2]){ (char)('a' + k), '\0' }, i == 9 ? 0 : 9 - k);
			unlink("m/current");
			unlink("m/promotions.ndjson");
			history(cases[i].steps);
			ck_assert_int_eq(cf_roster_prune("m", cases[i].keep, check, &m, NULL), 0);
			ck_assert_str_eq(ids(&m, text), cases[i].gone);
			cf_roster_free(&m);
			ck_assert_int_eq(cf_roster_list("m", &m, NULL), 0);
			ck_assert_uint_eq(m.n, 6 - (check ? 0 : strlen(cases[i].gone)));
			cf_roster_free(&m);
		}
	}
	/* What is no model stays; what a killed process hid goes. */
	ck_assert_int_eq(cf_file_make_folders("m/training", NULL), 0);
	ck_assert_int_eq(cf_file_make_folders("m/.pruned.x/deep", NULL), 0);
	ck_assert_int_eq(cf_file_write("m/.pruned.x/deep/model.cfm", "x", 1, NULL), 0);
	ck_assert_int_eq(cf_roster_prune("m", 1, 1, &m, NULL), 0);
	cf_roster_free(&m);
	ck_assert_int_eq(access("m/.pruned.x", F_OK), 0);
	ck_assert_int_eq(cf_roster_prune("m", 1, 0, &m, NULL), 0);
	cf_roster_free(&m);
	ck_assert_int_eq(access("m/.pruned.x", F_OK), -1);
	ck_assert_int_eq(access("m/training", F_OK), 0);
	ck_assert_int_eq(cf_roster_prune("nowhere", 1, 0, &m, NULL), -1);
	cf_roster_free(&m);
}
END_TEST

START_TEST(lists)
{
	struct cf_roster m;
	char text[16];

	ck_assert_int_eq(system("rm -rf m"), 0);
	model("a", 1);
	model("b", 3);
	model("c", 2);
	ck_assert_int_eq(cf_file_make_folders("m/none", NULL), 0);
	history("ba");
	ck_assert_int_eq(cf_roster_list("m", &m, NULL), 0);
	ck_assert_str_eq(ids(&m, text), "bca");
	ck_assert(m.items[0].is_previous && !m.items[0].is_current);
	ck_assert(!m.items[1].is_previous && !m.items[1].is_current);
	ck_assert(!m.items[2].is_previous && m.items[2].is_current);
	ck_assert_int_eq(m.items[0].time_s, 1700000000 - 180);
	ck_assert_int_eq(m.items[0].bytes, 1);
	cf_roster_free(&m);
	ck_assert_int_eq(cf_roster_list("nowhere", &m, NULL), -1);
	cf_roster_free(&m);
}
END_TEST

UNIT_MAIN("track_registry", promotes, refuses, killed_promotions, rolls_back, lineage_bears_what_happens, prunes, lists)

#include <string.h>

#include "test_keep_state.h"

#include "keep/swap.h"

/* Two whole states; the swap turns the first into the second. */
static const char *
old_state(void)
{
	const char *state = state_small();

	state_file(state, "reports/x.html", "old report");
	state_file(state, "state/quota", "1");
	state_file(state, "log/x.log", "log");
	state_file(state, "backups/b", "backup");
	state_file(state, "foreign", "mine");
	return (state);
}

/* What the restore prepares. */
static void
new_tree(const char *folder)
{
	state_file(folder, "cashflow.conf", "TREES=20\n");
	state_file(folder, "raw/bars/A.csv", "new bars");
	state_file(folder, "models/market/two/model.cfm", "new model");
	ck_assert_int_eq(symlink("two", state_path(folder, "models/market/current")), 0);
	state_file(folder, "drift/d.ndjson", "{}");
}

static int
holds(const char *folder, const char *name, const char *text)
{
	struct cf_buf buf = { 0 };
	int same;

	same = cf_file_read(state_path(folder, name), 1000, &buf, NULL) == 0 && buf.len == strlen(text) &&
	    memcmp(buf.data, text, buf.len) == 0;
	cf_buf_free(&buf);
	return (same);
}

static void
check_new(const char *state)
{
	ck_assert(holds(state, "cashflow.conf", "TREES=20\n"));
	ck_assert(holds(state, "models/market/current/model.cfm", "new model"));
	ck_assert(holds(state, "raw/bars/A.csv", "new bars"));
	ck_assert(holds(state, "drift/d.ndjson", "{}"));
	/* What the backup lacks of its parts has gone. */
	ck_assert_int_eq(access(state_path(state, "reports"), F_OK), -1);
	ck_assert_int_eq(access(state_path(state, "runs"), F_OK), -1);
	ck_assert_int_eq(access(state_path(state, "models/market/one"), F_OK), -1);
	/* What is no part stays. */
	ck_assert(holds(state, "state/quota", "1"));
	ck_assert(holds(state, "log/x.log", "log"));
	ck_assert(holds(state, "backups/b", "backup"));
	ck_assert(holds(state, "foreign", "mine"));
	ck_assert_int_eq(access(state_path(state, ".restore"), F_OK), -1);
}

static void
check_old(const char *state)
{
	ck_assert(holds(state, "cashflow.conf", "TREES=10\n"));
	ck_assert(holds(state, "models/market/current/model.cfm", "not really a model"));
	ck_assert(holds(state, "reports/x.html", "old report"));
	ck_assert(holds(state, "runs/1.ndjson", ""));
	ck_assert_int_eq(access(state_path(state, "drift"), F_OK), -1);
}

static const char *
prepare(const char *state)
{
	static char path[200];
	struct cf_buf folder = { 0 };

	ck_assert_int_eq(cf_swap_prepare(state, &folder, NULL), 0);
	strcpy(path, folder.data);
	cf_buf_free(&folder);
	new_tree(path);
	return (path);
}

START_TEST(whole)
{
	const char *state = old_state();

	prepare(state);
	check_old(state);
	ck_assert_int_eq(cf_swap_pending(state), 0);
	ck_assert_int_eq(cf_swap_commit(state, CF_PART_ALL, NULL), 0);
	check_new(state);
}
END_TEST

START_TEST(some_parts)
{
	const char *state = old_state();

	prepare(state);
	ck_assert_int_eq(cf_swap_commit(state, 1u << CF_PART_RAW | 1u << CF_PART_RUNS, NULL), 0);
	ck_assert(holds(state, "raw/bars/A.csv", "new bars"));
	ck_assert_int_eq(access(state_path(state, "runs"), F_OK), -1);
	ck_assert(holds(state, "cashflow.conf", "TREES=10\n"));
	ck_assert(holds(state, "models/market/current/model.cfm", "not really a model"));
	ck_assert(holds(state, "reports/x.html", "old report"));
	ck_assert_int_eq(access(state_path(state, "drift"), F_OK), -1);
}
END_TEST

/* Before the journal, what was prepared is litter. */
START_TEST(not_committed)
{
	const char *state = old_state();

	prepare(state);
	ck_assert_int_eq(cf_swap_resume(state, NULL), 0);
	check_old(state);
	ck_assert_int_eq(access(state_path(state, ".restore"), F_OK), -1);
	prepare(state);
	prepare(state);
	ck_assert_int_eq(cf_swap_commit(state, CF_PART_ALL, NULL), 0);
	check_new(state);
}
END_TEST

#define JOURNAL "cashflow-restore 1\nreplace config raw models drift\nremove runs predictions reports\n"

/*
 * Killed after any number of the renames, in the order in which they are done: resuming gives the new state, also when
 * it is itself done twice.
 */
START_TEST(killed_anywhere)
{
	static const struct {
		const char *from, *to;
	} steps[] = {
		{ "cashflow.conf", ".restore/old/cashflow.conf.0" }, { ".restore/new/cashflow.conf", "cashflow.conf" },
		{ "raw", ".restore/old/raw.0" }, { ".restore/new/raw", "raw" },
		{ "models", ".restore/old/models.0" }, { ".restore/new/models", "models" },
		{ "runs", ".restore/old/runs.0" }, { "predictions", ".restore/old/predictions.0" },
		{ ".restore/new/drift", "drift" }, { "reports", ".restore/old/reports.0" },
	};
	const char *state;

	for (size_t n = 0; n <= sizeof(steps) / sizeof(steps[0]); n++) {
		state = old_state();
		prepare(state);
		state_file(state, ".restore/journal", JOURNAL);
		for (size_t i = 0; i < n; i++)
			ck_assert_int_eq(rename(state_path(state, steps[i].from), state_path(state, steps[i].to)), 0);
		ck_assert_int_eq(cf_swap_pending(state), 1);
		struct cf_err err;
		struct cf_buf folder = { 0 };
		ck_assert_int_eq(cf_swap_prepare(state, &folder, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_LATER);
		ck_assert_msg(cf_swap_resume(state, &err) == 0, "%zu: %s", n, err.text);
		check_new(state);
		ck_assert_int_eq(cf_swap_resume(state, NULL), 0);
		check_new(state);
	}
}
END_TEST

/* A program that made a folder anew between the two renames: it goes aside, nothing is lost on the way. */
START_TEST(something_in_the_way)
{
	const char *state = old_state();

	prepare(state);
	state_file(state, ".restore/journal", JOURNAL);
	ck_assert_int_eq(rename(state_path(state, "raw"), state_path(state, ".restore/old/raw.0")), 0);
	state_file(state, "raw/bars/B.csv", "in the way");
	ck_assert_int_eq(cf_swap_resume(state, NULL), 0);
	check_new(state);
	ck_assert_int_eq(access(state_path(state, "raw/bars/B.csv"), F_OK), -1);
}
END_TEST

START_TEST(bad_journal)
{
	static const char *const bad[] = { "", "x", "cashflow-restore 2\nreplace raw\nremove \n", "cashflow-restore 1\n",
		"cashflow-restore 1\nreplace raw", "cashflow-restore 1\nreplace /etc\nremove \n",
		"cashflow-restore 1\nreplace raw\nremove x\n" };
	const char *state = old_state();
	struct cf_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		state_file(state, ".restore/journal", bad[i]);
		ck_assert_int_eq(cf_swap_resume(state, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		check_old(state);
	}
}
END_TEST

/* A rename that fails: everything is as it was. */
START_TEST(undone)
{
	const char *state = old_state();
	struct cf_err err;

	/* What is to be moved away has no free name left: there is a folder for each. */
	prepare(state);
	for (int i = 0; i < 1000; i++) {
		char name[50];

		snprintf(name, sizeof(name), ".restore/old/models.%d", i);
		ck_assert_int_eq(mkdir(state_path(state, name), 0755), 0);
		snprintf(name, sizeof(name), ".restore/old/models.%d/x", i);
		ck_assert_int_eq(mkdir(state_path(state, name), 0755), 0);
	}
	ck_assert_int_eq(cf_swap_commit(state, CF_PART_ALL, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	check_old(state);
	ck_assert(holds(state, "raw/bars/A.csv", "symbol,date,close\nA,2024-01-02,1.5\n"));
	ck_assert_int_eq(cf_swap_pending(state), 0);
}
END_TEST

START_TEST(removing)
{
	const char *folder = state_folder();

	state_file(folder, "t/a/b/c", "x");
	ck_assert_int_eq(symlink("/etc", state_path(folder, "t/a/link")), 0);
	ck_assert_int_eq(mkfifo(state_path(folder, "t/fifo"), 0600), 0);
	ck_assert_int_eq(chmod(state_path(folder, "t/a/b"), 0), 0);
	ck_assert_int_eq(chmod(state_path(folder, "t/a"), 0500), 0);
	ck_assert_int_eq(cf_swap_remove_tree(state_path(folder, "t"), NULL), 0);
	ck_assert_int_eq(access(state_path(folder, "t"), F_OK), -1);
	ck_assert_int_eq(access("/etc/passwd", F_OK), 0);
	ck_assert_int_eq(cf_swap_remove_tree(state_path(folder, "t"), NULL), 0);
}
END_TEST

UNIT_MAIN("keep_swap", whole, some_parts, not_committed, killed_anywhere, something_in_the_way, bad_journal, undone, removing)

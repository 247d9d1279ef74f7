#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "source/quota.h"

#define T 1704888000.0

/* Seconds to wait; 0 when it was taken. */
static double
take(const char *source, int64_t per_day, double spacing, double now)
{
	struct cf_quota_rule rule = { per_day, spacing };
	struct cf_quota_view view;

	ck_assert_int_eq(cf_quota_take("q", source, &rule, now, &view, NULL), 0);
	return (view.free_s - now);
}

START_TEST(rolling_day)
{

	for (int i = 0; i < 25; i++)
		ck_near(take("a", 25, 2, T + 10 * i), 0, 0);
	/* The first leaves the window after a day, to the second. */
	ck_near(take("a", 25, 2, T + 1000), 86400 - 1000, 1e-9);
	ck_near(take("a", 25, 2, T + 86399), 1, 1e-6);
	ck_near(take("a", 25, 2, T + 86400), 0, 0);
	ck_assert(take("a", 25, 2, T + 86403) > 0);
	ck_near(take("a", 25, 2, T + 86410), 0, 0);
}
END_TEST

START_TEST(spacing)
{

	ck_near(take("b", 0, 0.6, T), 0, 0);
	ck_near(take("b", 0, 0.6, T + 0.25), 0.35, 1e-6);
	ck_near(take("b", 0, 0.6, T + 0.6), 0, 0);
	/* A clock that was ahead does not block for hours. */
	ck_near(take("b", 0, 0.6, T - 50000), 0.6, 1e-6);
}
END_TEST

START_TEST(returned_and_blocked)
{
	struct cf_quota_rule rule = { 2, 0 };
	struct cf_quota_view view;

	ck_near(take("c", 2, 0, T), 0, 0);
	ck_near(take("c", 2, 0, T + 1), 0, 0);
	ck_assert(take("c", 2, 0, T + 2) > 0);
	ck_assert_int_eq(cf_quota_return("q", "c", T + 1, NULL), 0);
	ck_near(take("c", 2, 0, T + 3), 0, 0);
	ck_assert_int_eq(cf_quota_return("q", "c", T + 77, NULL), 0);
	ck_assert_int_eq(cf_quota_look("q", "c", &rule, T + 4, &view, NULL), 0);
	ck_assert_int_eq(view.left, 0);
	ck_assert_int_eq(cf_quota_block("q", "d", T + 500, NULL), 0);
	ck_near(take("d", 0, 0, T), 500, 1e-9);
	ck_assert_int_eq(cf_quota_success("q", "d", T + 1, 19000, NULL), 0);
	ck_near(take("d", 0, 0, T + 2), 0, 0);
	ck_assert_int_eq(cf_quota_look("q", "d", &rule, T + 4, &view, NULL), 0);
	ck_near(view.success_s, T + 1, 0);
	ck_assert_int_eq(view.newest, 19000);
	ck_assert_int_eq(view.left, 1);
	/* Looking changes nothing and needs no folder. */
	ck_assert_int_eq(cf_quota_look("nowhere", "d", &rule, T, &view, NULL), 0);
	ck_assert_int_eq(view.left, 2);
	ck_assert_int_ne(access("nowhere", F_OK), 0);
}
END_TEST

START_TEST(damaged_files)
{
	struct cf_quota_rule rule = { 3, 0 };
	struct cf_quota_view view;
	static const char text[] = "sent=abc\nsent\n=5\nsent=1704888000\nblocked=9e99\nnewest=1e300\nnewest=-99999999999\n\1\2\nsent=1704887";

	ck_assert_int_eq(cf_file_make_folders("q/state/fetch", NULL), 0);
	ck_assert_int_eq(cf_file_write("q/state/fetch/e", text, sizeof(text) - 1, NULL), 0);
	ck_assert_int_eq(cf_quota_look("q", "e", &rule, T + 1, &view, NULL), 0);
	ck_assert_int_eq(view.used, 1);
	ck_assert_int_eq(view.left, 2);
}
END_TEST

/* Eight processes, as fast as they can: never more than the quota. */
START_TEST(processes)
{
	int taken = 0, status;
	pid_t pids[8];

	for (int i = 0; i < 8; i++) {
		if ((pids[i] = fork()) == 0) {
			int n = 0;

			for (int k = 0; k < 5; k++) {
				struct cf_quota_rule rule = { 17, 0 };
				struct cf_quota_view view;

				if (cf_quota_take("q", "f", &rule, T + k, &view, NULL))
					_exit(99);
				n += view.free_s <= T + k;
			}
			_exit(n);
		}
	}
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) != 99);
		taken += WEXITSTATUS(status);
	}
	ck_assert_int_eq(taken, 17);
}
END_TEST

UNIT_MAIN("quota", rolling_day, spacing, returned_and_blocked, damaged_files, processes)

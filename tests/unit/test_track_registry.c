#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "track/registry.h"

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
	ck_assert_int_eq(cf_registry_promote("m", "a", &err), 0);
	ck_assert_int_eq(current(), 'a');
	ck_assert_int_eq(cf_registry_promote("m", "b", &err), 0);
	ck_assert_int_eq(current(), 'b');
	ck_assert_int_eq(cf_registry_promote("m", "b", &err), 0);
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
	ck_assert_int_eq(cf_registry_promote("m", "a", &err), 0);
	for (size_t i = 0; i < sizeof(no_id) / sizeof(no_id[0]); i++) {
		ck_assert_int_eq(cf_registry_promote("m", no_id[i], &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	}
	ck_assert_int_eq(cf_registry_promote("m", "c", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_NO);
	ck_assert_str_eq(err.text, "m/c/model.cfm: No such file or directory");
	ck_assert_int_eq(cf_registry_promote("m", "empty", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_NO);
	ck_assert_int_eq(cf_registry_promote("nowhere", "a", &err), -1);
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
	ck_assert_int_eq(cf_registry_promote("m", "a", NULL), 0);
	for (int i = 0; i < 40; i++) {
		if ((pid = fork()) == 0) {
			for (int j = 0;; j++)
				if (cf_registry_promote("m", j % 2 ? "a" : "b",
				    NULL))
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

UNIT_MAIN("track_registry", promotes, refuses, killed_promotions)

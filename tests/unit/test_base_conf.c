#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/conf.h"
#include "base/file.h"

/* The test's folder, and no variable of ours in the environment. */
static void
fresh(void)
{
	size_t n;
	const struct cf_conf_key *keys = cf_conf_keys(&n);

	for (size_t i = 0; i < n; i++)
		unsetenv(keys[i].name);
	unsetenv("CF_CONF");
	unlink(".env");
	unlink("cashflow/cashflow.conf");
}

static void
put(const char *path, const char *text)
{
	struct cf_err err;

	ck_assert_msg(cf_file_write(path, text, strlen(text), &err) == 0,
	    "%s", err.text);
}

static struct cf_conf *
load(const char *text)
{
	struct cf_conf *conf;
	struct cf_err err;

	put("test.conf", text);
	conf = cf_conf_load("test.conf", &err);
	ck_assert_msg(conf != NULL, "%s", err.text);
	return (conf);
}

START_TEST(good_lines)
{
	struct cf_conf *conf;

	fresh();
	conf = load("# comment\n; another\n\n  \t\r\nTREES=300\r\n"
	    "  SEED =  7  \nBARS = \"a b  c\"\nSERIES='x\"y'\n"
	    "OTHER=$HOME `id` \\n\nCF_HOME=/x # not a comment\n"
	    "TREES=301\nVAR_LIMIT=\"2.5\"\nEMPTY=\nQUOTED=''\n"
	    "_a9=1=2\nLEVEL=0.8");
	ck_assert_str_eq(cf_conf_get(conf, "TREES"), "301");
	ck_assert_str_eq(cf_conf_get(conf, "SEED"), "7");
	ck_assert_str_eq(cf_conf_get(conf, "BARS"), "a b  c");
	ck_assert_str_eq(cf_conf_get(conf, "SERIES"), "x\"y");
	ck_assert_str_eq(cf_conf_get(conf, "OTHER"), "$HOME `id` \\n");
	ck_assert_str_eq(cf_conf_get(conf, "CF_HOME"), "/x # not a comment");
	ck_assert_str_eq(cf_conf_get(conf, "VAR_LIMIT"), "2.5");
	ck_assert_str_eq(cf_conf_get(conf, "EMPTY"), "");
	ck_assert_str_eq(cf_conf_get(conf, "QUOTED"), "");
	ck_assert_str_eq(cf_conf_get(conf, "_a9"), "1=2");
	ck_assert_str_eq(cf_conf_get(conf, "LEVEL"), "0.8");
	ck_assert_str_eq(cf_conf_get(conf, "HORIZON"), "5");
	ck_assert_ptr_null(cf_conf_get(conf, "NOWHERE"));
	ck_assert_str_eq(cf_conf_path(conf), "test.conf");
	ck_assert_str_eq(cf_conf_unknown(conf, 0), "OTHER");
	ck_assert_str_eq(cf_conf_unknown(conf, 1), "EMPTY");
	ck_assert_str_eq(cf_conf_unknown(conf, 3), "_a9");
	ck_assert_ptr_null(cf_conf_unknown(conf, 4));
	cf_conf_free(conf);
	cf_conf_free(NULL);
}
END_TEST

START_TEST(bad_lines)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "TREES", "test.conf:1: not KEY=value: \"TREES\"" },
		{ "\n=x\n", "test.conf:2: not KEY=value: \"=x\"" },
		{ "9A=1", "test.conf:1: not KEY=value: \"9A=1\"" },
		{ "A B=1", "test.conf:1: not KEY=value: \"A B=1\"" },
		{ "export A=1", "test.conf:1: not KEY=value: \"export A=1\"" },
		{ "A='x", "test.conf:1: quote not closed: \"A='x\"" },
		{ "A=\"", "test.conf:1: quote not closed: \"A=\"\"" },
		{ "A='x\" ", "test.conf:1: quote not closed: \"A='x\"\"" },
		{ "TREES=many",
		    "test.conf:1: TREES: not a number: \"many\"" },
		{ "TREES=", "test.conf:1: TREES: not a number: \"\"" },
		{ "TREES=0", "test.conf:1: TREES: out of range: \"0\"" },
		{ "A=1\n\nLEVEL=1\n",
		    "test.conf:3: LEVEL: out of range: \"1\"" },
		{ "TREES=nan", "test.conf:1: TREES: not a number: \"nan\"" },
		{ "ADJUST=all",
		    "test.conf:1: ADJUST: not a known choice: \"all\"" },
		{ "SIZING=", "test.conf:1: SIZING: not a known choice: \"\"" },
	};
	struct cf_err err;

	fresh();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put("test.conf", cases[i].text);
		ck_assert_ptr_null(cf_conf_load("test.conf", &err));
		ck_assert_str_eq(err.text, cases[i].message);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	}
	ck_assert_int_eq(cf_file_write("test.conf", "A=\0x\n", 5, NULL), 0);
	ck_assert_ptr_null(cf_conf_load("test.conf", &err));
	ck_assert_str_eq(err.text, "test.conf:1: NUL byte");
}
END_TEST

START_TEST(which_file)
{
	struct cf_conf *conf;
	struct cf_err err;

	fresh();
	conf = cf_conf_load(NULL, &err);
	ck_assert_ptr_nonnull(conf);
	if (access("/etc/cashflow/cashflow.conf", F_OK) != 0)
		ck_assert_ptr_null(cf_conf_path(conf));
	cf_conf_free(conf);

	/* Named, but not there. */
	ck_assert_ptr_null(cf_conf_load("nowhere.conf", &err));
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	setenv("CF_CONF", "nowhere.conf", 1);
	ck_assert_ptr_null(cf_conf_load(NULL, &err));
	setenv("CF_CONF", "", 1);

	put(".env", "SEED=1\n");
	if (access("/etc/cashflow/cashflow.conf", F_OK) != 0) {
		conf = cf_conf_load(NULL, &err);
		ck_assert_str_eq(cf_conf_path(conf), ".env");
		cf_conf_free(conf);
	}
	/* The state folder's goes before, also where CF_HOME is not set. */
	ck_assert_int_eq(cf_file_make_folders("cashflow", &err), 0);
	put("cashflow/cashflow.conf", "SEED=2\n");
	conf = cf_conf_load(NULL, &err);
	ck_assert_str_eq(cf_conf_path(conf), "./cashflow/cashflow.conf");
	cf_conf_free(conf);
	ck_assert_int_eq(cf_file_make_folders("home", &err), 0);
	put("home/cashflow.conf", "SEED=3\n");
	setenv("CF_HOME", "home", 1);
	conf = cf_conf_load(NULL, &err);
	ck_assert_str_eq(cf_conf_path(conf), "home/cashflow.conf");
	ck_assert_str_eq(cf_conf_get(conf, "SEED"), "3");
	cf_conf_free(conf);
	put("other.conf", "SEED=4\n");
	setenv("CF_CONF", "other.conf", 1);
	conf = cf_conf_load(NULL, &err);
	ck_assert_str_eq(cf_conf_get(conf, "SEED"), "4");
	cf_conf_free(conf);
	conf = load("SEED=5\n");
	ck_assert_str_eq(cf_conf_get(conf, "SEED"), "5");
	cf_conf_free(conf);
	fresh();
}
END_TEST

START_TEST(environment_first)
{
	struct cf_conf *conf;
	struct cf_buf buf = { 0 };
	struct cf_err err;

	fresh();
	setenv("TREES", "12", 1);
	setenv("SEED", "", 1);
	conf = load("TREES=300\nSEED=9\nBARS=it's one\n");
	ck_assert_str_eq(cf_conf_get(conf, "TREES"), "12");
	ck_assert_str_eq(cf_conf_get(conf, "SEED"), "9");
	cf_conf_print(conf, &buf);
	ck_assert_ptr_nonnull(cf_buf_string(&buf, NULL));
	ck_assert_ptr_eq(strstr(buf.data,
	    "CF_HOME=./cashflow\nBARS='it'\\''s one'\n"), buf.data);
	ck_assert_ptr_nonnull(strstr(buf.data, "\nTREES=12\nSEED=9\n"));
	ck_assert_ptr_null(strstr(buf.data, "SERIES"));
	cf_buf_free(&buf);
	cf_conf_free(conf);
	setenv("TREES", "x", 1);
	ck_assert_ptr_null(cf_conf_load("test.conf", &err));
	ck_assert_str_eq(err.text,
	    "environment: TREES: not a number: \"x\"");
	ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	fresh();
}
END_TEST

START_TEST(every_default_is_right)
{
	struct cf_conf *conf;
	struct cf_err err;
	size_t n;
	const struct cf_conf_key *keys = cf_conf_keys(&n);
	char line[256];

	fresh();
	ck_assert_uint_gt(n, 10);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_ne(keys[i].help, "");
		if (keys[i].fallback == NULL)
			continue;
		snprintf(line, sizeof(line), "%s=%s\n", keys[i].name,
		    keys[i].fallback);
		put("test.conf", line);
		conf = cf_conf_load("test.conf", &err);
		ck_assert_msg(conf != NULL, "%s", err.text);
		cf_conf_free(conf);
	}
}
END_TEST

UNIT_MAIN("base_conf", good_lines, bad_lines, which_file, environment_first,
    every_default_is_right)

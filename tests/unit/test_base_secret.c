#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/secret.h"

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void
clear(void)
{

	unsetenv("KEY");
	unsetenv("KEY_FILE");
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* The secret KEY, or NULL. */
static char *
load(int rc)
{
	struct cf_err err = { 0 };
	char *secret;

	ck_assert_int_eq(cf_secret_load("KEY", &secret, &err), rc);
	ck_assert_int_eq((int)err.kind, rc == 0 ? CF_ERR_NONE : CF_ERR_USAGE);
	ck_assert_ptr_null(strstr(err.text, "hidden"));
	return (secret);
}

START_TEST(places_in_order)
{
	char *s;

	clear();
	ck_assert_ptr_null(load(0));
	write_file("KEY", "  three\r\n");
	write_file("two", "two\n");
	setenv("CREDENTIALS_DIRECTORY", ".", 1);
	ck_assert_str_eq(s = load(0), "three");
	cf_secret_free(s);
	setenv("KEY_FILE", "two", 1);
	ck_assert_str_eq(s = load(0), "two");
	cf_secret_free(s);
	setenv("KEY", "one", 1);
	ck_assert_str_eq(s = load(0), "one");
	cf_secret_free(s);
	/* An empty variable is none. */
	setenv("KEY", "", 1);
	ck_assert_str_eq(s = load(0), "two");
	cf_secret_free(s);
	clear();
}
END_TEST

START_TEST(faults)
{

	clear();
	setenv("KEY_FILE", "nowhere", 1);
	ck_assert_ptr_null(load(-1));
	write_file("empty", "\n");
	setenv("KEY_FILE", "empty", 1);
	ck_assert_ptr_null(load(-1));
	write_file("lines", "hidden1\nhidden2\n");
	setenv("KEY_FILE", "lines", 1);
	ck_assert_ptr_null(load(-1));
	setenv("KEY", "hid\001den", 1);
	ck_assert_ptr_null(load(-1));
	clear();
	setenv("CREDENTIALS_DIRECTORY", "no-such-folder", 1);
	ck_assert_ptr_null(load(0));
	clear();
}
END_TEST

START_TEST(masks)
{
	char text[] = "your key ABCdef, again abcDEF; abcde";

	ck_assert_uint_eq(cf_secret_mask(text, strlen(text), "abcdef"), 2);
	ck_assert_str_eq(text, "your key ******, again ******; abcde");
	ck_assert_uint_eq(cf_secret_mask(text, strlen(text), NULL), 0);
	ck_assert_uint_eq(cf_secret_mask(text, strlen(text), ""), 0);
	ck_assert_uint_eq(cf_secret_mask(text, 3, "your key"), 0);
	ck_assert_uint_eq(cf_secret_mask(NULL, 0, "x"), 0);
	cf_secret_free(NULL);
}
END_TEST

UNIT_MAIN("secret", places_in_order, faults, masks)

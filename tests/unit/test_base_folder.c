#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"

static void
made(const char *path)
{

	ck_assert_int_eq(cf_file_write(path, "x", 1, NULL), 0);
}

START_TEST(names_in_order)
{
	static const char *const want[] = { ".hidden", "10", "9", "Zed", "a b", "folder", "\xc3\xa4" };
	struct cf_folder f;

	ck_assert_int_eq(cf_file_make_folders("order/folder/below", NULL), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char path[40];

		snprintf(path, sizeof(path), "order/%s", want[sizeof(want) / sizeof(want[0]) - 1 - i]);
		if (strcmp(path, "order/folder") != 0)
			made(path);
	}
	ck_assert_int_eq(cf_folder_read("order", &f, NULL), 0);
	ck_assert_uint_eq(f.n, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < f.n; i++)
		ck_assert_str_eq(f.names[i], want[i]);
	cf_folder_free(&f);
	ck_assert_uint_eq(f.n, 0);
	cf_folder_free(&f);
}
END_TEST

START_TEST(what_is_no_folder)
{
	struct cf_folder f;
	struct cf_err err;

	ck_assert_int_eq(cf_folder_read("nowhere", &f, &err), 1);
	ck_assert_uint_eq(f.n, 0);
	ck_assert_str_eq(err.text, "nowhere: No such file or directory");
	made("plain");
	ck_assert_int_eq(cf_folder_read("plain", &f, &err), -1);
	ck_assert_str_eq(err.text, "plain: Not a directory");
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(mkdir("empty", 0777), 0);
	ck_assert_int_eq(cf_folder_read("empty", &f, NULL), 0);
	ck_assert_uint_eq(f.n, 0);
	cf_folder_free(&f);
}
END_TEST

/* An open folder is read from its start, however often. */
START_TEST(of_a_descriptor)
{
	struct cf_folder f;
	struct cf_err err;
	int fd;

	ck_assert_int_eq(mkdir("open", 0777), 0);
	made("open/one");
	fd = open("open", O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(fd, -1);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(cf_folder_read_fd(fd, "open", &f, NULL), 0);
		ck_assert_uint_eq(f.n, 1);
		ck_assert_str_eq(f.names[0], "one");
		cf_folder_free(&f);
	}
	close(fd);
	ck_assert_int_eq(cf_folder_read_fd(fd, "open", &f, &err), -1);
	ck_assert_str_eq(err.text, "open: Bad file descriptor");
}
END_TEST

START_TEST(text)
{
	ck_assert(cf_text_is_plain("", 0));
	ck_assert(cf_text_is_plain("a b\xc3\xa4~", 6));
	ck_assert(!cf_text_is_plain("a\nb", 3));
	ck_assert(cf_text_is_plain("a\nb", 1));
	ck_assert(!cf_text_is_plain("\x7f", 1));
	ck_assert(!cf_text_is_plain("a\0b", 3));
	ck_assert(cf_text_ends("a.csv", ".csv"));
	ck_assert(cf_text_ends(".csv", ".csv"));
	ck_assert(cf_text_ends("a", ""));
	ck_assert(!cf_text_ends("csv", ".csv"));
	ck_assert(!cf_text_ends("a.csv.tmp", ".csv"));
}
END_TEST

static int
is_dot(char c)
{
	unsigned char byte = (unsigned char)c;

	return (c == '.' || c == '%' || byte < ' ' || byte > 0x7f);
}

START_TEST(escapes)
{
	static const struct {
		const char *text, *escaped;
	} cases[] = { { "", "" }, { "a.b", "a%2Eb" }, { "%2E", "%252E" }, { "\x7f\xff\n", "\x7f%FF%0A" } };
	static const char *const bad[] = { ".", "%", "%2", "%2e", "%41", "%00", "a\n" };
	struct cf_buf buf = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		cf_text_escape(&buf, cases[i].text, strlen(cases[i].text), is_dot);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].escaped);
		buf.len = 0;
		ck_assert_int_eq(cf_text_unescape(&buf, cases[i].escaped, strlen(cases[i].escaped), is_dot), 0);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(cf_text_unescape(&buf, bad[i], strlen(bad[i]), is_dot) == -1, "%s", bad[i]);
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("folder", names_in_order, what_is_no_folder, of_a_descriptor, text, escapes)

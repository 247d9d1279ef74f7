#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"
#include "folder.h"

#include "base/file.h"
#include "base/out.h"

START_TEST(file_appears_at_close)
{
	struct cf_err err;
	struct cf_out *out;

	fresh("appears");
	ck_assert_int_eq(cf_file_write("a", "old", 3, &err), 0);
	ck_assert_ptr_nonnull(out = cf_out_open("a", &err));
	cf_out_text(out, "ne");
	cf_out_char(out, 'w');
	ck_assert_int_eq(cf_out_flush(out, &err), 0);
	holds("a", "old");
	ck_assert_int_eq(access(cf_out_temporary(out), F_OK), 0);
	ck_assert_int_eq(cf_out_close(out, &err), 0);
	holds("a", "new");
	ck_assert_int_eq(entries("."), 1);

	ck_assert_ptr_nonnull(out = cf_out_open("a", &err));
	cf_out_text(out, "never");
	cf_out_abandon(out);
	holds("a", "new");
	ck_assert_int_eq(entries("."), 1);

	ck_assert_ptr_null(cf_out_open("no/a", &err));
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_ptr_null(cf_out_open(".", &err));
	ck_assert_str_eq(err.text, ".: Is a directory");
	ck_assert_int_eq(cf_out_close(NULL, &err), 0);
	cf_out_abandon(NULL);
}
END_TEST

START_TEST(pieces_of_all_sizes)
{
	static char want[1200000];
	struct cf_err err;
	struct cf_out *out;
	size_t n = 0, len;
	char *room;

	fresh("pieces");
	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (char)('a' + i * 7919 % 26);
	ck_assert_ptr_nonnull(out = cf_out_open("a", &err));
	for (size_t i = 0; n < sizeof(want); i++) {
		/* From nothing to more than is gathered, by three ways. */
		len = i * i * 37 % (i % 50 == 0 ? 200000 : 3000);
		if (len > sizeof(want) - n)
			len = sizeof(want) - n;
		if (i % 3 == 0 && len <= CF_OUT_RESERVE_MAX) {
			room = cf_out_reserve(out, CF_OUT_RESERVE_MAX);
			memcpy(room, want + n, len);
			cf_out_claim(out, len);
		} else if (i % 3 == 1 && len > 0) {
			cf_out_char(out, want[n]);
			cf_out_write(out, want + n + 1, len - 1);
		} else {
			cf_out_write(out, want + n, len);
		}
		n += len;
	}
	ck_assert_int_eq(cf_out_close(out, &err), 0);
	holds_bytes("a", want, sizeof(want));
}
END_TEST

START_TEST(memory)
{
	struct cf_buf buf = { 0 };
	struct cf_err err;
	struct cf_out *out;

	cf_buf_add_text(&buf, "a");
	ck_assert_ptr_nonnull(out = cf_out_memory(&buf, &err));
	ck_assert_ptr_null(cf_out_temporary(out));
	for (int i = 0; i < 100000; i++)
		cf_out_text(out, "bc");
	ck_assert_int_eq(cf_out_close(out, &err), 0);
	ck_assert_uint_eq(buf.len, 200001);
	ck_assert_mem_eq(buf.data + 199998, "cbc", 3);

	/* A buffer that has failed is a failed output. */
	buf.failed = 1;
	ck_assert_ptr_nonnull(out = cf_out_memory(&buf, &err));
	cf_out_text(out, "x");
	ck_assert_int_eq(cf_out_close(out, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	cf_buf_free(&buf);
}
END_TEST

START_TEST(what_is_no_file)
{
	struct cf_err err;
	struct cf_out *out;
	struct stat before, after;

	ck_assert_int_eq(stat("/dev/null", &before), 0);
	ck_assert_ptr_nonnull(out = cf_out_open("/dev/null", &err));
	ck_assert_ptr_null(cf_out_temporary(out));
	cf_out_text(out, "x");
	ck_assert_int_eq(cf_out_close(out, &err), 0);
	ck_assert_int_eq(stat("/dev/null", &after), 0);
	ck_assert(S_ISCHR(after.st_mode) && before.st_ino == after.st_ino);

	if (access("/dev/full", W_OK) != 0)
		return;
	ck_assert_ptr_nonnull(out = cf_out_open("/dev/full", &err));
	for (int i = 0; i < 100000; i++)
		cf_out_text(out, "lost");
	ck_assert_int_eq(cf_out_close(out, &err), -1);
	ck_assert_str_eq(err.text, "/dev/full: No space left on device");
}
END_TEST

/* Killed at any moment, the name holds all of the old or all of the new. */
START_TEST(killed_writers)
{
	struct cf_buf buf = { 0 };
	struct cf_out *out;
	pid_t pid;
	int status;

	fresh("killed");
	ck_assert_int_eq(cf_file_write("a", "xxxxxxxxxx", 10, NULL), 0);
	for (int i = 0; i < 40; i++) {
		pid = fork();
		ck_assert_int_ne(pid, -1);
		if (pid == 0) {
			for (char c = 'a';; c = c == 'z' ? 'a' :
			    (char)(c + 1)) {
				if ((out = cf_out_open("a", NULL)) == NULL)
					_exit(1);
				for (int j = 0; j < 10; j++) {
					cf_out_char(out, c);
					cf_out_flush(out, NULL);
				}
				if (cf_out_close(out, NULL))
					_exit(1);
			}
		}
		nanosleep(&(struct timespec){ 0, (500 + i * 173 % 4000) * 1000L }, NULL);
		kill(pid, SIGKILL);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status));
		buf.len = 0;
		ck_assert_int_eq(cf_file_read("a", FOLDER_FILE_MAX, &buf, NULL), 0);
		ck_assert_uint_eq(buf.len, 10);
		for (int j = 1; j < 10; j++)
			ck_assert_int_eq(buf.data[j], buf.data[0]);
	}
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("base_out", file_appears_at_close, pieces_of_all_sizes, memory,
    what_is_no_file, killed_writers)

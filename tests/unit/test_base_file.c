#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "folder.h"

#include "base/file.h"

static mode_t
mode_of(const char *path)
{
	struct stat sb;

	ck_assert_int_eq(stat(path, &sb), 0);
	return (sb.st_mode & 07777);
}

START_TEST(writes_whole)
{
	struct cf_err err;

	fresh("writes");
	umask(027);
	ck_assert_int_eq(cf_file_write("a", "one\n", 4, &err), 0);
	holds("a", "one\n");
	ck_assert_uint_eq(mode_of("a"), 0640);

	/* Its mode stays when it is replaced. */
	ck_assert_int_eq(chmod("a", 0604), 0);
	ck_assert_int_eq(cf_file_write("./a", "", 0, &err), 0);
	holds("a", "");
	ck_assert_uint_eq(mode_of("a"), 0604);
	ck_assert_int_eq(entries("."), 1);

	ck_assert_int_eq(cf_file_write("no/a", "x", 1, &err), -1);
	ck_assert_str_eq(err.text, "no/a: No such file or directory");
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(mkdir("folder", 0777), 0);
	ck_assert_int_eq(cf_file_write("folder", "x", 1, &err), -1);
	ck_assert_int_eq(entries("."), 2);
	umask(022);
}
END_TEST

START_TEST(old_file_until_commit)
{
	struct cf_err err;
	char *temporary, *second;
	int fd, fd2;

	fresh("commit");
	ck_assert_int_eq(cf_file_write("a", "old", 3, &err), 0);
	fd = cf_file_temporary("a", &temporary, &err);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, "new", 3), 3);
	/* Another one at the same time gets another name. */
	fd2 = cf_file_temporary("a", &second, &err);
	ck_assert_int_ne(fd2, -1);
	ck_assert_str_ne(temporary, second);
	ck_assert_int_eq(temporary[0], '.');
	holds("a", "old");
	ck_assert_int_eq(entries("."), 3);
	ck_assert_int_eq(cf_file_commit(fd, temporary, "a", &err), 0);
	holds("a", "new");

	/* A commit that fails removes the temporary. */
	ck_assert_int_eq(cf_file_commit(fd2, second, "no/a", &err), -1);
	ck_assert_int_eq(entries("."), 1);
	free(temporary);
	free(second);
}
END_TEST

START_TEST(appends_lines)
{
	struct cf_err err;

	fresh("append");
	ck_assert_int_eq(cf_file_append("a", "1\n", 2, &err), 0);
	ck_assert_int_eq(cf_file_append("a", "2\n", 2, &err), 0);
	holds("a", "1\n2\n");

	/* A line that a killed writer left without an end. */
	ck_assert_int_eq(cf_file_write("a", "1\ntor", 5, &err), 0);
	ck_assert_int_eq(cf_file_append("a", "3\n", 2, &err), 0);
	holds("a", "1\ntor\n3\n");
	ck_assert_int_eq(cf_file_append("no/a", "1\n", 2, &err), -1);
	ck_assert_str_eq(err.text, "no/a: No such file or directory");
	if (access("/dev/full", W_OK) == 0) {
		ck_assert_int_eq(cf_file_append("/dev/full", "1\n", 2, &err),
		    -1);
		ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	}
}
END_TEST

/* There is room for a part of it only. */
START_TEST(append_is_taken_back)
{
	struct rlimit old, few;
	struct cf_err err;

	fresh("room");
	ck_assert_int_eq(cf_file_write("a", "1\ntor", 5, &err), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	few = old;
	few.rlim_cur = 8;
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
	ck_assert_int_eq(cf_file_append("a", "23456789\n", 9, &err), -1);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_str_eq(err.text, "a: File too large");
	holds("a", "1\ntor");
}
END_TEST

START_TEST(appends_do_not_mix)
{
	struct cf_buf buf = { 0 };
	char line[201];
	size_t count[4] = { 0 };
	pid_t pids[4];
	int status;

	fresh("mix");
	for (int p = 0; p < 4; p++) {
		pids[p] = fork();
		ck_assert_int_ne(pids[p], -1);
		if (pids[p] == 0) {
			memset(line, 'a' + p, 200);
			line[199] = '\n';
			for (int i = 0; i < 50; i++)
				if (cf_file_append("a", line, 200, NULL))
					_exit(1);
			_exit(0);
		}
	}
	for (int p = 0; p < 4; p++) {
		ck_assert_int_eq(waitpid(pids[p], &status, 0), pids[p]);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_int_eq(cf_file_read("a", FOLDER_FILE_MAX, &buf, NULL), 0);
	ck_assert_uint_eq(buf.len, 4 * 50 * 200);
	for (size_t i = 0; i < buf.len; i += 200) {
		for (size_t j = 1; j < 199; j++)
			if (buf.data[i + j] != buf.data[i])
				ck_abort_msg("line %zu is mixed", i / 200);
		count[buf.data[i] - 'a']++;
	}
	for (int p = 0; p < 4; p++)
		ck_assert_uint_eq(count[p], 50);
	cf_buf_free(&buf);
}
END_TEST

START_TEST(reads_up_to_a_bound)
{
	struct cf_buf buf = { 0 };
	struct cf_err err;

	fresh("reads");
	ck_assert_int_eq(cf_file_write("a", "12345", 5, &err), 0);
	cf_buf_add_text(&buf, "x");
	ck_assert_int_eq(cf_file_read("a", 5, &buf, &err), 0);
	ck_assert_mem_eq(buf.data, "x12345", 6);
	ck_assert_int_eq(cf_file_read("a", 4, &buf, &err), -1);
	ck_assert_str_eq(err.text, "a: larger than 4 bytes");
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_int_eq(cf_file_read("/dev/zero", 100000, &buf, &err), -1);
	ck_assert_int_eq(cf_file_read("no", 4, &buf, &err), -1);
	ck_assert_str_eq(err.text, "no: No such file or directory");
	ck_assert_int_eq(cf_file_read(".", 4, &buf, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	cf_buf_free(&buf);
}
END_TEST

START_TEST(makes_folders)
{
	struct cf_err err;
	struct stat sb;

	fresh("folders");
	ck_assert_int_eq(cf_file_make_folders("a/b//c/", &err), 0);
	ck_assert_int_eq(stat("a/b/c", &sb), 0);
	ck_assert_int_eq(cf_file_make_folders("a/b/c", &err), 0);
	ck_assert_int_eq(cf_file_make_folders("./a/../d", &err), 0);
	ck_assert_int_eq(cf_file_make_folders("/", &err), 0);
	ck_assert_int_eq(cf_file_make_folders(".", &err), 0);
	ck_assert_int_eq(cf_file_write("file", "", 0, &err), 0);
	ck_assert_int_eq(cf_file_make_folders("file", &err), -1);
	ck_assert_int_eq(cf_file_make_folders("file/x", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
}
END_TEST

START_TEST(locks)
{
	struct cf_err err;
	char byte;
	int fd, held[2], go[2], status;
	pid_t pid;

	fresh("locks");
	ck_assert_int_eq(pipe(held), 0);
	ck_assert_int_eq(pipe(go), 0);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		fd = cf_file_lock("lock", 0, &err);
		if (fd == -1 || write(held[1], "x", 1) != 1)
			_exit(1);
		close(go[1]);
		/* Killed while holding it. */
		if (read(go[0], &byte, 1) == 1)
			raise(SIGKILL);
		_exit(1);
	}
	ck_assert_int_eq(read(held[0], &byte, 1), 1);
	ck_assert_int_eq(cf_file_lock("lock", 0, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_LATER);
	ck_assert_str_eq(err.text, "lock: locked by another process");
	ck_assert_int_eq(write(go[1], "x", 1), 1);
	fd = cf_file_lock("lock", 1, &err);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	close(fd);
	ck_assert_int_eq(cf_file_lock("no/lock", 0, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
}
END_TEST

UNIT_MAIN("base_file", writes_whole, old_file_until_commit, appends_lines,
    append_is_taken_back, appends_do_not_mix, reads_up_to_a_bound, makes_folders, locks)

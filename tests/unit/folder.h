/*
 * folder.h: tests of what is written into files: an empty folder for each, what is in it, and what its files hold.
 */
#ifndef UNIT_FOLDER_H
#define UNIT_FOLDER_H

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"

#define FOLDER_FILE_MAX 10000000	/* Bytes. */

/* An empty folder of the test's own, which becomes the working folder. */
static inline void
fresh(const char *name)
{
	struct cf_err err;

	ck_assert_msg(cf_file_make_folders(name, &err) == 0, "%s", err.text);
	ck_assert_int_eq(chdir(name), 0);
}

/* How many there are in a folder, hidden ones too. */
static inline int
entries(const char *folder)
{
	struct cf_folder names;
	int n;

	ck_assert_int_eq(cf_folder_read(folder, &names, NULL), 0);
	n = (int)names.n;
	cf_folder_free(&names);
	return (n);
}

static inline void
holds_bytes(const char *path, const char *bytes, size_t len)
{
	struct cf_buf buf = { 0 };

	ck_assert_int_eq(cf_file_read(path, FOLDER_FILE_MAX, &buf, NULL), 0);
	ck_assert_uint_eq(buf.len, len);
	ck_assert_mem_eq(buf.data, bytes, len);
	cf_buf_free(&buf);
}

static inline void
holds(const char *path, const char *text)
{

	holds_bytes(path, text, strlen(text));
}

#endif /* !UNIT_FOLDER_H */

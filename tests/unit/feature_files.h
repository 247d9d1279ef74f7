/*
 * feature_files.h: small files of records for the tests of lib/feature and lib/table, in the test's own folder.
 */
#ifndef FEATURE_FILES_H
#define FEATURE_FILES_H

#include <stdio.h>
#include <string.h>

#include <check.h>

/* put(name, text, len): make the file `name`, which is returned, hold these bytes. */
static inline const char *
put(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	return (name);
}

/* put_text(name, text): the same for a string. */
static inline const char *
put_text(const char *name, const char *text)
{

	return (put(name, text, strlen(text)));
}

#endif /* !FEATURE_FILES_H */

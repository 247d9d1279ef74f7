#include <string.h>

#include "unit.h"

#include "base/file.h"
#include "http/cache.h"

START_TEST(keeps_and_finds)
{
	struct cf_cache_entry a, b;

	memset(&a, 0, sizeof(a));
	a.checked_s = 1704888000;
	strcpy(a.etag, "\"v1\"");
	strcpy(a.modified, "Sun, 06 Nov 1994 08:49:37 GMT");
	cf_buf_add(&a.body, "one\n\ntwo\0three", 14);
	ck_assert_int_eq(cf_cache_load("c", "fred values X/Y", &b, NULL), 0);
	ck_assert_int_eq(cf_cache_store("c", "fred values X/Y", &a, NULL), 0);
	ck_assert_int_eq(cf_cache_load("c", "fred values X/Y", &b, NULL), 1);
	ck_assert_int_eq(b.checked_s, a.checked_s);
	ck_assert_str_eq(b.etag, a.etag);
	ck_assert_str_eq(b.modified, a.modified);
	ck_assert_uint_eq(b.body.len, 14);
	ck_assert_mem_eq(b.body.data, a.body.data, 14);
	cf_buf_free(&b.body);
	ck_assert_int_eq(cf_cache_load("c", "fred values X", &b, NULL), 0);
	cf_buf_free(&a.body);

	/* No tags, no body. */
	memset(&a, 0, sizeof(a));
	ck_assert_int_eq(cf_cache_store("c", "empty", &a, NULL), 0);
	ck_assert_int_eq(cf_cache_load("c", "empty", &b, NULL), 1);
	ck_assert_uint_eq(b.body.len, 0);
	cf_buf_free(&b.body);
}
END_TEST

/* Any change of a file, and any piece of it, is none. */
START_TEST(damage_is_none)
{
	struct cf_cache_entry a, b;
	struct cf_buf file = { 0 };
	int rc;

	memset(&a, 0, sizeof(a));
	a.checked_s = 5;
	cf_buf_add_text(&a.body, "some body");
	ck_assert_int_eq(cf_cache_store("c", "x", &a, NULL), 0);
	ck_assert_int_eq(cf_file_read("c/x", 10000, &file, NULL), 0);
	for (size_t i = 0; i < file.len; i++) {
		ck_assert_int_eq(cf_file_write("c/x", file.data, i, NULL), 0);
		ck_assert_int_eq(cf_cache_load("c", "x", &b, NULL), 0);
		file.data[i] ^= 1;
		ck_assert_int_eq(cf_file_write("c/x", file.data, file.len, NULL), 0);
		rc = cf_cache_load("c", "x", &b, NULL);
		/* The time alone is not under the checksum. */
		ck_assert(rc == 0 || (rc == 1 && b.body.len == a.body.len && memcmp(b.body.data, a.body.data, b.body.len) == 0));
		cf_buf_free(&b.body);
		file.data[i] ^= 1;
	}
	cf_buf_free(&file);
	cf_buf_free(&a.body);
}
END_TEST

UNIT_MAIN("cache", keeps_and_finds, damage_is_none)

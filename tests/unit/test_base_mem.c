#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/mem.h"

START_TEST(arrays_are_zeroed)
{
	struct cf_err err;
	unsigned char *p = cf_mem_array(1000, 7, &err);

	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < 7000; i++)
		ck_assert_uint_eq(p[i], 0);
	free(p);
	ck_assert_ptr_nonnull(p = cf_mem_array(0, 8, &err));
	free(p);
	ck_assert_ptr_nonnull(p = cf_mem_array(8, 0, &err));
	free(p);
}
END_TEST

START_TEST(sizes_that_overflow)
{
	struct cf_err err = { 0 };
	uint64_t *p = NULL;
	size_t capacity = 0;

	ck_assert_ptr_null(cf_mem_array(SIZE_MAX / 4, 8, &err));
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(cf_mem_grow(&p, &capacity, SIZE_MAX / 8, 8, &err),
	    -1);
	ck_assert_int_eq(cf_mem_grow(&p, &capacity, SIZE_MAX, 8, NULL), -1);
	ck_assert_ptr_null(p);
	ck_assert_uint_eq(capacity, 0);
	ck_assert_ptr_null(cf_mem_strndup("x", SIZE_MAX, &err));
}
END_TEST

START_TEST(grows_and_keeps)
{
	uint64_t *p = NULL;
	size_t capacity = 0, moves = 0;

	for (size_t i = 0; i < 100000; i++) {
		if (i == capacity)
			moves++;
		ck_assert_int_eq(cf_mem_grow(&p, &capacity, i + 1, sizeof(*p),
		    NULL), 0);
		p[i] = i * i;
	}
	for (size_t i = 0; i < 100000; i++)
		ck_assert_uint_eq(p[i], i * i);
	ck_assert_uint_lt(moves, 40);

	/* Far ahead in one step; less than there is changes nothing. */
	ck_assert_int_eq(cf_mem_grow(&p, &capacity, 1000000, sizeof(*p),
	    NULL), 0);
	ck_assert_uint_ge(capacity, 1000000);
	moves = capacity;
	ck_assert_int_eq(cf_mem_grow(&p, &capacity, 3, sizeof(*p), NULL), 0);
	ck_assert_uint_eq(capacity, moves);
	free(p);
}
END_TEST

START_TEST(copies_of_text)
{
	char *s = cf_mem_strdup("abc", NULL);

	ck_assert_str_eq(s, "abc");
	free(s);
	s = cf_mem_strndup("a\0bc", 3, NULL);
	ck_assert_mem_eq(s, "a\0b\0", 4);
	free(s);
	s = cf_mem_strndup("abc", 0, NULL);
	ck_assert_str_eq(s, "");
	free(s);
}
END_TEST

UNIT_MAIN("base_mem", arrays_are_zeroed, sizes_that_overflow, grows_and_keeps,
    copies_of_text)

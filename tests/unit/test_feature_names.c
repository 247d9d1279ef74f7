#include <string.h>

#include "unit.h"

#include "feature/names.h"

START_TEST(numbers_in_order_of_coming)
{
	struct cf_names names = { 0 };
	char text[20];
	size_t number, len;

	for (size_t i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "S%zu", i);
		ck_assert_int_eq(cf_names_add(&names, text, strlen(text), &number, NULL), 1);
		ck_assert_uint_eq(number, i);
	}
	for (size_t i = 0; i < 5000; i += 7) {
		snprintf(text, sizeof(text), "S%zu", i);
		ck_assert_int_eq(cf_names_add(&names, text, strlen(text), &number, NULL), 0);
		ck_assert_uint_eq(number, i);
		ck_assert_mem_eq(cf_names_get(&names, i, &len), text, strlen(text));
		ck_assert_uint_eq(len, strlen(text));
	}
	cf_names_free(&names);
	ck_assert_uint_eq(names.n, 0);
}
END_TEST

START_TEST(bytes_count)
{
	struct cf_names names = { 0 };
	size_t number;

	ck_assert_int_eq(cf_names_add(&names, "a", 1, &number, NULL), 1);
	ck_assert_int_eq(cf_names_add(&names, "a\0b", 3, &number, NULL), 1);
	ck_assert_int_eq(cf_names_add(&names, "", 0, &number, NULL), 1);
	ck_assert_int_eq(cf_names_add(&names, "", 0, &number, NULL), 0);
	ck_assert_uint_eq(number, 2);
	cf_names_free(&names);
}
END_TEST

UNIT_MAIN("feature_names", numbers_in_order_of_coming, bytes_count)

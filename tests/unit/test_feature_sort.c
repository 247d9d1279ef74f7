#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/day.h"
#include "base/rng.h"
#include "feature/sort.h"

#define BARS 3000

static struct cf_bar
make(int day, uint64_t line)
{
	struct cf_bar b = { .time_s = (int64_t)day * CF_DAY_S, .close = day + 0.5, .file = "f.csv", .line = line };

	return (b);
}

/* All days of three symbols, shuffled; sorted with so much room. */
static void
sorts_with(size_t room)
{
	static const char *const symbols[] = { "B", "AB", "A" };
	struct cf_rng rng = cf_rng_stream(3, CF_RNG_TEST, room);
	struct cf_sort *s = cf_sort_new(room, NULL);
	size_t order[BARS], k, swap;
	const char *symbol, *others;
	size_t len, n = 0;
	struct cf_bar b;
	int first, rc;

	for (size_t i = 0; i < BARS; i++)
		order[i] = i;
	for (size_t i = BARS - 1; i > 0; i--) {
		k = cf_rng_below(&rng, (uint32_t)i + 1);
		swap = order[i];
		order[i] = order[k];
		order[k] = swap;
	}
	for (size_t i = 0; i < BARS; i++) {
		b = make((int)(order[i] / 3), i);
		symbol = symbols[order[i] % 3];
		ck_assert_int_eq(cf_sort_add(s, &b, symbol, strlen(symbol), NULL, NULL), 0);
	}
	while ((rc = cf_sort_next(s, &b, &symbol, &len, &first, &others, NULL)) == 1) {
		const char *want = symbols[2 - n / (BARS / 3)];

		ck_assert_uint_eq(len, strlen(want));
		ck_assert_mem_eq(symbol, want, len);
		ck_assert_int_eq(b.time_s / CF_DAY_S, (int64_t)(n % (BARS / 3)));
		ck_assert(b.close == (double)(n % (BARS / 3)) + 0.5);
		ck_assert_int_eq(first, n % (BARS / 3) == 0);
		n++;
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_uint_eq(n, BARS);
	cf_sort_free(s);
}

START_TEST(any_room)
{
	static const size_t rooms[] = { 2, 3, 7, 100, 1499, 1500, 2999, 3000, 3001, 10000 };

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
		sorts_with(rooms[i]);
}
END_TEST

START_TEST(nothing_and_one)
{
	struct cf_sort *s = cf_sort_new(10, NULL);
	struct cf_bar b = make(1, 1);
	const char *symbol, *others;
	size_t len;
	int first;

	ck_assert_int_eq(cf_sort_next(s, &b, &symbol, &len, &first, &others, NULL), 0);
	cf_sort_free(s);
	s = cf_sort_new(10, NULL);
	ck_assert_int_eq(cf_sort_add(s, &b, "A", 1, NULL, NULL), 0);
	ck_assert_int_eq(cf_sort_next(s, &b, &symbol, &len, &first, &others, NULL), 1);
	ck_assert_int_eq(cf_sort_next(s, &b, &symbol, &len, &first, &others, NULL), 0);
	cf_sort_free(s);
}
END_TEST

START_TEST(twice_the_same_day)
{
	struct cf_sort *s = cf_sort_new(10, NULL);
	struct cf_bar a = make(10, 2), b = make(10, 3);
	const char *symbol, *others;
	struct cf_err err;
	size_t len;
	int first;

	cf_sort_add(s, &b, "A", 1, NULL, NULL);
	cf_sort_add(s, &a, "A", 1, NULL, NULL);
	ck_assert_int_eq(cf_sort_next(s, &b, &symbol, &len, &first, &others, &err), 1);
	ck_assert_int_eq(cf_sort_next(s, &b, &symbol, &len, &first, &others, &err), -1);
	ck_assert_str_eq(err.text, "f.csv:3: column \"date\": the same as in another bar of the symbol: \"1970-01-11\"");
	cf_sort_free(s);
}
END_TEST

START_TEST(no_folder_for_the_file)
{
	struct cf_sort *s = cf_sort_new(2, NULL);
	struct cf_bar b = make(10, 2);
	struct cf_err err;

	setenv("TMPDIR", "/no/such/folder", 1);
	ck_assert_int_eq(cf_sort_add(s, &b, "A", 1, NULL, &err), 0);
	ck_assert_int_eq(cf_sort_add(s, &b, "B", 1, NULL, &err), 0);
	ck_assert_int_eq(cf_sort_add(s, &b, "C", 1, NULL, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	cf_sort_free(s);
}
END_TEST

UNIT_MAIN("feature_sort", any_room, nothing_and_one, twice_the_same_day, no_folder_for_the_file)

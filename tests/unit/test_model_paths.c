#include "test_model_data.h"

#include "model/paths.h"

/* Paths of three days: two origins with two accounts, one with one. */
static const struct cf_path items[] = { { 11, 100, 0 }, { 22, 100, 0 }, { 11, 101, 0 }, { 33, 102, 0 }, { 22, 102, 0 } };
static const uint16_t pits[] = {
	10, 60000, 5,
	20, 50000, 5,
	30, 40000, 6,
	40, 30000, 4,
	50, 20000, 3,
};

static struct cf_paths
some(void)
{
	struct cf_paths p = { .n = 5, .horizon = 3 };

	p.items = malloc(sizeof(items));
	p.pit = malloc(sizeof(pits));
	ck_assert(p.items != NULL && p.pit != NULL);
	memcpy(p.items, items, sizeof(items));
	memcpy(p.pit, pits, sizeof(pits));
	return (p);
}

START_TEST(ranks_are_of_paths_of_the_date)
{
	struct cf_paths p = some();
	uint32_t a[15], b[15];

	/* Account 11: its own path comes first on days 100 and 101. */
	ck_assert_int_eq(cf_paths_ranks(&p, 11, a, NULL), 0);
	ck_assert(a[0] == 0 && a[3] == 1 && a[6] == 2);
	/* On the last day ties go by the draw. */
	ck_assert(a[1] == 4 && a[4] == 3 && a[7] == 2 && a[2] == 2 && a[5] == 3 && a[8] == 4);
	/* Account 22: of day 100 the second path first, then the first. */
	ck_assert_int_eq(cf_paths_ranks(&p, 22, b, NULL), 0);
	ck_assert(b[0] == 1 && b[3] == 0 && b[6] == 2 && b[9] == 4 && b[12] == 3);
	/* Every rank comes once a day. */
	for (size_t h = 0; h < 3; h++) {
		unsigned int seen = 0;

		for (size_t i = 0; i < 5; i++)
			seen |= 1u << b[i * 3 + h];
		ck_assert_uint_eq(seen, 31);
	}
	/* A stranger takes some path of each date. */
	ck_assert_int_eq(cf_paths_ranks(&p, 12345, b, NULL), 0);
	ck_assert_uint_eq(b[6], 2);
	cf_paths_free(&p);
	ck_assert_uint_eq(p.n, 0);
}
END_TEST

START_TEST(holders)
{
	/* Published values of FNV-1a, 64 bits. */
	ck_assert(cf_paths_holder("", 0) == UINT64_C(0xcbf29ce484222325));
	ck_assert(cf_paths_holder("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	ck_assert(cf_paths_holder("foobar", 6) == UINT64_C(0x85944171f73967e8));
}
END_TEST

UNIT_MAIN("model_paths", ranks_are_of_paths_of_the_date, holders)

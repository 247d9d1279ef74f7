#include <string.h>

#include "unit.h"

#include "base/day.h"
#include "source/haul.h"

static struct cf_haul_bar
bar(int64_t day, double close)
{
	struct cf_haul_bar b = { day * CF_DAY_S, { close, close + 1, close - 0.5, close, 10, NAN, NAN, NAN } };

	return (b);
}

static int
add(struct cf_haul *rows, int64_t day, double close)
{
	struct cf_haul_bar b = bar(day, close);

	return (cf_haul_add_bar(rows, &b, NULL));
}

START_TEST(order)
{
	static const int orders[][5] = { { 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1 }, { 3, 1, 5, 2, 4 }, { 1, 1, 2, 2, 3 }, { 3, 3, 2, 2, 1 }, { 7, 7, 7, 7, 7 } };
	struct cf_haul rows = { .kind = CF_HAUL_BARS };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		for (int k = 0; k < 5; k++)
			ck_assert_int_eq(add(&rows, orders[i][k], orders[i][k]), 0);
		ck_assert_int_eq(cf_haul_sort(&rows, "x", NULL), 0);
		for (size_t k = 1; k < rows.n; k++)
			ck_assert_int_gt(rows.bars[k].time_s, rows.bars[k - 1].time_s);
		ck_assert_uint_eq(rows.n, i < 3 ? 5 : i < 5 ? 3 : 1);
		cf_haul_free(&rows);
	}
	add(&rows, 1, 1);
	add(&rows, 1, 2);
	ck_assert_int_eq(cf_haul_sort(&rows, "x", NULL), -1);
	cf_haul_free(&rows);
}
END_TEST

START_TEST(what_cannot_be_true)
{
	struct cf_haul rows = { .kind = CF_HAUL_BARS };
	struct cf_haul_bar b;

	for (int i = 0; i < 10; i++) {
		b = bar(1, 5);
		switch (i) {
		case 0: b.v[CF_HAUL_CLOSE] = NAN; break;
		case 1: b.v[CF_HAUL_CLOSE] = 0; break;
		case 2: b.v[CF_HAUL_OPEN] = -1; break;
		case 3: b.v[CF_HAUL_HIGH] = 1; break;
		case 4: b.v[CF_HAUL_VOLUME] = -1; break;
		case 5: b.v[CF_HAUL_SPLIT] = 0; break;
		case 6: b.v[CF_HAUL_DIVIDEND] = -1; break;
		default: b.v[i - 7] = NAN; break;	/* Missing is fine. */
		}
		ck_assert_int_eq(cf_haul_add_bar(&rows, &b, NULL), 0);
	}
	ck_assert_uint_eq(rows.dropped, 7);
	ck_assert_uint_eq(rows.n, 3);
	cf_haul_free(&rows);
}
END_TEST

START_TEST(bounds)
{
	struct cf_haul rows = { .kind = CF_HAUL_SERIES };
	struct cf_haul_point p = { 0, 0, 1 };
	struct cf_err err;

	for (p.day = 0; p.day < CF_HAUL_POINTS_MAX; p.day++)
		ck_assert_int_eq(cf_haul_add_point(&rows, &p, &err), 0);
	ck_assert_int_eq(cf_haul_add_point(&rows, &p, &err), -1);
	ck_assert_int_eq((int)err.kind, CF_ERR_DATA);
	cf_haul_cut(&rows, 10, 12);
	ck_assert_uint_eq(rows.n, 3);
	ck_assert_int_eq(cf_haul_day(&rows, 0), 10);
	cf_haul_free(&rows);
}
END_TEST

UNIT_MAIN("haul", order, what_cannot_be_true, bounds)

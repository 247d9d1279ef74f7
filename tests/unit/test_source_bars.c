#include "unit.h"

#include "base/day.h"
#include "source/bars.h"

START_TEST(jumps)
{
	static const struct {
		double before, now, ratio;
	} cases[] = {
		{ 100, 50, 2 }, { 100, 51, 2 }, { 100, 33.4, 3 }, { 100, 14.28, 7 }, { 100, 40, 2.5 }, { 700, 7, 100 },
		{ 1, 10, 0.1 }, { 20, 40.5, 0.5 },
		/* within 40 %, or near no ratio */
		{ 100, 100, 0 }, { 100, 66.7, 0 }, { 100, 61, 0 }, { 100, 150, 0 }, { 100, 57, 0 }, { 100, 45, 0 }, { 100, 0.5, 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(unit_is_near(cf_bars_is_jump(cases[i].before, cases[i].now), cases[i].ratio, 1e-12), "%g to %g: %g",
		    cases[i].before, cases[i].now, cf_bars_is_jump(cases[i].before, cases[i].now));
	ck_near(cf_bars_is_jump(0, 0), 0, 0);
	ck_near(cf_bars_is_jump(NAN, 1), 0, 0);
}
END_TEST

START_TEST(splits_find_their_bar)
{
	struct cf_haul_point points[] = { { 100, 0, 2 }, { 103, 0, 3 } };
	struct cf_haul splits = { .kind = CF_HAUL_SERIES, .points = points, .n = 2 };

	ck_near(cf_bars_split_of(&splits, 100, 99), 2, 0);
	ck_near(cf_bars_split_of(&splits, 101, 99), 2, 0);	/* a day later */
	ck_near(cf_bars_split_of(&splits, 101, 100), NAN, 0);	/* had it */
	ck_near(cf_bars_split_of(&splits, 104, 99), 6, 0);	/* both */
	ck_near(cf_bars_split_of(&splits, 120, 99), NAN, 0);	/* too far */
	ck_near(cf_bars_split_of(&splits, 99, 98), NAN, 0);
}
END_TEST

UNIT_MAIN("bars", jumps, splits_find_their_bar)

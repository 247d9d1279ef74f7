#include <string.h>

#include "unit.h"

#include "risk/sizing.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(rules)
{
	static const struct {
		const char *rule;
		struct cf_sizing_case c;	/* prediction, variance, value at risk, limit */
		double size;
	} cases[] = {
		{ "proportional", { 103, 25, 8, 5 }, 1.03 },
		{ "proportional", { 90, 25, 8, 5 }, 0.9 },
		{ "var", { 103, 25, 8, 5 }, 0.625 },
		{ "var", { 103, 25, 5, 5 }, 1 },
		{ "var", { 103, 25, 1, 5 }, 2 },	/* At most 2. */
		{ "var", { 103, 25, 0, 5 }, 2 },	/* No loss at that level. */
		{ "var", { 103, 25, -3, 5 }, 2 },
		{ "var", { 103, 25, 8, 0 }, 0 },
		{ "var", { 99.9, 25, 1, 5 }, 0 },	/* A loss is expected. */
		{ "kelly", { 100.1, 25, 8, 5 }, 0.2 },	/* 0.5 * 0.001 / 0.0025 */
		{ "kelly", { 103, 25, 8, 5 }, 2 },
		{ "kelly", { 103, 0, 8, 5 }, 2 },
		{ "kelly", { 100, 25, 8, 5 }, 0 },
		{ "kelly", { 97, 25, 8, 5 }, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct cf_sizing *rule = cf_sizing_by_name(cases[i].rule);

		ck_assert_ptr_nonnull(rule);
		ck_assert_str_eq(rule->name, cases[i].rule);
		ck_abs(rule->size(&cases[i].c), cases[i].size, 1e-12);
	}
}
END_TEST

/* The option's choices are the names of the rules. */
START_TEST(choices)
{
	char text[80], *name;

	ck_assert_ptr_null(cf_sizing_by_name("none"));
	ck_assert_ptr_null(cf_sizing_by_name(""));
	ck_assert_uint_lt(strlen(cf_sizing_choices()), sizeof(text));
	strcpy(text, cf_sizing_choices());
	for (name = strtok(text, "|"); name != NULL; name = strtok(NULL, "|"))
		ck_assert_ptr_nonnull(cf_sizing_by_name(name));
}
END_TEST

UNIT_MAIN("risk_sizing", rules, choices)

#include "test_model_data.h"

START_TEST(rows)
{
	static const struct {
		const char *name;
		enum cf_kind_id id;
		const char *target;
	} cases[] = { { "holding", CF_KIND_HOLDING, "cash_flow" }, { "plain", CF_KIND_PLAIN, NULL },
	    { "amount", CF_KIND_AMOUNT, "cash_flow" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct cf_kind *k = cf_kind_by_name(cases[i].name);

		ck_assert_ptr_nonnull(k);
		ck_assert_int_eq(k->id, cases[i].id);
		ck_assert_ptr_eq(cf_kind_by_id((uint32_t)k->id), k);
		ck_assert(cases[i].target == NULL ? k->target == NULL : strcmp(k->target, cases[i].target) == 0);
		ck_assert_uint_ge(k->cells, 2);
		ck_assert_uint_le(k->cells, CF_GRID_CELLS_MAX);
	}
	ck_assert_int_eq(cf_kind_of("symbol", 1)->id, CF_KIND_HOLDING);
	ck_assert_int_eq(cf_kind_of("account", 1)->id, CF_KIND_AMOUNT);
	ck_assert_int_eq(cf_kind_of("account", 0)->id, CF_KIND_PLAIN);
	ck_assert_int_eq(cf_kind_of(NULL, 1)->id, CF_KIND_PLAIN);
	ck_assert_ptr_null(cf_kind_by_name("none"));
	ck_assert_ptr_null(cf_kind_by_name(""));
	ck_assert_ptr_null(cf_kind_by_id(0));
	ck_assert_ptr_null(cf_kind_by_id(UINT32_MAX));
}
END_TEST

START_TEST(logs)
{
	static const struct {
		const char *kind;
		double target, log;
	} cases[] = {
		{ "holding", 100, 0 }, { "holding", 271.8281828459045, 1 }, { "holding", 50, -0.6931471805599453 },
		{ "holding", 0, NAN }, { "holding", -5, NAN }, { "holding", NAN, NAN },
		{ "amount", -5, -5 }, { "plain", 100, 100 }, { "plain", 0, 0 }, { "plain", -5, -5 }, { "plain", NAN, NAN },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_near(cf_kind_log(cf_kind_by_name(cases[i].kind), cases[i].target), cases[i].log, 1e-14);
}
END_TEST

/* There and back. */
START_TEST(inverse)
{
	static const double scales[] = { 1e-4, 0.02, 1 }, targets[] = { 1e-3, 50, 99.9, 100, 103, 1e4 };

	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct cf_kind *plain = cf_kind_by_name("plain"), *holding = cf_kind_by_name("holding");

		ck_near(cf_kind_value(plain, 1, cf_kind_log(plain, targets[i])), targets[i], 0);
		for (size_t k = 0; k < COUNT(scales); k++)
			ck_near(cf_kind_value(holding, scales[k], cf_kind_log(holding, targets[i]) / scales[k]), targets[i],
			    1e-12);
	}
}
END_TEST

UNIT_MAIN("model_kind", rows, logs, inverse)

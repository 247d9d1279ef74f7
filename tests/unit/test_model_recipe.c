#include "test_model_data.h"

#include <jansson.h>

#include "model/recipe.h"

#define METRICS(inputs, trees, folds) "{\"kind\":\"holding\",\"target\":\"cash_flow\",\"horizon\":5,\"inputs\":[" inputs "]," \
	"\"parameters\":{\"seed\":7,\"trees\":" trees ",\"mtry\":2,\"min_leaf\":30,\"min_leaf_dates\":4,\"max_depth\":6," \
	"\"sample_fraction\":0.5,\"extra_trees\":true,\"half_life_days\":250,\"folds\":" folds "}}"

static json_t *
parse(const char *text)
{
	json_t *o = json_loads(text, 0, NULL);

	ck_assert_ptr_nonnull(o);
	return (o);
}

START_TEST(reads)
{
	json_t *o = parse(METRICS("\"volatility\"", "20", "3"));
	struct cf_recipe r;

	ck_assert_int_eq(cf_recipe_read(&r, o, NULL), 0);
	ck_assert_str_eq(r.kind->name, "holding");
	ck_assert_str_eq(r.target, "cash_flow");
	ck_assert_int_eq(r.horizon, 5);
	ck_assert(r.params.seed == 7 && r.params.trees == 20 && r.params.mtry == 2 && r.params.min_leaf == 30 &&
	    r.params.min_leaf_dates == 4 && r.params.max_depth == 6 && r.params.sample_fraction == 0.5 &&
	    r.params.extra_trees && r.params.half_life_days == 250 && r.params.folds == 3);
	json_decref(o);
}
END_TEST

START_TEST(refuses_what_is_none)
{
	static const char *const bad[] = { "{}", "{\"kind\":\"x\",\"target\":\"y\",\"inputs\":[]}",
	    "{\"kind\":\"plain\",\"inputs\":[]}", "{\"kind\":\"plain\",\"target\":\"y\"}", METRICS("", "20", "0"),
	    METRICS("", "20", "1000"), METRICS("", "1e9", "5") };
	struct cf_recipe r;
	struct cf_err err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		json_t *o = parse(bad[i]);

		ck_assert_int_eq(cf_recipe_read(&r, o, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		json_decref(o);
	}
}
END_TEST

START_TEST(compares)
{
	static const struct { const char *other; int rivals, same; } cases[] = {
		{ METRICS("\"a\"", "20", "3"), 1, 1 }, { METRICS("\"b\"", "20", "3"), 1, 0 },
		{ METRICS("\"a\"", "21", "3"), 1, 0 }, { METRICS("\"a\",\"b\"", "20", "3"), 1, 0 },
		{ "{\"kind\":\"holding\",\"target\":\"cash_flow\",\"horizon\":20}", 0, 0 },
		{ "{\"kind\":\"plain\",\"target\":\"cash_flow\",\"horizon\":5}", 0, 0 }, { "{}", 0, 0 },
	};
	json_t *o = parse(METRICS("\"a\"", "20", "3"));

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *other = parse(cases[i].other);

		ck_assert_int_eq(cf_recipe_rivals(o, other), cases[i].rivals);
		ck_assert_int_eq(cf_recipe_same(o, other), cases[i].same);
		json_decref(other);
	}
	json_decref(o);
}
END_TEST

UNIT_MAIN("model_recipe", reads, refuses_what_is_none, compares)

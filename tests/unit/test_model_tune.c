/*
 * The search's sets of parameters.
 */
#include "test_model_data.h"

#include "model/tune.h"

static struct cf_fit_params
base_params(uint64_t seed)
{
	struct cf_fit_params p;

	cf_fit_defaults(&p);
	p.min_leaf = 8;
	p.mtry = 3;
	p.seed = seed;
	return (p);
}

static int
alike(const struct cf_fit_params *a, const struct cf_fit_params *b)
{

	return (a->min_leaf == b->min_leaf && a->mtry == b->mtry && a->max_depth == b->max_depth);
}

/* Leaves of 8 by 1, 1/4, 1/2, 2, 4; 3 of ten columns, or 2, 5, all; any depth or 6: forty, each once, the base first. */
START_TEST(sets)
{
	const struct cf_fit_params base = base_params(1);
	struct cf_fit_params t[CF_TUNE_TRIALS_MAX];
	const size_t n = cf_tune_trials(&base, 10, 1000, t);

	ck_assert_uint_eq(n, 40);
	ck_assert(alike(&t[0], &base));
	for (size_t i = 0; i < n; i++) {
		const uint32_t leaf = t[i].min_leaf, mtry = t[i].mtry, depth = t[i].max_depth;

		ck_assert(leaf == 8 || leaf == 2 || leaf == 4 || leaf == 16 || leaf == 32);
		ck_assert(mtry == 3 || mtry == 2 || mtry == 5 || mtry == 10);
		ck_assert(depth == 0 || depth == 6);
		ck_assert_uint_eq(t[i].trees, base.trees);
		ck_assert_uint_eq(t[i].seed, base.seed);
		for (size_t k = 0; k < i; k++)
			ck_assert(!alike(&t[i], &t[k]));
	}
}
END_TEST

/* Fewer are the first of more; the seed decides the order. */
START_TEST(order)
{
	const struct cf_fit_params base = base_params(1), other = base_params(2);
	struct cf_fit_params all[CF_TUNE_TRIALS_MAX], few[CF_TUNE_TRIALS_MAX], seed[CF_TUNE_TRIALS_MAX];
	size_t same = 0;

	cf_tune_trials(&base, 10, CF_TUNE_TRIALS_MAX, all);
	cf_tune_trials(&other, 10, CF_TUNE_TRIALS_MAX, seed);
	for (size_t n = 1; n <= 7; n++) {
		ck_assert_uint_eq(cf_tune_trials(&base, 10, n, few), n);
		for (size_t i = 0; i < n; i++)
			ck_assert(alike(&few[i], &all[i]));
	}
	ck_assert_uint_eq(cf_tune_trials(&base, 10, 0, few), 0);
	for (size_t i = 0; i < CF_TUNE_TRIALS_MAX; i++)
		same += alike(&all[i], &seed[i]) ? 1 : 0;
	ck_assert(alike(&all[0], &seed[0]));
	ck_assert_uint_lt(same, 20);
}
END_TEST

/* Small ones stay possible: leaves of at least a record, at least a column. */
START_TEST(limits)
{
	struct cf_fit_params base = base_params(1), t[CF_TUNE_TRIALS_MAX];
	size_t n;

	base.min_leaf = 1;
	n = cf_tune_trials(&base, 1, CF_TUNE_TRIALS_MAX, t);
	for (size_t i = 0; i < n; i++)
		ck_assert(t[i].min_leaf >= 1 && t[i].mtry >= 1 && (t[i].mtry == 3 || t[i].mtry == 1));
}
END_TEST

UNIT_MAIN("model_tune", sets, order, limits)

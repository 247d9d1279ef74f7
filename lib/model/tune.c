#include "base/rng.h"
#include "model/tune.h"

static const double leaf_factors[] = { 1.0, 0.25, 0.5, 2.0, 4.0 };
static const double mtry_shares[] = { 0.0, 0.2, 0.5, 1.0 };
static const uint32_t depths[] = { 0, 6 };

#define NLEAVES (sizeof(leaf_factors) / sizeof(leaf_factors[0]))
#define NMTRY (sizeof(mtry_shares) / sizeof(mtry_shares[0]))
#define NDEPTHS (sizeof(depths) / sizeof(depths[0]))
#define NALL (NLEAVES * NMTRY * NDEPTHS)

/* Combination number c; number 0 is the base itself. */
static struct cf_fit_params
combination(const struct cf_fit_params * base, size_t columns, size_t c)
{
	struct cf_fit_params p = *base;
	double leaf = leaf_factors[c % NLEAVES] * (double)base->min_leaf;
	double share = mtry_shares[c / NLEAVES % NMTRY];

	p.min_leaf = leaf >= 1 ? (uint32_t)leaf : 1;
	if (share > 0) {
		p.mtry = (uint32_t)(share * (double)columns + 0.5);
		if (p.mtry == 0)
			p.mtry = 1;
	}
	if (c / (NLEAVES * NMTRY) > 0)
		p.max_depth = depths[c / (NLEAVES * NMTRY)];
	return (p);
}

size_t
cf_tune_trials(const struct cf_fit_params * base, size_t columns, size_t n,
    struct cf_fit_params * trials)
{
	struct cf_rng rng = cf_rng_stream(base->seed, CF_RNG_PERMUTE,
	    UINT64_MAX);
	size_t order[NALL];
	size_t i, j, swap;

	if (n > CF_TUNE_TRIALS_MAX)
		n = CF_TUNE_TRIALS_MAX;
	for (i = 0; i < NALL; i++)
		order[i] = i;
	for (i = NALL; i > 2; i--) {
		j = 1 + cf_rng_below(&rng, (uint32_t)i - 1);
		swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
	for (i = 0; i < n; i++)
		trials[i] = combination(base, columns, order[i]);
	return (n);
}

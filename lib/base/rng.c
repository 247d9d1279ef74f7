#include <math.h>

#include "base/rng.h"

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

/* SplitMix64's finalizer: a bijection in which each input bit moves all. */
static uint64_t
mix(uint64_t z)
{

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31));
}

struct cf_rng
cf_rng_stream(uint64_t seed, enum cf_rng_purpose purpose, uint64_t index)
{
	struct cf_rng rng;

	rng.state = mix(seed + GOLDEN);
	rng.state = mix(rng.state ^ ((uint64_t)purpose * GOLDEN));
	rng.state = mix(rng.state + index * UINT64_C(0xd1342543de82ef95));
	return (rng);
}

uint64_t
cf_rng_u64(struct cf_rng * rng)
{

	rng->state += GOLDEN;
	return (mix(rng->state));
}

uint32_t
cf_rng_below(struct cf_rng * rng, uint32_t n)
{
	uint64_t product;
	uint32_t low, threshold;

	/* Lemire 2019: multiply, and redo only the draws that would bias. */
	product = (cf_rng_u64(rng) >> 32) * n;
	low = (uint32_t)product;
	if (low < n) {
		threshold = (uint32_t)(-n) % n;
		while (low < threshold) {
			product = (cf_rng_u64(rng) >> 32) * n;
			low = (uint32_t)product;
		}
	}
	return ((uint32_t)(product >> 32));
}

double
cf_rng_uniform(struct cf_rng * rng)
{

	return ((double)(cf_rng_u64(rng) >> 11) * 0x1p-53);
}

double
cf_rng_normal(struct cf_rng * rng)
{
	double u, v, s;

	do {
		u = 2.0 * cf_rng_uniform(rng) - 1.0;
		v = 2.0 * cf_rng_uniform(rng) - 1.0;
		s = u * u + v * v;
	} while (s >= 1.0 || s == 0.0);
	return (u * sqrt(-2.0 * log(s) / s));
}

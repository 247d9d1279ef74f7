#ifndef CF_BASE_RNG_H_
#define CF_BASE_RNG_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Random streams.  Every use of chance in the suite draws from a stream of
 * its own, named by (seed, purpose, index): tree 17 of the final fit draws the
 * same numbers whoever grows it, in whatever order, on any thread or shard.
 * The generator is SplitMix64 (Steele, Lea, Flood 2014), a counter passed
 * through a mixing function; a stream's start is the mixed hash of its name.
 * GSL's generators keep their state on the heap and are slow to seed, which
 * does not suit thousands of short streams.
 */

/* One row for each use; never renumber, results depend on it. */
enum cf_rng_purpose {
	CF_RNG_TREE = 1,	/* index: tree number. */
	CF_RNG_FOLD_TREE = 2,	/* index: fold << 32 | tree. */
	CF_RNG_BOOTSTRAP = 3,	/* index: resample number. */
	CF_RNG_PERMUTE = 4,	/* index: column. */
	CF_RNG_SIMULATE = 5,	/* index: path. */
	CF_RNG_BACKOFF = 6,	/* index: attempt. */
	CF_RNG_TEST = 7
};

struct cf_rng {
	uint64_t state;
};

/**
 * cf_rng_stream(seed, purpose, index):
 * Return the stream of that name at its start.
 */
struct cf_rng cf_rng_stream(uint64_t seed, enum cf_rng_purpose purpose,
    uint64_t index);

/**
 * cf_rng_u64(rng):
 * Return the next 64 bits.
 */
uint64_t cf_rng_u64(struct cf_rng * rng);

/**
 * cf_rng_below(rng, n):
 * Return a number uniform in 0 .. n-1, without bias; ${n} is at least 1.
 */
uint32_t cf_rng_below(struct cf_rng * rng, uint32_t n);

/**
 * cf_rng_uniform(rng):
 * Return a number uniform in [0, 1) with 53 random bits.
 */
double cf_rng_uniform(struct cf_rng * rng);

/**
 * cf_rng_normal(rng):
 * Return a standard normal number (Marsaglia's polar method, 1964; the second
 * number of the pair is dropped, so that a stream has no hidden state).
 */
double cf_rng_normal(struct cf_rng * rng);

#endif /* !CF_BASE_RNG_H_ */

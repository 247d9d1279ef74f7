#include "serve/rate.h"

#define MINUTE_US 60000000
#define PROBES 8

/* The moment a bucket is full, or 0 where it is, or the clock was set back. */
static uint64_t
full_at(uint64_t until, uint64_t now)
{

	return (until <= now || until > now + 2 * (uint64_t)MINUTE_US ? 0 :
	    until);
}

/* The bucket of that who, or NULL and in *best the place it may claim. */
static struct cf_shared_bucket *
look(struct cf_shared * s, uint64_t who, uint64_t now,
    struct cf_shared_bucket ** best, uint64_t * there)
{
	struct cf_shared_bucket * b;
	uint64_t until, least = UINT64_MAX, had;
	size_t i;

	for (i = 0; i < PROBES; i++) {
		b = &s->file->buckets[(who + i) & (CF_SHARED_BUCKETS - 1)];
		had = atomic_load(&b->who);
		until = full_at(atomic_load(&b->until_us), now);
		/* After the time: it may be one that claims it just now. */
		if (had == who || atomic_load(&b->who) == who)
			return (b);
		if (until < least) {
			least = until;
			*best = b;
			*there = had;
		}
	}
	return (NULL);
}

/* The bucket of that who: its own, a free one, or the one nearest to full. */
static struct cf_shared_bucket *
find(struct cf_shared * s, uint64_t who, uint64_t now)
{
	struct cf_shared_bucket * b;
	struct cf_shared_bucket * best = NULL;
	uint64_t there = 0, until;
	int tries;

	/* Who loses its place to another looks again, but not for ever. */
	for (tries = 0; tries < PROBES; tries++) {
		if ((b = look(s, who, now, &best, &there)) != NULL)
			return (b);
		until = atomic_load_explicit(&best->until_us,
		    memory_order_relaxed);
		if (!atomic_compare_exchange_strong_explicit(&best->who,
		    &there, who, memory_order_relaxed, memory_order_relaxed))
			continue;
		/*
		 * What the displaced one owed is forgotten, but never what
		 * somebody has taken here since: then the exchange fails.
		 */
		if (full_at(until, now) > 0)
			atomic_compare_exchange_strong_explicit(
			    &best->until_us, &until, 0, memory_order_relaxed,
			    memory_order_relaxed);
		break;
	}
	return (best);
}

uint64_t
cf_rate_take(struct cf_shared * s, uint64_t who, uint64_t limit,
    uint64_t now)
{
	struct cf_shared_bucket * b = find(s, who, now);
	uint64_t step = MINUTE_US / limit > 0 ? MINUTE_US / limit : 1;
	uint64_t old, next;

	old = atomic_load_explicit(&b->until_us, memory_order_relaxed);
	do {
		next = full_at(old, now);
		next = (next > 0 ? next : now) + step;
		/* By step * limit, for rounding takes some of the minute. */
		if (next > now + step * limit)
			return (next - now - step * limit);
	} while (!atomic_compare_exchange_weak_explicit(&b->until_us, &old,
	    next, memory_order_relaxed, memory_order_relaxed));
	return (0);
}

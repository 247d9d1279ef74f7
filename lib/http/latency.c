#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "http/latency.h"

#define HALF_BITS 10
#define HALF (1 << HALF_BITS)		/* Cells of a doubling. */
#define MAX_BITS 40			/* Durations have so many bits. */
#define CELLS ((MAX_BITS - HALF_BITS + 1) * HALF)

struct cf_latency {
	uint64_t cells[CELLS];
	uint64_t n;
	double sum_s;
	double most_s;
};

/*
 * A duration below 2 HALF is its own cell.  One of more bits is cut to its
 * first HALF_BITS + 1, which lie in HALF .. 2 HALF - 1, and each bit cut moves
 * it HALF cells up.
 */
static size_t
cell_of(uint64_t us)
{
	unsigned cut = 0;

	while (us >> cut >= 2 * HALF)
		cut++;
	return ((size_t)cut * HALF + (size_t)(us >> cut));
}

/* The middle of the durations in a cell. */
static double
cell_us(size_t cell)
{
	size_t cut = cell < (size_t)2 * HALF ? 0 : cell / HALF - 1;
	uint64_t least = (uint64_t)(cell - cut * HALF) << cut;

	return ((double)least + 0.5 * (double)((UINT64_C(1) << cut) - 1));
}

struct cf_latency *
cf_latency_new(struct cf_err * err)
{

	return (cf_mem_array(1, sizeof(struct cf_latency), err));
}

void
cf_latency_add(struct cf_latency * l, double seconds)
{
	const double limit = (double)((UINT64_C(1) << MAX_BITS) - 1);
	double us;

	if (!(seconds > 0))
		seconds = 0;
	us = floor(seconds * 1e6 + 0.5);
	l->cells[cell_of((uint64_t)(us < limit ? us : limit))]++;
	l->n++;
	l->sum_s += seconds;
	if (seconds > l->most_s)
		l->most_s = seconds;
}

uint64_t
cf_latency_count(const struct cf_latency * l)
{

	return (l->n);
}

double
cf_latency_quantile(const struct cf_latency * l, double p)
{
	double rank = ceil(p * (double)l->n);
	uint64_t sum = 0;
	double at;
	size_t i;

	if (l->n == 0)
		return (NAN);
	if (rank < 1)
		rank = 1;
	for (i = 0; i < CELLS; i++) {
		sum += l->cells[i];
		if ((double)sum >= rank)
			break;
	}
	/* The last of all is known better than by its cell. */
	at = cell_us(i) * 1e-6;
	return (rank >= (double)l->n || at > l->most_s ? l->most_s : at);
}

double
cf_latency_mean(const struct cf_latency * l)
{

	if (l->n == 0)
		return (NAN);
	return (l->sum_s / (double)l->n);
}

void
cf_latency_free(struct cf_latency * l)
{

	free(l);
}

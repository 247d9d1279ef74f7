#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "drift/fdr.h"

struct ranked {
	double p;
	size_t index;
};

static int
by_p(const void * a, const void * b)
{
	const struct ranked * x = a, * y = b;

	if (x->p != y->p)
		return (x->p < y->p ? -1 : 1);
	return ((x->index > y->index) - (x->index < y->index));
}

/* 1 + 1/2 + ... + 1/n */
static double
harmonic(size_t n)
{
	double sum = 0;

	for (; n > 0; n--)
		sum += 1 / (double)n;
	return (sum);
}

int
cf_fdr_adjust(const double * p, size_t n, double * q, struct cf_err * err)
{
	struct ranked * r;
	double least = 1, factor, x;
	size_t i, k = 0;

	if ((r = cf_mem_array(n, sizeof(*r), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		q[i] = p[i];
		if (isnan(p[i]))
			continue;
		r[k].p = p[i];
		r[k++].index = i;
	}
	qsort(r, k, sizeof(*r), by_p);
	factor = (double)k * harmonic(k);
	/* From the largest down: no q exceeds that of a larger p. */
	for (i = k; i-- > 0; ) {
		x = r[i].p * factor / (double)(i + 1);
		least = fmin(least, x);
		q[r[i].index] = least;
	}
	free(r);
	return (0);
}

double
cf_fdr_least(size_t n, double rate)
{

	return (n > 0 ? rate / ((double)n * harmonic(n)) : rate);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drift/blocks.h"
#include "drift/duel.h"
#include "score/score.h"

#define REPLICATES 1999
#define OVERLAP_BLOCK 3		/* Blocks are that times the overlap. */

int
cf_duel_add(struct cf_duel_pairs * pairs, int64_t time_s, double champion,
    double challenger, struct cf_err * err)
{
	struct cf_duel_pair * p;

	if (cf_mem_grow(&pairs->items, &pairs->capacity, pairs->n + 1,
	    sizeof(*pairs->items), err))
		return (-1);
	p = &pairs->items[pairs->n++];
	p->time_s = time_s;
	p->champion = champion;
	p->challenger = challenger;
	return (0);
}

/* ---- joining: the rows of both by day, entity and horizon */

struct ranked {
	size_t entity;		/* Number of the champion's. */
	const struct cf_joined_row * row;
};

static int
compare(const struct ranked * x, const struct ranked * y)
{

	if (x->row->date_s != y->row->date_s)
		return (x->row->date_s < y->row->date_s ? -1 : 1);
	if (x->entity != y->entity)
		return (x->entity < y->entity ? -1 : 1);
	return ((x->row->horizon > y->row->horizon) -
	    (x->row->horizon < y->row->horizon));
}

static int
by_key(const void * a, const void * b)
{

	return (compare(a, b));
}

/* The rows of `j` later than after_s whose entity is among the names. */
static struct ranked *
rank(const struct cf_joined * j, const struct cf_names * names,
    int64_t after_s, size_t * n, struct cf_err * err)
{
	const struct cf_joined_row * row;
	struct ranked * r;
	const char * name;
	size_t i, len;

	*n = 0;
	if ((r = cf_mem_array(j->n, sizeof(*r), err)) == NULL)
		return (NULL);
	for (i = 0; i < j->n; i++) {
		row = &j->rows[i];
		if (row->date_s <= after_s)
			continue;
		r[*n].row = row;
		r[*n].entity = 0;
		if (j->entities.n > 0) {
			name = cf_names_get(&j->entities, row->entity, &len);
			if (!cf_names_find(names, name, len, &r[*n].entity))
				continue;
		}
		(*n)++;
	}
	if (*n > 0)
		qsort(r, *n, sizeof(*r), by_key);
	return (r);
}

static double
loss(const struct cf_joined_row * r)
{

	return (cf_score_winkler(r->level, r->low, r->high, r->outcome));
}

int
cf_duel_join(struct cf_duel_pairs * pairs, const struct cf_joined * champion,
    const struct cf_joined * challenger, int64_t after_s,
    struct cf_err * err)
{
	struct ranked * a, * b = NULL;
	size_t i, j = 0, na, nb;
	int rc = -1;

	a = rank(champion, &champion->entities, after_s, &na, err);
	b = rank(challenger, &champion->entities, after_s, &nb, err);
	if (a == NULL || b == NULL)
		goto done;
	for (i = 0; i < na; i++) {
		while (j < nb && compare(&b[j], &a[i]) < 0)
			j++;
		if (j == nb)
			break;
		if (compare(&b[j], &a[i]) != 0 ||
		    fabs(a[i].row->level - b[j].row->level) > 1e-9)
			continue;
		if (cf_duel_add(pairs, a[i].row->time_s, loss(a[i].row),
		    loss(b[j].row), err))
			goto done;
		if (!champion->is_ledger && a[i].row->horizon >
		    (double)pairs->overlap)
			pairs->overlap = (size_t)a[i].row->horizon;
	}
	rc = 0;
done:
	free(a);
	free(b);
	return (rc);
}

/* ---- judging */

static int
by_time(const void * a, const void * b)
{
	const struct cf_duel_pair * x = a, * y = b;

	return ((x->time_s > y->time_s) - (x->time_s < y->time_s));
}

/* Differences by date; sums of the dates' mean losses go to the duel. */
static void
by_dates(const struct cf_duel_pairs * pairs, struct cf_duel * duel,
    double * x)
{
	double champion, challenger, n;
	size_t i, j;

	for (i = 0; i < pairs->n; i = j) {
		champion = challenger = 0;
		for (j = i; j < pairs->n &&
		    pairs->items[j].time_s == pairs->items[i].time_s; j++) {
			champion += pairs->items[j].champion;
			challenger += pairs->items[j].challenger;
		}
		n = (double)(j - i);
		duel->champion += champion / n;
		duel->challenger += challenger / n;
		x[duel->dates++] = (challenger - champion) / n;
	}
}

/* The standard error of the mean of n values that depend on their past. */
static int
standard_error(const double * x, size_t n, size_t overlap, uint64_t seed,
    double * error, struct cf_err * err)
{
	struct cf_blocks blocks = { .n = n, .days = n };
	double mean, sum = 0, squares = 0;
	struct cf_rng rng;
	size_t k, i;

	blocks.length = cf_blocks_length(x, n);
	if (overlap > 1 && OVERLAP_BLOCK * overlap > blocks.length)
		blocks.length = OVERLAP_BLOCK * overlap;
	/* Two blocks at least, or nothing varies. */
	if (blocks.length > n / 2)
		blocks.length = n / 2;
	blocks.starts = cf_mem_array(cf_blocks_pieces(n, blocks.length),
	    sizeof(*blocks.starts), err);
	if (blocks.starts == NULL)
		return (-1);
	for (k = 0; k < REPLICATES; k++) {
		rng = cf_rng_stream(seed, CF_RNG_BOOTSTRAP, k);
		cf_blocks_draw(&blocks, &rng);
		mean = 0;
		for (i = 0; i < n; i++)
			mean += x[cf_blocks_day(&blocks, i)] / (double)n;
		sum += mean / REPLICATES;
		squares += mean * mean / REPLICATES;
	}
	free(blocks.starts);
	*error = sqrt(fmax(squares - sum * sum, 0)) *
	    cf_blocks_shortfall(x, n, blocks.length);
	return (0);
}

int
cf_duel_judge(struct cf_duel_pairs * pairs, double margin, uint64_t seed,
    struct cf_duel * duel, struct cf_err * err)
{
	double * x;
	int rc = 0;

	memset(duel, 0, sizeof(*duel));
	duel->pairs = pairs->n;
	duel->error = (double)NAN;
	if ((x = cf_mem_array(pairs->n, sizeof(*x), err)) == NULL)
		return (-1);
	if (pairs->n > 0)
		qsort(pairs->items, pairs->n, sizeof(*pairs->items), by_time);
	by_dates(pairs, duel, x);
	/* NaN without dates. */
	duel->champion /= (double)duel->dates;
	duel->challenger /= (double)duel->dates;
	duel->difference = duel->challenger - duel->champion;
	if (duel->dates >= 2)
		rc = standard_error(x, duel->dates, pairs->overlap, seed,
		    &duel->error, err);
	duel->refused = duel->difference > duel->error &&
	    duel->difference > margin * duel->champion;
	free(x);
	return (rc);
}

void
cf_duel_free(struct cf_duel_pairs * pairs)
{

	free(pairs->items);
	memset(pairs, 0, sizeof(*pairs));
}

#ifndef CF_FEATURE_WINDOW_H_
#define CF_FEATURE_WINDOW_H_

#include <math.h>
#include <stddef.h>

/*
 * Windows over the last n values, and averages that never forget: the parts of
 * which machines are made.
 *
 * A sum kept by adding what comes and subtracting what goes drifts, and one
 * value of 1e300 ruins it for good.  So nothing is ever subtracted here.  The
 * values are cut into blocks of n.  The window is the end of the old block and
 * the beginning of the new one; the sum over a beginning is kept as it grows,
 * the sums over all ends of a block are worked out when the block is full, from
 * its last value backwards.  That is three additions per value, and what has
 * left the window has left the sum:
 *
 *	old block  [ . . . . E E E E E ]    data[at] = sum of the Es
 *	new block  [ B B B B ]              head     = sum of the Bs
 *
 * The ends take the room of the values they are made of: slot i of the new
 * block is free from the moment when slot i of the old one leaves.
 *
 * Structs hold no pointers and the values lie in `data`, which the caller owns,
 * so a state may be copied.  All start zeroed but for their parameters.
 */

/* Sum of the last n values; n doubles of data. */
struct cf_window_sum {
	size_t n;
	size_t at;		/* Values in the new block. */
	int full;		/* There is an old block. */
	double head;
};

/*
 * Mean and squared deviations of the last n values; 2n doubles of data.  A NaN
 * is a hole: it takes a place and adds nothing.  (Whoever pushes holes counts
 * the others, and takes the sums by cf_window_dev_sums.)
 */
struct cf_window_dev {
	size_t n;
	size_t at;
	int full;
	double over_n;		/* 1 / n */
	/*
	 * Values count from the anchor, the last value of the old block, which
	 * is in the window as long as that block is.  Therefore the square of
	 * the mean is never more than n times the variance, and a deviation
	 * small beside its level keeps its digits.
	 */
	double anchor;
	double sum;		/* Of the new block, from the anchor. */
	double squares;
};

/* Sum of the last n values weighted 1 .. n, oldest first; 2n of data. */
struct cf_window_weighted {
	size_t n;
	size_t at;
	int full;
	double sum;
	double weighted;
};

/* Greatest of the last n values, the newest of equals; 2n of data. */
struct cf_window_top {
	size_t n;
	size_t first;		/* A queue of candidates, falling. */
	size_t len;
	double row;		/* Values seen. */
};

/* The value n before; n of data. */
struct cf_window_lag {
	size_t n;
	size_t at;
	int full;
};

/*
 * Exponential average that begins with the mean of the first n values and then
 * becomes keep * average + (x - keep * x).  Written so, a value of 1e300 that has
 * passed leaves no more behind than it should, and equal values give just
 * themselves: x - keep * x is exact where keep is a half or more.
 */
struct cf_window_ema {
	double n;
	double keep;
	double seen;
	double value;
};

/* A sum that never ends, with the lost low digits beside it (Neumaier 1974). */
struct cf_window_total {
	double sum;
	double rest;
};

/*
 * A block of n values is full: make its ends.  (Not given the window itself, so
 * that it may live in registers.)
 */
void cf_window_sum_turn(double * data, size_t n);
void cf_window_dev_turn(double * data, size_t n, double anchor);
double cf_window_dev_anchor(const double * data, size_t n);
void cf_window_weighted_turn(double * data, size_t n);

/**
 * cf_window_sum(w, data, x):
 * Take ${x}; return the sum, NaN while there are fewer than n values.
 */
static inline double
cf_window_sum(struct cf_window_sum * w, double * data, double x)
{

	data[w->at] = x;
	w->head += x;
	if (++w->at == w->n) {
		cf_window_sum_turn(data, w->n);
		w->head = 0;
		w->at = 0;
		w->full = 1;
	}
	return (w->full ? w->head + data[w->at] : (double)NAN);
}

/**
 * cf_window_dev_sums(w, data, x, sum, squares):
 * Take ${x}; set the sums of the distances from the anchor and of their
 * squares.  Return 1, or 0 while there are fewer than n values.
 */
static inline int
cf_window_dev_sums(struct cf_window_dev * w, double * data, double x,
    double * sum, double * squares)
{
	double d;

	if (w->at == 0 && !w->full)
		w->anchor = isnan(x) ? 0 : x;
	d = x - w->anchor;
	data[w->at] = x;
	if (!isnan(d)) {
		w->sum += d;
		w->squares += d * d;
	}
	if (++w->at == w->n) {
		w->anchor = cf_window_dev_anchor(data, w->n);
		cf_window_dev_turn(data, w->n, w->anchor);
		w->sum = 0;
		w->squares = 0;
		w->at = 0;
		w->full = 1;
	}
	if (!w->full)
		return (0);
	*sum = w->sum + data[w->at];
	*squares = w->squares + data[w->n + w->at];
	return (1);
}

/**
 * cf_window_dev(w, data, x, mean, squares):
 * Take ${x}, no hole; set the mean and the sum of squared deviations from it.
 * Return 1, or 0 while there are fewer than n values.
 */
static inline int
cf_window_dev(struct cf_window_dev * w, double * data, double x,
    double * mean, double * squares)
{
	double d, s, q;

	if (!cf_window_dev_sums(w, data, x, &s, &q))
		return (0);
	d = s * w->over_n;
	q -= s * d;
	*mean = w->anchor + d;
	*squares = q > 0 || isnan(q) ? q : 0;
	return (1);
}

/**
 * cf_window_weighted(w, data, x):
 * Take ${x}; return the weighted sum, NaN while there are fewer than n values.
 */
static inline double
cf_window_weighted(struct cf_window_weighted * w, double * data, double x)
{

	data[w->at++] = x;
	w->sum += x;
	w->weighted += (double)w->at * x;
	if (w->at == w->n) {
		cf_window_weighted_turn(data, w->n);
		w->sum = 0;
		w->weighted = 0;
		w->at = 0;
		w->full = 1;
	}
	if (!w->full)
		return ((double)NAN);
	return (data[w->n + w->at] + w->weighted +
	    (double)(w->n - w->at) * w->sum);
}

/**
 * cf_window_top(w, data, x, age):
 * Take ${x}; return the greatest value and set *${age} to the number of values
 * since it; NaN while there are fewer than n.
 */
static inline double
cf_window_top(struct cf_window_top * w, double * data, double x, double * age)
{
	double * rows = data + w->n;
	size_t last;

	w->row++;
	if (w->len > 0 && rows[w->first] <= w->row - (double)w->n) {
		w->first = w->first + 1 == w->n ? 0 : w->first + 1;
		w->len--;
	}
	for (; w->len > 0; w->len--) {
		last = w->first + w->len - 1;
		if (last >= w->n)
			last -= w->n;
		if (data[last] > x)
			break;
	}
	last = w->first + w->len++;
	if (last >= w->n)
		last -= w->n;
	data[last] = x;
	rows[last] = w->row;
	*age = w->row - rows[w->first];
	return (w->row >= (double)w->n ? data[w->first] : (double)NAN);
}

/**
 * cf_window_lag(w, data, x):
 * Take ${x}; return the value taken n before it, or NaN.
 */
static inline double
cf_window_lag(struct cf_window_lag * w, double * data, double x)
{
	double old = w->full ? data[w->at] : (double)NAN;

	data[w->at] = x;
	if (++w->at == w->n) {
		w->at = 0;
		w->full = 1;
	}
	return (old);
}

/**
 * cf_window_ema_init(e, n, keep):
 * Make ready an average that begins with the mean of ${n} values.
 */
static inline void
cf_window_ema_init(struct cf_window_ema * e, double n, double keep)
{

	e->n = n;
	e->keep = keep;
	e->seen = 0;
	e->value = 0;
}

/**
 * cf_window_wilder_init(e, n):
 * The same for Wilder's average, which moves by 1 / n of the distance.
 */
static inline void
cf_window_wilder_init(struct cf_window_ema * e, double n)
{

	cf_window_ema_init(e, n, (n - 1) / n);
}

/**
 * cf_window_ema(e, x):
 * Take ${x}; return the average, NaN while there are fewer than n values.
 */
static inline double
cf_window_ema(struct cf_window_ema * e, double x)
{

	double kept = e->keep * x;

	if (e->seen < e->n) {
		/* A mean that is exact where the values are all the same. */
		e->seen++;
		e->value += (x - e->value) / e->seen;
		return (e->seen < e->n ? (double)NAN : e->value);
	}
	e->value = e->keep * e->value + (x - kept);
	return (e->value);
}

/**
 * cf_window_total(t, x):
 * Add ${x}, unless the sum would pass what a double holds; return the sum.
 */
static inline double
cf_window_total(struct cf_window_total * t, double x)
{
	double sum = t->sum + x;

	if (!isfinite(sum))
		return ((double)NAN);
	t->rest += fabs(t->sum) >= fabs(x) ? (t->sum - sum) + x :
	    (x - sum) + t->sum;
	t->sum = sum;
	return (sum + t->rest);
}

#endif /* !CF_FEATURE_WINDOW_H_ */

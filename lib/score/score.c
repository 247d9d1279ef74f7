#include <math.h>

#include <gsl/gsl_cdf.h>

#include "score/score.h"

double
cf_score_pinball(double p, double quantile, double outcome)
{
	double d = outcome - quantile;

	return (d >= 0 ? p * d : (p - 1.0) * d);
}

double
cf_score_winkler(double level, double low, double high, double outcome)
{
	double penalty = 2.0 / (1.0 - level);

	if (outcome < low)
		return (high - low + penalty * (low - outcome));
	if (outcome > high)
		return (high - low + penalty * (outcome - high));
	return (high - low);
}

/* n * ln(p), where 0 * ln(0) is 0. */
static double
times_log(double n, double p)
{

	return (n > 0 ? n * log(p) : 0.0);
}

/* Rounding can leave a ratio of equal likelihoods a little below 0. */
static double
chi_square_p(double likelihood_ratio)
{

	return (gsl_cdf_chisq_Q(fmax(likelihood_ratio, 0.0), 1.0));
}

double
cf_score_smape(double forecast, double outcome)
{
	double size = fabs(forecast) + fabs(outcome);

	return (size > 0 ? 200.0 * fabs(forecast - outcome) / size : 0.0);
}

double
cf_score_kupiec(double n, double hits, double level)
{
	double share, expected, found;

	if (!(n > 0))
		return (NAN);
	share = hits / n;
	expected = times_log(hits, level) + times_log(n - hits, 1.0 - level);
	found = times_log(hits, share) + times_log(n - hits, 1.0 - share);
	return (chi_square_p(2.0 * (found - expected)));
}

double
cf_score_christoffersen(const struct cf_score_runs * runs)
{
	double after_miss = runs->n[0][0] + runs->n[0][1];
	double after_hit = runs->n[1][0] + runs->n[1][1];
	double hits = runs->n[0][1] + runs->n[1][1];
	double n = after_miss + after_hit;
	double all, p0, p1, same, apart;

	if (!(n > 0))
		return (NAN);
	all = hits / n;
	p0 = after_miss > 0 ? runs->n[0][1] / after_miss : 0;
	p1 = after_hit > 0 ? runs->n[1][1] / after_hit : 0;
	same = times_log(hits, all) + times_log(n - hits, 1.0 - all);
	apart = times_log(runs->n[0][1], p0) +
	    times_log(runs->n[0][0], 1.0 - p0) +
	    times_log(runs->n[1][1], p1) +
	    times_log(runs->n[1][0], 1.0 - p1);
	return (chi_square_p(2.0 * (apart - same)));
}

void
cf_score_errors_add(struct cf_score_errors * errors, double forecast,
    double outcome)
{
	double d = forecast - outcome;

	errors->n++;
	errors->sum += d;
	errors->sum_squares += d * d;
	errors->sum_absolute += fabs(d);
}

double
cf_score_rmse(const struct cf_score_errors * errors)
{

	return (sqrt(errors->sum_squares / (double)errors->n));
}

double
cf_score_mae(const struct cf_score_errors * errors)
{

	return (errors->sum_absolute / (double)errors->n);
}

double
cf_score_bias(const struct cf_score_errors * errors)
{

	return (errors->sum / (double)errors->n);
}

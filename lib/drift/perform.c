#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/mem.h"
#include "drift/blocks.h"
#include "drift/daily.h"
#include "drift/months.h"
#include "drift/perform.h"
#include "drift/sequential.h"
#include "score/score.h"

#define ACCURACY_LEVEL 0.9	/* Of the interval it is the accuracy of. */
#define WINDOW_MIN 20		/* Days; fewer are not judged. */
#define HISTORY_DAYS 500	/* Before the window, at most. */
#define ADWIN_DELTA 0.002
#define ADWIN_RANGE 8.0		/* Scores are cut to -4 .. 4. */
#define OVERLAP_BLOCK 3		/* Blocks are that times the overlap. */
#define ALPHA_PARTS 3		/* See perform.h. */
#define BINOMIAL_TAIL 0.025	/* On each side. */

struct performing {
	const struct cf_perform_params * params;
	int is_ledger;
	struct cf_daily daily;
	const struct cf_daily_day * days;	/* Baseline, then tested. */
	size_t baseline;
	size_t tested;		/* Days that the detectors look at. */
	const struct cf_daily_day * window;
	size_t nwindow;
	struct cf_daily_day sum;	/* Of the window. */
	struct cf_months months;
	double effective;	/* Independent cases in the window. */
	double worth;		/* Independent days in a day. */
	double * scores;	/* Of baseline and tested days. */
};

static double
accuracy(const struct performing * p)
{

	return (p->sum.hits / p->sum.n);
}

/* Mean level of the intervals, without the noise of the sum. */
static double
level_of(const struct performing * p)
{

	return (round(p->sum.level / p->sum.n * 1e9) / 1e9);
}

/* How far accuracy may fall in a quiet month. */
static double
fall(const struct performing * p)
{

	return (cf_months_quantile(p->months.accuracy, p->months.n,
	    p->params->alpha / ALPHA_PARTS));
}

/* Is there enough to call anything drift? */
static int
can_tell(const struct performing * p, struct cf_finding * f)
{

	if (p->months.floor <= p->params->alpha / ALPHA_PARTS)
		return (1);
	f->detail = "too few independent days to tell";
	return (0);
}

static void
test_accuracy(const struct performing * p, struct cf_finding * f)
{
	double least = p->params->least_accuracy * level_of(p) /
	    ACCURACY_LEVEL;

	f->value = accuracy(p);
	f->expected = level_of(p);
	f->low = fmin(f->expected + fall(p), least);
	if (f->value < f->low && can_tell(p, f))
		f->state = CF_FINDINGS_DRIFT;
	else if (f->value < fmax(f->expected + fall(p), least))
		f->state = CF_FINDINGS_WATCH;
}

static void
test_drop(const struct performing * p, struct cf_finding * f)
{
	double training = p->params->training;

	if (isnan(training)) {
		f->detail = "accuracy in training is not known";
		return;
	}
	f->value = 1 - accuracy(p) / training;
	f->expected = 0;
	f->high = fmax(-fall(p) / training, p->params->most_drop);
	if (f->value > f->high && can_tell(p, f))
		f->state = CF_FINDINGS_DRIFT;
	else if (f->value > fmin(-fall(p) / training, p->params->most_drop))
		f->state = CF_FINDINGS_WATCH;
}

/* The least share of n cases that is reached with probability `tail`. */
static double
binomial_quantile(double n, double share, double tail)
{
	unsigned int cases = (unsigned int)fmax(floor(n), 1), k = 0;

	while (k < cases && gsl_cdf_binomial_P(k, share, cases) < tail)
		k++;
	return ((double)k / (double)cases);
}

static void
test_coverage(const struct performing * p, struct cf_finding * f)
{

	f->value = accuracy(p);
	f->expected = level_of(p);
	f->low = binomial_quantile(p->effective, f->expected, BINOMIAL_TAIL);
	f->high = binomial_quantile(p->effective, f->expected,
	    1 - BINOMIAL_TAIL);
	f->p = cf_score_kupiec(p->effective, f->value * p->effective,
	    f->expected);
	if (f->value < f->low || f->value > f->high)
		f->state = CF_FINDINGS_WATCH;
}

static void
test_bias(const struct performing * p, struct cf_finding * f)
{

	f->value = p->sum.error / p->sum.n;
	f->expected = 0;
	f->high = cf_months_quantile(p->months.bias, p->months.n,
	    1 - p->params->alpha);
	f->low = -f->high;
	if (f->value < f->low || f->value > f->high)
		f->state = CF_FINDINGS_WATCH;
}

static void
test_wape(const struct performing * p, struct cf_finding * f)
{

	if (p->sum.outcome > 0)
		f->value = p->sum.absolute / p->sum.outcome;
}

static void
test_one_minus_wape(const struct performing * p, struct cf_finding * f)
{

	test_wape(p, f);
	f->value = 1 - f->value;
}

static void
test_page_hinkley(const struct performing * p, struct cf_finding * f)
{
	double training = p->params->training;
	const struct cf_daily_day * tested = p->days + p->baseline;
	struct cf_daily_day since;
	size_t i, start, count = 0;

	f->value = cf_sequential_page_hinkley(p->scores + p->baseline,
	    p->tested, CF_MONTHS_DELTA, &start);
	f->high = cf_months_quantile(p->months.page_hinkley, p->months.n,
	    1 - p->params->alpha / ALPHA_PARTS);
	for (i = 0; i < p->months.n; i++)
		count += p->months.page_hinkley[i] >= f->value;
	f->p = fmax((double)(count + 1) / (double)(p->months.n + 1),
	    p->months.floor);
	if (!(f->value > f->high))
		return;
	f->state = CF_FINDINGS_WATCH;
	since = cf_daily_sum(tested + start, p->tested - start);
	f->n = since.n;
	if (isnan(training))
		training = level_of(p);
	if (1 - since.hits / since.n / training > p->params->most_drop &&
	    can_tell(p, f))
		f->state = CF_FINDINGS_DRIFT;
}

static void
test_adwin(const struct performing * p, struct cf_finding * f)
{
	struct cf_sequential_cut cut = { 0, 0, 0 };
	size_t n = p->baseline + p->tested;

	f->high = 0;
	f->value = 0;
	if (cf_sequential_adwin(p->scores, n, ADWIN_RANGE, ADWIN_DELTA,
	    p->worth, &cut) == 0 || cut.at < p->baseline)
		return;
	f->value = cut.after - cut.before;
	if (f->value > 0)
		f->state = CF_FINDINGS_WATCH;
}

static const struct {
	const char * name;
	void (*run)(const struct performing *, struct cf_finding *);
	int of_ledger;		/* Only. */
} tests[] = {
	{ "accuracy", test_accuracy, 0 },
	{ "relative_drop", test_drop, 0 },
	{ "coverage", test_coverage, 0 },
	{ "bias", test_bias, 0 },
	{ "wape", test_wape, 1 },
	{ "one_minus_wape", test_one_minus_wape, 1 },
	{ "page_hinkley", test_page_hinkley, 0 },
	{ "adwin", test_adwin, 0 },
};

/* Choose the days of window, baseline and tests. */
static void
choose(struct performing * p, struct cf_findings * all)
{
	size_t n = p->daily.n, history;

	p->nwindow = n < p->params->window ? n : p->params->window;
	history = n - p->nwindow;
	p->window = p->daily.days + history;
	p->sum = cf_daily_sum(p->window, p->nwindow);
	if (history > HISTORY_DAYS)
		history = HISTORY_DAYS;
	p->days = p->window - history;
	/* As much before as within, at least, or the first half of it all. */
	n = history + p->nwindow;
	p->baseline = history >= p->nwindow ? history : n / 2;
	p->tested = n - p->baseline;
	all->days = p->nwindow;
	all->reference_days = history;
	all->has_dates = p->nwindow > 0;
	if (p->nwindow > 0) {
		all->from_s = p->window[0].time_s;
		all->to_s = p->window[p->nwindow - 1].time_s;
	}
}

static size_t
block_length(const struct performing * p, const double * score,
    const double * hit, size_t n)
{
	size_t length = cf_blocks_length(score, n);
	size_t other = cf_blocks_length(hit, n);

	if (other > length)
		length = other;
	/* Cutting a series into blocks loses what reaches over the cuts. */
	other = OVERLAP_BLOCK * p->daily.overlap;
	if (p->daily.overlap > 1 && other > length)
		length = other;
	return (length < n ? length : n);
}

/*
 * How much farther than a normal quantile Student's lies, where the standard
 * deviation is that of as many blocks.
 */
static double
student(const struct performing * p, double blocks)
{
	double tail = p->params->alpha / ALPHA_PARTS;

	return (gsl_cdf_tdist_Qinv(tail, fmax(blocks - 1, 2)) /
	    gsl_cdf_ugaussian_Qinv(tail));
}

/* Daily shares of hits and scores: what tells how days depend on others. */
static int
dependence(struct performing * p, const struct cf_daily_day * days, size_t n,
    struct cf_months_params * mp, struct cf_err * err)
{
	double wide, share, variance = 0, level = level_of(p);
	double * x, * hit;
	size_t i;

	if ((x = cf_mem_array(n, 2 * sizeof(*x), err)) == NULL)
		return (-1);
	hit = x + n;
	share = cf_daily_sum(days, n).hits / cf_daily_sum(days, n).n;
	for (i = 0; i < n; i++) {
		x[i] = days[i].score / days[i].n;
		hit[i] = days[i].hits / days[i].n - share;
		variance += hit[i] * hit[i] / (double)n;
	}
	mp->length = block_length(p, x, hit, n);
	wide = student(p, (double)n / (double)mp->length);
	mp->widen_score = wide * cf_blocks_shortfall(x, n, mp->length);
	mp->widen_accuracy = wide * cf_blocks_shortfall(hit, n, mp->length);
	p->worth = fmin(cf_blocks_effective(x, n) / (double)n,
	    1 / (double)p->daily.overlap);
	p->effective = p->sum.n / (double)p->daily.overlap;
	variance /= cf_blocks_effective(hit, n) / (double)n *
	    (double)p->nwindow;
	if (variance > 0)
		p->effective = fmin(p->effective,
		    level * (1 - level) / variance);
	p->effective = fmax(p->effective, 1);
	free(x);
	return (0);
}

static int
prepare(struct performing * p, struct cf_err * err)
{
	const struct cf_perform_params * params = p->params;
	struct cf_months_params mp = { .baseline = p->baseline,
	    .tested = p->tested, .window = p->nwindow,
	    .looks = params->looks, .replicates = params->replicates,
	    .seed = params->seed };
	size_t n = p->baseline + p->tested, i;

	/* Not of the days tested: what is new there is not what is usual. */
	if (dependence(p, p->days, p->baseline, &mp, err) ||
	    cf_months_make(&p->months, p->days, p->baseline, &mp, err))
		return (-1);
	if ((p->scores = cf_mem_array(n, sizeof(*p->scores), err)) == NULL)
		return (-1);
	cf_months_scores(p->days, p->baseline, n, p->scores);
	for (i = 0; i < n; i++)
		p->scores[i] = fmin(fmax(p->scores[i], -ADWIN_RANGE / 2),
		    ADWIN_RANGE / 2);
	return (0);
}

void
cf_perform_defaults(struct cf_perform_params * params)
{

	memset(params, 0, sizeof(*params));
	params->window = 60;
	params->least_accuracy = 0.85;
	params->most_drop = 0.1;
	params->training = (double)NAN;
	params->alpha = 0.05;
	params->looks = 21;
	params->replicates = 1999;
	params->seed = 1;
}

static int
report(struct performing * p, struct cf_findings * all, struct cf_err * err)
{
	struct cf_finding * f;
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (tests[i].of_ledger && !p->is_ledger)
			continue;
		if ((f = cf_findings_add(all, err)) == NULL)
			return (-1);
		f->test = tests[i].name;
		f->n = p->sum.n;
		f->n_effective = p->effective;
		tests[i].run(p, f);
	}
	return (0);
}

int
cf_perform_run(const struct cf_joined * joined,
    const struct cf_perform_params * params, struct cf_findings * all,
    struct cf_err * err)
{
	struct performing p = { .params = params,
	    .is_ledger = joined->is_ledger };
	int rc = -1;

	if (cf_daily_make(&p.daily, joined, err))
		return (-1);
	choose(&p, all);
	all->has_clock = joined->has_clock;
	if (p.nwindow < WINDOW_MIN) {
		all->least = CF_FINDINGS_WATCH;
		all->detail = p.nwindow == 0 ?
		    "no forecast has an outcome" : "fewer than 20 days";
		rc = 0;
	} else if (prepare(&p, err) == 0)
		rc = report(&p, all, err);
	free(p.scores);
	cf_months_free(&p.months);
	cf_daily_free(&p.daily);
	return (rc);
}

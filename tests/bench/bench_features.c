/*
 * Features: bench_features              time of the arithmetic alone, in memory
 *           bench_features bars FILE    write the bars of the benchmark: 400 symbols of 2500 days
 *           bench_features run COMMAND  run a command; print its seconds, processor seconds and peak memory in KiB
 */
#define _DEFAULT_SOURCE

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/day.h"
#include "base/rng.h"
#include "feature/emit.h"
#include "feature/track.h"

#define SYMBOLS 400
#define DAYS 2500
#define ROUNDS 5

static double
now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec * 1e-9);
}

/* Prices in cents; weekdays from 2010-01-01 on. */
static void
make_bars(size_t symbol, struct cf_bar *bars)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, symbol);
	double level = 20 + 180 * cf_rng_uniform(&rng), open, close;
	int32_t day = cf_day_of(2010, 1, 1);

	for (size_t i = 0; i < DAYS; i++) {
		while (cf_day_weekday(day) > 5)
			day++;
		open = level * exp(0.005 * cf_rng_normal(&rng));
		level = close = open * exp(0.015 * cf_rng_normal(&rng));
		memset(&bars[i], 0, sizeof(bars[i]));
		bars[i].time_s = (int64_t)day++ * CF_DAY_S;
		bars[i].open = rint(open * 100) / 100;
		bars[i].close = rint(close * 100) / 100;
		bars[i].high = rint(fmax(open, close) * (1 + 0.01 * cf_rng_uniform(&rng)) * 100) / 100;
		bars[i].low = rint(fmin(open, close) * (1 - 0.01 * cf_rng_uniform(&rng)) * 100) / 100;
		bars[i].volume = floor(1e5 + 1e7 * cf_rng_uniform(&rng));
		bars[i].adjusted = bars[i].dividend = bars[i].split = NAN;
		bars[i].file = "bench";
	}
}

static int
write_bars(const char *path)
{
	static struct cf_bar bars[DAYS];
	char date[CF_DAY_TEXT_MAX];
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return (1);
	fprintf(f, "symbol,date,open,high,low,close,volume\n");
	for (size_t s = 0; s < SYMBOLS; s++) {
		make_bars(s, bars);
		for (size_t i = 0; i < DAYS; i++) {
			date[cf_day_print_moment(bars[i].time_s, 0, date)] = '\0';
			fprintf(f, "S%03zu,%s,%.2f,%.2f,%.2f,%.2f,%.0f\n", s, date, bars[i].open, bars[i].high,
			    bars[i].low, bars[i].close, bars[i].volume);
		}
	}
	return (fclose(f) != 0);
}

static int
run_command(char **argv)
{
	struct rusage use;
	double start = now_s(CLOCK_MONOTONIC), wall;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || getrusage(RUSAGE_CHILDREN, &use) != 0)
		return (1);
	wall = now_s(CLOCK_MONOTONIC) - start;
	fprintf(stderr, "%.3f %.3f %ld\n", wall, (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6, use.ru_maxrss);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/* What both ways of timing need. */
struct timed {
	const struct cf_bar *bars;
	struct cf_track_plan plan;
	struct cf_rows *rows;
	struct cf_track_scratch *scratch;
	struct cf_track *track;
	void *state;
	double *fields[6];	/* open, high, low, close, volume, change */
	int32_t *days;
};

/* The whole way of a symbol from bars to rows. */
static void
whole_way(struct timed *t, size_t symbol)
{
	struct cf_err err;

	cf_track_start(&t->plan, t->track);
	t->rows->n = 0;
	if (cf_track_run(&t->plan, t->track, t->scratch, t->bars + symbol * DAYS, DAYS, 1, NULL, t->rows, &err))
		exit(1);
}

/* The arithmetic alone: logarithms of changes, and the machines. */
static void
arithmetic(struct timed *t, size_t symbol)
{
	double **f = t->fields;
	double *close = f[3] + symbol * DAYS, *change = f[5];
	struct cf_ticks ticks = { DAYS, f[0] + symbol * DAYS, f[1] + symbol * DAYS, f[2] + symbol * DAYS, close,
		f[4] + symbol * DAYS, change, close, f[4] + symbol * DAYS, t->days };

	memset(t->state, 0, t->plan.set->state_size);
	cf_set_start(t->plan.set, t->state);
	change[0] = NAN;
	for (size_t i = 1; i < DAYS; i++)
		change[i] = log(close[i] / close[i - 1]);
	cf_set_run(t->plan.set, t->state, &ticks, t->rows->columns);
}

/* The best of some rounds over all symbols, in nanoseconds of the processor per row. */
static double
best_ns(struct timed *t, void (*way)(struct timed *, size_t))
{
	double best = INFINITY, start;

	for (int round = 0; round < ROUNDS; round++) {
		start = now_s(CLOCK_THREAD_CPUTIME_ID);
		for (size_t s = 0; s < SYMBOLS; s++)
			way(t, s);
		best = fmin(best, now_s(CLOCK_THREAD_CPUTIME_ID) - start);
	}
	return (best * 1e9 / (SYMBOLS * DAYS));
}

static void
time_set(const char *name, const struct cf_bar *bars, double **fields, int32_t *days)
{
	struct cf_set *set = cf_set_parse(name, NULL, 0, NULL);
	struct timed t = { .bars = bars, .plan = { .set = set, .max_age = INFINITY }, .days = days };

	memcpy(t.fields, fields, sizeof(t.fields));
	t.rows = cf_rows_new(DAYS + 1, set->ncolumns, NULL);
	t.scratch = cf_track_scratch(DAYS, NULL);
	t.track = malloc(cf_track_size(&t.plan));
	t.state = malloc(set->state_size);
	printf("%-12s %7zu %9zu %12.1f %9.1f\n", name, set->ncolumns, cf_track_size(&t.plan), best_ns(&t, arithmetic),
	    best_ns(&t, whole_way));
	free(t.state);
	free(t.track);
	cf_track_scratch_free(t.scratch);
	cf_rows_free(t.rows);
	cf_set_free(set);
}

static void
time_sets(void)
{
	static const char *const sets[] = { "stock_price", "sma_20", "rsi", "macd", "volatility", "bollinger_upper",
		"seed", "model", "all" };
	struct cf_bar *bars = calloc((size_t)SYMBOLS * DAYS, sizeof(*bars));
	double *fields[6];
	int32_t *days = calloc(DAYS, sizeof(*days));

	for (size_t k = 0; k < 6; k++)
		fields[k] = calloc((size_t)SYMBOLS * DAYS, sizeof(double));
	for (size_t s = 0; s < SYMBOLS; s++)
		make_bars(s, bars + s * DAYS);
	for (size_t i = 0; i < (size_t)SYMBOLS * DAYS; i++) {
		fields[0][i] = bars[i].open;
		fields[1][i] = bars[i].high;
		fields[2][i] = bars[i].low;
		fields[3][i] = bars[i].close;
		fields[4][i] = bars[i].volume;
	}
	for (size_t i = 0; i < DAYS; i++)
		days[i] = cf_day_of_moment(bars[i].time_s);
	printf("%d rows in memory, one thread, best of %d rounds; nanoseconds of the processor a row\n",
	    SYMBOLS * DAYS, ROUNDS);
	printf("%-12s %7s %9s %12s %9s\n", "set", "columns", "bytes", "arithmetic", "whole way");
	for (size_t k = 0; k < sizeof(sets) / sizeof(sets[0]); k++)
		time_set(sets[k], bars, fields, days);
	for (size_t k = 0; k < 6; k++)
		free(fields[k]);
	free(days);
	free(bars);
}

int
main(int argc, char **argv)
{

	if (argc == 3 && strcmp(argv[1], "bars") == 0)
		return (write_bars(argv[2]));
	if (argc >= 3 && strcmp(argv[1], "run") == 0)
		return (run_command(argv + 2));
	time_sets();
	return (0);
}

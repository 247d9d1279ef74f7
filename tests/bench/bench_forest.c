/*
 * bench_forest: how fast the forest engine is, on data that it makes itself.
 *
 *	bench_forest [ROWS [TREES [LEAF [THREADS [CELLS]]]]]
 *
 * The data has 12 inputs, 10 of them used in a nonlinear way (after Friedman
 * 1991), and noise of standard deviation 1; one input is missing in every
 * twentieth row.  Printed are seconds to bin and to fit, rows predicted per
 * second on one thread (means; probabilities and three quantiles of each;
 * single rows), bytes of the image, and the error on rows not trained on.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "forest/grow.h"
#include "forest/predict.h"

#define COLUMNS 12
#define TEST_ROWS 100000
#define AT_ONCE 16384

struct data {
	size_t n;
	double * rows;		/* Row after row. */
	double * columns[COLUMNS];
	double * truth;
	double * target;
};

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec);
}

static void
must(int ok, const struct cf_err * err)
{

	if (ok)
		return;
	fprintf(stderr, "bench_forest: %s\n", err->text);
	exit(4);
}

static void *
array(size_t n, size_t size)
{
	struct cf_err err;
	void * p = cf_mem_array(n, size, &err);

	must(p != NULL, &err);
	return (p);
}

static double
truth_of(const double * x)
{

	return (10 * sin(3.14159265358979 * x[0] * x[1]) +
	    20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4] +
	    (x[5] > 0.7 ? 4 * x[6] : 0) + 3 * fabs(x[7] - x[8]) +
	    (isnan(x[9]) ? 2 : x[9]));
}

static void
make(struct data * data, size_t n, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, n);
	double * row;
	size_t i, j;

	data->n = n;
	data->rows = array(n * COLUMNS, sizeof(double));
	data->truth = array(n, sizeof(double));
	data->target = array(n, sizeof(double));
	for (j = 0; j < COLUMNS; j++)
		data->columns[j] = array(n, sizeof(double));
	for (i = 0; i < n; i++) {
		row = data->rows + i * COLUMNS;
		for (j = 0; j < COLUMNS; j++)
			row[j] = cf_rng_uniform(&rng);
		if (cf_rng_below(&rng, 20) == 0)
			row[9] = (double)NAN;
		for (j = 0; j < COLUMNS; j++)
			data->columns[j][i] = row[j];
		data->truth[i] = truth_of(row);
		data->target[i] = data->truth[i] + cf_rng_normal(&rng);
	}
}

static void
unmake(struct data * data)
{
	size_t j;

	for (j = 0; j < COLUMNS; j++)
		free(data->columns[j]);
	free(data->target);
	free(data->truth);
	free(data->rows);
}

/* Peak resident memory, MiB, from /proc where there is one. */
static double
peak(void)
{
	char line[256];
	double kib = 0;
	FILE * f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtod(line + 6, NULL);
	if (f != NULL)
		fclose(f);
	return (kib / 1024);
}

/* Cells of equal width over the targets' range. */
static uint16_t *
make_cells(const struct data * data, uint32_t n_cells)
{
	uint16_t * cell = array(data->n, sizeof(*cell));
	double x;
	size_t i;

	for (i = 0; i < data->n; i++) {
		x = (data->target[i] + 5) / 45 * n_cells;
		x = x < 0 ? 0 : x > n_cells - 1 ? n_cells - 1 : x;
		cell[i] = (uint16_t)x;
	}
	return (cell);
}

/* Read three quantiles off probabilities, as a caller would. */
static unsigned
quantiles(const float * prob, uint32_t n_cells)
{
	const float level[3] = { 0.05f, 0.5f, 0.95f };
	unsigned q = 0, result = 0;
	uint32_t c;
	float sum = 0;

	for (c = 0; c < n_cells && q < 3; c++) {
		sum += prob[c];
		while (q < 3 && sum >= level[q]) {
			result += c;
			q++;
		}
	}
	return (result);
}

static int
by_size(const void * a, const void * b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return ((x > y) - (x < y));
}

static void
bench_single(struct cf_predict * p, const struct data * test)
{
	double * took = array(2000, sizeof(double));
	double mean, begin;
	size_t i;

	for (i = 0; i < 2000; i++) {
		begin = seconds();
		cf_predict_rows(p, test->rows + i * COLUMNS, 1, &mean, NULL);
		took[i] = seconds() - begin;
	}
	qsort(took, 2000, sizeof(double), by_size);
	printf("single_us %.1f\nsingle_p99_us %.1f\n", took[1000] * 1e6,
	    took[1980] * 1e6);
	free(took);
}

static void
bench_prob(struct cf_predict * p, const struct data * test, uint32_t n_cells)
{
	float * prob = array((size_t)AT_ONCE * n_cells, sizeof(float));
	double begin = seconds();
	unsigned check = 0;
	size_t i, k, now;

	for (i = 0; i < test->n; i += now) {
		now = test->n - i < AT_ONCE ? test->n - i : AT_ONCE;
		cf_predict_rows(p, test->rows + i * COLUMNS, now, NULL, prob);
		for (k = 0; k < now; k++)
			check += quantiles(prob + k * n_cells, n_cells);
	}
	printf("quantile_rows_per_s %.0f\nquantile_check %u\n",
	    (double)test->n / (seconds() - begin), check);
	free(prob);
}

static void
bench_predict(const struct cf_buf * image, const struct data * test,
    uint32_t n_cells)
{
	struct cf_forest forest;
	struct cf_predict * p;
	struct cf_err err;
	double * mean = array(test->n, sizeof(double));
	double begin, e = 0, d;
	uint64_t leaves = 0;
	uint32_t t, depth = 0;
	size_t i;

	must(cf_forest_open(&forest, image->data, image->len, &err) == 0,
	    &err);
	for (t = 0; t < forest.n_trees; t++) {
		leaves += cf_forest_leaves(&forest, t);
		if (cf_forest_depth(&forest, t) > depth)
			depth = cf_forest_depth(&forest, t);
	}
	printf("leaves_per_tree %.0f\ndepth %u\n",
	    (double)leaves / forest.n_trees, depth);
	must((p = cf_predict_new(&forest, &err)) != NULL, &err);
	begin = seconds();
	cf_predict_rows(p, test->rows, test->n, mean, NULL);
	printf("mean_rows_per_s %.0f\n",
	    (double)test->n / (seconds() - begin));
	for (i = 0; i < test->n; i++) {
		d = mean[i] - test->target[i];
		e += d * d / (double)test->n;
	}
	printf("test_rmse %.5f\n", sqrt(e));
	bench_single(p, test);
	if (n_cells > 0)
		bench_prob(p, test, n_cells);
	cf_predict_free(p);
	free(mean);
}

static size_t
argument(int argc, char ** argv, int i, size_t preset)
{

	return (argc > i ? strtoul(argv[i], NULL, 10) : preset);
}

int
main(int argc, char ** argv)
{
	const size_t n = argument(argc, argv, 1, 50000);
	const uint32_t n_cells = (uint32_t)argument(argc, argv, 5, 256);
	struct cf_grow_data grow = { .n_cells = n_cells };
	struct cf_grow_params params;
	struct cf_buf image = { 0 };
	struct cf_bins * bins;
	struct data train, test;
	struct cf_err err;
	uint16_t * cell;
	double begin;

	cf_grow_defaults(&params);
	params.trees = (uint32_t)argument(argc, argv, 2, 200);
	params.min_leaf = (uint32_t)argument(argc, argv, 3, 5);
	params.threads = argument(argc, argv, 4, 2);
	params.mtry = 4;
	make(&train, n, 1);
	make(&test, TEST_ROWS, 2);
	cell = make_cells(&train, n_cells);

	begin = seconds();
	bins = cf_bins_new((const double * const *)train.columns, COLUMNS, n,
	    CF_BINS_MAX, params.threads, &err);
	must(bins != NULL, &err);
	printf("bins_s %.3f\n", seconds() - begin);
	grow.bins = bins;
	grow.target = train.target;
	grow.cell = n_cells > 0 ? cell : NULL;
	begin = seconds();
	must(cf_grow_forest(&grow, &params, &image, &err) == 0, &err);
	printf("fit_s %.3f\n", seconds() - begin);
	printf("image_mb %.1f\npeak_mib %.0f\n", (double)image.len / 1e6,
	    peak());
	bench_predict(&image, &test, n_cells);
	cf_buf_free(&image);
	cf_bins_free(bins);
	free(cell);
	unmake(&test);
	unmake(&train);
	return (0);
}

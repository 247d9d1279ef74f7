/*
 * bench_model: training and prediction of whole models, on a table that it
 * makes itself.
 *
 *	bench_model				a short run of what is below
 *	bench_model make ROWS SEED		the table as CSV on stdout
 *	bench_model fit FILE [TREES [THREADS [leaf|node]]]
 *						seconds to read and to fit
 *	bench_model single MODEL FILE		microseconds for single rows
 *	bench_model predict MODEL FILE		rows per second, 1 and 2 threads
 *	bench_model run LIMIT COMMAND...	seconds and memory of a process
 *
 * The table has 12 columns x1 .. x12, uniform, and a target y that depends on
 * 9 of them in a nonlinear way (after Friedman 1991), with noise whose standard
 * deviation goes from 0.5 to 2 with x11.  The fit is that of cf-train --target
 * y --mtry 4 --min-leaf 5 (with node: --min-leaf 1 --min-node 11), without
 * reading, validation and the file.  `run`
 * leaves the process its streams, kills it after LIMIT seconds, and appends
 * what it measured to the file that $BENCH_RUN names.
 */

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "base/par.h"
#include "base/rng.h"
#include "forest/predict.h"
#include "model/fit.h"
#include "model/forecast.h"
#include "model/modfile.h"
#include "table/frame.h"

#define COLUMNS 12
#define SINGLE_ROWS 2000
#define CHUNK 16384		/* Rows at a time, as cf-predict. */
#define SHORT_ROWS 20000

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
	fprintf(stderr, "bench_model: %s\n", err->text);
	exit(err->kind);
}

static double
truth_of(const double * x)
{

	return (10 * sin(3.14159265358979 * x[0] * x[1]) +
	    20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4] +
	    (x[5] > 0.7 ? 4 * x[6] : 0) + 3 * fabs(x[7] - x[8]));
}

/* A number as a file has it: six digits behind the point. */
static double
rounded(double x)
{

	return (floor(x * 1e6 + 0.5) / 1e6);
}

static void
put(struct cf_out * out, double x, char end)
{
	char * at = cf_out_reserve(out, CF_NUM_TEXT_MAX + 1);
	size_t n = cf_num_print(x, at);

	at[n++] = end;
	cf_out_claim(out, n);
}

/* The table, to `out`. */
static void
make(struct cf_out * out, size_t rows, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	double x[COLUMNS];
	double noise;
	size_t i, j;
	char name[16];

	for (j = 0; j < COLUMNS; j++) {
		snprintf(name, sizeof(name), "x%zu,", j + 1);
		cf_out_text(out, name);
	}
	cf_out_text(out, "y\n");
	for (i = 0; i < rows; i++) {
		for (j = 0; j < COLUMNS; j++) {
			x[j] = rounded(cf_rng_uniform(&rng));
			put(out, x[j], ',');
		}
		noise = (0.5 + 1.5 * x[10]) * cf_rng_normal(&rng);
		put(out, rounded(truth_of(x) + noise), '\n');
	}
}

static void
make_file(const char * path, size_t rows, uint64_t seed)
{
	struct cf_err err;
	struct cf_out * out;

	must((out = cf_out_open(path, &err)) != NULL, &err);
	make(out, rows, seed);
	must(cf_out_close(out, &err) == 0, &err);
}

/* Peak resident memory of this process, MiB. */
static double
peak(int who)
{
	struct rusage use;

	getrusage(who, &use);
#ifdef __APPLE__
	return ((double)use.ru_maxrss / 1048576);
#else
	return ((double)use.ru_maxrss / 1024);
#endif
}

/* Read, fit, tell.  The model, if asked for, is without a file. */
static void
fit(const char * path, uint32_t trees, size_t threads, int by_node)
{
	struct cf_frame_options from = { .paths = &path, .npaths = 1,
	    .target = "y" };
	struct cf_fit_params params;
	struct cf_frame * frame;
	struct cf_model * model;
	struct cf_data * data;
	struct cf_err err;
	uint32_t * rows;
	double begin = seconds();
	clock_t cpu;
	size_t i;

	must((frame = cf_frame_load(&from, &err)) != NULL, &err);
	must((data = cf_data_new(cf_kind_by_name("plain"), frame, "y",
	    &err)) != NULL, &err);
	printf("read_s %.3f\n", seconds() - begin);
	cf_fit_defaults(&params);
	params.trees = trees;
	params.mtry = 4;
	params.min_leaf = by_node ? 1 : 5;
	params.min_node = by_node ? 11 : 0;
	params.threads = threads;
	rows = cf_mem_array(data->n, sizeof(*rows), &err);
	must(rows != NULL, &err);
	for (i = 0; i < data->n; i++)
		rows[i] = (uint32_t)i;
	begin = seconds();
	cpu = clock();
	model = cf_fit_make(data, rows, data->n, &params, CF_FIT_FINAL, NULL,
	    &err);
	must(model != NULL, &err);
	printf("fit_s %.3f\n", seconds() - begin);
	printf("fit_cpu_s %.3f\n", (double)(clock() - cpu) / CLOCKS_PER_SEC);
	printf("forest_mb %.1f\n", (double)model->forest.len / 1e6);
	printf("fit_peak_mib %.0f\n", peak(RUSAGE_SELF));
	cf_model_free(model);
	free(rows);
	cf_data_free(data);
	cf_frame_free(frame);
}

static int
by_size(const void * a, const void * b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return ((x > y) - (x < y));
}

static void
tell_times(const char * what, double * took, size_t n)
{

	qsort(took, n, sizeof(*took), by_size);
	printf("%s_us %.1f\n%s_p99_us %.1f\n", what, took[n / 2] * 1e6, what,
	    took[n * 99 / 100] * 1e6);
}

/* One record at a time: the mean; the mean and three quantiles. */
static void
single(const char * model_path, const char * path)
{
	struct cf_frame_options from = { .paths = &path, .npaths = 1 };
	double took[2][SINGLE_ROWS];
	double record[COLUMNS], begin, sum = 0;
	struct cf_forecaster * f;
	struct cf_forecast fc;
	struct cf_frame * frame;
	struct cf_model * model;
	struct cf_err err;
	size_t i, j, k, n;

	must((model = cf_modfile_open(model_path, &err)) != NULL, &err);
	must((f = cf_forecast_new(model, 1, &err)) != NULL, &err);
	must((frame = cf_frame_load(&from, &err)) != NULL, &err);
	n = frame->rows < SINGLE_ROWS ? frame->rows : SINGLE_ROWS;
	for (k = 0; k < 2; k++) {
		for (i = 0; i < n; i++) {
			for (j = 0; j < COLUMNS; j++)
				record[j] = frame->values[j][i];
			begin = seconds();
			cf_forecast_batch(f, record, 1);
			cf_forecast_get(f, 0, &fc);
			sum += cf_forecast_mean(&fc);
			if (k == 1)
				sum += cf_forecast_quantile(&fc, 0.05) +
				    cf_forecast_quantile(&fc, 0.5) +
				    cf_forecast_quantile(&fc, 0.95);
			took[k][i] = seconds() - begin;
		}
	}
	tell_times("single_mean", took[0], n);
	tell_times("single_quantiles", took[1], n);
	printf("check %.6g\n", sum);
	cf_frame_free(frame);
	cf_forecast_free(f);
	cf_model_free(model);
}

/* Many records: the forest's means alone, or the model's three quantiles. */
struct many {
	const struct cf_model * model;
	double * rows;
	size_t n;
	int quantiles;
	double * mean[2];	/* By thread. */
	double sum[2];
	struct cf_predict * predict[2];
	struct cf_forecaster * forecaster[2];
};

static int
predict_chunk(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct many * m = cookie;
	double * mean = m->mean[thread];
	const size_t at = item * CHUNK;
	const size_t n = m->n - at < CHUNK ? m->n - at : CHUNK;
	struct cf_forecast fc;
	size_t i;

	(void)err;
	if (!m->quantiles) {
		cf_predict_rows(m->predict[thread], m->rows + at * COLUMNS, n,
		    mean, NULL);
		for (i = 0; i < n; i++)
			m->sum[thread] += mean[i];
		return (0);
	}
	cf_forecast_batch(m->forecaster[thread], m->rows + at * COLUMNS, n);
	for (i = 0; i < n; i++) {
		cf_forecast_get(m->forecaster[thread], i, &fc);
		m->sum[thread] += cf_forecast_mean(&fc) +
		    cf_forecast_quantile(&fc, 0.05) +
		    cf_forecast_quantile(&fc, 0.5) +
		    cf_forecast_quantile(&fc, 0.95);
	}
	return (0);
}

static void
predict_many(struct many * m)
{
	static const char * const what[] = { "mean", "quantiles" };
	struct cf_err err;
	size_t threads;
	double begin;
	clock_t cpu;

	for (m->quantiles = 0; m->quantiles < 2; m->quantiles++) {
		for (threads = 1; threads <= 2; threads++) {
			begin = seconds();
			cpu = clock();
			must(cf_par_run((m->n + CHUNK - 1) / CHUNK,
			    threads, predict_chunk, m, &err) == 0, &err);
			printf("%s_rows_per_s_%zu %.0f\n", what[m->quantiles],
			    threads, (double)m->n / (seconds() - begin));
			cpu = clock() - cpu;
			printf("%s_rows_per_cpu_s_%zu %.0f\n",
			    what[m->quantiles], threads, (double)m->n *
			    CLOCKS_PER_SEC / (double)cpu);
		}
	}
	printf("check %.6g\n", m->sum[0] + m->sum[1]);
}

static void
predict(const char * model_path, const char * path)
{
	struct cf_frame_options from = { .paths = &path, .npaths = 1 };
	struct many m = { .quantiles = 0 };
	struct cf_frame * frame;
	struct cf_model * model;
	struct cf_err err;
	size_t i, j;

	must((model = cf_modfile_open(model_path, &err)) != NULL, &err);
	must((frame = cf_frame_load(&from, &err)) != NULL, &err);
	m.model = model;
	m.n = frame->rows;
	m.rows = cf_mem_array(m.n * COLUMNS, sizeof(*m.rows), &err);
	must(m.rows != NULL, &err);
	for (i = 0; i < m.n; i++) {
		for (j = 0; j < COLUMNS; j++)
			m.rows[i * COLUMNS + j] = frame->values[j][i];
	}
	for (i = 0; i < 2; i++) {
		m.predict[i] = cf_predict_new(&model->forest, &err);
		m.forecaster[i] = cf_forecast_new(model, CHUNK, &err);
		m.mean[i] = cf_mem_array(CHUNK, sizeof(double), &err);
		must(m.predict[i] != NULL && m.forecaster[i] != NULL &&
		    m.mean[i] != NULL, &err);
	}
	predict_many(&m);
	for (i = 0; i < 2; i++) {
		cf_predict_free(m.predict[i]);
		cf_forecast_free(m.forecaster[i]);
		free(m.mean[i]);
	}
	free(m.rows);
	cf_frame_free(frame);
	cf_model_free(model);
}

static pid_t running;

static void
too_long(int number)
{

	(void)number;
	kill(running, SIGKILL);
}

/* Run a command, measure it, pass its status on. */
static int
run(unsigned limit, char ** command)
{
	const char * path = getenv("BENCH_RUN");
	double begin = seconds(), wall;
	struct rusage use;
	FILE * f;
	int status;

	if ((running = fork()) == -1)
		return (4);
	if (running == 0) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	signal(SIGALRM, too_long);
	alarm(limit);
	while (waitpid(running, &status, 0) == -1 && errno == EINTR)
		continue;
	wall = seconds() - begin;
	getrusage(RUSAGE_CHILDREN, &use);
	if (path != NULL && (f = fopen(path, "a")) != NULL) {
		fprintf(f, "wall_s %.4f\ncpu_s %.3f\npeak_mib %.1f\n", wall,
		    (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
		    1e-6 * (double)(use.ru_utime.tv_usec +
		    use.ru_stime.tv_usec), peak(RUSAGE_CHILDREN));
		fclose(f);
	}
	return (WIFEXITED(status) ? WEXITSTATUS(status) : 137);
}

static int
all(void)
{
	char path[] = "/tmp/bench_model.XXXXXX";
	int fd;

	if ((fd = mkstemp(path)) == -1) {
		perror(path);
		return (4);
	}
	close(fd);
	make_file(path, SHORT_ROWS, 1);
	fit(path, 100, 0, 0);
	unlink(path);
	return (0);
}

int
main(int argc, char ** argv)
{
	const char * verb = argc > 1 ? argv[1] : "";

	gsl_set_error_handler_off();
	if (argc == 1)
		return (all());
	if (strcmp(verb, "make") == 0 && argc == 4) {
		make_file("-", strtoul(argv[2], NULL, 10),
		    strtoull(argv[3], NULL, 10));
	} else if (strcmp(verb, "fit") == 0 && argc >= 3) {
		fit(argv[2], argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) :
		    200, argc > 4 ? strtoul(argv[4], NULL, 10) : 2,
		    argc > 5 && strcmp(argv[5], "node") == 0);
	} else if (strcmp(verb, "single") == 0 && argc == 4) {
		single(argv[2], argv[3]);
	} else if (strcmp(verb, "predict") == 0 && argc == 4) {
		predict(argv[2], argv[3]);
	} else if (strcmp(verb, "run") == 0 && argc >= 4) {
		return (run((unsigned)strtoul(argv[2], NULL, 10), argv + 3));
	} else {
		fprintf(stderr, "bench_model: usage is in its source\n");
		return (2);
	}
	return (0);
}

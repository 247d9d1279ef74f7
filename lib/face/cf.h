#ifndef CF_FACE_CF_H_
#define CF_FACE_CF_H_

#include <stddef.h>
#include <stdint.h>

/*
 * cf.h: the library libcf, for programs of other people; cf(3) has the same
 * with examples.
 *
 *	cc `pkg-config --cflags cf` -o program program.c `pkg-config --libs cf`
 *
 * A table (struct cf_table) is records by named columns of numbers.  A
 * predictor (struct cf_predictor) is trained on one, saved to and loaded from
 * a model file, and turns the records of another into distributions, of which
 * it tells the expected value, an interval, quantiles, and for holdings the
 * risk.  Model files are those of cf-train and cf-predict, to the byte; so are
 * the numbers, with the same options.
 *
 * Shapes: an array of what belongs to records has one element for each of
 * them, in their order; quantiles are [record][probability], row after row.
 * A missing number is NaN, on both sides.
 *
 * Errors: what can fail takes a struct cf_error * as its last argument, which
 * may be NULL, and returns NULL or -1.  Nothing is printed, and the process is
 * never ended.  Nothing is changed by a call that fails.
 *
 * Ownership: what a function named _new, _read, _train or _load returns is the
 * caller's, to be freed by the _free of its struct, which takes NULL as well.
 * Texts that a function returns belong to what was asked, and live as long.
 * Arguments are borrowed during the call only: a table may be freed as soon as
 * the predictor is trained.
 *
 * Threads: different objects may be used at the same time; one object too, by
 * any number of threads, as long as none of them frees it or, of a predictor,
 * saves it.
 */

#ifdef __cplusplus
extern "C" {
#endif

#define CF_ERROR_TEXT 1024	/* Bytes of a message, with its final NUL. */

/* What went wrong; the exit status of a program that has no better one. */
enum cf_status {
	CF_STATUS_USAGE = 2,	/* The call: a name or number in it. */
	CF_STATUS_DATA = 3,	/* The file, or the table; no use trying again. */
	CF_STATUS_SYSTEM = 4	/* Memory, disk, files that are not there. */
};

struct cf_error {
	enum cf_status status;
	char text[CF_ERROR_TEXT];	/* A line without its end, in ASCII. */
};

/**
 * cf_version():
 * Return the version of the library, as "1.2.3".
 */
const char * cf_version(void);

/* ---- tables */

struct cf_table;

#define CF_NO_COLUMN ((size_t)-1)

/**
 * cf_table_read(path, horizon, error):
 * Read a file of records with column names, cf-csv(5): CSV or NDJSON, plain or
 * gzip, as its first bytes have it; NULL is standard input.  Of the columns,
 * symbol or account, date and horizon are keys; those with a number as first
 * value are kept, and must be numbers throughout; others are text and left
 * out.  With ${horizon} > 0 records of that horizon only are kept, or, in a
 * file without such a column, all are taken to be of it.  Records of one
 * symbol that are to be trained on stand in the order of their dates.
 */
struct cf_table * cf_table_read(const char * path, unsigned int horizon,
    struct cf_error * error);

/**
 * cf_table_new(rows, columns, names, values, error):
 * Make a table of ${columns} columns of the given ${names} (UTF-8, each but
 * once, none of them a key) with ${values}[${rows}][${columns}], all of which
 * are copied.
 */
struct cf_table * cf_table_new(size_t rows, size_t columns,
    const char * const * names, const double * values,
    struct cf_error * error);

/**
 * cf_table_rows(table), cf_table_columns(table):
 * Return how many records there are, and columns of numbers.
 */
size_t cf_table_rows(const struct cf_table * table);
size_t cf_table_columns(const struct cf_table * table);

/**
 * cf_table_name(table, column), cf_table_find(table, name):
 * Return the name of a column, and the column of a name, CF_NO_COLUMN if there
 * is none.
 */
const char * cf_table_name(const struct cf_table * table, size_t column);
size_t cf_table_find(const struct cf_table * table, const char * name);

/**
 * cf_table_value(table, row, column):
 * Return a number; NaN where it is missing.
 */
double cf_table_value(const struct cf_table * table, size_t row,
    size_t column);

/**
 * cf_table_entity(table, row), cf_table_time(table, row):
 * Return the keys of a record: its symbol or account, NULL in a table without
 * them; and its date, in seconds since 1970 UTC, INT64_MIN without.
 */
const char * cf_table_entity(const struct cf_table * table, size_t row);
int64_t cf_table_time(const struct cf_table * table, size_t row);

/**
 * cf_table_free(table):
 * Free it.
 */
void cf_table_free(struct cf_table * table);

/* ---- predictors */

struct cf_predictor;

/* How to train; what is 0 or NULL is left to cf-train(1)'s defaults. */
struct cf_train_options {
	const char * kind;	/* "holding", "amount", "plain". */
	const char * target;	/* Column; of a plain model it must be said. */
	uint32_t trees;
	uint32_t mtry;		/* Columns tried at each node. */
	uint32_t min_leaf;	/* Records in a leaf, at least. */
	uint32_t max_depth;
	uint32_t folds;		/* Of the walk-forward. */
	uint64_t seed;		/* Of the random streams; 0 stands for 1. */
	size_t threads;		/* The result does not depend on them. */
};

/* A forecast.  What is for holdings only is NaN, and 0, for other kinds. */
struct cf_prediction {
	double value;		/* Expected value, in units of the target. */
	double low;		/* In between with a probability of 90 %. */
	double high;
	double p_loss;		/* P(cash flow < 100) */
	double value_at_risk;	/* Loss per 100, not passed with 95 %. */
	double expected_shortfall;	/* Mean loss beyond. */
	double position_size;	/* Proportional: value / 100. */
	int risk_flag;		/* 1: value_at_risk is above 5. */
};

/**
 * cf_predictor_train(table, options, error):
 * Train on the records of ${table} whose target is known; NULL ${options} are
 * all defaults.  It validates on data not yet seen, which is most of the time
 * it takes; cf_predictor_metric tells what came of that.
 */
struct cf_predictor * cf_predictor_train(const struct cf_table * table,
    const struct cf_train_options * options, struct cf_error * error);

/**
 * cf_predictor_load(path, error):
 * Open a model file, or models/NAME of a state folder, which stands for its
 * current one.  It is mapped: as long as the predictor is used, replace the
 * file by renaming, as all programs of the suite do, and never in place.
 */
struct cf_predictor * cf_predictor_load(const char * path,
    struct cf_error * error);

/**
 * cf_predictor_save(predictor, path, error):
 * Write a model file.  At any moment, and whatever fails, ${path} is what it
 * was before or whole.  Return 0 or -1.
 */
int cf_predictor_save(struct cf_predictor * predictor, const char * path,
    struct cf_error * error);

/**
 * cf_predictor_predict(predictor, table, predictions, p, np, quantiles,
 *     error):
 * Forecast all records of ${table}: set ${predictions}[rows], and the
 * ${quantiles}[rows][${np}] of the probabilities ${p}[${np}], each inside (0,
 * 1).  Either may be NULL with what belongs to it.  Inputs are found by name;
 * those that the table lacks are missing.  Return 0 or -1.
 */
int cf_predictor_predict(const struct cf_predictor * predictor,
    const struct cf_table * table, struct cf_prediction * predictions,
    const double * p, size_t np, double * quantiles,
    struct cf_error * error);

/**
 * cf_predictor_kind(predictor), cf_predictor_target(predictor),
 * cf_predictor_horizon(predictor):
 * Return what it forecasts: the kind of target, the name of its column, and
 * how far ahead, in rows of a symbol; 0 where that has no meaning.
 */
const char * cf_predictor_kind(const struct cf_predictor * predictor);
const char * cf_predictor_target(const struct cf_predictor * predictor);
unsigned int cf_predictor_horizon(const struct cf_predictor * predictor);

/**
 * cf_predictor_inputs(predictor), cf_predictor_input(predictor, i):
 * Return how many inputs it has, and the name of each.
 */
size_t cf_predictor_inputs(const struct cf_predictor * predictor);
const char * cf_predictor_input(const struct cf_predictor * predictor,
    size_t i);

/**
 * cf_predictor_metrics(predictor), cf_predictor_metric(predictor, name):
 * Return how it was trained and validated: all as a JSON object, cf-train(1);
 * and one of its numbers, such as "skill", NaN where there is none.
 */
const char * cf_predictor_metrics(const struct cf_predictor * predictor);
double cf_predictor_metric(const struct cf_predictor * predictor,
    const char * name);

/**
 * cf_predictor_free(predictor):
 * Free it.
 */
void cf_predictor_free(struct cf_predictor * predictor);

#ifdef __cplusplus
}
#endif

#endif /* !CF_FACE_CF_H_ */

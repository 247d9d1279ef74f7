#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "unit.h"

#include "face/cf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROWS 400

static void
write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static int
same_files(const char *a, const char *b)
{
	FILE *x = fopen(a, "r"), *y = fopen(b, "r");
	int c = 0, d = 0;

	ck_assert_ptr_nonnull(x);
	ck_assert_ptr_nonnull(y);
	while (c == d && c != EOF) {
		c = getc(x);
		d = getc(y);
	}
	fclose(x);
	fclose(y);
	return (c == d);
}

static struct cf_table *
must_read(const char *path, unsigned int horizon)
{
	struct cf_error error = { 0 };
	struct cf_table *t = cf_table_read(path, horizon, &error);

	ck_assert_msg(t != NULL, "%s", error.text);
	return (t);
}

/* y = 3 a + b where it is known: in all rows but the last ten. */
static struct cf_table *
plane(size_t rows)
{
	static const char *const names[] = { "a", "y", "b" };
	double *values = calloc(rows * 3, sizeof(*values));
	struct cf_table *t;

	for (size_t i = 0; i < rows; i++) {
		values[3 * i] = (double)(i * 7 % 40);
		values[3 * i + 2] = (double)(i * 13 % 10);
		values[3 * i + 1] = i + 10 < rows ? 3 * values[3 * i] + values[3 * i + 2] : (double)NAN;
	}
	t = cf_table_new(rows, 3, names, values, NULL);
	ck_assert_ptr_nonnull(t);
	free(values);
	return (t);
}

static struct cf_predictor *
must_train(const struct cf_table *t, const struct cf_train_options *o)
{
	struct cf_error error = { 0 };
	struct cf_predictor *p = cf_predictor_train(t, o, &error);

	ck_assert_msg(p != NULL, "%s", error.text);
	return (p);
}

START_TEST(version_is_one)
{

	ck_assert_str_eq(cf_version(), CF_VERSION);
}
END_TEST

START_TEST(table_of_a_file)
{
	struct cf_table *t;

	write_text("f.csv", "symbol,date,horizon,x,note,y\nA,2024-01-02,5,1,n,2\nB,2024-01-03,5,,m,4\n");
	t = must_read("f.csv", 0);
	ck_assert_uint_eq(cf_table_rows(t), 2);
	ck_assert_uint_eq(cf_table_columns(t), 2);
	ck_assert_str_eq(cf_table_name(t, 0), "x");
	ck_assert_str_eq(cf_table_name(t, 1), "y");
	ck_assert_uint_eq(cf_table_find(t, "y"), 1);
	ck_assert_uint_eq(cf_table_find(t, "note"), CF_NO_COLUMN);
	ck_near(cf_table_value(t, 0, 0), 1, 0);
	ck_assert(isnan(cf_table_value(t, 1, 0)));
	ck_near(cf_table_value(t, 1, 1), 4, 0);
	ck_assert_str_eq(cf_table_entity(t, 1), "B");
	ck_assert_int_eq(cf_table_time(t, 0), INT64_C(1704153600));
	cf_table_free(t);

	write_text("f.csv", "x,y\n1,2\n");
	t = must_read("f.csv", 0);
	ck_assert_ptr_null(cf_table_entity(t, 0));
	ck_assert_int_eq(cf_table_time(t, 0), INT64_MIN);
	cf_table_free(t);

	write_text("f.csv", "symbol,date,horizon,x\nA,2024-01-02,5,1\nA,2024-01-02,20,2\n");
	t = must_read("f.csv", 20);
	ck_assert_uint_eq(cf_table_rows(t), 1);
	ck_near(cf_table_value(t, 0, 0), 2, 0);
	cf_table_free(t);
	cf_table_free(NULL);
}
END_TEST

START_TEST(table_of_an_array)
{
	static const char *const names[] = { "a", "b" };
	const double values[] = { 1, 2, 3, (double)NAN, 5, 6 };
	struct cf_table *t = cf_table_new(3, 2, names, values, NULL);

	ck_assert_ptr_nonnull(t);
	ck_assert_uint_eq(cf_table_rows(t), 3);
	ck_near(cf_table_value(t, 0, 1), 2, 0);
	ck_assert(isnan(cf_table_value(t, 1, 1)));
	ck_near(cf_table_value(t, 2, 0), 5, 0);
	ck_assert_ptr_null(cf_table_entity(t, 2));
	cf_table_free(t);
	t = cf_table_new(0, 2, names, NULL, NULL);
	ck_assert_ptr_nonnull(t);
	ck_assert_uint_eq(cf_table_rows(t), 0);
	ck_assert_uint_eq(cf_table_columns(t), 2);
	cf_table_free(t);
}
END_TEST

START_TEST(names_that_are_none)
{
	static const struct {
		const char *names[2];
		const char *text;
	} cases[] = {
		{ { "a", NULL }, "column without a name: \"\"" },
		{ { "", "a" }, "column without a name: \"\"" },
		{ { "a", "a" }, "two columns of one name: \"a\"" },
		{ { "symbol", "a" }, "a key is no column of numbers: \"symbol\"" },
		{ { "a", "horizon" }, "a key is no column of numbers: \"horizon\"" },
		{ { "a", "\xff" }, "column name is not UTF-8: \"?\"" },
	};
	const double values[] = { 1, 2 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_error error = { 0 };

		ck_assert_ptr_null(cf_table_new(1, 2, cases[i].names, values, &error));
		ck_assert_int_eq(error.status, CF_STATUS_USAGE);
		ck_assert_str_eq(error.text, cases[i].text);
		ck_assert_ptr_null(cf_table_new(1, 2, cases[i].names, values, NULL));
	}
}
END_TEST

START_TEST(files_that_are_none)
{
	struct cf_error error = { 0 };

	ck_assert_ptr_null(cf_table_read("none.csv", 0, &error));
	ck_assert_int_eq(error.status, CF_STATUS_SYSTEM);
	ck_assert_str_eq(error.text, "none.csv: No such file or directory");
	write_text("bad.csv", "x,cash_flow\n1,2\n1,abc\n");
	ck_assert_ptr_null(cf_table_read("bad.csv", 0, &error));
	ck_assert_int_eq(error.status, CF_STATUS_DATA);
	ck_assert_str_eq(error.text, "bad.csv:3: column \"cash_flow\": not a number: \"abc\"");
	ck_assert_ptr_null(cf_predictor_load("bad.csv", &error));
	ck_assert_int_eq(error.status, CF_STATUS_DATA);
	ck_assert_ptr_null(cf_predictor_load("none.cfm", &error));
	ck_assert_int_eq(error.status, CF_STATUS_SYSTEM);
	ck_assert_ptr_null(cf_predictor_load("none.cfm", NULL));
}
END_TEST

START_TEST(learns_a_plane)
{
	const struct cf_train_options o = { .target = "y", .trees = 40, .min_leaf = 2, .threads = 2 };
	const double p[] = { 0.1, 0.5, 0.9 };
	struct cf_prediction got[ROWS];
	double q[ROWS][3], a, b;
	struct cf_table *t = plane(ROWS);
	struct cf_predictor *model = must_train(t, &o);

	ck_assert_str_eq(cf_predictor_kind(model), "plain");
	ck_assert_str_eq(cf_predictor_target(model), "y");
	ck_assert_uint_eq(cf_predictor_horizon(model), 0);
	ck_assert_uint_eq(cf_predictor_inputs(model), 2);
	ck_assert_str_eq(cf_predictor_input(model, 0), "a");
	ck_assert_str_eq(cf_predictor_input(model, 1), "b");
	ck_assert(cf_predictor_metric(model, "skill") > 0.8);
	ck_assert(cf_predictor_metric(model, "coverage") > 0.8);
	ck_assert(isnan(cf_predictor_metric(model, "beauty")));
	ck_assert_ptr_nonnull(strstr(cf_predictor_metrics(model), "\"skill\":"));

	/* The table the model was trained on is not needed any more. */
	a = cf_table_value(t, ROWS - 1, 0);
	b = cf_table_value(t, ROWS - 1, 2);
	cf_table_free(t);
	t = plane(ROWS);
	ck_assert_int_eq(cf_predictor_predict(model, t, got, p, 3, q[0], NULL), 0);
	ck_abs(got[ROWS - 1].value, 3 * a + b, 8);
	for (size_t i = 0; i < ROWS; i++) {
		ck_assert(got[i].low <= q[i][0] && q[i][0] <= q[i][1] && q[i][1] <= q[i][2] && q[i][2] <= got[i].high);
		ck_assert(isnan(got[i].p_loss) && isnan(got[i].position_size));
		ck_assert_int_eq(got[i].risk_flag, 0);
	}
	cf_table_free(t);
	cf_predictor_free(model);
	cf_predictor_free(NULL);
}
END_TEST

START_TEST(comes_back_from_a_file)
{
	const struct cf_train_options o = { .target = "y", .trees = 5, .seed = 3 };
	const double p = 0.25;
	struct cf_prediction a[ROWS], b[ROWS];
	double qa[ROWS], qb[ROWS];
	struct cf_table *t = plane(ROWS);
	struct cf_predictor *model = must_train(t, &o), *again;
	struct cf_error error = { 0 };

	ck_assert_int_eq(cf_predictor_save(model, "m.cfm", NULL), 0);
	again = cf_predictor_load("m.cfm", NULL);
	ck_assert_ptr_nonnull(again);
	ck_assert_str_eq(cf_predictor_metrics(model), cf_predictor_metrics(again));
	ck_near(cf_predictor_metric(model, "skill"), cf_predictor_metric(again, "skill"), 0);
	ck_assert_int_eq(cf_predictor_predict(model, t, a, &p, 1, qa, NULL), 0);
	ck_assert_int_eq(cf_predictor_predict(again, t, b, &p, 1, qb, NULL), 0);
	for (size_t i = 0; i < ROWS; i++) {
		ck_near(a[i].value, b[i].value, 0);
		ck_near(a[i].low, b[i].low, 0);
		ck_near(qa[i], qb[i], 0);
	}
	/* Either of the two may be left out. */
	ck_assert_int_eq(cf_predictor_predict(again, t, NULL, &p, 1, qb, NULL), 0);
	ck_near(qa[7], qb[7], 0);
	ck_assert_int_eq(cf_predictor_predict(again, t, b, NULL, 0, NULL, NULL), 0);
	/* What was loaded is saved as it was. */
	ck_assert_int_eq(cf_predictor_save(again, "n.cfm", NULL), 0);
	ck_assert(same_files("m.cfm", "n.cfm"));

	ck_assert_int_eq(cf_predictor_save(model, "-", &error), -1);
	ck_assert_int_eq(error.status, CF_STATUS_USAGE);
	ck_assert_int_eq(cf_predictor_save(model, "none/m.cfm", &error), -1);
	ck_assert_int_eq(error.status, CF_STATUS_SYSTEM);
	cf_predictor_free(model);
	cf_predictor_free(again);
	cf_table_free(t);
}
END_TEST

START_TEST(no_training)
{
	static const struct {
		struct cf_train_options options;
		size_t rows;
		enum cf_status status;
		const char *text;
	} cases[] = {
		{ { .kind = "square", .target = "y" }, 40, CF_STATUS_USAGE,
		    "kind is not one of holding|amount|plain: \"square\"" },
		{ { .target = "y" }, 0, CF_STATUS_DATA, "no records" },
		{ { .target = "z" }, 40, CF_STATUS_DATA, NULL },
		{ { .kind = NULL }, 40, CF_STATUS_USAGE, "kind plain needs the name of its target" },
		{ { .kind = "holding" }, 40, CF_STATUS_DATA, NULL },
		{ { .target = "y" }, 10, CF_STATUS_DATA, NULL },	/* No known target. */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_error error = { 0 };
		struct cf_table *t = plane(cases[i].rows);

		ck_assert_ptr_null(cf_predictor_train(t, &cases[i].options, &error));
		ck_assert_msg(error.status == cases[i].status, "%zu: %s", i, error.text);
		if (cases[i].text != NULL)
			ck_assert_str_eq(error.text, cases[i].text);
		ck_assert_uint_gt(strlen(error.text), 0);
		cf_table_free(t);
	}
}
END_TEST

START_TEST(no_forecast)
{
	static const char *const other[] = { "c" };
	const struct cf_train_options o = { .target = "y", .trees = 2 };
	const double wrong[] = { 0, 1, -0.5, 1.5, (double)NAN }, one = 1;
	double q[ROWS];
	struct cf_table *t = plane(ROWS), *strange = cf_table_new(1, 1, other, &one, NULL);
	struct cf_predictor *model = must_train(t, &o);
	struct cf_prediction got[ROWS];
	struct cf_error error;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		error = (struct cf_error){ 0 };
		ck_assert_int_eq(cf_predictor_predict(model, t, got, &wrong[i], 1, q, &error), -1);
		ck_assert_int_eq(error.status, CF_STATUS_USAGE);
	}
	ck_assert_int_eq(cf_predictor_predict(model, strange, got, NULL, 0, NULL, &error), -1);
	ck_assert_int_eq(error.status, CF_STATUS_DATA);
	ck_assert_str_eq(error.text, "no column is an input of the model");
	ck_assert_int_eq(cf_predictor_predict(model, strange, got, NULL, 0, NULL, NULL), -1);
	cf_table_free(strange);
	strange = cf_table_new(0, 1, other, &one, NULL);
	ck_assert_int_eq(cf_predictor_predict(model, strange, got, NULL, 0, NULL, NULL), 0);
	cf_table_free(strange);
	cf_table_free(t);
	cf_predictor_free(model);
}
END_TEST

/* A holding: risk is told, indicators have two names, the horizon must be the model's. */
START_TEST(holdings)
{
	static const char *const names[] = { "stock_price", "volatility_20", "rsi_14" };
	const struct cf_train_options o = { .trees = 3, .folds = 2 };
	const double values[] = { 50, 0.01, 60 };
	struct cf_prediction got;
	struct cf_predictor *model;
	struct cf_table *t;
	struct cf_error error;
	FILE *f = fopen("f.csv", "w");

	ck_assert_ptr_nonnull(f);
	fputs("symbol,date,horizon,stock_price,volatility,rsi,cash_flow\n", f);
	for (int i = 0; i < 320; i++)
		fprintf(f, "A,20%02d-%02d-%02d,1,%d,0.0%d,%d,%d.5\n", 20 + i / 280, 1 + i / 28 % 10, 1 + i % 28,
		    50 + i % 3, 1 + i % 4, 40 + i % 30, 98 + i * 7 % 5);
	ck_assert_int_eq(fclose(f), 0);
	t = must_read("f.csv", 0);
	model = must_train(t, &o);
	ck_assert_str_eq(cf_predictor_kind(model), "holding");
	ck_assert_str_eq(cf_predictor_target(model), "cash_flow");
	ck_assert_uint_eq(cf_predictor_horizon(model), 1);
	cf_table_free(t);

	t = cf_table_new(1, 3, names, values, NULL);
	ck_assert_int_eq(cf_predictor_predict(model, t, &got, NULL, 0, NULL, &error), 0);
	ck_assert(got.low < got.value && got.value < got.high);
	ck_assert(got.p_loss > 0 && got.p_loss < 1);
	ck_assert(got.value_at_risk <= got.expected_shortfall);
	ck_near(got.position_size, got.value / 100, 1e-12);
	ck_assert_int_eq(got.risk_flag, got.value_at_risk > 5);
	cf_table_free(t);

	write_text("g.csv", "symbol,date,horizon,stock_price,volatility\nA,2024-01-02,1,50,0.01\nA,2024-01-03,1,50,0.01\n");
	t = must_read("g.csv", 0);
	cf_table_free(t);
	write_text("g.csv", "symbol,date,horizon,stock_price,volatility\nA,2024-01-02,5,50,0.01\n");
	t = must_read("g.csv", 0);
	ck_assert_int_eq(cf_predictor_predict(model, t, &got, NULL, 0, NULL, &error), -1);
	ck_assert_int_eq(error.status, CF_STATUS_DATA);
	ck_assert_str_eq(error.text, "record 1: column \"horizon\": the model forecasts horizon 1: \"5\"");
	cf_table_free(t);
	cf_predictor_free(model);
}
END_TEST

UNIT_MAIN("face", version_is_one, table_of_a_file, table_of_an_array, names_that_are_none, files_that_are_none,
    learns_a_plane, comes_back_from_a_file, no_training, no_forecast, holdings)

/*
 * lib/model/export*.c, describe.c: the LightGBM text of a model of holdings, read here by the format's rules, gives the
 * expected z of the forecast, whatever the weight of the forest; names; damaged trees; the JSON object.
 * (tests/cli/22-export.sh compares whole programs, and PMML.)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_model_data.h"

#include "model/describe.h"
#include "model/export.h"
#include "table/json.h"

/* A LightGBM tree. */
struct tree {
	size_t leaves;
	double *value[6];	/* In the order of `keys`. */
};

static const char *const keys[] = { "split_feature=", "threshold=", "decision_type=", "left_child=", "right_child=",
	"leaf_value=" };

/* The text of a model in a format. */
static char *
exported(const struct cf_model *m, const char *format)
{
	struct cf_buf b = { 0 };
	struct cf_err err = { 0 };
	struct cf_out *out = cf_out_memory(&b, &err);

	ck_assert_ptr_nonnull(out);
	ck_assert_msg(cf_export_find(format)->write(m, out, &err) == 0, "%s", err.text);
	ck_assert_int_eq(cf_out_close(out, &err), 0);
	ck_assert_ptr_nonnull(cf_buf_string(&b, &err));
	return (b.data);
}

/* The numbers of the line that begins with `key`, from `text` on; there are n. */
static double *
numbers(const char *text, const char *key, size_t n)
{
	const char *at = strstr(text, key);
	double *x = must_array(n, sizeof(*x));
	char *end;

	ck_assert_msg(at != NULL, "no %s", key);
	at += strlen(key);
	for (size_t i = 0; i < n; i++) {
		x[i] = strtod(at, &end);
		ck_assert_msg(end != at && *end == (i + 1 < n ? ' ' : '\n'), "%s: number %zu", key, i);
		at = end;
	}
	return (x);
}

/* Read all trees; their number in *n. */
static struct tree *
read_trees(const char *text, size_t *n)
{
	struct tree *trees = NULL;
	size_t capacity = 0;
	const char *at = text;

	ck_assert_int_eq(strncmp(text, "tree\n", 5), 0);
	ck_assert_ptr_nonnull(strstr(text, "\naverage_output\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nend of trees\n"));
	for (*n = 0; (at = strstr(at, "\nTree=")) != NULL; ++*n, at++) {
		struct tree *t;
		double *leaves;

		ck_assert_int_eq(cf_mem_grow(&trees, &capacity, *n + 1, sizeof(*trees), NULL), 0);
		t = memset(&trees[*n], 0, sizeof(*t));
		ck_assert_uint_eq(strtoul(at + 6, NULL, 10), *n);
		leaves = numbers(at, "\nnum_leaves=", 1);
		t->leaves = (size_t)leaves[0];
		free(leaves);
		for (size_t k = t->leaves > 1 ? 0 : 5; k < COUNT(keys); k++)
			t->value[k] = numbers(at, keys[k], k == 5 ? t->leaves : t->leaves - 1);
	}
	return (trees);
}

static double
tree_value(const struct tree *t, const double *x)
{
	int at = t->leaves > 1 ? 0 : -1, left;

	while (at >= 0) {
		const double v = x[(int)t->value[0][at]];
		const int type = (int)t->value[2][at];

		ck_assert_int_eq(type & ~2, 8);
		left = isnan(v) ? type >> 1 & 1 : v <= t->value[1][at];
		at = (int)t->value[left ? 3 : 4][at];
	}
	return (t->value[5][~at]);
}

static void
free_trees(struct tree *trees, size_t n)
{

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < COUNT(keys); k++)
			free(trees[i].value[k]);
	free(trees);
}

/* Forecasts of random records, with gaps, by the text and by the model. */
static void
compare(const struct cf_model *m, size_t n_trees)
{
	char *text = exported(m, "lightgbm");
	struct cf_rng rng = cf_rng_stream(9, CF_RNG_TEST, 1);
	struct cf_forecaster *f = cf_forecast_new(m, 1, NULL);
	double *record = must_array(m->inputs.n, sizeof(*record));
	double *derived = must_array(m->inputs.nderived, sizeof(*derived));
	struct cf_forecast fc;
	struct tree *trees;
	size_t n;

	trees = read_trees(text, &n);
	ck_assert_uint_eq(n, n_trees);
	for (int i = 0; i < 500; i++) {
		double sum = 0;

		for (size_t j = 0; j < m->inputs.n; j++) {
			const struct cf_input *in = &m->inputs.items[j];

			record[j] = in->low + (in->high - in->low) * (1.2 * cf_rng_uniform(&rng) - 0.1);
			if (cf_rng_below(&rng, 6) == 0)
				record[j] = NAN;
		}
		cf_forecast_batch(f, record, 1);
		cf_forecast_get(f, 0, &fc);
		cf_inputs_derive(&m->inputs, record, fc.scale, derived);
		for (size_t t = 0; t < n; t++)
			sum += tree_value(&trees[t], derived);
		ck_abs(sum / (double)n, fc.mean_z, 1e-13);
	}
	free_trees(trees, n);
	free(record);
	free(derived);
	free(text);
	cf_forecast_free(f);
}

static struct cf_model *
market_model(uint32_t trees, struct cf_data **d, struct cf_frame **frame)
{
	const struct market spec = { .symbols = 5, .days = 300, .horizon = 5, .seed = 4, .signal = 0.3 };
	struct cf_fit_params p = quick_params(trees);

	*frame = market_make(&spec);
	*d = must_data("holding", *frame, NULL);
	for (size_t j = 0; j < (*d)->inputs.n; j++) {
		(*d)->inputs.items[j].low = 0.005;
		(*d)->inputs.items[j].high = 60;
	}
	p.min_leaf = 10;
	p.min_leaf_dates = 2;
	return (must_fit(*d, &p));
}

START_TEST(mixture)
{
	static const double weights[] = { 1, 0.3, 1e-9 };
	struct cf_frame *frame;
	struct cf_data *d;
	struct cf_model *m = market_model(25, &d, &frame);

	for (size_t i = 0; i < COUNT(weights); i++) {
		m->weight = weights[i];
		compare(m, 25);
	}
	/* Without weight: one leaf. */
	m->weight = 0;
	compare(m, 1);
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
}
END_TEST

/* What the trees see is named by its formula. */
START_TEST(formulas)
{
	struct cf_frame *frame;
	struct cf_data *d;
	struct cf_model *m = market_model(2, &d, &frame);
	char *text, *pmml;

	m->weight = 1;
	text = exported(m, "lightgbm");
	pmml = exported(m, "pmml");
	ck_assert_ptr_nonnull(strstr(text, "\nfeature_names=ln(volatility/s) rsi\n"));
	ck_assert_ptr_nonnull(strstr(pmml, "<DataField name=\"ln(volatility/s)\""));
	ck_assert_ptr_nonnull(strstr(pmml, "<MiningField name=\"z\" usageType=\"target\"/>"));
	ck_assert_ptr_null(strstr(pmml, "nan"));
	free(text);
	free(pmml);
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
}
END_TEST

/* Names that mask to the same text stay apart. */
START_TEST(names)
{
	struct cf_frame *frame = frame_make(40, "ab aXb a?b a_b_3 y", NULL, 0, 0);
	struct cf_data *d;
	struct cf_model *m;
	struct cf_fit_params p = quick_params(1);
	char *text;

	strcpy(frame->names[1], "a b");
	strcpy(frame->names[2], "a,b");
	for (size_t i = 0; i < frame->rows; i++)
		frame_column(frame, "y")[i] = frame_column(frame, "ab")[i] = (double)i;
	d = must_data("plain", frame, "y");
	m = must_fit(d, &p);
	m->weight = 1;
	text = exported(m, "lightgbm");
	ck_assert_ptr_nonnull(strstr(text, "\nfeature_names=ab a_b a_b_3 a_b_3_4\n"));
	free(text);
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
}
END_TEST

START_TEST(formats)
{

	ck_assert_str_eq(cf_export_choices(), "lightgbm|pmml");
	ck_assert_str_eq(cf_export_find("pmml")->name, "pmml");
	ck_assert_ptr_null(cf_export_find("onnx"));
	ck_assert_ptr_null(cf_export_find(""));
}
END_TEST

/* A number of the object, by a path of keys. */
static double
number(const json_t *o, const char *a, const char *b, const char *c)
{

	o = json_object_get(o, a);
	o = b != NULL ? json_object_get(o, b) : o;
	o = c != NULL ? json_object_get(o, c) : o;
	ck_assert(json_is_number(o));
	return (json_number_value(o));
}

START_TEST(described)
{
	struct cf_frame *frame;
	struct cf_data *d;
	struct cf_model *m = market_model(3, &d, &frame);
	struct cf_err err = { 0 };
	char not_json[] = "{", odd[] = "vol\377tility";
	json_t *o;
	char *name;

	m->weight = 0.25;
	o = cf_describe(m, &err);
	ck_assert_ptr_nonnull(o);
	ck_assert_str_eq(json_string_value(json_object_get(o, "kind")), "holding");
	ck_near(number(o, "horizon", NULL, NULL), 5, 0);
	ck_near(number(o, "weight", NULL, NULL), 0.25, 0);
	ck_near(number(o, "forest", "trees", NULL), 3, 0);
	/* The simulated slope is 1; the fit draws it towards 0. */
	ck_abs(number(o, "scale", "slopes", "volatility"), 0.8, 0.25);
	ck_assert(number(o, "quantiles", "0.05", NULL) < number(o, "quantiles", "0.95", NULL));
	ck_assert_uint_eq(json_array_size(json_object_get(o, "calibration")), CF_CALIB_KNOTS);
	ck_assert(json_is_null(json_object_get(o, "training")));
	ck_assert(json_is_null(json_object_get(o, "bytes")));
	json_decref(o);

	/* A name that is no UTF-8 is masked; info must be JSON. */
	for (size_t j = 0; j < m->inputs.n; j++)
		if (strcmp(m->inputs.items[j].name, "volatility") == 0)
			strcpy(m->inputs.items[j].name, odd);
	o = cf_describe(m, &err);
	ck_assert_ptr_nonnull(o);
	name = json_dumps(o, 0);
	ck_assert_ptr_nonnull(strstr(name, "vol?tility"));
	free(name);
	json_decref(o);
	m->info = not_json;
	ck_assert_ptr_null(cf_describe(m, &err));
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	m->info = NULL;
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
}
END_TEST

UNIT_MAIN("model_export", mixture, formulas, names, formats, described)

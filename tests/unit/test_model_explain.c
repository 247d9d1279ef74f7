/*
 * What the forest uses: tables in which that is known.
 */
#include "test_model_data.h"

#include "model/train.h"

static double
number(const json_t *object, const char *key, size_t i)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_array(value))
		value = json_array_get(value, i);
	ck_assert(json_is_number(value));
	return (json_number_value(value));
}

static const char *
name(const json_t *object, const char *list, size_t i)
{

	return (json_string_value(json_object_get(json_array_get(json_object_get(object, list), i), "input")));
}

/*
 * y is -5 or 5 by the sign of a, with or without dates; b is noise, c always 1.  Forecasts are all but exact; of shuffled
 * ones half are wrong by 10, so the error grows to about 50.  The curve of a is a step from -5 to 5, that of b is flat.
 */
START_TEST(step)
{
	for (int dated = 0; dated < 2; dated++) {
		struct cf_rng rng = cf_rng_stream(90, CF_RNG_TEST, 0);
		struct cf_frame *f = frame_make(1000, "b a c y", NULL, dated, dated);
		struct cf_fit_params p = quick_params(30);
		struct cf_validate walk = { 0 };
		struct cf_model *m;
		struct cf_data *d;
		const json_t *rank, *curve;
		json_t *o = NULL;

		p.mtry = 3;
		for (size_t i = 0; i < f->rows; i++) {
			frame_column(f, "a")[i] = cf_rng_normal(&rng);
			frame_column(f, "b")[i] = cf_rng_normal(&rng);
			frame_column(f, "c")[i] = 1;
			frame_column(f, "y")[i] = (f->values[1][i] > 0 ? 5 : -5) + 0.1 * cf_rng_normal(&rng);
			if (dated)
				f->time_s[i] = (int64_t)(i / 4) * DAY;
		}
		d = must_data("plain", f, "y");
		m = cf_train_run(d, &p, &walk, &o, NULL);
		ck_assert_ptr_nonnull(m);
		ck_assert_ptr_nonnull(o);

		rank = json_object_get(o, "importance");
		ck_assert_uint_eq(json_array_size(rank), 3);
		ck_assert_str_eq(name(o, "importance", 0), "a");
		ck_assert(number(json_array_get(rank, 0), "increase", 0) > 100);
		for (size_t i = 1; i < 3; i++) {
			const double increase = number(json_array_get(rank, i), "increase", 0);

			/* Shuffling a constant changes nothing at all. */
			if (strcmp(name(o, "importance", i), "c") == 0)
				ck_near(increase, 0, 0);
			ck_abs(increase, 0, 0.5);
		}

		rank = json_object_get(o, "partial_dependence");
		ck_assert_uint_eq(json_array_size(rank), 3);
		for (size_t i = 0; i < 3; i++)
			ck_assert_str_eq(name(o, "partial_dependence", i), ((const char *const[]){ "b", "a", "c" })[i]);
		curve = json_array_get(rank, 1);
		ck_assert_uint_eq(json_array_size(json_object_get(curve, "value")), 9);
		ck_assert_uint_eq(json_array_size(json_object_get(curve, "mean_z")), 9);
		for (size_t k = 0; k < 9; k++) {
			const double a = number(curve, "value", k);

			ck_assert(k == 0 || a > number(curve, "value", k - 1));
			if (fabs(a) > 0.1)
				ck_abs(number(curve, "mean_z", k), a > 0 ? 5 : -5, 0.3);
			ck_abs(number(json_array_get(rank, 0), "mean_z", k), number(json_array_get(rank, 0), "mean_z", 0), 0.3);
		}
		/* A constant has no values to go over. */
		ck_assert_uint_eq(json_array_size(json_object_get(json_array_get(rank, 2), "value")), 0);
		json_decref(o);
		cf_model_free(m);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

/* No trees use nothing; threads make no difference. */
START_TEST(threads)
{
	struct cf_frame *f = frame_make(300, "a b y", NULL, 0, 0);
	struct cf_data *d;
	json_t *first = NULL;

	for (size_t i = 0; i < f->rows; i++) {
		frame_column(f, "a")[i] = (double)(i * 7919 % 300);
		frame_column(f, "b")[i] = (double)(i * 104729 % 300);
		frame_column(f, "y")[i] = f->values[0][i] * f->values[1][i];
	}
	d = must_data("plain", f, "y");
	for (size_t k = 0; k < 4; k++) {
		struct cf_fit_params p = quick_params(k < 3 ? 20 : 0);
		struct cf_validate walk = { 0 };
		struct cf_model *m;
		json_t *o = NULL;

		p.threads = k + 1;
		m = cf_train_run(d, &p, &walk, &o, NULL);
		ck_assert_ptr_nonnull(m);
		cf_model_free(m);
		if (k == 0)
			first = json_incref(o);
		else if (k < 3)
			ck_assert_int_eq(json_equal(o, first), 1);
		else
			ck_assert_uint_eq(json_object_size(o), 0);
		json_decref(o);
	}
	json_decref(first);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

UNIT_MAIN("model_explain", step, threads)

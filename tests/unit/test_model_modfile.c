#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <zlib.h>

#include "test_model_data.h"

#include "model/modfile.h"

#define INFO "{\"kind\":\"holding\"}"

/* Flips of a small model take a while with sanitizers. */
#define STEP (UNIT_SANITIZED ? 7 : 1)

static void
save(struct cf_model *m, const char *info, const char *path)
{
	struct cf_out *out = cf_out_open(path, NULL);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(cf_modfile_save(m, info, out, NULL), 0);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
}

static struct cf_model *
must_open(const char *path)
{
	struct cf_err err = { 0 };
	struct cf_model *m = cf_modfile_open(path, &err);

	ck_assert_msg(m != NULL, "%s", err.text);
	return (m);
}

static unsigned char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	unsigned char *data = must_array(1 << 20, 1);

	ck_assert_ptr_nonnull(f);
	*len = fread(data, 1, 1 << 20, f);
	ck_assert_uint_lt(*len, 1 << 20);
	fclose(f);
	return (data);
}

/* Models to try: of each kind, with trees and without. */
struct trained {
	struct cf_frame *frame;
	struct cf_data *data;
	struct cf_model *model;
};

static struct trained
train(const char *kind, uint32_t trees)
{
	const struct market m = { .symbols = 2, .days = 60, .horizon = 5, .seed = 9 };
	struct cf_fit_params p = quick_params(trees);
	struct trained t = { .frame = market_make(&m) };

	p.min_leaf = 10;
	p.min_leaf_dates = 5;
	t.data = must_data(kind, t.frame, strcmp(kind, "plain") == 0 ? "rsi" : NULL);
	for (size_t j = 0; j < t.data->inputs.n; j++) {
		t.data->inputs.items[j].low = -1.5;
		t.data->inputs.items[j].high = j == 1 ? (double)NAN : 1e300;
	}
	t.model = must_fit(t.data, &p);
	t.model->weight = 0.3;
	for (size_t k = 1; k + 1 < CF_CALIB_KNOTS; k++)
		t.model->calib.to[k] = 0.5 * (cf_calib_knot(k) + cf_calib_knot(k - 1));
	return (t);
}

static void
trained_free(struct trained *t)
{

	cf_model_free(t->model);
	cf_data_free(t->data);
	cf_frame_free(t->frame);
}

/* Forecast a batch of records, also strange ones; x[i * 4 ..] is mean, two quantiles and a probability. */
static void
forecasts(const struct cf_model *m, double *x, size_t n)
{
	struct cf_forecaster *f = cf_forecast_new(m, n, NULL);
	double *records = must_array(n * m->inputs.n + 1, sizeof(*records));
	struct cf_rng rng = cf_rng_stream(4, CF_RNG_TEST, 0);
	struct cf_forecast fc;

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < n * m->inputs.n; i++)
		records[i] = cf_rng_below(&rng, 4) == 0 ? (double)NAN : exp(6 * cf_rng_normal(&rng));
	cf_forecast_batch(f, records, n);
	for (size_t i = 0; i < n; i++) {
		cf_forecast_get(f, i, &fc);
		x[4 * i] = cf_forecast_mean(&fc);
		x[4 * i + 1] = cf_forecast_quantile(&fc, 0.05);
		x[4 * i + 2] = cf_forecast_quantile(&fc, 0.95);
		x[4 * i + 3] = cf_forecast_below(&fc, 100);
	}
	free(records);
	cf_forecast_free(f);
}

START_TEST(round_trip)
{
	static const struct {
		const char *kind;
		uint32_t trees;
	} cases[] = { { "holding", 3 }, { "holding", 0 }, { "plain", 3 }, { "plain", 0 } };

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct trained t = train(cases[k].kind, cases[k].trees);
		struct cf_err err = { 0 };
		struct cf_model *m;
		unsigned char *bytes, *again;
		size_t len, len_again;
		double before[400], after[400];

		save(t.model, INFO, "a.cfm");
		ck_assert_uint_eq(strlen(t.model->id), 16);
		m = must_open("a.cfm");
		ck_assert_ptr_eq(m->kind, t.model->kind);
		ck_assert_uint_eq(m->horizon, 5);
		ck_assert_str_eq(m->target, t.model->target);
		ck_assert_str_eq(m->id, t.model->id);
		ck_assert_str_eq(m->info, INFO);
		ck_near(m->weight, 0.3, 0);
		ck_assert_uint_eq(m->inputs.n, t.model->inputs.n);
		ck_assert_uint_eq(m->inputs.nderived, t.model->inputs.nderived);
		for (size_t j = 0; j < m->inputs.n; j++) {
			ck_assert_str_eq(m->inputs.items[j].name, t.model->inputs.items[j].name);
			ck_assert_int_eq(m->inputs.items[j].role, t.model->inputs.items[j].role);
			ck_near(m->inputs.items[j].low, t.model->inputs.items[j].low, 0);
			ck_near(m->inputs.items[j].high, t.model->inputs.items[j].high, 0);
		}
		ck_assert_uint_eq(m->forest.n_trees, cases[k].trees);
		forecasts(t.model, before, 100);
		forecasts(m, after, 100);
		for (size_t i = 0; i < COUNT(before); i++)
			ck_near(after[i], before[i], 0);
		ck_assert_msg(cf_modfile_verify(m, "a.cfm", &err) == 0, "%s", err.text);

		/* The opened one writes the same bytes, and training again too; another info gives another id. */
		save(m, INFO, "b.cfm");
		bytes = slurp("a.cfm", &len);
		again = slurp("b.cfm", &len_again);
		ck_assert_uint_eq(len, len_again);
		ck_assert_mem_eq(bytes, again, len);
		save(m, "{}", "b.cfm");
		ck_assert_str_ne(m->id, t.model->id);
		cf_model_free(m);
		trained_free(&t);
		free(again);
		t = train(cases[k].kind, cases[k].trees);
		save(t.model, INFO, "b.cfm");
		again = slurp("b.cfm", &len_again);
		ck_assert_uint_eq(len, len_again);
		ck_assert_mem_eq(bytes, again, len);
		free(bytes);
		free(again);
		trained_free(&t);
	}
}
END_TEST

/*
 * Every byte flipped: opening or verifying says so, and what opens can be used.  Only bytes of the forest and the padding
 * between sections may be found by verifying alone.
 */
START_TEST(every_byte_flipped)
{
	struct trained t = train("holding", 2);
	unsigned char *bytes;
	size_t len, opened = 0;
	double x[40];
	int fd;

	save(t.model, INFO, "a.cfm");
	bytes = slurp("a.cfm", &len);
	fd = open("a.cfm", O_RDWR);
	ck_assert_int_ne(fd, -1);
	for (size_t i = 0; i < len; i += STEP)
		for (int bit = 1 << i % 3; bit < 256; bit <<= 4) {
			const unsigned char flipped = (unsigned char)(bytes[i] ^ bit);
			struct cf_err err = { 0 };
			struct cf_model *m;

			ck_assert_int_eq(pwrite(fd, &flipped, 1, (off_t)i), 1);
			if ((m = cf_modfile_open("a.cfm", &err)) != NULL) {
				opened++;
				forecasts(m, x, 10);
				ck_assert_msg(cf_modfile_verify(m, "a.cfm", &err) == -1, "byte %zu", i);
				cf_model_free(m);
			}
			ck_assert_int_eq(err.kind, CF_ERR_DATA);
			ck_assert_msg(strncmp(err.text, "a.cfm: ", 7) == 0, "%s", err.text);
			ck_assert_int_eq(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
		}
	ck_assert_uint_gt(opened, 100);
	ck_assert_int_eq(close(fd), 0);
	free(bytes);
	trained_free(&t);
}
END_TEST

START_TEST(every_length)
{
	struct trained t = train("holding", 2);
	struct cf_err err = { 0 };
	unsigned char *bytes;
	size_t len;

	save(t.model, INFO, "a.cfm");
	bytes = slurp("a.cfm", &len);
	for (size_t i = len - 1; i < len; i -= STEP) {
		ck_assert_int_eq(truncate("a.cfm", (off_t)i), 0);
		ck_assert_ptr_null(cf_modfile_open("a.cfm", &err));
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_str_eq(err.text, i < 64 ? "a.cfm: not a model file" :
		    "a.cfm: model file is cut short");
	}
	bytes[len] = 0;
	file_write("b.cfm", bytes, len + 1);
	ck_assert_ptr_null(cf_modfile_open("b.cfm", &err));
	ck_assert_str_eq(err.text, "b.cfm: model file is damaged: bytes behind its end");
	free(bytes);
	trained_free(&t);
}
END_TEST

/*
 * Damage with a knowing hand: a section's first bytes are replaced and all checksums made right, so that the readers of
 * the sections themselves are tried.
 */
static void
put_u32(unsigned char *p, uint32_t x)
{

	memcpy(p, &x, sizeof(x));
}

static uint32_t
sum_of(const unsigned char *p, size_t len)
{

	return ((uint32_t)crc32(crc32(0, Z_NULL, 0), p, (uInt)len));
}

static void
mend(unsigned char *bytes)
{
	uint64_t at, size;

	for (size_t i = 0; i < 9; i++) {
		memcpy(&at, bytes + 64 + 32 * i + 8, 8);
		memcpy(&size, bytes + 64 + 32 * i + 16, 8);
		put_u32(bytes + 64 + 32 * i + 24, sum_of(bytes + at, (size_t)size));
	}
	put_u32(bytes + 32, sum_of(bytes + 64, 9 * 32));
	put_u32(bytes + 60, sum_of(bytes, 60));
}

START_TEST(sections_are_checked)
{
	static const double nan = NAN, big = 1e300, two = 2, minus = -1;
	static const uint32_t zero = 0, one = 1, many = 4097, most = UINT32_MAX;
	static const struct {
		size_t section;
		size_t at;
		const void *bytes;
		size_t len;
		const char *text;
	} cases[] = {
		{ 0, 0, &zero, 4, "kind" }, { 0, 0, &most, 4, "kind" },
		{ 0, 0, "\2\0\0\0", 4, "scale" },	/* A plain model has none. */
		{ 0, 8, &most, 4, "inputs" }, { 0, 8, &zero, 4, "inputs" }, { 0, 8, &many, 4, "inputs" },
		{ 0, 12, &zero, 4, "grid" }, { 0, 12, &many, 4, "grid" }, { 0, 12, &one, 4, "grid" },
		{ 0, 16, &zero, 4, "calib" },
		{ 0, 24, &nan, 8, "weight" }, { 0, 24, &two, 8, "weight" }, { 0, 24, &minus, 8, "weight" },
		{ 1, 0, "", 1, "bad name" },		/* No target. */
		{ 2, 0, &most, 4, "role" }, { 2, 4, &one, 4, "role" },
		{ 2, 24, &zero, 4, "scale" },		/* volatility is no regressor any more. */
		{ 3, 0, &two, 8, "scale" }, { 3, 8, &nan, 8, "scale" }, { 3, 32, &minus, 8, "scale" },
		{ 3, 40, &nan, 8, "scale" }, { 3, 48, &nan, 8, "scale" },
		{ 4, 0, &big, 8, "grid" }, { 4, 0, &nan, 8, "grid" },
		{ 5, 0, &two, 8, "calib" }, { 5, 40, &nan, 8, "calib" },
	};
	struct trained t = train("holding", 2);
	unsigned char *bytes;
	size_t len;

	save(t.model, INFO, "a.cfm");
	bytes = slurp("a.cfm", &len);
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char *copy = must_array(len, 1);
		struct cf_err err = { 0 };
		char want[80];
		uint64_t at;

		memcpy(copy, bytes, len);
		memcpy(&at, copy + 64 + 32 * cases[i].section + 8, 8);
		memcpy(copy + at + cases[i].at, cases[i].bytes, cases[i].len);
		mend(copy);
		file_write("b.cfm", copy, len);
		snprintf(want, sizeof(want), "b.cfm: model file is damaged: %s", cases[i].text);
		ck_assert_msg(cf_modfile_open("b.cfm", &err) == NULL, "case %zu", i);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_str_eq(err.text, want);
		free(copy);
	}
	free(bytes);
	trained_free(&t);
}
END_TEST

START_TEST(newer_and_foreign)
{
	struct trained t = train("plain", 0);
	unsigned char *bytes;
	size_t len;
	struct cf_err err = { 0 };

	save(t.model, INFO, "a.cfm");
	bytes = slurp("a.cfm", &len);
	bytes[8] = CF_MODFILE_VERSION + 1;
	file_write("b.cfm", bytes, len);
	ck_assert_ptr_null(cf_modfile_open("b.cfm", &err));
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_str_eq(err.text, "b.cfm: model file of a newer version; update cashflow");
	bytes[8] = 0;
	mend(bytes);
	file_write("b.cfm", bytes, len);
	ck_assert_ptr_null(cf_modfile_open("b.cfm", &err));
	ck_assert_str_eq(err.text, "b.cfm: model file is damaged: header");
	file_text("b.cfm", "symbol,date\nA,2024-01-01\n");
	ck_assert_ptr_null(cf_modfile_open("b.cfm", &err));
	ck_assert_str_eq(err.text, "b.cfm: not a model file");
	ck_assert_ptr_null(cf_modfile_open("/dev/null", &err));
	ck_assert_str_eq(err.text, "/dev/null: not a model file");
	ck_assert_ptr_null(cf_modfile_open("absent.cfm", &err));
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_str_eq(err.text, "absent.cfm: No such file or directory");
	free(bytes);
	trained_free(&t);
}
END_TEST

START_TEST(folders)
{
	struct trained t = train("plain", 2);
	struct cf_err err = { 0 };
	struct cf_model *m;

	ck_assert_int_eq(mkdir("m", 0777), 0);
	ck_assert_int_eq(mkdir("m/one", 0777), 0);
	save(t.model, INFO, "m/one/model.cfm");
	ck_assert_ptr_null(cf_modfile_open("m", &err));
	ck_assert_str_eq(err.text, "m/current/model.cfm: No such file or directory");
	ck_assert_int_eq(symlink("one", "m/current"), 0);
	m = must_open("m");
	ck_assert_str_eq(m->id, t.model->id);

	/* An open model stays whole when its file goes. */
	ck_assert_int_eq(unlink("m/one/model.cfm"), 0);
	ck_assert_int_eq(cf_modfile_verify(m, "m", NULL), 0);
	cf_model_free(m);
	trained_free(&t);
}
END_TEST

UNIT_MAIN("model_modfile", round_trip, every_byte_flipped, every_length, sections_are_checked, newer_and_foreign,
    folders)

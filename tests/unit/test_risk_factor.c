#include "test_model_data.h"

#include "base/day.h"
#include "risk/factor.h"

#define DAYS 600
#define WORLD 6

/* Loadings of the symbols S0 .. S5 of the bars below. */
static const double loadings[WORLD] = { 0.8, 0.6, 0.5, 0.0, -0.5, 0.9 };

/* Bars of one-factor symbols, with volatilities of their own; S5 begins late.  From `turn` on all move together. */
static void
write_bars(const char *path, int days, int turn)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs("symbol,date,open,high,low,close,volume\n", out);
	for (int s = 0; s < WORLD; s++) {
		struct cf_rng own = cf_rng_stream(1, CF_RNG_TEST, 10 + (uint64_t)s);
		struct cf_rng common = cf_rng_stream(1, CF_RNG_TEST, 0);
		double log_price = 4;

		for (int t = 0; t < days; t++) {
			const double f = cf_rng_normal(&common), e = cf_rng_normal(&own);
			const double l = t < turn ? loadings[s] : 0.99;
			char date[CF_DAY_TEXT_MAX + 1];

			log_price += 0.005 * (s + 1) * (l * f + sqrt(1 - l * l) * e);
			if (s == 5 && t < DAYS - 70)
				continue;
			date[cf_day_print(10000 + t, date)] = '\0';
			fprintf(out, "S%d,%s,,,,%.10g,1\n", s, date, exp(log_price));
		}
	}
	ck_assert_int_eq(fclose(out), 0);
}

static struct cf_factor *
must_load(const char *path)
{
	struct cf_err err = { 0 };
	struct cf_factor *f = cf_factor_load(&path, 1, &err);

	ck_assert_msg(f != NULL, "%s", err.text);
	return (f);
}

/* The moment when day t of the bars is over. */
static int64_t
moment(int t)
{

	return ((int64_t)(10000 + t) * 86400 + 86399);
}

START_TEST(finds_the_loadings)
{
	static const size_t all[WORLD] = { 0, 1, 2, 3, 4, 5 };
	struct cf_factor *f;
	double got[WORLD];
	size_t number;

	write_bars("bars", DAYS, DAYS);
	f = must_load("bars");
	ck_assert_int_eq(cf_factor_find(f, "S3", 2, &number), 1);
	ck_assert_uint_eq(number, 3);
	ck_assert_int_eq(cf_factor_find(f, "T3", 2, &number), 0);
	ck_assert_int_eq(cf_factor_fit(f, moment(DAYS), all, WORLD, got, NULL), 0);
	for (size_t i = 0; i < WORLD; i++)
		ck_abs(got[i], i == 5 ? (got[0] + got[1] + got[2] + got[3] + got[4]) / 5 : loadings[i], 0.12);
	/* Two symbols have their correlation, whoever is asked first. */
	for (size_t i = 0; i < 5; i++) {
		const size_t pair[2] = { i, (i + 1) % 5 };

		ck_assert_int_eq(cf_factor_fit(f, moment(DAYS), pair, 2, got, NULL), 0);
		ck_abs(got[0] * got[1], loadings[pair[0]] * loadings[pair[1]], 0.1);
	}
	/* One has nothing in common with anybody; nor has any before there are bars. */
	ck_assert_int_eq(cf_factor_fit(f, moment(DAYS), all, 1, got, NULL), 0);
	ck_near(got[0], 0, 0);
	ck_assert_int_eq(cf_factor_fit(f, moment(-5), all, WORLD, got, NULL), 0);
	for (size_t i = 0; i < WORLD; i++)
		ck_near(got[i], 0, 0);
	ck_assert_int_eq(cf_factor_fit(f, moment(DAYS), all, 0, got, NULL), 0);
	cf_factor_free(f);
	cf_factor_free(NULL);
}
END_TEST

/* What comes behind the moment makes no difference, to the last bit. */
START_TEST(no_look_ahead)
{
	static const size_t all[WORLD] = { 0, 1, 2, 3, 4, 5 };
	struct cf_factor *before, *after;
	double a[WORLD], b[WORLD];

	write_bars("before", DAYS, DAYS);
	write_bars("after", DAYS + 200, DAYS);
	before = must_load("before");
	after = must_load("after");
	for (int t = 100; t < DAYS; t += 83) {
		ck_assert_int_eq(cf_factor_fit(before, moment(t), all, WORLD, a, NULL), 0);
		ck_assert_int_eq(cf_factor_fit(after, moment(t), all, WORLD, b, NULL), 0);
		for (size_t i = 0; i < WORLD; i++)
			ck_near(a[i], b[i], 0);
	}
	ck_assert_int_eq(cf_factor_fit(before, moment(DAYS - 1), all, WORLD, a, NULL), 0);
	ck_assert_int_eq(cf_factor_fit(after, moment(DAYS - 1), all, WORLD, b, NULL), 0);
	for (size_t i = 0; i < WORLD; i++)
		ck_near(a[i], b[i], 0);
	ck_assert_int_eq(cf_factor_fit(after, moment(DAYS + 150), all, WORLD, b, NULL), 0);
	ck_assert(b[3] > 0.2);
	/* A day's close is not known before its end. */
	ck_assert_int_eq(cf_factor_fit(after, moment(DAYS) - 1, all, WORLD, a, NULL), 0);
	ck_assert_int_eq(cf_factor_fit(after, moment(DAYS - 1), all, WORLD, b, NULL), 0);
	for (size_t i = 0; i < WORLD; i++)
		ck_near(a[i], b[i], 0);
	ck_assert_int_eq(cf_factor_fit(after, moment(DAYS), all, WORLD, b, NULL), 0);
	ck_assert(fabs(a[0] - b[0]) > 0);
	cf_factor_free(before);
	cf_factor_free(after);
}
END_TEST

/* Prices that never move, or are not there, are no fault. */
START_TEST(degenerate)
{
	static const size_t all[3] = { 0, 1, 2 };
	FILE *out = fopen("flat", "w");
	struct cf_factor *f;
	double got[3];

	fputs("symbol,date,open,high,low,close,volume\n", out);
	for (int s = 0; s < 3; s++)
		for (int t = 0; t < 200; t++) {
			char date[CF_DAY_TEXT_MAX + 1];

			date[cf_day_print(10000 + t, date)] = '\0';
			fprintf(out, "S%d,%s,,,,%s,\n", s, date, s == 0 ? "5" : s == 1 ? "" : t % 2 ? "1e308" : "1e-308");
		}
	fclose(out);
	f = must_load("flat");
	ck_assert_int_eq(cf_factor_fit(f, moment(300), all, 3, got, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		ck_assert(isfinite(got[i]) && fabs(got[i]) < 1);
	cf_factor_free(f);
}
END_TEST

/* Bars with a clock are known when they say. */
START_TEST(intraday)
{
	static const size_t both[2] = { 0, 1 };
	struct cf_rng rng = cf_rng_stream(2, CF_RNG_TEST, 0);
	FILE *out = fopen("clock", "w");
	struct cf_factor *f;
	double a[2], b[2], price[200];

	fputs("symbol,date,open,high,low,close,volume\n", out);
	for (int t = 0; t < 200; t++)
		price[t] = exp(0.1 * cf_rng_normal(&rng));
	for (int s = 0; s < 2; s++)
		for (int t = 0; t < 200; t++) {
			char date[CF_DAY_TEXT_MAX + 1];

			date[cf_day_print(10000 + t / 2, date)] = '\0';
			fprintf(out, "S%d,%sT%02d:00:00Z,,,,%.9g,1\n", s, date, t % 2 ? 18 : 12, price[t]);
		}
	fclose(out);
	f = must_load("clock");
	ck_assert_int_eq(cf_factor_fit(f, moment(80), both, 2, a, NULL), 0);
	ck_abs(a[0] * a[1], 1, 0.02);
	/* 21 bars for the first variance, then 60 returns: not one less. */
	ck_assert_int_eq(cf_factor_fit(f, (int64_t)10040 * 86400 + 12 * 3600, both, 2, a, NULL), 0);
	ck_assert_int_eq(cf_factor_fit(f, (int64_t)10040 * 86400 + 12 * 3600 - 1, both, 2, b, NULL), 0);
	ck_abs(a[0] * a[1], 1, 0.02);
	ck_near(b[0], 0, 0);
	cf_factor_free(f);
}
END_TEST

UNIT_MAIN("risk_factor", finds_the_loadings, no_look_ahead, degenerate, intraday)

#include "unit.h"

#include "base/day.h"
#include "feature/series.h"

#include "feature_files.h"

#define HEADER "series,date,available,value\n"

static struct cf_series *
load(const char *text)
{
	struct cf_series *all = cf_series_new(NULL);
	struct cf_err err;

	ck_assert_msg(cf_series_read(all, put_text("series.csv", text), &err) == 0, "%s", err.text);
	cf_series_ready(all);
	return (all);
}

/* The end of a day, as a daily bar has it. */
static int64_t
end_of(int year, int month, int day)
{

	return ((int64_t)cf_day_of(year, month, day) * CF_DAY_S + CF_DAY_S - 1);
}

static double
value_at(const struct cf_series *all, int64_t moment, double max_age, double *age)
{
	double value;

	cf_series_join(all, 0, &moment, 1, max_age, &value, age);
	return (value);
}

START_TEST(as_of_the_day_available)
{
	struct cf_series *all = load(HEADER
	    "VIXCLS,2020-01-01,2020-01-02,10\n"
	    "VIXCLS,2020-01-02,2020-01-03,\n"
	    "VIXCLS,2020-01-03,2020-01-06,12\n");
	double age;

	ck_assert(isnan(value_at(all, end_of(2020, 1, 1), INFINITY, &age)));
	ck_assert(isnan(age));
	ck_assert(value_at(all, end_of(2020, 1, 2), INFINITY, &age) == 10);
	ck_assert(age == 1);
	ck_assert(value_at(all, end_of(2020, 1, 5), INFINITY, &age) == 10);
	ck_assert(age == 4);
	ck_assert(value_at(all, end_of(2020, 1, 6), INFINITY, &age) == 12);
	ck_assert(age == 3);
	ck_assert(isnan(value_at(all, end_of(2020, 1, 5), 3, &age)));
	ck_assert(value_at(all, end_of(2020, 1, 4), 3, &age) == 10);
	cf_series_free(all);
}
END_TEST

START_TEST(revisions)
{
	struct cf_series *all = load(HEADER
	    "GDP,2020-01-01,2020-04-30,1\n"
	    "GDP,2020-01-01,2020-05-30,2\n"
	    "GDP,2020-01-01,2021-05-30,3\n"
	    "GDP,2020-04-01,2020-07-30,5\n");
	double age;

	ck_assert(value_at(all, end_of(2020, 5, 1), INFINITY, &age) == 1);
	ck_assert(value_at(all, end_of(2020, 6, 1), INFINITY, &age) == 2);
	ck_assert(value_at(all, end_of(2020, 8, 1), INFINITY, &age) == 5);
	/* A late revision of an old date does not go before a newer date. */
	ck_assert(value_at(all, end_of(2021, 8, 1), INFINITY, &age) == 5);
	cf_series_free(all);
}
END_TEST

START_TEST(times_of_day)
{
	struct cf_series *all = load(HEADER
	    "A,2020-01-01,2020-01-02,1\n"
	    "A,2020-01-03,2020-01-03T15:00:00Z,2\n");
	int64_t noon = (int64_t)cf_day_of(2020, 1, 2) * CF_DAY_S + CF_DAY_S / 2;
	double age;

	/* A date alone is known at the end of its day, not amid it. */
	ck_assert(isnan(value_at(all, noon, INFINITY, &age)));
	ck_assert(value_at(all, noon + CF_DAY_S, INFINITY, &age) == 1);
	ck_assert(value_at(all, noon + CF_DAY_S + 3 * 3600, INFINITY, &age) == 2);
	ck_assert(value_at(all, end_of(2020, 1, 3), INFINITY, &age) == 2);
	cf_series_free(all);
}
END_TEST

START_TEST(many_moments_at_once)
{
	struct cf_series *all = load(HEADER
	    "A,2020-01-01,2020-01-02,1\n"
	    "B,2020-01-01,2020-01-02,7\n"
	    "A,2020-01-03,2020-01-04,2\n");
	int64_t moments[10];
	double values[10];

	for (int i = 0; i < 10; i++)
		moments[i] = end_of(2020, 1, i + 1);
	cf_series_join(all, 0, moments, 10, INFINITY, values, NULL);
	ck_assert(isnan(values[0]) && values[1] == 1 && values[2] == 1 && values[3] == 2 && values[9] == 2);
	cf_series_join(all, 1, moments, 10, INFINITY, values, NULL);
	ck_assert(isnan(values[0]) && values[1] == 7 && values[9] == 7);
	cf_series_free(all);
}
END_TEST

START_TEST(columns)
{
	static const char *const pairs[][2] = { { "VIXCLS", "vix" }, { "VIX", "vix" }, { "DGS10", "treasury_10y" },
		{ "UST10Y", "treasury_10y" }, { "DTWEXBGS", "dollar_index" }, { "CPIAUCSL", "cpiaucsl" } };
	struct cf_series *all;
	char text[200];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		snprintf(text, sizeof(text), "%s%s,2020-01-01,2020-01-02,1\n", HEADER, pairs[i][0]);
		all = load(text);
		ck_assert_uint_eq(cf_series_count(all), 1);
		ck_assert_str_eq(cf_series_name(all, 0), pairs[i][1]);
		cf_series_free(all);
	}
}
END_TEST

START_TEST(bad_series)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "series,date,value\n", " column \"available\": there is no such column" },
		{ HEADER ",2020-01-01,2020-01-02,1\n", "2: column \"series\": missing: \"\"" },
		{ HEADER "A B,2020-01-01,2020-01-02,1\n",
		    "2: column \"series\": not a name of printable ASCII without blanks: \"A B\"" },
		{ HEADER "A,2020-01-01,2020-01-02,x\n", "2: column \"value\": not a number: \"x\"" },
		{ HEADER "A,2020-01-01,,1\n",
		    "2: column \"available\": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: \"\"" },
		{ HEADER "A,2020-01-03,2020-01-02,1\n", "2: column \"available\": before the date: \"2020-01-02\"" },
		{ HEADER "A,2020-01-03,2020-01-04,1\nA,2020-01-02,2020-01-05,1\n",
		    "3: column \"date\": earlier than the row before: \"2020-01-02\"" },
		{ HEADER "A,2020-01-03,2020-01-04,1\nA,2020-01-03,2020-01-04,1\n",
		    "3: column \"date\": twice, and not available later: \"2020-01-03\"" },
		{ HEADER "VIX,2020-01-03,2020-01-04,1\nVIXCLS,2020-01-03,2020-01-04,1\n",
		    "3: column \"series\": a second series for one column: \"VIXCLS\"" }
	};
	char message[200];
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cf_series *all = cf_series_new(NULL);

		snprintf(message, sizeof(message), "series.csv:%s", cases[i].message);
		ck_assert_int_eq(cf_series_read(all, put_text("series.csv", cases[i].text), &err), -1);
		ck_assert_str_eq(err.text, message);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		cf_series_free(all);
	}
}
END_TEST

START_TEST(nothing_in_it)
{
	struct cf_series *all = load("");

	ck_assert_uint_eq(cf_series_count(all), 0);
	cf_series_free(all);
	all = load(HEADER "A,2020-01-01,2020-01-02,\n");
	ck_assert_uint_eq(cf_series_count(all), 1);
	ck_assert(isnan(value_at(all, end_of(2021, 1, 1), INFINITY, &(double){ 0 })));
	cf_series_free(all);
}
END_TEST

UNIT_MAIN("feature_series", as_of_the_day_available, revisions, times_of_day, many_moments_at_once, columns, bad_series,
    nothing_in_it)

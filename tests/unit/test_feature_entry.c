#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "feature/entry.h"

static const struct {
	const char *text;
	char decimal;
	double x;	/* NAN: refused. */
} amounts[] = {
	{ "12.5", 0, 12.5 },
	{ "-1e3", 0, -1000 },
	{ "1,234.56", 0, NAN },
	{ "1,5", 0, NAN },
	{ "", 0, NAN },
	{ "1,234.56", '.', 1234.56 },
	{ "1234.56", '.', 1234.56 },
	{ "1.234,56", ',', 1234.56 },
	{ "-1.234.567,5", ',', -1234567.5 },
	{ "+12", ',', 12 },
	{ "12,50-", ',', -12.5 },
	{ "1 234 567", ',', 1234567 },
	{ "1\xc2\xa0" "234,5", ',', 1234.5 },
	{ "1\xe2\x80\xaf" "234,5", ',', 1234.5 },
	{ "1'234.5", '.', 1234.5 },
	{ ",5", ',', 0.5 },
	{ "5,", ',', 5 },
	{ "1.23", ',', NAN },
	{ "1.2345", ',', NAN },
	{ "1234.567", ',', NAN },
	{ ".123", ',', NAN },
	{ "1.234 567", ',', NAN },
	{ "1,2,3", ',', NAN },
	{ "1.234.", ',', NAN },
	{ "12 ", '.', NAN },
	{ "--1", '.', NAN },
	{ "-1-", '.', NAN },
	{ "1e5", '.', NAN },
	{ "-", '.', NAN },
	{ "", '.', NAN },
	{ "12345678901234567890123456789012345678901234567890123456789012345678901234567890", '.', NAN },
};

START_TEST(reads_amounts)
{
	size_t i;

	for (i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		double x = 7;
		int rc = cf_entry_amount(amounts[i].text, strlen(amounts[i].text), amounts[i].decimal, &x);

		ck_assert_msg(rc == (isnan(amounts[i].x) ? -1 : 0), "\"%s\": %d", amounts[i].text, rc);
		if (rc == 0)
			ck_assert_msg(x == amounts[i].x, "\"%s\": %.17g", amounts[i].text, x);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *number;
	const char *money;
} parted[] = {
	{ "EUR -500.00", "-500.00", "EUR" },
	{ "-500.00 EUR", "-500.00", "EUR" },
	{ "$-5", "-5", "$" },
	{ "5\xe2\x82\xac", "5", "\xe2\x82\xac" },
	{ "-1 234,5", "-1 234,5", "" },
	{ "1e3", "1e3", "" },
	{ "12-", "12-", "" },
	{ "abc", "", "abc" },
	{ "EUR", "", "EUR" },
	{ "EUR  5", " 5", "EUR" },
	{ "-$5", "-$5", "" },
	{ "", "", "" },
};

START_TEST(parts_currencies)
{
	const char *number, *money;
	size_t i, n, m;

	for (i = 0; i < sizeof(parted) / sizeof(parted[0]); i++) {
		n = cf_entry_part(parted[i].text, strlen(parted[i].text), &number, &money, &m);
		ck_assert_msg(n == strlen(parted[i].number) && memcmp(number, parted[i].number, n) == 0, "%s", parted[i].text);
		ck_assert_msg(m == strlen(parted[i].money) && memcmp(money, parted[i].money, m) == 0, "%s", parted[i].text);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *format;
	int year, month, day;	/* 0: refused. */
} dates[] = {
	{ "31.12.2020", "%d.%m.%Y", 2020, 12, 31 },
	{ "1.2.2020", "%d.%m.%Y", 2020, 2, 1 },
	{ "02/29/20", "%m/%d/%y", 2020, 2, 29 },
	{ "02/29/69", "%m/%d/%y", 0, 0, 0 },
	{ "02/28/69", "%m/%d/%y", 1969, 2, 28 },
	{ "5-SEP-2021", "%d-%b-%Y", 2021, 9, 5 },
	{ "5-Sex-2021", "%d-%b-%Y", 0, 0, 0 },
	{ "20210905", "%Y%m%d", 2021, 9, 5 },
	{ "2021%9%5", "%Y%%%m%%%d", 2021, 9, 5 },
	{ "2021-09-05 ", "%Y-%m-%d", 0, 0, 0 },
	{ "2021-09", "%Y-%m-%d", 0, 0, 0 },
	{ "2021-13-05", "%Y-%m-%d", 0, 0, 0 },
	{ "30.2.2020", "%d.%m.%Y", 0, 0, 0 },
	{ "", "%d.%m.%Y", 0, 0, 0 },
};

START_TEST(reads_dates)
{
	size_t i;
	int32_t day;

	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int rc = cf_entry_date(dates[i].text, strlen(dates[i].text), dates[i].format, &day);

		ck_assert_int_eq(cf_entry_check_format(dates[i].format), 0);
		ck_assert_msg(rc == (dates[i].year == 0 ? -1 : 0), "\"%s\"", dates[i].text);
		if (rc == 0)
			ck_assert_int_eq(day, cf_day_of(dates[i].year, dates[i].month, dates[i].day));
	}
}
END_TEST

START_TEST(refuses_formats)
{
	static const char *const bad[] = { "", "%Y-%m", "%Y-%m-%d-%d", "%Y-%y-%m-%d", "%d %H %m %Y", "%Y%m%d%",
		"%Y-%m-%d                                            " };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(cf_entry_check_format(bad[i]) == -1, "\"%s\"", bad[i]);
}
END_TEST

UNIT_MAIN("entry", reads_amounts, parts_currencies, reads_dates, refuses_formats)

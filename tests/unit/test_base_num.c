#include <float.h>
#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/num.h"
#include "base/num_pow10.h"
#include "base/rng.h"

/*
 * Reference numbers are integers of any size, so that no floating-point code
 * stands behind the checks of floating-point code.
 */

#define WORDS 48		/* 1536 bits: 10^342 has 1137. */
#define ROUNDS (UNIT_SANITIZED ? 100000 : 2000000)

struct big {
	uint32_t word[WORDS];	/* Lowest first. */
};

static void
big_set(struct big *b, uint64_t x)
{

	memset(b, 0, sizeof(*b));
	b->word[0] = (uint32_t)x;
	b->word[1] = (uint32_t)(x >> 32);
}

static void
big_multiply(struct big *b, uint32_t by)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < WORDS; i++) {
		carry += (uint64_t)b->word[i] * by;
		b->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry != 0)
		ck_abort_msg("number too big");
}

static void
big_pow10(struct big *b, int k)
{

	big_set(b, 1);
	while (k-- > 0)
		big_multiply(b, 10);
}

/* The number of bits. */
static int
big_bits(const struct big *b)
{

	for (int i = WORDS - 1; i >= 0; i--)
		if (b->word[i] != 0)
			return (32 * i + 32 - __builtin_clz(b->word[i]));
	return (0);
}

static int
big_bit(const struct big *b, int i)
{

	return (i >= 0 && ((b->word[i / 32] >> (i % 32)) & 1));
}

static int
big_compare(const struct big *a, const struct big *b)
{

	for (int i = WORDS - 1; i >= 0; i--)
		if (a->word[i] != b->word[i])
			return (a->word[i] > b->word[i] ? 1 : -1);
	return (0);
}

static void
big_subtract(struct big *a, const struct big *b)
{
	int64_t borrow = 0;

	for (size_t i = 0; i < WORDS; i++) {
		borrow += (int64_t)a->word[i] - b->word[i];
		a->word[i] = (uint32_t)borrow;
		borrow >>= 32;
	}
}

static void
big_double(struct big *a)
{

	big_multiply(a, 2);
}

/* Bits 127..0 of floor(10^k / 2^e) with e = floor(log2(10^k)) - 127, k >= 0. */
static struct cf_pow10
positive_row(int k)
{
	struct cf_pow10 row = { 0, 0 };
	struct big b;
	int top;

	big_pow10(&b, k);
	top = big_bits(&b);
	for (int i = 0; i < 64; i++) {
		row.hi = row.hi << 1 | (uint64_t)big_bit(&b, top - 1 - i);
		row.lo = row.lo << 1 | (uint64_t)big_bit(&b, top - 65 - i);
	}
	return (row);
}

/* The first 128 bits of 1 / 10^n by long division, n > 0. */
static struct cf_pow10
negative_row(int n)
{
	struct cf_pow10 row = { 0, 0 };
	struct big divisor, rest;
	int bits = 0;

	big_pow10(&divisor, n);
	big_set(&rest, 1);
	while (bits < 128) {
		int bit;

		big_double(&rest);
		bit = big_compare(&rest, &divisor) >= 0;
		if (bit)
			big_subtract(&rest, &divisor);
		if (bits == 0 && !bit)
			continue;
		if (bits < 64)
			row.hi = row.hi << 1 | (uint64_t)bit;
		else
			row.lo = row.lo << 1 | (uint64_t)bit;
		bits++;
	}
	return (row);
}

START_TEST(every_power_of_ten)
{
	struct cf_pow10 row;

	ck_assert_uint_eq(sizeof(cf_pow10_table) / sizeof(cf_pow10_table[0]),
	    CF_POW10_MAX - CF_POW10_MIN + 1);
	for (int k = CF_POW10_MIN; k <= CF_POW10_MAX; k++) {
		row = k >= 0 ? positive_row(k) : negative_row(-k);
		if (row.hi != cf_pow10_table[k - CF_POW10_MIN].hi ||
		    row.lo != cf_pow10_table[k - CF_POW10_MIN].lo)
			ck_abort_msg("row of 10^%d: %016llx%016llx", k,
			    (unsigned long long)row.hi,
			    (unsigned long long)row.lo);
	}
}
END_TEST

static uint64_t
bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return (bits);
}

static double
from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return (x);
}

static enum cf_num_result
parse(const char *text, double *x)
{

	return (cf_num_parse(text, strlen(text), x));
}

static const char *
print(double x)
{
	static char text[CF_NUM_TEXT_MAX + 1];
	size_t len = cf_num_print(x, text);

	if (len > CF_NUM_TEXT_MAX)
		ck_abort_msg("%.17g takes %zu bytes", x, len);
	text[len] = '\0';
	return (text);
}

/* Reading the text gives what the C library reads. */
static void
same_as_strtod(const char *text)
{
	double x = 0, want = strtod(text, NULL);
	enum cf_num_result rc = parse(text, &x);

	if (isinf(want) ? rc != CF_NUM_RANGE :
	    rc != CF_NUM_OK || bits_of(x) != bits_of(want))
		ck_abort_msg("%s: %.17g, not %.17g", text, x, want);
}

START_TEST(good_numbers)
{
	static const struct {
		const char *text;
		double x;
	} cases[] = {
		{ "0", 0 }, { "-0", -0.0 }, { "+1", 1 }, { "1.", 1 },
		{ ".5", 0.5 }, { "-.5", -0.5 }, { "00012", 12 },
		{ "1e0", 1 }, { "1E+2", 100 }, { "1e-2", 0.01 },
		{ "0e999999999999999999999", 0 }, { "0.1", 0.1 },
		{ "123456789012345678", 123456789012345678.0 },
		{ "9007199254740993", 9007199254740992.0 },
		{ "9007199254740993.00000000000000000001",
		    9007199254740994.0 },
		{ "1e23", 1e23 }, { "8.5e22", 8.5e22 },
		{ "1.7976931348623157e308", DBL_MAX },
		{ "1.7976931348623158e308", DBL_MAX },
		{ "2.2250738585072014e-308", DBL_MIN },
		{ "2.2250738585072011e-308", 2.225073858507201e-308 },
		{ "2.2250738585072012e-308", DBL_MIN },
		{ "4.9406564584124654e-324", 4.9406564584124654e-324 },
		{ "2.4703282292062327e-324", 0 },
		{ "2.4703282292062328e-324", 4.9406564584124654e-324 },
		{ "1e-400", 0 }, { "-1e-999999999999999999999", -0.0 },
		{ "0.000000000000000000000000000000000000000000001e45", 1 },
		{ "1000000000000000000000000000000000000000000000e-45", 1 },
	};
	double x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		x = 7;
		ck_assert_msg(parse(cases[i].text, &x) == CF_NUM_OK &&
		    bits_of(x) == bits_of(cases[i].x), "%s: %.17g",
		    cases[i].text, x);
	}
}
END_TEST

START_TEST(bad_numbers)
{
	static const char *const syntax[] = { "", "-", "+", ".", "e", "e5",
	    "1e", "1e+", "1e-", "--1", "+-1", "1..2", "1.2.3", " 1", "1 ",
	    "1,5", "0x10", "1e5.", "nan", "inf", "-inf", "NaN", "Infinity",
	    "1_000", "1f", "1e1e1", "\xd9\xa1" };
	static const char *const range[] = { "1e309", "-1e309",
	    "1.7976931348623159e308", "1e999999999999999999999" };
	double x = 7;

	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++)
		ck_assert_msg(parse(syntax[i], &x) == CF_NUM_SYNTAX, "%s",
		    syntax[i]);
	for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		ck_assert_msg(parse(range[i], &x) == CF_NUM_RANGE, "%s",
		    range[i]);
	ck_assert(cf_num_parse("1\0002", 3, &x) == CF_NUM_SYNTAX);
	ck_assert_double_eq(x, 7);
}
END_TEST

/* Text of the exact value half-way between a double and the next one. */
static void
print_halfway(uint64_t bits, char *text)
{
	/* mantissa * 2^e with e < 0: digits of mantissa * 5^-e, shifted. */
	uint64_t m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	int e = (int)(bits >> 52) - 1075;
	struct big b;
	char digits[WORDS * 10];
	int n = 0, shift = 1 - e;

	big_set(&b, 2 * m + 1);
	for (int i = 0; i < shift; i++)
		big_multiply(&b, 5);
	while (big_bits(&b) > 0) {
		uint64_t rest = 0;

		for (int i = WORDS - 1; i >= 0; i--) {
			rest = rest << 32 | b.word[i];
			b.word[i] = (uint32_t)(rest / 10);
			rest %= 10;
		}
		digits[n++] = (char)('0' + rest);
	}
	for (int i = 0; i < n; i++)
		text[i] = digits[n - 1 - i];
	snprintf(text + n, 16, "e-%d", shift);
}

START_TEST(halfway_goes_to_even)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 1);
	char text[WORDS * 10 + 32], near[WORDS * 10 + 32];
	uint64_t bits, want;
	double x;

	for (int i = 0; i < 3000; i++) {
		/* Exponents of numbers from 2^-400 to 2^50. */
		bits = cf_rng_u64(&rng) >> 12 |
		    (uint64_t)(623 + cf_rng_below(&rng, 450)) << 52;
		print_halfway(bits, text);
		want = bits + (bits & 1);
		if (parse(text, &x) != CF_NUM_OK || bits_of(x) != want)
			ck_abort_msg("%s", text);

		/* A hair above: a 1 far behind the last digit. */
		snprintf(near, sizeof(near), "%.*s00000000001",
		    (int)(strchr(text, 'e') - text), text);
		snprintf(near + strlen(near), 16, "e%d",
		    atoi(strchr(text, 'e') + 1) - 11);
		if (parse(near, &x) != CF_NUM_OK || bits_of(x) != bits + 1)
			ck_abort_msg("%s", near);
	}
}
END_TEST

START_TEST(long_digit_strings)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 2);
	static char text[70000];
	size_t n, len;

	for (int i = 0; i < 20000; i++) {
		len = 1 + cf_rng_below(&rng, i % 100 == 0 ? 3000 : 60);
		for (n = 0; n < len; n++)
			text[n] = (char)('0' + cf_rng_below(&rng, 10));
		if (cf_rng_below(&rng, 2))
			text[cf_rng_below(&rng, (uint32_t)len)] = '.';
		text[len] = '\0';
		if (len == 1 && text[0] == '.')
			continue;
		if (cf_rng_below(&rng, 2))
			snprintf(text + len, 16, "e%d",
			    (int)cf_rng_below(&rng, 700) - 350);
		same_as_strtod(text);
	}
	/* A million zeros in front, or behind, cost nothing but time. */
	memset(text, '0', sizeof(text));
	memcpy(text, "0.", 2);
	memcpy(text + sizeof(text) - 10, "5e69990\0", 8);
	same_as_strtod(text);
	memset(text, '0', sizeof(text));
	memcpy(text, "7", 1);
	memcpy(text + sizeof(text) - 10, "e-69989\0", 8);
	same_as_strtod(text);
}
END_TEST

START_TEST(integers)
{
	static const struct {
		const char *text;
		enum cf_num_result rc;
		int64_t x;
	} cases[] = {
		{ "0", CF_NUM_OK, 0 }, { "-0", CF_NUM_OK, 0 },
		{ "007", CF_NUM_OK, 7 }, { "-12", CF_NUM_OK, -12 },
		{ "9223372036854775807", CF_NUM_OK, INT64_MAX },
		{ "-9223372036854775808", CF_NUM_OK, INT64_MIN },
		{ "9223372036854775808", CF_NUM_RANGE, 7 },
		{ "-9223372036854775809", CF_NUM_RANGE, 7 },
		{ "99999999999999999999999", CF_NUM_RANGE, 7 },
		{ "", CF_NUM_SYNTAX, 7 }, { "-", CF_NUM_SYNTAX, 7 },
		{ "+1", CF_NUM_SYNTAX, 7 }, { "1.0", CF_NUM_SYNTAX, 7 },
		{ "1e3", CF_NUM_SYNTAX, 7 }, { " 1", CF_NUM_SYNTAX, 7 },
	};
	int64_t x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		x = 7;
		ck_assert_msg(cf_num_parse_int(cases[i].text,
		    strlen(cases[i].text), &x) == cases[i].rc &&
		    x == cases[i].x, "%s", cases[i].text);
	}
}
END_TEST

START_TEST(prints_shortest)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -1.5, "-1.5" },
		{ 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" },
		{ 100, "100" }, { 1e20, "100000000000000000000" },
		{ 1e21, "1e21" }, { 123456789e15, "1.23456789e23" },
		{ 1e-6, "0.000001" }, { 1e-7, "1e-7" },
		{ 1.5e-7, "1.5e-7" }, { 1e23, "1e23" },
		{ 9007199254740993.0, "9007199254740992" },
		{ DBL_MAX, "1.7976931348623157e308" },
		{ DBL_MIN, "2.2250738585072014e-308" },
		{ 4.9406564584124654e-324, "5e-324" },
		{ -1e-323, "-1e-323" }, { 2e-323, "2e-323" },
		{ 4.94e-322, "4.94e-322" },
		{ 0x1p-1074, "5e-324" }, { 0x1p1023, "8.98846567431158e307" },
		{ 9.5367431640625e-7, "9.5367431640625e-7" },
		{ 4503599627370495.5, "4503599627370495.5" },
		{ 2.0 / 3, "0.6666666666666666" },
		{ (double)NAN, "nan" }, { HUGE_VAL, "inf" }, { -HUGE_VAL, "-inf" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(print(cases[i].x), cases[i].text);
}
END_TEST

/* The number of significant digits in a printed number. */
static int
digits_of(const char *text)
{
	int n = 0, zeros = 0;

	for (; *text != '\0' && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (n == 0 && *text == '0'))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		n++;
	}
	return (n - zeros);
}

/* Printed text reads back equal, by us and by the C library. */
static void
round_trip(double x)
{
	const char *text = print(x);
	double back = 0;

	/* No ck_assert where millions pass: each one writes to a pipe. */
	if (parse(text, &back) != CF_NUM_OK || bits_of(back) != bits_of(x) ||
	    bits_of(strtod(text, NULL)) != bits_of(x))
		ck_abort_msg("%.17g printed as %s", x, text);
}

START_TEST(random_bits_read_back)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 3);
	double x;

	for (int i = 0; i < ROUNDS; i++) {
		x = from_bits(cf_rng_u64(&rng));
		if (isfinite(x) && x != 0)
			round_trip(x);
	}
	/* All powers of two and their neighbours: the closer-below case. */
	for (uint64_t e = 0; e < 2047; e++) {
		for (uint64_t d = 0; d < 5; d++) {
			uint64_t bits = (e << 52) + d - 2;

			x = from_bits(bits);
			if (bits < UINT64_C(0x7ff) << 52 && x != 0)
				round_trip(x);
		}
	}
}
END_TEST

START_TEST(no_shorter_text_exists)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 4);
	char shorter[40];
	const char *text;
	double x;
	int n;

	for (int i = 0; i < ROUNDS / 4; i++) {
		x = from_bits(cf_rng_u64(&rng) & (UINT64_MAX >> 1));
		if (!isfinite(x) || x == 0)
			continue;
		text = print(x);
		n = digits_of(text);
		if (n < 2)
			continue;
		/* The nearest text of one digit less must read as another. */
		snprintf(shorter, sizeof(shorter), "%.*e", n - 2, x);
		if (bits_of(strtod(shorter, NULL)) == bits_of(x))
			ck_abort_msg("%s is shorter than %s", shorter, text);
	}
}
END_TEST

START_TEST(decimals_as_in_files)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 5);
	char text[64];
	double x;

	/* What prices and volumes look like comes out as it went in. */
	for (int i = 0; i < ROUNDS / 4; i++) {
		snprintf(text, sizeof(text), "%u.%04u",
		    (unsigned)cf_rng_below(&rng, 100000),
		    (unsigned)cf_rng_below(&rng, 10000) | 1);
		same_as_strtod(text);
		if (parse(text, &x) != CF_NUM_OK || strcmp(print(x), text) != 0)
			ck_abort_msg("%s", text);
	}
	for (int i = 0; i < ROUNDS / 4; i++) {
		snprintf(text, sizeof(text), "%llu.%llue%d",
		    (unsigned long long)cf_rng_u64(&rng) >>
		    cf_rng_below(&rng, 64),
		    (unsigned long long)cf_rng_u64(&rng) >>
		    cf_rng_below(&rng, 64),
		    (int)cf_rng_below(&rng, 680) - 340);
		same_as_strtod(text);
	}
}
END_TEST

UNIT_MAIN("base_num", every_power_of_ten, good_numbers, bad_numbers,
    halfway_goes_to_even, long_digit_strings, integers, prints_shortest,
    random_bits_read_back, no_shorter_text_exists, decimals_as_in_files)

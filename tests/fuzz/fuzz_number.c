#include "fuzz.h"

#include <math.h>

#include "base/num.h"

/* The grammar of base/num.h, in plain words. */
static int
is_decimal(const char *s)
{
	size_t digits;

	s += *s == '+' || *s == '-';
	digits = strspn(s, "0123456789");
	s += digits;
	if (*s == '.') {
		s++;
		digits += strspn(s, "0123456789");
		s += strspn(s, "0123456789");
	}
	if (digits == 0)
		return (0);
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		if (strspn(s, "0123456789") == 0)
			return (0);
		s += strspn(s, "0123456789");
	}
	return (*s == '\0');
}

/* What is printed reads back equal, and no 17 digits are shorter. */
static void
try_print(double x)
{
	char text[CF_NUM_TEXT_MAX + 1], other[40];
	double back;
	size_t len = cf_num_print(x, text);

	FUZZ_HOLDS(len > 0 && len < CF_NUM_TEXT_MAX);
	text[len] = '\0';
	if (!isfinite(x))
		return;
	FUZZ_HOLDS(cf_num_parse(text, len, &back) == CF_NUM_OK && back == x);
	FUZZ_HOLDS(strtod(text, NULL) == x);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(other, sizeof(other), "%.*e", digits - 1, x);
		if (strtod(other, NULL) != x)
			continue;
		/* The digits of ours, zeros at both ends apart, are as few. */
		size_t ours = 0, zeros = 0;

		for (const char *s = text; *s != '\0' && *s != 'e'; s++) {
			if (*s >= '1' && *s <= '9') {
				ours += zeros + 1;
				zeros = 0;
			} else if (*s == '0' && ours > 0)
				zeros++;
		}
		FUZZ_HOLDS(ours <= (size_t)digits);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	enum cf_num_result result;
	double x = 7, want;
	int64_t n;

	FUZZ_HOLDS(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	result = cf_num_parse(text, size, &x);
	if (strlen(text) == size) {
		FUZZ_HOLDS((result != CF_NUM_SYNTAX) == is_decimal(text));
		want = strtod(text, NULL);
		if (result == CF_NUM_OK)
			FUZZ_HOLDS(x == want && signbit(x) == signbit(want));
		if (result == CF_NUM_RANGE)
			FUZZ_HOLDS(isinf(want) && x == 7);
	} else
		FUZZ_HOLDS(result == CF_NUM_SYNTAX);
	if (result == CF_NUM_OK)
		try_print(x);
	if (size >= 8) {
		memcpy(&x, data, 8);
		try_print(x);
	}
	if (cf_num_parse_int(text, size, &n) == CF_NUM_OK)
		FUZZ_HOLDS(n == strtoll(text, NULL, 10));
	free(text);
	return (0);
}

#include "fuzz.h"

#include "base/day.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size > 0 ? size : 1), back[CF_DAY_TEXT_MAX];
	int32_t number;
	int64_t time_s;
	int has_clock, year, month, day;

	/* In memory of just that size, so that reading on shows. */
	FUZZ_HOLDS(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	if (cf_day_parse(text, size, &number) == 0) {
		FUZZ_HOLDS(number >= CF_DAY_MIN && number <= CF_DAY_MAX);
		FUZZ_HOLDS(cf_day_print(number, back) == size && memcmp(back, text, size) == 0);
		cf_day_split(number, &year, &month, &day);
		FUZZ_HOLDS(cf_day_exists(year, month, day) && cf_day_of(year, month, day) == number);
		FUZZ_HOLDS(cf_day_weekday(number) >= 1 && cf_day_weekday(number) <= 7);
	}
	if (cf_day_parse_moment(text, size, &time_s, &has_clock) == 0) {
		FUZZ_HOLDS(cf_day_print_moment(time_s, has_clock, back) == size && memcmp(back, text, size) == 0);
		FUZZ_HOLDS(cf_day_of_moment(time_s) >= CF_DAY_MIN && cf_day_of_moment(time_s) <= CF_DAY_MAX);
	}
	free(text);
	if (size >= 4) {
		memcpy(&number, data, 4);
		if (number >= CF_DAY_MIN && number <= CF_DAY_MAX) {
			int32_t again;

			FUZZ_HOLDS(cf_day_parse(back, cf_day_print(number, back), &again) == 0 && again == number);
		}
	}
	return (0);
}

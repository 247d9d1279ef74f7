#include "fuzz.h"

#include <math.h>

#include "base/day.h"
#include "feature/series.h"

#define MOMENTS 200

/* A file of series, joined at moments through the years. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_series *all = cf_series_new(NULL);
	struct cf_err err = { 0 };
	int64_t moments[MOMENTS];
	double values[MOMENTS], ages[MOMENTS], young[MOMENTS];

	FUZZ_HOLDS(all != NULL);
	if (cf_series_read(all, fuzz_file(data, size), &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	}
	cf_series_ready(all);
	for (size_t k = 0; k < MOMENTS; k++)
		moments[k] = (int64_t)CF_DAY_S * (19700 + (int64_t)k / 2) + (k % 2 ? 40000 : 0);
	for (size_t i = 0; i < cf_series_count(all) && i < 5; i++) {
		FUZZ_HOLDS(cf_series_name(all, i)[0] != '\0');
		cf_series_join(all, i, moments, MOMENTS, INFINITY, values, ages);
		cf_series_join(all, i, moments, MOMENTS, 10, young, NULL);
		for (size_t k = 0; k < MOMENTS; k++) {
			FUZZ_HOLDS(isnan(values[k]) == isnan(ages[k]) && !isinf(values[k]));
			/* Nothing comes from behind the moment, and what is too old is missing. */
			FUZZ_HOLDS(!(ages[k] < 0));
			FUZZ_HOLDS(isnan(young[k]) ? isnan(ages[k]) || ages[k] > 10 : young[k] == values[k] && ages[k] <= 10);
		}
	}
	cf_series_free(all);
	return (0);
}

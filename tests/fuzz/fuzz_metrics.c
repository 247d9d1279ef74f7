#include "fuzz.h"

#include <math.h>

#include "base/num.h"
#include "drift/trained.h"
#include "model/recipe.h"
#include "report/upkeep.h"
#include "table/json.h"

/* Numbers and objects as they are printed read back the same. */
static void
round_trip(const json_t *object)
{
	struct cf_buf text = { 0 }, again = { 0 };
	json_t *back;

	cf_json_print(object, &text);
	FUZZ_HOLDS(!text.failed);
	FUZZ_HOLDS((back = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)) != NULL);
	cf_json_print(back, &again);
	FUZZ_HOLDS(text.len == again.len && memcmp(text.data, again.data, text.len) == 0);
	json_decref(back);
	cf_buf_free(&text);
	cf_buf_free(&again);
}

/* A metrics object, as metrics.json of a model folder holds one. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct cf_upkeep upkeep = { .run_status = -1, .backup_ok = -1 };
	struct cf_figures figures = { 0 };
	struct cf_recipe recipe;
	struct cf_err err = { 0 };
	json_t *object;
	double accuracy = 0;

	if (cf_trained_accuracy(path, &accuracy, &err))
		fuzz_message(&err);
	else
		FUZZ_HOLDS(isnan(accuracy) || (accuracy >= 0 && accuracy <= 1));
	if (cf_upkeep_model(path, &upkeep, &figures, &err))
		fuzz_message(&err);
	cf_figure_free(&figures);
	if ((object = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL)) != NULL) {
		round_trip(object);
		if (cf_recipe_read(&recipe, object, &err))
			fuzz_message(&err);
		else {
			FUZZ_HOLDS(recipe.kind != NULL && recipe.horizon >= 0);
			FUZZ_HOLDS(cf_recipe_same(object, object) && cf_recipe_rivals(object, object));
		}
		json_decref(object);
	}
	return (0);
}

#include "model.h"
#include "sections.h"

#include "forest/forest.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

/*
 * Shard files of a training.  The input changes two good ones, in two parts, with the checksums made right; what opens is
 * merged.
 */

static struct cf_data *good_data;
static struct cf_fit_params params;
static struct cf_buf good[2];

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct cf_out *o;

	(void)argc;
	(void)argv;
	good_data = model_data("holding", "cash_flow", 1);
	model_params(&params);
	params.trees = 4;
	params.folds = 2;
	params.shards = 2;
	cf_fit_resolve(&params, good_data->kind, good_data->n, 1);
	for (uint32_t i = 0; i < 2; i++) {
		params.shard = i + 1;
		FUZZ_HOLDS((o = cf_out_memory(&good[i], NULL)) != NULL);
		FUZZ_HOLDS(cf_shard_save(good_data, &params, o, NULL) == 0 && cf_out_close(o, NULL) == 0 && !good[i].failed);
	}
	return (0);
}

/* What is merged can be walked through, or is refused. */
static void
merge(const struct cf_shards *shards)
{
	const uint32_t folds[] = { 0, 1, CF_FIT_FINAL };
	struct cf_forest forest;
	struct cf_buf image = { 0 };
	struct cf_err err = { 0 };

	if (cf_shard_match(shards, good_data, &params, &err))
		fuzz_message(&err);
	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		image.len = 0;
		if (cf_shard_forest(shards, folds[i], &image, &err) ||
		    cf_forest_open(&forest, image.data, image.len, &err))
			fuzz_message(&err);
		else
			cf_forest_verify(&forest, NULL);
	}
	cf_buf_free(&image);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *paths[2];
	struct fuzz_part parts[2];
	struct cf_shards shards = { 0 };
	struct cf_err err = { 0 };
	uint8_t *bytes;

	fuzz_parts(data, size, parts, 2);
	for (size_t i = 0; i < 2; i++) {
		bytes = sections_change(good[i].data, good[i].len, parts[i].data, parts[i].size, 1);
		paths[i] = fuzz_file_at(i, bytes, good[i].len);
		free(bytes);
	}
	if (cf_shard_open(&shards, paths, 2, &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	} else
		merge(&shards);
	cf_shard_close(&shards);
	return (0);
}

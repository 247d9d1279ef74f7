#include "model.h"

#include "model/intake.h"
#include "risk/answer.h"
#include "serve/latest.h"
#include "serve/stored.h"
#include "table/reader.h"

#define BATCH 8

int LLVMFuzzerInitialize(int *argc, char ***argv);

/*
 * Features that a stranger wants forecasts for.  The first byte says how: as a file to CSV or NDJSON, bad records passed over
 * or not, only the latest; as the body of a request; as features/latest.csv of a server; as stored forecasts.
 */

static struct cf_model *model;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{

	(void)argc;
	(void)argv;
	model = model_make(model_data("holding", "cash_flow", 1));
	return (0);
}

/* What was written reads back as so many records. */
static void
check(const struct cf_buf *text, enum cf_format format, size_t n)
{
	struct cf_reader *r;
	struct cf_err err = { 0 };
	size_t found = 0;

	FUZZ_HOLDS(!text->failed);
	if (n == 0)
		return;
	FUZZ_HOLDS((r = cf_reader_open(fuzz_file_at(1, text->data, text->len), &err)) != NULL);
	FUZZ_HOLDS(cf_reader_header(r, &err) == 1);
	FUZZ_HOLDS(cf_reader_is_json(r) == (format == CF_FORMAT_NDJSON));
	while (cf_reader_next(r, &err) == 1)
		found++;
	FUZZ_HOLDS(found == n);
	cf_reader_close(r);
}

/* Answer all there is; return how many records. */
static size_t
answer(struct cf_intake *intake, const struct cf_forecasts_params *params, enum cf_format format, struct cf_buf *text,
    struct cf_err *err)
{
	struct cf_answer *a = cf_answer_new(model, params, format, BATCH, err);
	struct cf_batch batch;
	size_t n = 0;
	int rc;

	FUZZ_HOLDS(a != NULL);
	cf_batch_init(&batch, model->inputs.n);
	while ((rc = cf_intake_next(intake, &batch, err)) == 0 && batch.n > 0) {
		if (n == 0)
			FUZZ_HOLDS(cf_answer_begin(a, intake, text, err) == 0);
		for (size_t at = 0; at < batch.n; at += BATCH)
			FUZZ_HOLDS(cf_answer_batch(a, &batch, at, batch.n - at < BATCH ? batch.n - at : BATCH, NULL, text, err) == 0);
		n += batch.n;
	}
	if (rc != 0)
		fuzz_message(err);
	cf_batch_free(&batch);
	cf_answer_free(a);
	return (n);
}

static void
predict(unsigned int how, const uint8_t *data, size_t size)
{
	static struct cf_forecasts_params params;
	struct cf_intake_options options = { .batch = 100, .keep_going = how % 2, .latest = how / 2 % 2 };
	enum cf_format format = how / 4 % 2 ? CF_FORMAT_CSV : CF_FORMAT_NDJSON;
	char *body = fuzz_text(data, size);
	struct cf_intake *intake;
	struct cf_err err = { 0 };
	struct cf_buf text = { 0 };
	const char *path;
	size_t n;

	memset(&params, 0, sizeof(params));
	cf_measure_defaults(&params.measure);
	FUZZ_HOLDS(cf_forecasts_parse("0.05,0.5,0.95", &params, NULL) == 0);
	params.explain = how / 8 % 2;
	params.error_columns = format == CF_FORMAT_CSV && options.keep_going;
	if (how / 16 % 2) {
		options.text = body;
		options.text_len = size;
		options.name = "body";
		options.later_keys = 1;
	} else {
		path = fuzz_file(data, size);
		options.paths = &path;
		options.npaths = 1;
	}
	if ((intake = cf_intake_open(model, &options, &err)) == NULL)
		fuzz_message(&err);
	else {
		n = answer(intake, &params, format, &text, &err);
		check(&text, format, n);
	}
	cf_intake_close(intake);
	cf_buf_free(&text);
	free(body);
}

/* What servers keep of files of the state folder. */
static void
keep(const uint8_t *data, size_t size)
{
	struct cf_latest *latest = cf_latest_new(fuzz_put("latest.csv", data, size), NULL);
	struct cf_stored *stored;
	struct cf_err err = { 0 };
	struct cf_buf text = { 0 };
	const char *object;

	FUZZ_HOLDS(latest != NULL);
	if ((object = cf_latest_find(latest, model, "A", 1704067200, &err)) == NULL)
		fuzz_message(&err);
	else
		FUZZ_HOLDS(object[0] == '{' && object[strlen(object) - 1] == '}');
	cf_latest_free(latest);
	fuzz_put("2024-01-05.ndjson", data, size);
	FUZZ_HOLDS((stored = cf_stored_new(fuzz_folder(), NULL)) != NULL);
	if (cf_stored_list(stored, "symbol", "A", 1704067200, &text) == 0)
		FUZZ_HOLDS(text.len == 0);
	cf_stored_list(stored, NULL, NULL, 1704067200, &text);
	FUZZ_HOLDS(!text.failed);
	cf_stored_free(stored);
	cf_buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{

	if (size < 1)
		return (0);
	if (data[0] >= 128)
		keep(data + 1, size - 1);
	else
		predict(data[0], data + 1, size - 1);
	return (0);
}

#include "fuzz.h"

#include "track/figures.h"
#include "track/record.h"

/* What the table for people and the metrics must not pass on: control characters of a record's texts. */
static void
check_text(const struct cf_buf *text)
{

	FUZZ_HOLDS(!text->failed);
	for (size_t i = 0; i < text->len; i++)
		FUZZ_HOLDS(text->data[i] == '\n' || (unsigned char)text->data[i] >= ' ');
}

static int
same_text(const char *a, const char *b)
{

	return (a == NULL || b == NULL ? a == b : strcmp(a, b) == 0);
}

/* Run records: read, told, written and read again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_records all = { 0 }, again = { 0 };
	const struct cf_record *a, *b;
	struct cf_buf text = { 0 };
	struct cf_err err = { 0 };
	const char *path;

	if (cf_record_read(fuzz_file(data, size), &all, &err)) {
		fuzz_message(&err);
		goto done;
	}
	cf_record_table(&all, &text);
	check_text(&text);
	text.len = 0;
	if (cf_figures_prom(&all, &text, &err))
		fuzz_message(&err);
	check_text(&text);
	path = fuzz_put("runs", "", 0);
	for (size_t i = 0; i < all.n && i < 3; i++)
		FUZZ_HOLDS(cf_record_append(path, &all.items[i], &err) == 0);
	FUZZ_HOLDS(cf_record_read(path, &again, &err) == 0 && again.skipped == 0);
	for (size_t i = 0; i < again.n; i++) {
		a = &all.items[i];
		b = &again.items[i];
		FUZZ_HOLDS(same_text(a->run, b->run) && same_text(a->step, b->step) && same_text(a->command, b->command));
		FUZZ_HOLDS(a->start_s == b->start_s && a->end_s == b->end_s && a->status == b->status && a->tries == b->tries);
	}
done:
	cf_buf_free(&text);
	cf_record_free(&all);
	cf_record_free(&again);
	return (0);
}

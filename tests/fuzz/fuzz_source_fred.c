#include "source.h"

/* The first byte says what was asked for: v the dates of vintages, g the CSV of the graphs, else values. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cf_source *fred = cf_source_find("fred");
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	enum cf_verdict verdict;

	if (size == 0)
		return (0);
	source_job_ask(&ask);
	ask.vintages = data[0] == 'v';
	if (data[0] != 'g') {
		source_try("fred", "VIXCLS", &ask, data + 1, size - 1);
		return (0);
	}
	FUZZ_HOLDS(source_job_begin(&job, fred, &ask, "VIXCLS", NULL, &err) == 0);
	if (source_job_read(&job, (const char *)data + 1, size - 1, &verdict, &err) == 0)
		source_check(&job);
	cf_job_free(&job);
	return (0);
}

#include "records.h"

/* NDJSON to NDJSON.  The first byte of a record is `{`, so that nothing is taken for CSV. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > 0 && data[0] == '{') {
		records_try(data, size, CF_FORMAT_NDJSON);
	} else {
		FUZZ_HOLDS((text = malloc(size + 1)) != NULL);
		text[0] = '{';
		if (size > 0)
			memcpy(text + 1, data, size);
		records_try((const uint8_t *)text, size + 1, CF_FORMAT_NDJSON);
		free(text);
	}
	return (0);
}

#include "source.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_job_ask ask;

	source_job_ask(&ask);
	source_try("treasury", "UST10Y", &ask, data, size);
	return (0);
}

#include "records.h"

/* CSV, plain or gzip, to CSV. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{

	records_try(data, size, CF_FORMAT_CSV);
	return (0);
}

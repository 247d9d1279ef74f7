#include "source.h"

/* The first byte says which function was asked for, 0 to 6. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const functions[] = { "daily", "adjusted", "intraday", "weekly", "quote", "fx", "splits" };
	struct cf_job_ask ask;
	unsigned int f;

	if (size == 0)
		return (0);
	f = (unsigned int)(data[0] - '0') % 7;
	source_job_ask(&ask);
	ask.function = functions[f];
	ask.to_store = 1;
	source_try("alphavantage", f == 5 ? "EUR/USD" : "IBM", &ask, data + 1, size - 1);
	return (0);
}

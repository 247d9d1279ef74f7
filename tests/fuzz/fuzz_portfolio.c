#include "fuzz.h"

#include <math.h>

#include "risk/portfolio.h"
#include "risk/purse.h"

/* Files of weights and of balances. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct cf_portfolio *p;
	struct cf_purse purse = { 0 };
	struct cf_err err = { 0 };
	double sum = 0, amount;
	const char *name;
	size_t len;

	if ((p = cf_portfolio_load(path, &err)) == NULL) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	} else {
		for (size_t i = 0; i < p->holdings.names.n; i++)
			sum += fabs(p->holdings.values[i]);
		FUZZ_HOLDS(p->holdings.names.n > 0 && fabs(sum - 1) < 1e-9);
	}
	cf_portfolio_free(p);
	if (cf_purse_load(&purse, path, "--balance", &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	} else {
		for (size_t i = 0; i < purse.amounts.names.n; i++) {
			name = cf_names_get(&purse.amounts.names, i, &len);
			FUZZ_HOLDS(cf_purse_get(&purse, name, len, &amount, &err) == 0 && isfinite(amount));
		}
	}
	cf_purse_free(&purse);
	return (0);
}

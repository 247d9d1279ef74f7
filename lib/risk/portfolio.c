#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "risk/portfolio.h"

/* Make the weights parts of all that is committed, long and short. */
static int
scale(struct cf_listed * holdings, const char * path, struct cf_err * err)
{
	double gross = 0;
	size_t i;

	for (i = 0; i < holdings->names.n; i++)
		gross += fabs(holdings->values[i]);
	if (!(gross > 0 && isfinite(gross)))
		return (cf_err_set(err, CF_ERR_DATA, "%s: %s", path,
		    gross > 0 ? "weights too large" : "no holdings"));
	for (i = 0; i < holdings->names.n; i++)
		holdings->values[i] /= gross;
	return (0);
}

struct cf_portfolio *
cf_portfolio_load(const char * path, struct cf_err * err)
{
	struct cf_portfolio * p;

	if ((p = cf_mem_array(1, sizeof(*p), err)) == NULL)
		return (NULL);
	if (cf_listed_load(&p->holdings, path, "symbol", "weight", err) ||
	    scale(&p->holdings, path, err)) {
		cf_portfolio_free(p);
		return (NULL);
	}
	return (p);
}

void
cf_portfolio_free(struct cf_portfolio * p)
{

	if (p == NULL)
		return;
	cf_listed_free(&p->holdings);
	free(p);
}

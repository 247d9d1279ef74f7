#include <string.h>

#include "base/num.h"
#include "risk/purse.h"

int
cf_purse_load(struct cf_purse * p, const char * text, const char * what,
    struct cf_err * err)
{

	memset(p, 0, sizeof(*p));
	p->what = what;
	p->is_single = cf_num_parse(text, strlen(text), &p->single) ==
	    CF_NUM_OK;
	return (p->is_single ? 0 : cf_listed_load(&p->amounts, text,
	    "account", "amount", err));
}

int
cf_purse_get(const struct cf_purse * p, const char * name, size_t len,
    double * amount, struct cf_err * err)
{
	size_t number;

	*amount = p->single;
	if (p->is_single)
		return (0);
	if (!cf_names_find(&p->amounts.names, name, len, &number))
		return (cf_err_data(err, NULL, name, len,
		    "option %s: no amount for the account", p->what));
	*amount = p->amounts.values[number];
	return (0);
}

void
cf_purse_free(struct cf_purse * p)
{

	cf_listed_free(&p->amounts);
	memset(p, 0, sizeof(*p));
}

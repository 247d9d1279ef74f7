#include <string.h>

#include "source/alphavantage.h"
#include "source/cboe.h"
#include "source/fred.h"
#include "source/source.h"
#include "source/treasury.h"
#include "source/userfile.h"

static const struct cf_source * const table[] = {
	&cf_alphavantage,
	&cf_fred,
	&cf_cboe,
	&cf_treasury,
	&cf_userfile
};

const struct cf_source *
cf_source_at(size_t i)
{

	return (i < sizeof(table) / sizeof(table[0]) ? table[i] : NULL);
}

const struct cf_source *
cf_source_find(const char * name)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i]->name, name) == 0)
			return (table[i]);
	}
	return (NULL);
}

#include <math.h>
#include <string.h>

#include "model/kind.h"

static const struct cf_kind kinds[] = {
	{ CF_KIND_HOLDING, "holding", "cash_flow", "symbol", 1, 0, 256, 50,
	    0.004, 25, 0.3, 0, 0, 1.0 },
	{ CF_KIND_AMOUNT, "amount", "cash_flow", "account", 0, 1, 1024, 40,
	    0.0, 1, 0.02, 1, 100, 0.5 },
	{ CF_KIND_PLAIN, "plain", NULL, NULL, 0, 0, 4096, 5, 0.0, 1, 0.3,
	    0, 0, 1.0 },
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct cf_kind *
cf_kind_by_id(uint32_t id)
{
	size_t i;

	for (i = 0; i < NKINDS; i++) {
		if ((uint32_t)kinds[i].id == id)
			return (&kinds[i]);
	}
	return (NULL);
}

const struct cf_kind *
cf_kind_by_name(const char * name)
{
	size_t i;

	for (i = 0; i < NKINDS; i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return (&kinds[i]);
	}
	return (NULL);
}

const struct cf_kind *
cf_kind_of(const char * entity, int has_target)
{
	size_t i;

	for (i = 0; i < NKINDS && entity != NULL && has_target; i++) {
		if (kinds[i].entity != NULL &&
		    strcmp(kinds[i].entity, entity) == 0)
			return (&kinds[i]);
	}
	return (cf_kind_by_id(CF_KIND_PLAIN));
}

double
cf_kind_log(const struct cf_kind * kind, double target)
{

	if (!kind->is_return)
		return (target);
	return (target > 0 ? log(target / 100.0) : (double)NAN);
}

double
cf_kind_value(const struct cf_kind * kind, double scale, double z)
{

	return (kind->is_return ? 100.0 * exp(scale * z) : z);
}

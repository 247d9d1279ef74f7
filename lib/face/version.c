#include "config.h"

#include "face/cf.h"

const char *
cf_version(void)
{

	return (CF_VERSION);
}

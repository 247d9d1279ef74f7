#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/state.h"
#include "given.h"

char *
cf_given_state(const char * state, const char * config, struct cf_err * err)
{
	struct cf_conf * conf;
	char * home;

	if (state != NULL)
		return (cf_mem_strdup(state, err));
	if ((conf = cf_conf_load(config, err)) == NULL)
		return (NULL);
	home = cf_mem_strdup(cf_conf_get(conf, "CF_HOME"), err);
	cf_conf_free(conf);
	return (home);
}

int
cf_given_models(const char * config, struct cf_buf * folder,
    struct cf_err * err)
{
	char * home;
	int rc;

	if ((home = cf_given_state(NULL, config, err)) == NULL)
		return (-1);
	rc = cf_state_path(folder, home, CF_STATE_MODELS, "market", err);
	free(home);
	return (rc == 0 && cf_buf_string(folder, err) != NULL ? 0 : -1);
}

int
cf_given_now(const char * now, int64_t * now_s, struct cf_err * err)
{
	int has_clock;

	*now_s = cf_clock_now();
	if (now != NULL && cf_day_parse_moment(now, strlen(now), now_s,
	    &has_clock))
		return (cf_opt_bad(err, "now", now,
		    "not a time YYYY-MM-DDTHH:MM:SSZ"));
	return (0);
}

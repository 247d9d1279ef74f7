#include <string.h>

#include "base/num.h"

#include "serving.h"

/*
 * What a running cf-serve reads again when it is told to.  The master reads all
 * of it: workers that it starts later have it from there.  Those that run read
 * tokens and certificate themselves, and are sent what comes from the
 * configuration, because its folder is not theirs to read.
 */

static double
conf_number(const struct cf_conf * conf, const char * key)
{
	const char * text = cf_conf_get(conf, key);
	double x = 0;

	/* The configuration has checked it. */
	if (cf_num_parse(text, strlen(text), &x) != CF_NUM_OK)
		return (0);
	return (x);
}

void
cf_serving_measure(const struct cf_conf * conf,
    struct cf_measure_params * measure)
{

	cf_measure_defaults(measure);
	measure->level = conf_number(conf, "LEVEL");
	measure->var_limit = conf_number(conf, "VAR_LIMIT");
	measure->sizing = cf_sizing_by_name(cf_conf_get(conf, "SIZING"));
}

int
cf_serving_reread(struct cf_serving * s, struct cf_err * err)
{
	struct cf_tokens * tokens;
	struct cf_tls * tls = NULL;

	tokens = cf_token_load(s->tokens_path, s->chosen, err);
	if (tokens == NULL)
		return (-1);
	if (s->tls_cert != NULL &&
	    (tls = cf_tls_new(s->tls_cert, s->tls_key, err)) == NULL)
		goto err0;
	if (s->audit_path != NULL &&
	    cf_audit_open(&s->audit, s->audit_path, err))
		goto err1;
	cf_token_free(s->tokens);
	s->service.tokens = s->tokens = tokens;
	s->service.epoch++;
	cf_tls_free(s->tls);
	s->tls = tls;
	return (0);

err1:
	cf_tls_free(tls);
err0:
	cf_token_free(tokens);
	return (-1);
}

int
cf_serving_reconfigure(struct cf_serving * s,
    struct cf_measure_params * measure, struct cf_err * err)
{
	struct cf_conf * conf;
	int rc;

	if ((conf = cf_conf_load(s->config, err)) == NULL)
		return (-1);
	if ((rc = cf_serving_reread(s, err)) == 0) {
		cf_serving_measure(conf, measure);
		cf_service_measure(&s->service, measure);
	}
	cf_conf_free(conf);
	return (rc);
}

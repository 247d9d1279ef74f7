#include <stdio.h>
#include <string.h>

#include "serve/holder.h"

static struct cf_intake *
open_intake(const struct cf_model * model, int ignore_unknown,
    struct cf_err * err)
{
	const struct cf_intake_options options = {
	    .batch = CF_SERVE_RECORDS_MAX + 1, .text = "", .text_len = 0,
	    .name = "body", .later_keys = 1, .ignore_unknown = ignore_unknown };

	return (cf_intake_open(model, &options, err));
}

int
cf_holder_take(struct cf_holder * h, struct cf_model * model,
    int64_t mtime_s, struct cf_err * err)
{
	struct cf_holder fresh;

	memset(&fresh, 0, sizeof(fresh));
	fresh.model = model;
	fresh.mtime_s = mtime_s;
	fresh.generation = h->generation + 1;
	cf_batch_init(&fresh.batch, model->inputs.n);
	if ((fresh.strict = open_intake(model, 0, err)) == NULL ||
	    (fresh.lenient = open_intake(model, 1, err)) == NULL ||
	    (fresh.forecaster = cf_forecast_new(model, CF_SERVE_RECORDS_MAX,
	    err)) == NULL) {
		cf_holder_free(&fresh);
		return (-1);
	}
	cf_holder_free(h);
	*h = fresh;
	return (0);
}

void
cf_holder_trouble(struct cf_holder * h, const char * text)
{

	snprintf(h->trouble, sizeof(h->trouble), "%s", text);
}

void
cf_holder_free(struct cf_holder * h)
{

	cf_forecast_free(h->forecaster);
	cf_batch_free(&h->batch);
	cf_intake_close(h->strict);
	cf_intake_close(h->lenient);
	cf_model_free(h->model);
	memset(h, 0, sizeof(*h));
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "risk/forecasts.h"

#define COLUMNS_MAX (CF_INTAKE_KEYS_MAX + 12 + CF_FORECASTS_QUANTILES_MAX)

struct columns {
	struct cf_column items[COLUMNS_MAX];
	size_t n;
};

static void
add(struct columns * c, const char * name, const char * group,
    const char * key)
{

	c->items[c->n].name = name;
	c->items[c->n].group = group;
	c->items[c->n].key = key;
	c->n++;
}

/* "q0.05", from which the key "0.05" is the part behind the q. */
static char *
quantile_name(double p)
{
	struct cf_buf b = { 0 };

	cf_buf_add_char(&b, 'q');
	cf_buf_add_number(&b, p);
	cf_buf_add_char(&b, '\0');
	if (b.failed) {
		cf_buf_free(&b);
		return (NULL);
	}
	return (b.data);
}

int
cf_forecasts_begin(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_model * model, const struct cf_forecasts_params * params,
    struct cf_err * err)
{
	const char * keys[CF_INTAKE_KEYS_MAX];
	char * names[CF_FORECASTS_QUANTILES_MAX] = { NULL };
	struct columns c = { .n = 0 };
	size_t i, nkeys;
	int rc = -1;

	nkeys = cf_intake_keys(intake, keys);
	for (i = 0; i < nkeys; i++)
		add(&c, keys[i], NULL, NULL);
	add(&c, "prediction", NULL, NULL);
	add(&c, "interval_low", "interval", NULL);
	add(&c, "interval_high", "interval", NULL);
	add(&c, "level", NULL, NULL);
	if (model->kind->is_return) {
		add(&c, "p_loss", NULL, NULL);
		add(&c, "value_at_risk", NULL, NULL);
		add(&c, "expected_shortfall", NULL, NULL);
		add(&c, "risk_flag", NULL, NULL);
		add(&c, "position_size", NULL, NULL);
	}
	for (i = 0; i < params->nquantiles; i++) {
		names[i] = quantile_name(params->quantile[i]);
		if (names[i] == NULL) {
			cf_err_memory(err);
			goto done;
		}
		add(&c, names[i], "quantiles", names[i] + 1);
	}
	add(&c, "outside", NULL, NULL);
	add(&c, "model", NULL, NULL);
	rc = cf_writer_columns(writer, c.items, c.n, err);
done:
	for (i = 0; i < params->nquantiles; i++)
		free(names[i]);
	return (rc);
}

/* Names of the inputs beyond their training range, separated by blanks. */
static void
add_outside(struct cf_writer * writer, const struct cf_model * model,
    const double * record)
{
	const struct cf_input * in;
	struct cf_buf b = { 0 };
	size_t i;

	for (i = 0; i < model->inputs.n; i++) {
		in = &model->inputs.items[i];
		if (!(record[i] < in->low || record[i] > in->high))
			continue;
		if (b.len > 0)
			cf_buf_add_char(&b, ' ');
		cf_buf_add_text(&b, in->name);
	}
	if (b.len > 0)
		cf_writer_text(writer, b.data, b.len);
	else
		cf_writer_missing(writer);
	cf_buf_free(&b);
}

int
cf_forecasts_add(struct cf_writer * writer, const struct cf_intake * intake, size_t i,
    const struct cf_forecast * fc, const struct cf_forecasts_params * params,
    struct cf_err * err)
{
	const struct cf_model * model = fc->model;
	const char * keys[CF_INTAKE_KEYS_MAX];
	struct cf_measure m;
	struct cf_field key;
	size_t k, nkeys = cf_intake_keys(intake, keys);

	cf_measure_of(fc, &params->measure, &m);
	for (k = 0; k < nkeys; k++) {
		key = cf_intake_key(intake, i, k);
		if (key.len > 0 && strcmp(keys[k], "horizon") != 0)
			cf_writer_text(writer, key.text, key.len);
		else
			cf_writer_value(writer, key.text, key.len);
	}
	cf_writer_number(writer, m.prediction);
	cf_writer_number(writer, m.low);
	cf_writer_number(writer, m.high);
	cf_writer_number(writer, params->measure.level);
	if (model->kind->is_return) {
		cf_writer_number(writer, m.p_loss);
		cf_writer_number(writer, m.value_at_risk);
		cf_writer_number(writer, m.expected_shortfall);
		cf_writer_int(writer, m.risk_flag);
		cf_writer_number(writer, m.position_size);
	}
	for (k = 0; k < params->nquantiles; k++)
		cf_writer_number(writer, cf_forecast_quantile(fc,
		    params->quantile[k]));
	add_outside(writer, model, cf_intake_records(intake) +
	    i * model->inputs.n);
	cf_writer_text(writer, model->id, strlen(model->id));
	return (cf_writer_end(writer, err));
}

int
cf_forecasts_parse(const char * text, struct cf_forecasts_params * params,
    struct cf_err * err)
{
	const char * s = text;
	size_t len;
	double p;

	params->nquantiles = 0;
	for (;;) {
		len = strcspn(s, ",");
		if (cf_num_parse(s, len, &p) != CF_NUM_OK || !(p > 0) ||
		    !(p < 1) || (params->nquantiles > 0 &&
		    p <= params->quantile[params->nquantiles - 1]))
			return (cf_err_set(err, CF_ERR_USAGE,
			    "option --quantiles: not ascending numbers "
			    "between 0 and 1: \"%.60s\"", text));
		if (params->nquantiles == CF_FORECASTS_QUANTILES_MAX)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "option --quantiles: more than %d",
			    CF_FORECASTS_QUANTILES_MAX));
		params->quantile[params->nquantiles++] = p;
		if (s[len] == '\0')
			return (0);
		s += len + 1;
	}
}

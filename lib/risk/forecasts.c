#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/opt.h"
#include "risk/forecasts.h"

/* A list of columns and the names made for it. */
struct columns {
	struct cf_column * items;
	size_t n;
	char ** made;		/* [n]; NULL where the name is borrowed. */
};

static void
add(struct columns * c, const char * name, const char * group)
{

	c->items[c->n].name = name;
	c->items[c->n].group = group;
	c->items[c->n].key = NULL;
	c->made[c->n] = NULL;
	c->n++;
}

/* Add a column called by `prefix` and `key`, in a group under `key`. */
static int
add_made(struct columns * c, const char * prefix, const char * key,
    const char * group, struct cf_err * err)
{
	struct cf_buf b = { 0 };

	cf_buf_add_text(&b, prefix);
	cf_buf_add_text(&b, key);
	if (cf_buf_string(&b, err) == NULL) {
		cf_buf_free(&b);
		return (-1);
	}
	add(c, b.data, group);
	c->made[c->n - 1] = b.data;
	if (group != NULL)
		c->items[c->n - 1].key = b.data + strlen(prefix);
	return (0);
}

/* "q0.05" and so on. */
static int
add_quantiles(struct columns * c, const struct cf_forecasts_params * params,
    struct cf_err * err)
{
	char text[CF_NUM_TEXT_MAX + 1];
	size_t i;

	for (i = 0; i < params->nquantiles; i++) {
		text[cf_num_print(params->quantile[i], text)] = '\0';
		if (add_made(c, "q", text, "quantiles", err))
			return (-1);
	}
	return (0);
}

static int
add_ranks(struct columns * c, const struct cf_forecasts_params * params,
    struct cf_err * err)
{
	char text[CF_NUM_TEXT_MAX + 1];
	size_t i;

	for (i = 1; i <= params->nranks; i++) {
		text[cf_num_print((double)i, text)] = '\0';
		if (add_made(c, "rank_", text, NULL, err))
			return (-1);
	}
	return (0);
}

static int
add_reasons(struct columns * c, const struct cf_model * model,
    struct cf_err * err)
{
	const struct cf_inputs * in = &model->inputs;
	size_t i;

	add(c, "base", NULL);
	for (i = 0; i < in->nderived; i++) {
		if (add_made(c, "contribution_",
		    in->items[in->derived[i].input].name, "contributions",
		    err))
			return (-1);
	}
	add(c, "expected", NULL);
	if (!model->kind->is_return)
		return (0);
	add(c, "scale_base", NULL);
	for (i = 0; i < in->nlogs; i++) {
		if (add_made(c, "scale_", in->items[in->log_of[i]].name,
		    "scale_contributions", err))
			return (-1);
	}
	add(c, "scale", NULL);
	return (0);
}

/* A portfolio has no symbol. */
static int
has_key(const struct cf_intake * intake,
    const struct cf_forecasts_params * params, enum cf_batch_key_id key)
{

	return (cf_intake_has(intake, key) && !(params->portfolio &&
	    (key == CF_BATCH_SYMBOL || key == CF_BATCH_ACCOUNT)));
}

static int
list_columns(struct columns * c, const struct cf_intake * intake,
    const struct cf_model * model, const struct cf_forecasts_params * params,
    struct cf_err * err)
{
	enum cf_batch_key_id k;

	for (k = 0; k < CF_BATCH_KEYS; k++) {
		if (has_key(intake, params, k))
			add(c, cf_batch_key_name(k), NULL);
	}
	add(c, "prediction", NULL);
	add(c, "interval_low", "interval");
	add(c, "interval_high", "interval");
	add(c, "level", NULL);
	if (model->kind->is_return) {
		add(c, "p_loss", NULL);
		add(c, "value_at_risk", NULL);
		add(c, "expected_shortfall", NULL);
		add(c, "risk_flag", NULL);
		add(c, "position_size", NULL);
	}
	if (add_quantiles(c, params, err) || add_ranks(c, params, err) ||
	    (params->explain && add_reasons(c, model, err)))
		return (-1);
	if (!params->portfolio)
		add(c, "outside", NULL);
	add(c, "model", NULL);
	if (params->error_columns) {
		add(c, "error", NULL);
		add(c, "line", NULL);
	}
	return (0);
}

int
cf_forecasts_begin(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_model * model, const struct cf_forecasts_params * params,
    int again, struct cf_err * err)
{
	struct columns c = { .n = 0 };
	size_t i, most;
	int rc = -1;

	most = CF_BATCH_KEYS + 20 + params->nquantiles + params->nranks +
	    model->inputs.nderived + model->inputs.nlogs;
	c.items = cf_mem_array(most, sizeof(*c.items), err);
	c.made = cf_mem_array(most, sizeof(*c.made), err);
	if (c.items == NULL || c.made == NULL ||
	    list_columns(&c, intake, model, params, err))
		goto done;
	rc = again ? cf_writer_columns_again(writer, c.items, c.n, err) :
	    cf_writer_columns(writer, c.items, c.n, err);
done:
	for (i = 0; i < c.n; i++)
		free(c.made[i]);
	free(c.made);
	free(c.items);
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

static void
write_keys(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_batch * batch, size_t i,
    const struct cf_forecasts_params * params)
{
	enum cf_batch_key_id k;
	struct cf_field key;

	for (k = 0; k < CF_BATCH_KEYS; k++) {
		if (!has_key(intake, params, k))
			continue;
		key = cf_batch_key(batch, i, k);
		if (key.len > 0 && k != CF_BATCH_HORIZON)
			cf_writer_text(writer, key.text, key.len);
		else
			cf_writer_value(writer, key.text, key.len);
	}
}

static void
write_measure(struct cf_writer * writer, const struct cf_measure * m,
    double level, int is_return)
{

	cf_writer_number(writer, m->prediction);
	cf_writer_number(writer, m->low);
	cf_writer_number(writer, m->high);
	cf_writer_number(writer, level);
	if (!is_return)
		return;
	cf_writer_number(writer, m->p_loss);
	cf_writer_number(writer, m->value_at_risk);
	cf_writer_number(writer, m->expected_shortfall);
	cf_writer_int(writer, m->risk_flag);
	cf_writer_number(writer, m->position_size);
}

static void
write_reasons(struct cf_writer * writer, const struct cf_model * model,
    const struct cf_forecast_reasons * reasons)
{
	size_t i;

	cf_writer_number(writer, reasons->base);
	for (i = 0; i < model->inputs.nderived; i++)
		cf_writer_number(writer, reasons->contribution[i]);
	cf_writer_number(writer, reasons->expected);
	if (!model->kind->is_return)
		return;
	cf_writer_number(writer, reasons->scale_base);
	for (i = 0; i < model->inputs.nlogs; i++)
		cf_writer_number(writer, reasons->scale_part[i]);
	cf_writer_number(writer, reasons->scale);
}

int
cf_forecasts_add(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_forecasts_row * row,
    const struct cf_forecasts_params * params, struct cf_err * err)
{
	const struct cf_model * model = row->forecast->model;
	struct cf_measure m;
	size_t k;

	cf_measure_of(row->forecast, &params->measure, &m);
	write_keys(writer, intake, row->batch, row->i, params);
	write_measure(writer, &m, params->measure.level,
	    model->kind->is_return);
	for (k = 0; k < params->nquantiles; k++)
		cf_writer_number(writer, cf_forecast_quantile(row->forecast,
		    params->quantile[k]));
	for (k = 0; k < params->nranks; k++)
		cf_writer_number(writer, row->ranks != NULL ? row->ranks[k] :
		    (double)NAN);
	if (params->explain)
		write_reasons(writer, model, row->reasons);
	add_outside(writer, model, row->batch->records +
	    row->i * model->inputs.n);
	cf_writer_text(writer, model->id, strlen(model->id));
	if (params->error_columns) {
		cf_writer_missing(writer);
		cf_writer_missing(writer);
	}
	return (cf_writer_end(writer, err));
}

int
cf_forecasts_add_portfolio(struct cf_writer * writer,
    const struct cf_intake * intake, const struct cf_batch * batch,
    const struct cf_model * model, const struct cf_joint_outcome * outcome,
    const struct cf_forecasts_params * params, struct cf_err * err)
{
	size_t k;

	write_keys(writer, intake, batch, outcome->first, params);
	write_measure(writer, &outcome->measure, params->measure.level, 1);
	for (k = 0; k < params->nquantiles; k++)
		cf_writer_number(writer, outcome->quantile[k]);
	cf_writer_text(writer, model->id, strlen(model->id));
	if (params->error_columns)
		cf_writer_skip(writer, 0);
	return (cf_writer_end(writer, err));
}

int
cf_forecasts_add_error(struct cf_writer * writer, const char * reason,
    uint64_t line, struct cf_err * err)
{

	cf_writer_skip(writer, 2);
	cf_writer_text(writer, reason, strlen(reason));
	cf_writer_int(writer, (int64_t)line);
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
			return (cf_opt_bad(err, "quantiles", text,
			    "not ascending numbers between 0 and 1"));
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

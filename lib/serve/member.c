#include <math.h>
#include <string.h>

#include "base/num.h"
#include "serve/member.h"
#include "table/writer.h"

/* What a member may be written from. */
struct about {
	const struct cf_holder * holder;
	const struct cf_intake * intake;
	size_t i;
	const struct cf_measure * measure;
	double level;
};

typedef int write_member(const struct about *, int, struct cf_buf *);

static void
add_number(struct cf_buf * buf, double x)
{

	if (isfinite(x))
		cf_buf_add_number(buf, x);
	else
		cf_buf_add_text(buf, "null");
}

/* A key as it came; 0 where the records have none. */
static int
write_key(const struct about * a, int key, struct cf_buf * buf)
{
	struct cf_field f;
	double x;

	if (!cf_intake_has(a->intake, (enum cf_batch_key_id)key))
		return (0);
	f = cf_batch_key(&a->holder->batch, a->i, (enum cf_batch_key_id)key);
	if (f.len == 0)
		cf_buf_add_text(buf, "null");
	else if (key == CF_BATCH_HORIZON &&
	    cf_num_parse(f.text, f.len, &x) == CF_NUM_OK)
		cf_buf_add_number(buf, x);
	else
		cf_writer_json_text(buf, f.text, f.len);
	return (1);
}

static int
write_number(const struct about * a, int which, struct cf_buf * buf)
{
	const struct cf_measure * m = a->measure;
	const double numbers[] = { m->prediction, m->position_size, a->level,
	    m->p_loss, m->value_at_risk, m->expected_shortfall };

	add_number(buf, numbers[which]);
	return (1);
}

static int
write_flag(const struct about * a, int which, struct cf_buf * buf)
{

	(void)which;
	cf_buf_add_char(buf, a->measure->risk_flag ? '1' : '0');
	return (1);
}

static int
write_interval(const struct about * a, int which, struct cf_buf * buf)
{

	(void)which;
	cf_buf_add_char(buf, '[');
	add_number(buf, a->measure->low);
	cf_buf_add_char(buf, ',');
	add_number(buf, a->measure->high);
	cf_buf_add_char(buf, ']');
	return (1);
}

/* Names of the inputs beyond their training range, or null. */
static int
write_outside(const struct about * a, int which, struct cf_buf * buf)
{
	const struct cf_inputs * inputs = &a->holder->model->inputs;
	const double * x = a->holder->batch.records + a->i * inputs->n;
	const struct cf_input * in;
	size_t i, n = 0;

	(void)which;
	for (i = 0; i < inputs->n; i++) {
		in = &inputs->items[i];
		if (!(x[i] < in->low || x[i] > in->high))
			continue;
		cf_buf_add_char(buf, n++ == 0 ? '"' : ' ');
		/* Column names are plain: JSON has nothing to escape. */
		cf_buf_add_text(buf, in->name);
	}
	cf_buf_add_text(buf, n > 0 ? "\"" : "null");
	return (1);
}

static int
write_model(const struct about * a, int which, struct cf_buf * buf)
{

	(void)which;
	cf_buf_add_char(buf, '"');
	cf_buf_add_text(buf, a->holder->model->id);
	cf_buf_add_char(buf, '"');
	return (1);
}

/* The members in their order. */
static const struct {
	const char * name;
	write_member * write;
	int which;
	int of_return;		/* Only holdings have it. */
} rows[] = {
	{ "symbol", write_key, CF_BATCH_SYMBOL, 0 },
	{ "account", write_key, CF_BATCH_ACCOUNT, 0 },
	{ "date", write_key, CF_BATCH_DATE, 0 },
	{ "horizon", write_key, CF_BATCH_HORIZON, 0 },
	{ "target_date", write_key, CF_BATCH_TARGET_DATE, 0 },
	{ "prediction", write_number, 0, 0 },
	{ "risk_flag", write_flag, 0, 1 },
	{ "position_size", write_number, 1, 1 },
	{ "interval", write_interval, 0, 0 },
	{ "level", write_number, 2, 0 },
	{ "p_loss", write_number, 3, 1 },
	{ "value_at_risk", write_number, 4, 1 },
	{ "expected_shortfall", write_number, 5, 1 },
	{ "outside", write_outside, 0, 0 },
	{ "model", write_model, 0, 0 }
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

const char *
cf_member_pick(const char * text, cf_member_fields * fields)
{
	const char * s = text;
	size_t len, i;

	*fields = 0;
	for (;;) {
		len = strcspn(s, ",");
		for (i = 0; i < ROWS; i++) {
			if (strlen(rows[i].name) == len &&
			    memcmp(rows[i].name, s, len) == 0)
				break;
		}
		if (i == ROWS)
			return (s);
		*fields |= (cf_member_fields)1 << i;
		if (s[len] == '\0')
			return (NULL);
		s += len + 1;
	}
}

void
cf_member_write(const struct cf_holder * h, const struct cf_intake * intake,
    size_t i, const struct cf_measure_params * params,
    cf_member_fields fields, struct cf_buf * buf)
{
	struct cf_forecast forecast;
	struct cf_measure measure;
	const struct about about = { h, intake, i, &measure, params->level };
	size_t k, before;
	int is_return = h->model->kind->is_return;

	cf_forecast_get(h->forecaster, i, &forecast);
	cf_measure_of(&forecast, params, &measure);
	cf_buf_add_char(buf, '{');
	for (k = 0; k < ROWS; k++) {
		if (!(fields >> k & 1) || (rows[k].of_return && !is_return))
			continue;
		before = buf->len;
		if (before > 0 && buf->data[before - 1] != '{')
			cf_buf_add_char(buf, ',');
		cf_buf_add_char(buf, '"');
		cf_buf_add_text(buf, rows[k].name);
		cf_buf_add(buf, "\":", 2);
		if (!rows[k].write(&about, rows[k].which, buf))
			buf->len = before;
	}
	cf_buf_add_char(buf, '}');
}

void
cf_member_list(struct cf_buf * buf)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		if (i > 0)
			cf_buf_add_char(buf, ',');
		cf_buf_add_text(buf, rows[i].name);
	}
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/forecast.h"
#include "risk/answer.h"

struct cf_answer {
	const struct cf_model * model;
	const struct cf_forecasts_params * params;
	enum cf_format format;
	const struct cf_intake * intake;	/* Whose key columns. */
	struct cf_forecaster * forecaster;
	struct cf_writer * writer;	/* Holds its records. */
};

struct cf_answer *
cf_answer_new(const struct cf_model * model,
    const struct cf_forecasts_params * params, enum cf_format format,
    size_t batch, struct cf_err * err)
{
	struct cf_answer * a;

	if ((a = cf_mem_array(1, sizeof(*a), err)) == NULL)
		return (NULL);
	a->model = model;
	a->params = params;
	a->format = format;
	a->forecaster = cf_forecast_new(model, batch, err);
	a->writer = cf_writer_new(NULL, format, 0, err);
	if (a->forecaster == NULL || a->writer == NULL) {
		cf_answer_free(a);
		return (NULL);
	}
	return (a);
}

/* Hand the records held to the text. */
static int
hand_over(struct cf_answer * a, struct cf_buf * text, struct cf_err * err)
{
	const char * held;
	size_t len;

	held = cf_writer_held(a->writer, &len);
	if (len > 0)
		cf_buf_add(text, held, len);
	cf_writer_drop(a->writer);
	return (text->failed ? cf_err_memory(err) : 0);
}

int
cf_answer_begin(struct cf_answer * a, const struct cf_intake * intake,
    struct cf_buf * text, struct cf_err * err)
{

	a->intake = intake;
	if (cf_forecasts_begin(a->writer, intake, a->model, a->params,
	    text == NULL, err))
		return (-1);
	return (text != NULL ? hand_over(a, text, err) : 0);
}

void
cf_answer_error(const char * reason, uint64_t line, struct cf_buf * text)
{

	cf_buf_add_text(text, "{\"error\":");
	cf_writer_json_text(text, reason, strlen(reason));
	cf_buf_addf(text, ",\"line\":%llu}\n", (unsigned long long)line);
}

/* A record that could not be read. */
static int
answer_bad(struct cf_answer * a, const struct cf_batch * batch, size_t i,
    struct cf_buf * text, struct cf_err * err)
{
	const char * reason = cf_batch_bad(batch, i);

	if (hand_over(a, text, err))
		return (-1);
	if (a->format == CF_FORMAT_NDJSON) {
		cf_answer_error(reason, batch->items[i].line, text);
		return (text->failed ? cf_err_memory(err) : 0);
	}
	return (cf_forecasts_add_error(a->writer, reason,
	    batch->items[i].line, err));
}

int
cf_answer_batch(struct cf_answer * a, const struct cf_batch * batch,
    size_t from, size_t n, const double * ranks, struct cf_buf * text,
    struct cf_err * err)
{
	struct cf_forecast_reasons reasons = { 0 };
	struct cf_forecast forecast;
	struct cf_forecasts_row row = { .batch = batch,
	    .forecast = &forecast, .reasons = &reasons };
	const double * records = batch->records + from * a->model->inputs.n;
	size_t i;

	cf_forecast_batch(a->forecaster, records, n);
	for (i = 0; i < n; i++) {
		row.i = from + i;
		if (batch->items[row.i].is_bad) {
			if (answer_bad(a, batch, row.i, text, err))
				return (-1);
			continue;
		}
		cf_forecast_get(a->forecaster, i, &forecast);
		if (a->params->explain)
			cf_forecast_explain(a->forecaster, i,
			    records + i * a->model->inputs.n, &reasons);
		if (ranks != NULL)
			row.ranks = ranks + row.i * a->params->nranks;
		if (cf_forecasts_add(a->writer, a->intake, &row, a->params,
		    err))
			return (-1);
	}
	return (hand_over(a, text, err));
}

void
cf_answer_free(struct cf_answer * a)
{

	if (a == NULL)
		return;
	cf_writer_free(a->writer);
	cf_forecast_free(a->forecaster);
	free(a);
}

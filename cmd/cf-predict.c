#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "base/progress.h"
#include "model/intake.h"
#include "model/forecast.h"
#include "model/modfile.h"
#include "risk/forecasts.h"

#include "main.h"

#define BATCH 1024		/* Records forecast at a time. */

static const struct cf_main m = {
	"cf-predict",
	"[options] [FEATURES ...]",
	"Forecast: read features, write for each record the expected value, an\n"
	"interval, and for holdings the risk and a position size.\n\n"
	"  cf-predict -m model.cfm features.csv\n"
	"  cf-predict -m models/market --latest --format ndjson features.csv"
};

struct settings {
	struct cf_main_common common;
	const char * model;
	const char * sizing;
	const char * quantiles;
	int latest;
	struct cf_forecasts_params print;
};

/* Forecast and write one batch. */
static int
predict_batch(struct cf_forecaster * forecaster, const struct cf_intake * intake,
    size_t n, struct cf_writer * writer, const struct settings * s,
    const struct cf_model * model, struct cf_err * err)
{
	struct cf_forecast forecast;
	const double * records = cf_intake_records(intake);
	size_t at, i, part;

	/* With --latest a batch of the intake has any size. */
	for (at = 0; at < n; at += part) {
		part = n - at < BATCH ? n - at : BATCH;
		cf_forecast_batch(forecaster, records + at * model->inputs.n,
		    part);
		for (i = 0; i < part; i++) {
			cf_forecast_get(forecaster, i, &forecast);
			if (cf_forecasts_add(writer, intake, at + i, &forecast,
			    &s->print, err))
				return (-1);
		}
	}
	return (0);
}

static int
predict(const struct settings * s, const struct cf_model * model,
    struct cf_intake * intake, struct cf_out * out, struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_forecaster * forecaster;
	struct cf_writer * writer = NULL;
	size_t n, done = 0;
	int rc = -1, begun = 0;

	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "rows", 0);
	if ((forecaster = cf_forecast_new(model, BATCH, err)) == NULL)
		return (-1);
	writer = cf_writer_new(out, cf_main_format(&s->common),
	    s->common.by_line, err);
	if (writer == NULL)
		goto done;
	do {
		if (cf_intake_next(intake, &n, err))
			goto done;
		if (!begun && cf_intake_known(intake)) {
			if (cf_forecasts_begin(writer, intake, model, &s->print, err))
				goto done;
			begun = 1;
		}
		if (predict_batch(forecaster, intake, n, writer, s, model, err))
			goto done;
		cf_progress_at(&progress, done += n);
	} while (n > 0);
	rc = 0;
done:
	cf_progress_end(&progress);
	cf_writer_free(writer);
	cf_forecast_free(forecaster);
	return (rc);
}

static int
run(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_intake_options from = {
		.paths = (const char * const *)operands, .npaths = (size_t)n,
		.batch = s->common.by_line ? 1 : BATCH, .latest = s->latest };
	struct cf_model * model;
	struct cf_intake * intake;
	struct cf_out * out;
	struct cf_err closing;
	int rc = -1, keep;

	if ((model = cf_modfile_open(s->model, err)) == NULL)
		return (-1);
	if ((intake = cf_intake_open(model, &from, err)) == NULL)
		goto err0;
	out = cf_main_out(s->common.check ? "/dev/null" : s->common.out, err);
	if (out == NULL)
		goto err1;
	rc = predict(s, model, intake, out, err);

	/* What was written to stdout before a fault is right and stays. */
	keep = rc == 0 || strcmp(s->common.out, "-") == 0;
	if (cf_main_out_close(out, keep, &closing) && rc == 0) {
		*err = closing;
		rc = -1;
	}
err1:
	cf_intake_close(intake);
err0:
	cf_model_free(model);
	return (rc);
}

int
main(int argc, char ** argv)
{
	struct settings s = { .common = CF_MAIN_COMMON,
	    .model = getenv("MODEL_PATH"), .sizing = "proportional" };
	struct cf_measure_params * measure = &s.print.measure;
	struct cf_err err;
	const struct cf_opt opts[] = {
		{ 'm', "model", "MODEL", CF_OPT_TEXT, &s.model, 0, 0, NULL,
		    "model file, or folder models/NAME" },
		{ 0, "latest", NULL, CF_OPT_FLAG, &s.latest, 0, 0, NULL,
		    "only records of each symbol's newest date" },
		{ 0, "level", "P", CF_OPT_NUMBER, &measure->level, 0.01,
		    0.999, NULL, "probability of the interval" },
		{ 0, "quantiles", "LIST", CF_OPT_TEXT, &s.quantiles, 0, 0,
		    NULL, "further quantiles, as 0.05,0.5" },
		{ 0, "var-level", "P", CF_OPT_NUMBER, &measure->var_level,
		    0.5, 0.999, NULL,
		    "level of value at risk and expected shortfall" },
		{ 0, "var-limit", "X", CF_OPT_NUMBER, &measure->var_limit, 0,
		    100, NULL, "value at risk that raises the risk flag" },
		{ 0, "sizing", "RULE", CF_OPT_CHOICE, &s.sizing, 0, 0,
		    cf_sizing_choices(), "rule for position_size" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_RECORDS(s.common),
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	int operand, status;

	gsl_set_error_handler_off();
	cf_measure_defaults(measure);
	if (s.model == NULL || *s.model == '\0')
		s.model = "models/market";
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	measure->sizing = cf_sizing_by_name(s.sizing);
	if (s.quantiles != NULL && cf_forecasts_parse(s.quantiles, &s.print, &err))
		return (cf_main_fail(&m, &err));

	if (run(&s, argv + operand, argc - operand, &err))
		return (cf_main_fail(&m, &err));
	return (0);
}

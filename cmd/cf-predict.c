#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "model/modfile.h"
#include "risk/outlook.h"

#include "given.h"
#include "main.h"
#include "predicting.h"

static const struct cf_main m = {
	"cf-predict",
	"[options] [FEATURES ...]",
	"Forecast: read features, write for each record the expected value, an\n"
	"interval, and for holdings the risk and a position size.\n\n"
	"  cf-predict -m model.cfm features.csv\n"
	"  cf-predict -m models/market --latest --format ndjson features.csv",
	NULL
};

struct settings {
	struct cf_main_common common;
	const char * model;
	const char * sizing;
	const char * quantiles;
	int latest;
	int stream;
	int keep_going;
	int ignore_unknown;
	int64_t threads;
	int64_t ranks;
	int64_t paths;
	int64_t seed;
	const char * portfolio;
	struct cf_opt_list bars;
	struct cf_forecasts_params print;
	struct cf_outlook outlook;
};

/* What is wrong with the options together; NULL: nothing. */
static const char *
combination(const struct settings * s)
{
	int joint = s->portfolio != NULL || s->ranks > 0;

	if (s->stream && s->latest)
		return ("--stream and --latest: what is newest is not known "
		    "before the end");
	if (s->stream && joint)
		return ("--stream: joint forecasts need all records of a "
		    "date");
	if (s->portfolio != NULL && (s->ranks > 0 || s->print.explain))
		return ("--portfolio: its records have no ranks and no "
		    "explanations");
	if (joint && s->bars.n == 0)
		return ("--portfolio and --ranks need --bars");
	if (!joint && s->bars.n > 0)
		return ("--bars: for --portfolio or --ranks only");
	if (cf_outlook_is_asked(&s->outlook) && (joint || s->stream ||
	    s->keep_going || s->print.explain))
		return ("--per and --balance take all days of an account "
		    "together: not with --stream, --keep-going, --explain, "
		    "--portfolio, --ranks");
	return (cf_outlook_fault(&s->outlook));
}

/* How many of the files are standard input. */
static size_t
stdin_uses(const struct settings * s, char * const * operands, int n)
{
	size_t uses = n == 0, i;

	for (; n > 0; n--)
		uses += strcmp(operands[n - 1], "-") == 0;
	for (i = 0; i < s->bars.n; i++)
		uses += strcmp(s->bars.items[i], "-") == 0;
	return (uses + (s->portfolio != NULL &&
	    strcmp(s->portfolio, "-") == 0));
}

/* Say how many records were bad; the others have been forecast. */
static int
some_bad(const struct cf_predicting * p, struct cf_err * err)
{

	if (p->bad == 0)
		return (0);
	return (cf_err_set(err, CF_ERR_DATA, p->bad == 1 ?
	    "%zu bad record" : "%zu bad records", p->bad));
}

static int
run(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_predicting p = { .print = s->print,
	    .by_line = s->common.by_line || s->stream,
	    .threads = (size_t)s->threads,
	    .bars = s->bars.items, .nbars = s->bars.n,
	    .portfolio = s->portfolio, .paths = (size_t)s->paths,
	    .seed = (uint64_t)s->seed,
	    .format = cf_main_format(&s->common),
	    .progress_fd = s->common.quiet ? -1 : STDERR_FILENO,
	    .from = { .paths = (const char * const *)operands,
	    .npaths = (size_t)n, .latest = s->latest,
	    .keep_going = s->keep_going,
	    .ignore_unknown = s->ignore_unknown } };
	struct cf_model * model;
	struct cf_out * out;
	struct cf_err closing;
	int rc = -1, keep;

	p.print.nranks = (size_t)s->ranks;
	p.print.portfolio = s->portfolio != NULL;
	p.print.error_columns = s->keep_going &&
	    p.format == CF_FORMAT_CSV;
	if ((model = cf_modfile_open(s->model, err)) == NULL)
		return (-1);
	p.model = model;
	out = cf_main_out(s->common.check ? "/dev/null" : s->common.out, err);
	if (out == NULL)
		goto err0;
	rc = cf_outlook_is_asked(&s->outlook) ? cf_outlook_run(&s->outlook,
	    model, &p.from, &s->print, p.format, out, err) :
	    cf_predicting_run(&p, out, err);
	if (rc == 0 && p.nbars > 0 && s->common.verbose)
		cf_main_note(&m, "%zu %s simulated, %zu paths, seed %llu",
		    p.dates, p.dates == 1 ? "date" : "dates", p.paths,
		    (unsigned long long)p.seed);

	/* What was written to stdout before a fault is right and stays. */
	keep = rc == 0 || strcmp(s->common.out, "-") == 0;
	if (cf_main_out_close(out, keep, &closing) && rc == 0) {
		*err = closing;
		rc = -1;
	}
	if (rc == 0)
		rc = some_bad(&p, err);
err0:
	cf_model_free(model);
	return (rc);
}

int
main(int argc, char ** argv)
{
	struct settings s = { .common = CF_MAIN_COMMON,
	    .model = getenv("MODEL_PATH"), .sizing = "proportional",
	    .threads = 1, .paths = 10000, .seed = 1 };
	struct cf_measure_params * measure = &s.print.measure;
	struct cf_buf models = { 0 };
	struct cf_err err;
	const struct cf_opt opts[] = {
		{ 'm', "model", "MODEL", CF_OPT_TEXT, &s.model, 0, 0, NULL,
		    "model file, or folder models/NAME" },
		{ 0, "latest", NULL, CF_OPT_FLAG, &s.latest, 0, 0, NULL,
		    "only records of each symbol's newest date" },
		{ 0, "stream", NULL, CF_OPT_FLAG, &s.stream, 0, 0, NULL,
		    "answer each record as it comes, flushed" },
		{ 0, "keep-going", NULL, CF_OPT_FLAG, &s.keep_going, 0, 0,
		    NULL, "answer a bad record with an error record" },
		{ 0, "ignore-unknown", NULL, CF_OPT_FLAG, &s.ignore_unknown,
		    0, 0, NULL, "pass over unknown names in API bodies" },
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
		{ 0, "explain", NULL, CF_OPT_FLAG, &s.print.explain, 0, 0,
		    NULL, "add what each input contributes" },
		{ 0, "bars", "FILE", CF_OPT_LIST, &s.bars, 0, 0, NULL,
		    "bars to fit what holdings have in common" },
		{ 0, "portfolio", "FILE", CF_OPT_TEXT, &s.portfolio, 0, 0,
		    NULL, "forecast these holdings together: symbol,weight" },
		{ 0, "ranks", "K", CF_OPT_INT, &s.ranks, 2,
		    CF_FORECASTS_RANKS_MAX, NULL,
		    "probability of each K-th part of a date's symbols" },
		{ 0, "paths", "N", CF_OPT_INT, &s.paths, 100, 10000000, NULL,
		    "simulated outcomes of each date" },
		{ 0, "seed", "N", CF_OPT_INT, &s.seed, 0, 9007199254740992.0,
		    NULL, "seed of the simulation" },
		{ 0, "per", "PERIOD", CF_OPT_CHOICE, &s.outlook.per, 0, 0,
		    CF_OUTLOOK_PERIODS, "of accounts: sums over each" },
		{ 0, "balance", "FILE|X", CF_OPT_TEXT, &s.outlook.balance, 0,
		    0, NULL, "balances now; add those to come" },
		{ 0, "floor", "FILE|X", CF_OPT_TEXT, &s.outlook.floor, 0, 0,
		    NULL, "add the chance of a balance below it" },
		{ 0, "scheduled", "FILE", CF_OPT_TEXT, &s.outlook.scheduled,
		    0, 0, NULL, "movements ahead that are certain" },
		{ 0, "total", NULL, CF_OPT_FLAG, &s.outlook.total, 0, 0,
		    NULL, "with --per or --balance: all accounts as one" },
		{ 'j', "jobs", "N", CF_OPT_INT, &s.threads, 0, 1024, NULL,
		    "threads; 0 is all processors" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_RECORDS(s.common),
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const char * fault;
	int operand, status;

	gsl_set_error_handler_off();
	cf_measure_defaults(measure);
	if (s.model != NULL && *s.model == '\0')
		s.model = NULL;
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (s.model == NULL) {
		if (cf_given_models(NULL, &models, &err))
			return (cf_main_fail(&m, &err));
		s.model = models.data;
	}
	measure->sizing = cf_sizing_by_name(s.sizing);
	if ((fault = combination(&s)) != NULL)
		status = cf_main_usage(&m, "%s", fault);
	else if (stdin_uses(&s, argv + operand, argc - operand) > 1)
		status = cf_main_usage(&m, "standard input can be read once "
		    "only");
	else if ((s.quantiles != NULL && cf_forecasts_parse(s.quantiles,
	    &s.print, &err)) || run(&s, argv + operand, argc - operand, &err))
		status = cf_main_fail(&m, &err);
	else
		status = 0;
	cf_opt_list_free(&s.bars);
	cf_buf_free(&models);
	return (status);
}

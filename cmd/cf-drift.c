#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/file.h"

#include "drifting.h"

/*
 * cf-drift: has something changed?  The first operand says where to look; each
 * mode is a row of the table below.
 */

static const char * mode_word(size_t i);

static const struct cf_main m = {
	"cf-drift",
	"data --reference FILE [options] [CURRENT ...]\n"
	"       cf-drift performance --outcomes FILE [options] "
	"[FORECASTS ...]",
	"data         are features what they were in the reference?\n"
	"performance  do outcomes lie where forecasts said?\n\n"
	"Write a finding for each test, then a summary.  Status 1 means drift.\n\n"
	"  cf-drift data --reference training.csv features.csv\n"
	"  cf-drift performance --metrics metrics.json --outcomes features.csv \\\n"
	"      predictions/market/*.ndjson",
	mode_word
};

static const struct mode {
	const char * name;
	int is_data;
	int (*run)(const struct cf_main *, struct cf_drifting *,
	    struct cf_findings *, struct cf_err *);
} modes[] = {
	{ "data", 1, cf_drifting_data },
	{ "performance", 0, cf_drifting_performance },
};

static const char *
mode_word(size_t i)
{

	return (i < sizeof(modes) / sizeof(modes[0]) ? modes[i].name : NULL);
}

static const struct mode *
find_mode(const char * name)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(modes[i].name, name) == 0)
			return (&modes[i]);
	}
	return (NULL);
}

/* An option of the other mode, or one that is missing; NULL if all is well. */
static const char *
wrong(const struct cf_drifting * s, int is_data)
{

	if (is_data && (s->forecasts.n > 0 || s->outcomes != NULL ||
	    s->metrics != NULL || s->model != NULL || s->training > 0))
		return ("data takes no --forecasts, --outcomes, --metrics, "
		    "--training, --model");
	if (is_data && s->reference == NULL)
		return ("data wants --reference FILE");
	if (!is_data && (s->current.n > 0 || s->reference != NULL ||
	    s->horizon > 0))
		return ("performance takes no --reference, --current, "
		    "--horizon");
	if (!is_data && s->outcomes == NULL)
		return ("performance wants --outcomes FILE");
	if (s->metrics != NULL && s->training > 0)
		return ("--metrics and --training tell the same");
	return (NULL);
}

static int
write_findings(const struct cf_drifting * s, const struct cf_findings * all,
    struct cf_err * err)
{
	struct cf_buf prom = { 0 };
	struct cf_writer * writer;
	struct cf_out * out;
	int rc;

	out = cf_main_out(s->common.check ? "/dev/null" : s->common.out, err);
	if (out == NULL)
		return (-1);
	writer = cf_writer_new(out, cf_main_format(&s->common),
	    s->common.by_line, err);
	rc = writer == NULL ? -1 : cf_findings_write(all, writer, err);
	cf_writer_free(writer);
	if (cf_main_out_close(out, rc == 0, rc == 0 ? err : NULL))
		rc = -1;
	if (rc == 0 && s->prom != NULL && !s->common.check) {
		cf_findings_prom(all, &prom);
		rc = prom.failed ? cf_err_memory(err) :
		    cf_file_write(s->prom, prom.data, prom.len, err);
		cf_buf_free(&prom);
	}
	return (rc);
}

/* Look, tell, and return the status. */
static int
run(struct cf_drifting * s, const struct mode * mode, char * const * operands,
    size_t n)
{
	struct cf_findings all = { .mode = mode->name };
	struct cf_err err;
	int status = 0;

	if (cf_drifting_inputs(s, operands, n, &err) ||
	    mode->run(&m, s, &all, &err) || write_findings(s, &all, &err))
		status = cf_main_fail(&m, &err);
	else {
		if (all.detail != NULL && !s->common.quiet)
			cf_main_note(&m, "nothing was tested: %s", all.detail);
		if (cf_findings_state(&all) == CF_FINDINGS_DRIFT)
			status = CF_ERR_NO;
	}
	cf_findings_free(&all);
	cf_drifting_free(s);
	return (status);
}

int
main(int argc, char ** argv)
{
	struct cf_drifting s = { .common = CF_MAIN_COMMON, .target = "cash_flow",
	    .alpha = 0.05, .window = 60, .looks = 21, .seed = 1,
	    .min_accuracy = 0.85, .max_drop = 0.1 };
	const struct cf_opt opts[] = {
		{ 0, "reference", "FILE", CF_OPT_TEXT, &s.reference, 0, 0,
		    NULL, "data: features as they should be" },
		{ 0, "current", "FILE", CF_OPT_LIST, &s.current, 0, 0, NULL,
		    "data: features as they are; also as operands" },
		{ 0, "horizon", "N", CF_OPT_INT, &s.horizon, 0, 100000, NULL,
		    "data: records of that horizon, where there are several" },
		{ 0, "forecasts", "FILE", CF_OPT_LIST, &s.forecasts, 0, 0,
		    NULL, "performance: forecasts; also as operands" },
		{ 0, "outcomes", "FILE", CF_OPT_TEXT, &s.outcomes, 0, 0,
		    NULL, "performance: what came true, as cash_flow" },
		{ 0, "metrics", "FILE", CF_OPT_TEXT, &s.metrics, 0, 0, NULL,
		    "performance: what cf-train said of the model" },
		{ 0, "training", "X", CF_OPT_NUMBER, &s.training, 0, 1, NULL,
		    "performance: accuracy in training instead; 0: none" },
		{ 0, "min-accuracy", "X", CF_OPT_NUMBER, &s.min_accuracy, 0,
		    1, NULL, "performance: accuracy of a 90 % interval, at least" },
		{ 0, "max-drop", "X", CF_OPT_NUMBER, &s.max_drop, 0, 1, NULL,
		    "performance: part of training's accuracy lost, at most" },
		{ 0, "model", "ID", CF_OPT_TEXT, &s.model, 0, 0, NULL,
		    "performance: only forecasts by that model" },
		{ 0, "target", "COLUMN", CF_OPT_TEXT, &s.target, 0, 0, NULL,
		    "the column that is forecast" },
		{ 0, "window", "N", CF_OPT_INT, &s.window, 0, 100000, NULL,
		    "judge the newest N dates; 0: all" },
		{ 0, "alpha", "P", CF_OPT_NUMBER, &s.alpha, 0.001, 0.3, NULL,
		    "share of quiet months with a false alarm" },
		{ 0, "looks", "N", CF_OPT_INT, &s.looks, 1, 250, NULL,
		    "how many dates of a month it is run on" },
		{ 0, "seed", "N", CF_OPT_INT, &s.seed, 0, 9e15, NULL,
		    "seed of the bootstrap" },
		{ 'j', "jobs", "N", CF_OPT_INT, &s.threads, 0, 1024, NULL,
		    "threads; 0 is all processors" },
		{ 0, "prom", "FILE", CF_OPT_TEXT, &s.prom, 0, 0, NULL,
		    "write metrics for Prometheus to FILE too" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_RECORDS(s.common),
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const struct mode * mode;
	const char * name, * fault;
	int operand, status;

	gsl_set_error_handler_off();
	s.common.format = "ndjson";
	name = cf_main_action(&argc, &argv);
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (name == NULL)
		return (cf_main_usage(&m, "no mode"));
	if ((mode = find_mode(name)) == NULL)
		return (cf_main_usage(&m, "unknown mode: \"%.60s\"", name));
	if ((fault = wrong(&s, mode->is_data)) != NULL)
		return (cf_main_usage(&m, "%s", fault));
	return (run(&s, mode, argv + operand, (size_t)(argc - operand)));
}

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "config.h"
#include "base/day.h"
#include "base/file.h"
#include "base/opt.h"
#include "given.h"
#include "main.h"
#include "report/html.h"
#include "report/terminal.h"
#include "reporting.h"
#include "source/fred.h"
#include "table/prom.h"

/*
 * cf-report: what was forecast and what came of it, on one page.
 */

static const struct cf_main program = {
	"cf-report",
	"[options] [FORECASTS...]",
	"Make one page of forecasts, outcomes, metrics, findings, run records\n"
	"and backups: those of the state folder, or files that are named.\n\n"
	"  cf-report -o cashflow/reports/latest.html\n"
	"  cf-report --format text | less\n"
	"  cf-report --outcomes features.csv -o page.html forecasts.ndjson",
	NULL
};

struct options {
	struct cf_main_common common;
	struct cf_reporting r;
	const char * state;
	const char * config;
	const char * title;
	const char * now;
	const char * prom;
	int64_t width;
	int64_t rows;
};

/* The state folder, which must be there unless forecasts are named. */
static char *
find_home(const struct options * o, struct cf_err * err)
{
	struct stat st;
	char * home;

	home = cf_given_state(o->state, o->config, err);
	if (home != NULL && o->r.forecasts.n == 0 && (stat(home, &st) == -1 ||
	    !S_ISDIR(st.st_mode))) {
		cf_err_set(err, CF_ERR_USAGE, "%s: no such folder; -C names "
		    "the state folder, or name forecasts", home);
		free(home);
		return (NULL);
	}
	return (home);
}

/* The page, or the text. */
static int
draw(const struct options * o, const struct cf_figures * figures,
    int64_t now_s, struct cf_buf * page, struct cf_err * err)
{
	struct cf_html_frame frame = { .title = o->title,
	    .version = CF_VERSION };
	char made[16 + CF_DAY_TEXT_MAX] = "Made ";

	made[5 + cf_day_print_moment(now_s, 1, made + 5)] = '\0';
	frame.made = made;
	if (cf_reporting_series(&o->r))
		frame.notice = CF_FRED_NOTICE;
	if (strcmp(o->common.format, "html") == 0)
		cf_html_page(figures, &frame, page);
	else {
		cf_terminal(figures, o->title, (size_t)o->width,
		    (size_t)o->rows, page);
		if (frame.notice != NULL)
			cf_buf_addf(page, "\n%s\n", frame.notice);
	}
	return (page->failed ? cf_err_memory(err) : 0);
}

static int
write_all(struct options * o, const struct cf_buf * page, int64_t now_s,
    struct cf_err * err)
{
	static const char last[] =
	    "cashflow_report_last_success_timestamp_seconds";
	struct cf_out * out;

	if (o->common.check)
		return (0);
	if ((out = cf_main_out(o->common.out, err)) == NULL)
		return (-1);
	cf_out_write(out, page->data, page->len);
	if (cf_main_out_close(out, 1, err))
		return (-1);
	if (o->prom == NULL)
		return (0);
	cf_prom_metric(&o->r.prom, last, CF_PROM_GAUGE,
	    "When the last report was made.");
	cf_prom_sample(&o->r.prom, last, NULL, 0, (double)now_s);
	return (o->r.prom.failed ? cf_err_memory(err) :
	    cf_file_write(o->prom, o->r.prom.data, o->r.prom.len, err));
}

static int
run(struct options * o)
{
	struct cf_figures figures = { 0 };
	struct cf_buf page = { 0 };
	struct cf_err err;
	char * home;
	int64_t now_s;
	int status = 0;

	if (o->r.name != NULL && strcmp(o->r.name, "market") != 0 &&
	    (strncmp(o->r.name, "ledger-", 7) != 0 ||
	    strchr(o->r.name, '/') != NULL)) {
		cf_opt_bad(&err, "name", o->r.name,
		    "neither market nor ledger-X");
		return (cf_main_fail(&program, &err));
	}
	if ((home = find_home(o, &err)) == NULL)
		return (cf_main_fail(&program, &err));
	o->r.home = home;
	if (cf_given_now(o->now, &now_s, &err) ||
	    cf_reporting_figures(&o->r, &figures, &err) ||
	    draw(o, &figures, now_s, &page, &err) ||
	    write_all(o, &page, now_s, &err))
		status = cf_main_fail(&program, &err);
	else if (o->common.verbose)
		cf_main_note(&program, "%zu figures, %zu bytes", figures.n,
		    page.len);
	cf_figure_free(&figures);
	cf_buf_free(&page);
	cf_buf_free(&o->r.prom);
	free(home);
	return (status);
}

int
main(int argc, char ** argv)
{
	struct options o = { .common = CF_MAIN_COMMON,
	    .r = { .target = "cash_flow", .days = 400 }, .title = "cashflow",
	    .width = 80, .rows = 12 };
	const struct cf_opt opts[] = {
		{ 'C', "state", "STATE", CF_OPT_TEXT, &o.state, 0, 0, NULL,
		    "the state folder, else CF_HOME of the configuration" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &o.config, 0, 0, NULL,
		    "the configuration file" },
		{ 0, "name", "NAME", CF_OPT_TEXT, &o.r.name, 0, 0, NULL,
		    "only market, or ledger-X; else all there are" },
		{ 0, "outcomes", "FILE", CF_OPT_TEXT, &o.r.outcomes, 0, 0,
		    NULL, "what came true, else features/NAME.csv" },
		{ 0, "target", "COLUMN", CF_OPT_TEXT, &o.r.target, 0, 0, NULL,
		    "the column of the outcomes" },
		{ 0, "portfolio", "FILE", CF_OPT_TEXT, &o.r.portfolio, 0, 0,
		    NULL, "forecasts of cf-predict --portfolio" },
		{ 0, "metrics", "FILE", CF_OPT_TEXT, &o.r.metrics, 0, 0, NULL,
		    "of cf-train, else of the model in use" },
		{ 0, "findings", "FILE", CF_OPT_LIST, &o.r.findings, 0, 0,
		    NULL, "of cf-drift, DATE.ndjson, else those of drift/" },
		{ 0, "runs", "FILE", CF_OPT_LIST, &o.r.runs, 0, 0, NULL,
		    "run records, else those of runs/" },
		{ 0, "backups", "DIR", CF_OPT_TEXT, &o.r.backups, 0, 0, NULL,
		    "the folder of backups, else backups/" },
		{ 0, "days", "N", CF_OPT_INT, &o.r.days, 1, 100000, NULL,
		    "read the newest N files of each folder" },
		{ 0, "title", "TEXT", CF_OPT_TEXT, &o.title, 0, 0, NULL,
		    "what stands above" },
		{ 0, "now", "TIME", CF_OPT_TEXT, &o.now, 0, 0, NULL,
		    "the time in place of the clock's" },
		{ 0, "prom", "FILE", CF_OPT_TEXT, &o.prom, 0, 0, NULL,
		    "write metrics for Prometheus to FILE too" },
		{ 0, "format", "FORMAT", CF_OPT_CHOICE, &o.common.format, 0,
		    0, "html|text", "a page, or text for a terminal" },
		{ 0, "width", "N", CF_OPT_INT, &o.width, 40, 1000, NULL,
		    "columns of the text" },
		{ 0, "rows", "N", CF_OPT_INT, &o.rows, 1, 100000, NULL,
		    "rows of each table of the text" },
		CF_MAIN_OPT_OUT(o.common),
		CF_MAIN_OPT_CHECK(o.common),
		CF_MAIN_OPT_TALK(o.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	int operand, status;

	gsl_set_error_handler_off();
	o.common.format = "html";
	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	o.r.forecasts.items = (const char **)(void *)(argv + operand);
	o.r.forecasts.n = (size_t)(argc - operand);
	status = run(&o);
	cf_opt_list_free(&o.r.findings);
	cf_opt_list_free(&o.r.runs);
	return (status);
}

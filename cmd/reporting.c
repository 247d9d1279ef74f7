#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "report/fans.h"
#include "report/glance.h"
#include "report/heat.h"
#include "report/judged.h"
#include "report/past.h"
#include "report/upkeep.h"
#include "reporting.h"
#include "table/prom.h"

static int
load_outcomes(const struct cf_reporting * r, const char * name,
    struct cf_past * past, struct cf_err * err)
{
	char * path;
	int rc;

	if (r->outcomes != NULL)
		return (cf_past_outcomes(past, r->outcomes, r->target, err));
	path = cf_reporting_path(r, "features/", name, ".csv", err);
	if (path == NULL)
		return (-1);
	rc = access(path, F_OK) == -1 ? 0 : cf_past_outcomes(past, path,
	    r->target, err);
	free(path);
	return (rc);
}

static int
load_past(const struct cf_reporting * r, const char * name,
    struct cf_past * past, struct cf_err * err)
{
	struct cf_reporting_files files = { 0 };
	size_t i;
	int rc;

	rc = cf_reporting_find(r, &r->forecasts, "predictions/", name, &files,
	    err);
	for (i = 0; i < files.n && rc == 0; i++)
		rc = cf_past_forecasts(past, files.paths[i], err);
	if (rc == 0 && past->n > 0)
		rc = load_outcomes(r, name, past, err);
	if (rc == 0)
		cf_past_settle(past);
	cf_reporting_free(&files);
	return (rc);
}

static void
metric(struct cf_buf * prom, const char * metric_name, const char * help,
    const char * name, double x)
{
	struct cf_prom_label label = { "name", name };

	if (isnan(x))
		return;
	if (help != NULL)
		cf_prom_metric(prom, metric_name, CF_PROM_GAUGE, help);
	cf_prom_sample(prom, metric_name, &label, 1, x);
}

/* What the metrics tell of one name's forecasts. */
struct told {
	const char * name;
	struct cf_judged judged;
};

static int
portfolio(const struct cf_reporting * r, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_past past = { 0 };
	int rc;

	if (r->portfolio == NULL)
		return (0);
	rc = cf_past_forecasts(&past, r->portfolio, err);
	if (rc == 0) {
		cf_past_settle(&past);
		rc = cf_fans_portfolio(&past, figures, err);
	}
	cf_past_free(&past);
	return (rc);
}

static int
model(const struct cf_reporting * r, const char * name,
    struct cf_upkeep * upkeep, struct cf_figures * figures,
    struct cf_err * err)
{
	char * path;
	int rc = 0;

	if (r->metrics != NULL)
		return (cf_upkeep_model(r->metrics, upkeep, figures, err));
	path = cf_reporting_path(r, "models/", name, "/current/metrics.json",
	    err);
	if (path == NULL)
		return (-1);
	if (access(path, F_OK) == 0)
		rc = cf_upkeep_model(path, upkeep, figures, err);
	free(path);
	return (rc);
}

/* Everything that belongs to one name. */
static int
one_name(struct cf_reporting * r, const char * name, int alone,
    struct cf_figure * glance, struct told * told, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	struct cf_past past = { 0 };
	size_t first = figures->n, flagged = 0, below = 0;
	int rc;

	told->name = name;
	rc = load_past(r, name, &past, err);
	if (rc == 0)
		rc = cf_fans_figures(&past, figures, err);
	if (rc == 0)
		rc = cf_fans_risk(&past, figures, &flagged, err);
	if (rc == 0)
		rc = cf_fans_balance(&past, figures, &below, err);
	if (rc == 0)
		rc = cf_judged_figures(&past, &told->judged, figures, err);
	if (rc == 0)
		rc = model(r, name, upkeep, figures, err);
	if (rc == 0)
		cf_glance_forecasts(glance, alone ? NULL : name, &past,
		    &told->judged, flagged + below);
	for (; first < figures->n && !alone; first++)
		cf_figure_group(figures->items[first], name);
	cf_past_free(&past);
	return (rc);
}

static void
prom(struct cf_reporting * r, const struct told * told, size_t n)
{
	static const struct row {
		const char * name;
		const char * help;
		size_t offset;
	} rows[] = {
		{ "cashflow_report_recent_coverage_ratio",
		    "Share of outcomes of the newest 60 dates inside their "
		    "interval.",
		    offsetof(struct told, judged.recent) },
		{ "cashflow_report_skill",
		    "1 - interval score / that of the best baseline.",
		    offsetof(struct told, judged.skill) },
	};
	size_t i, k;
	double x;
	int first;

	for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		first = 1;
		for (i = 0; i < n; i++) {
			memcpy(&x, (const char *)&told[i] + rows[k].offset,
			    sizeof(x));
			metric(&r->prom, rows[k].name, first && !isnan(x) ?
			    rows[k].help : NULL, told[i].name, x);
			first &= isnan(x);
		}
	}
}

/* Drift, runs and backups, which all names have in common. */
static int
common(struct cf_reporting * r, struct cf_figure * glance,
    struct cf_upkeep * upkeep, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_reporting_files findings = { 0 }, runs = { 0 };
	struct cf_heat heat = { .day = "" };
	char * backups = NULL;
	int rc;

	rc = cf_reporting_find(r, &r->findings, "drift", "", &findings, err);
	if (rc == 0)
		rc = cf_heat_figures(findings.paths, findings.n, &heat,
		    figures, err);
	if (rc == 0)
		rc = cf_reporting_find(r, &r->runs, "runs", "", &runs, err);
	if (rc == 0)
		rc = cf_upkeep_runs(runs.paths, runs.n, upkeep, figures, err);
	if (rc == 0 && r->backups == NULL &&
	    (backups = cf_reporting_path(r, "backups", "", "", err)) == NULL)
		rc = -1;
	if (rc == 0)
		rc = cf_upkeep_backups(r->backups != NULL ? r->backups :
		    backups, upkeep, figures, err);
	if (rc == 0)
		cf_glance_upkeep(glance, upkeep, &heat);
	free(backups);
	cf_reporting_free(&findings);
	cf_reporting_free(&runs);
	return (rc);
}

int
cf_reporting_figures(struct cf_reporting * r, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_upkeep upkeep = { .run_status = -1, .backup_ok = -1 };
	struct cf_reporting_files names = { 0 };
	struct cf_figure * glance;
	struct told * told = NULL;
	size_t i;
	int rc;

	rc = cf_reporting_names(r, &names, err);
	if (rc == 0 && ((glance = cf_glance_start(figures, err)) == NULL ||
	    (told = cf_mem_array(names.n, sizeof(*told), err)) == NULL))
		rc = -1;
	for (i = 0; i < names.n && rc == 0; i++)
		rc = one_name(r, names.paths[i] + 1, names.n == 1, glance,
		    &told[i], &upkeep, figures, err);
	if (rc == 0)
		rc = portfolio(r, figures, err);
	if (rc == 0)
		rc = common(r, glance, &upkeep, figures, err);
	if (rc == 0)
		rc = cf_figure_check(glance, err);
	if (rc == 0)
		prom(r, told, names.n);
	free(told);
	cf_reporting_free(&names);
	return (rc);
}

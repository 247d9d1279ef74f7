#include "fuzz.h"

#include "report/fans.h"
#include "report/glance.h"
#include "report/heat.h"
#include "report/html.h"
#include "report/judged.h"
#include "report/terminal.h"
#include "report/upkeep.h"

/*
 * The report of forecasts, outcomes, findings, metrics, run records and the log of backups, in parts.  Whatever names and
 * texts these hold, the page is one that no browser takes for more than text and figures, and no byte of the text moves a
 * terminal.
 */
enum { FORECASTS, OUTCOMES, FINDINGS, METRICS, RUNS, BACKUPS, PARTS };

/* Between < and > stands nothing but what the page's own figures are made of. */
static void
check_page(const struct cf_buf *page)
{
	static const char *const never[] = { "<script", "<img", "<iframe", "<object", "javascript:", " onload", " onerror" };
	const char *p = page->data, *end = page->data + page->len;

	FUZZ_HOLDS(!page->failed && page->len > 0);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		/* A name may say it, but not in a tag. */
		for (p = page->data; (p = memmem(p, (size_t)(end - p), never[i], strlen(never[i]))) != NULL; p++)
			FUZZ_HOLDS(never[i][0] != '<');
	}
	for (p = page->data; p < end; p++)
		FUZZ_HOLDS((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t');
}

static void
check_text(const struct cf_buf *text)
{

	FUZZ_HOLDS(!text->failed);
	for (size_t i = 0; i < text->len; i++)
		FUZZ_HOLDS(((unsigned char)text->data[i] >= ' ' && text->data[i] != 0x7f) || text->data[i] == '\n');
}

static void
draw(const struct cf_figures *figures)
{
	static const struct cf_html_frame frame = { "Report", "2024-01-01", "0", NULL };
	struct cf_buf b = { 0 };

	cf_html_page(figures, &frame, &b);
	check_page(&b);
	b.len = 0;
	cf_terminal(figures, "Report", 40, 20, &b);
	check_text(&b);
	cf_buf_free(&b);
}

static int
forecasts(const struct fuzz_part *parts, struct cf_past *past, struct cf_figures *figures, struct cf_figure *glance,
    struct cf_err *err)
{
	struct cf_judged judged;
	size_t flagged = 0, below = 0;

	if (cf_past_forecasts(past, fuzz_file_at(FORECASTS, parts[FORECASTS].data, parts[FORECASTS].size), err) ||
	    cf_past_outcomes(past, fuzz_file_at(OUTCOMES, parts[OUTCOMES].data, parts[OUTCOMES].size), "cash_flow", err))
		return (-1);
	cf_past_settle(past);
	if (cf_fans_figures(past, figures, err) || cf_fans_risk(past, figures, &flagged, err) ||
	    cf_fans_balance(past, figures, &below, err) || cf_fans_portfolio(past, figures, err) ||
	    cf_judged_figures(past, &judged, figures, err))
		return (-1);
	FUZZ_HOLDS(!(judged.coverage < 0) && !(judged.coverage > 1));
	cf_glance_forecasts(glance, NULL, past, &judged, flagged + below);
	return (0);
}

static int
upkeep(const struct fuzz_part *parts, struct cf_figures *figures, struct cf_figure *glance, struct cf_err *err)
{
	struct cf_upkeep u = { .run_status = -1, .backup_ok = -1 };
	struct cf_heat heat = { .day = "" };
	char *path;

	path = (char *)(uintptr_t)fuzz_put("2024-01-05.ndjson", parts[FINDINGS].data, parts[FINDINGS].size);
	if (cf_heat_figures(&path, parts[FINDINGS].size > 0, &heat, figures, err))
		return (-1);
	if (parts[METRICS].size > 0 &&
	    cf_upkeep_model(fuzz_file_at(METRICS, parts[METRICS].data, parts[METRICS].size), &u, figures, err))
		return (-1);
	path = (char *)(uintptr_t)fuzz_put("runs.ndjson", parts[RUNS].data, parts[RUNS].size);
	fuzz_put("backup_log.txt", parts[BACKUPS].data, parts[BACKUPS].size);
	if (cf_upkeep_runs(&path, 1, &u, figures, err) || cf_upkeep_backups(fuzz_folder(), &u, figures, err))
		return (-1);
	cf_glance_upkeep(glance, &u, &heat);
	return (0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_figures figures = { 0 };
	struct cf_past past = { 0 };
	struct fuzz_part parts[PARTS];
	struct cf_figure *glance;
	struct cf_err err = { 0 };

	fuzz_parts(data, size, parts, PARTS);
	FUZZ_HOLDS((glance = cf_glance_start(&figures, &err)) != NULL);
	if (forecasts(parts, &past, &figures, glance, &err))
		fuzz_message(&err);
	if (upkeep(parts, &figures, glance, &err))
		fuzz_message(&err);
	draw(&figures);
	cf_past_free(&past);
	cf_figure_free(&figures);
	return (0);
}

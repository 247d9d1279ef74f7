#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "report/glance.h"

#define LEAST_ACCURACY 0.85	/* Below it a model is retrained. */

/* Append a row: what, its state, and what there is to say. */
static void
row(struct cf_figure * f, const char * name, const char * what,
    enum cf_figure_state state, struct cf_buf * text)
{
	const char * mark = cf_figure_mark(state);
	struct cf_buf who = { 0 };

	if (name != NULL)
		cf_buf_addf(&who, "%s: ", name);
	cf_buf_add_text(&who, what);
	cf_figure_gathered(f, &who, CF_STATE_PLAIN);
	cf_figure_text(f, mark, strlen(mark), state);
	cf_figure_gathered(f, text, CF_STATE_PLAIN);
	cf_buf_free(&who);
	cf_buf_free(text);
}

struct cf_figure *
cf_glance_start(struct cf_figures * figures, struct cf_err * err)
{
	struct cf_figure * f;

	f = cf_figure_add(figures, CF_ROOM_SUMMARY, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (NULL);
	cf_figure_title(f, "Is all well?");
	cf_figure_column(f, "what", -1);
	cf_figure_column(f, "state", -1);
	cf_figure_column(f, "because", -1);
	return (f);
}

static void
quality(struct cf_figure * f, const char * name, const struct cf_judged * j)
{
	struct cf_buf text = { 0 };

	cf_buf_addf(&text, "%.1f %% of the newest outcomes inside their "
	    "interval, %.1f %% of all; %.0f %% is meant", 100 * j->recent,
	    100 * j->coverage, 100 * j->level);
	/* The rule of retraining, for intervals of another level too. */
	row(f, name, "Accuracy", j->recent < LEAST_ACCURACY / 0.9 * j->level ?
	    CF_STATE_WATCH : CF_STATE_GOOD, &text);
	if (j->baseline == NULL)
		return;
	cf_buf_addf(&text, "%.3f against \"%s\"", j->skill, j->baseline);
	row(f, name, "Skill", j->skill < 0 ? CF_STATE_WATCH : CF_STATE_GOOD,
	    &text);
}

void
cf_glance_forecasts(struct cf_figure * figure, const char * name,
    const struct cf_past * past, const struct cf_judged * judged,
    size_t flagged)
{
	char day[CF_DAY_TEXT_MAX + 1];
	struct cf_buf text = { 0 };
	size_t i, n = 0;

	if (past->n == 0)
		return;
	for (i = 0; i < past->n; i++)
		n += past->rows[i].key.date_s == past->newest_s ? 1 : 0;
	day[cf_day_print_moment(past->newest_s, past->files.has_clock, day)] =
	    '\0';
	cf_buf_addf(&text, "%zu made on the data of %s, %zu %s in all", n, day,
	    past->files.entities.n, past->files.is_ledger ? "accounts" :
	    "symbols");
	row(figure, name, "Forecasts", CF_STATE_GOOD, &text);
	cf_buf_addf(&text, past->files.is_ledger ?
	    "accounts that may fall below their floor: %zu" :
	    "symbols above the limit of value at risk: %zu", flagged);
	row(figure, name, "Risk", flagged > 0 ? CF_STATE_WATCH : CF_STATE_GOOD,
	    &text);
	if (judged->n > 0)
		quality(figure, name, judged);
}

void
cf_glance_upkeep(struct cf_figure * figure, const struct cf_upkeep * upkeep,
    const struct cf_heat * heat)
{
	const struct cf_upkeep * u = upkeep;
	struct cf_buf text = { 0 };

	if (heat->day[0] != '\0') {
		cf_buf_addf(&text, "judged on %s", heat->day);
		row(figure, NULL, "Drift", heat->state, &text);
	}
	if (u->run_status >= 0) {
		cf_buf_addf(&text, "the newest run, %s, %s", u->run_day,
		    u->run_status == 0 ? "is done" : "ended with status ");
		if (u->run_status != 0)
			cf_buf_addf(&text, "%d", u->run_status);
		row(figure, NULL, "Pipeline", u->run_status == 0 ?
		    CF_STATE_GOOD : u->run_status == CF_ERR_LATER ?
		    CF_STATE_WATCH : CF_STATE_BAD, &text);
	}
	if (u->backup_ok >= 0) {
		cf_buf_addf(&text, "the newest, %s, %s", u->backup_day,
		    u->backup_ok ? "is made" : "FAILED");
		row(figure, NULL, "Backup", u->backup_ok ? CF_STATE_GOOD :
		    CF_STATE_BAD, &text);
	}
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/file.h"
#include "keep/diary.h"
#include "report/upkeep.h"
#include "table/json.h"
#include "track/record.h"

#define METRICS_MAX (8 * 1024 * 1024)	/* Bytes of a metrics object. */
#define IMPORTANT 14		/* Inputs that are shown. */
#define BACKUPS 20		/* Lines of the log. */

static void
text_cell(struct cf_figure * f, const char * text,
    enum cf_figure_state state)
{

	if (text == NULL)
		text = "";
	cf_figure_text(f, text, strlen(text), state);
}

static void
moment_text(int64_t time_s, char text[CF_UPKEEP_TEXT])
{

	text[cf_day_print_moment(time_s, 1, text)] = '\0';
}

/* ---- the model */

static double
number_of(const json_t * object, const char * key)
{
	const json_t * x = json_object_get(object, key);

	return (json_is_number(x) ? json_number_value(x) : (double)NAN);
}

/* The facts that a reader asks for first. */
static const struct fact {
	const char * key;
	const char * name;
	int in_total;		/* In the object "total". */
	int in_parameters;
} facts[] = {
	{ "kind", "kind", 0, 0 },
	{ "horizon", "horizon", 0, 0 },
	{ "rows", "rows of training", 0, 0 },
	{ "symbols", "symbols", 0, 0 },
	{ "accounts", "accounts", 0, 0 },
	{ "first_date", "first day", 0, 0 },
	{ "last_date", "last day", 0, 0 },
	{ "trees", "trees", 0, 1 },
	{ "seed", "seed", 0, 1 },
	{ "validation", "validation", 0, 0 },
	{ "skill", "skill in validation", 0, 0 },
	{ "coverage", "coverage in validation", 1, 0 },
	{ "coverage_few_fields", "coverage of the five-field request", 1, 0 },
	{ "rmse", "root mean squared error", 1, 0 },
	{ "weight", "weight of the forest", 0, 0 },
	{ "model", "checksum", 0, 0 },
};

static int
facts_figure(const json_t * metrics, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const json_t * from, * x;
	struct cf_figure * f;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_MODEL, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "What it is");
	cf_figure_column(f, "fact", -1);
	cf_figure_column(f, "value", -1);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		from = facts[i].in_total ? json_object_get(metrics, "total") :
		    facts[i].in_parameters ? json_object_get(metrics,
		    "parameters") : metrics;
		x = json_object_get(from, facts[i].key);
		text.len = 0;
		if (json_is_string(x))
			cf_buf_add_text(&text, json_string_value(x));
		else if (json_is_integer(x))
			cf_buf_addf(&text, "%lld", (long long)
			    json_integer_value(x));
		else if (json_is_real(x))
			cf_buf_addf(&text, "%.4g", json_real_value(x));
		else
			continue;
		text_cell(f, facts[i].name, CF_STATE_PLAIN);
		cf_figure_gathered(f, &text, CF_STATE_PLAIN);
	}
	cf_buf_free(&text);
	return (cf_figure_check(f, err));
}

/* Skill of each fold of the walk-forward validation. */
static int
folds_figure(const json_t * folds, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_figure * f;
	const json_t * fold;
	size_t i;

	if (json_array_size(folds) == 0)
		return (0);
	f = cf_figure_add(figures, CF_ROOM_SKILL, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Skill in training, period by period");
	cf_figure_lead(f, "Walk-forward: each period was forecast by what was "
	    "trained on the time before it. Pinball loss against the best of "
	    "unconditional, EWMA and GARCH(1,1).");
	cf_figure_column(f, "from", -1);
	cf_figure_column(f, "skill", 4);
	cf_figure_column(f, "to", -1);
	cf_figure_column(f, "coverage %", 1);
	cf_figure_column(f, "forecasts", 0);
	f->drawn = 2;
	f->in_time = 1;
	json_array_foreach(folds, i, fold) {
		text_cell(f, json_string_value(json_object_get(fold, "from")),
		    CF_STATE_PLAIN);
		cf_figure_number(f, number_of(fold, "skill"), CF_STATE_PLAIN);
		text_cell(f, json_string_value(json_object_get(fold, "to")),
		    CF_STATE_PLAIN);
		cf_figure_number(f, 100 * number_of(fold, "coverage"),
		    CF_STATE_PLAIN);
		cf_figure_number(f, number_of(fold, "n"), CF_STATE_PLAIN);
	}
	return (cf_figure_check(f, err));
}

struct important {
	const char * input;
	double increase;
};

static int
by_increase(const void * a, const void * b)
{
	const struct important * x = a, * y = b;

	return ((x->increase < y->increase) - (x->increase > y->increase));
}

/* Permutation importance, the largest first. */
static int
importance_figure(const json_t * list, struct cf_figures * figures,
    struct cf_err * err)
{
	struct important all[256];
	struct cf_figure * f;
	const json_t * item;
	size_t i, n = 0;

	json_array_foreach(list, i, item) {
		if (n == sizeof(all) / sizeof(all[0]))
			break;
		all[n].input = json_string_value(json_object_get(item,
		    "input"));
		all[n].increase = number_of(item, "increase");
		n += isnan(all[n].increase) ? 0 : 1;
	}
	if (n == 0)
		return (0);
	qsort(all, n, sizeof(all[0]), by_increase);
	f = cf_figure_add(figures, CF_ROOM_MODEL, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Which inputs matter");
	cf_figure_lead(f, "By how much the error grows when an input is "
	    "shuffled among blocks of dates.");
	cf_figure_column(f, "input", -1);
	cf_figure_column(f, "increase", 4);
	for (i = 0; i < n && i < IMPORTANT; i++) {
		text_cell(f, all[i].input, CF_STATE_PLAIN);
		cf_figure_number(f, all[i].increase, CF_STATE_PLAIN);
	}
	return (cf_figure_check(f, err));
}

int
cf_upkeep_model(const char * path, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	struct cf_place place = { path, 0, NULL };
	struct cf_buf text = { 0 };
	json_error_t fault;
	json_t * metrics = NULL;
	int rc;

	rc = cf_file_read(path, METRICS_MAX, &text, err);
	if (rc == 0 && text.len > 0) {
		rc = cf_json_parse(&metrics, text.data, text.len, 0, &fault,
		    err);
		if (rc != -1 && !json_is_object(metrics)) {
			place.line = metrics != NULL || fault.line < 1 ? 1 :
			    (uint64_t)fault.line;
			rc = cf_err_data(err, &place, NULL, 0,
			    "not the metrics of cf-train");
		}
	}
	if (rc == 0 && metrics != NULL) {
		upkeep->trained_skill = number_of(metrics, "skill");
		upkeep->trained_coverage = number_of(json_object_get(metrics,
		    "total"), "coverage");
		rc = facts_figure(metrics, figures, err);
		if (rc == 0)
			rc = importance_figure(json_object_get(metrics,
			    "importance"), figures, err);
		if (rc == 0)
			rc = folds_figure(json_object_get(metrics, "folds"),
			    figures, err);
	}
	json_decref(metrics);
	cf_buf_free(&text);
	return (rc);
}

/* ---- runs */

/* Words for how a step ended. */
static void
ended(struct cf_figure * f, const struct cf_record * r)
{

	if (r->status == 0)
		text_cell(f, "done", CF_STATE_GOOD);
	else if (r->timed_out)
		text_cell(f, "timed out", CF_STATE_BAD);
	else if (r->status == CF_ERR_LATER)
		text_cell(f, "try later", CF_STATE_WATCH);
	else
		text_cell(f, "failed", CF_STATE_BAD);
}

static struct cf_figure *
runs_table(struct cf_figures * figures, const char * title,
    const char * first, struct cf_err * err)
{
	struct cf_figure * f;

	f = cf_figure_add(figures, CF_ROOM_RUNS, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (NULL);
	cf_figure_title(f, "%s", title);
	f->in_time = 1;
	cf_figure_column(f, first, -1);
	cf_figure_column(f, "ended", -1);
	cf_figure_column(f, "seconds", 1);
	cf_figure_column(f, "tries", 0);
	cf_figure_column(f, "reason", -1);
	return (f);
}

static void
run_row(struct cf_figure * f, const char * name, const struct cf_record * r)
{

	text_cell(f, name, CF_STATE_PLAIN);
	ended(f, r);
	cf_figure_number(f, r->duration_s, CF_STATE_PLAIN);
	cf_figure_number(f, (double)r->tries, CF_STATE_PLAIN);
	text_cell(f, r->reason, CF_STATE_PLAIN);
}

/* Steps of the newest run; then each run by its record "run". */
static int
runs_figures(const struct cf_records * records, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	char text[CF_UPKEEP_TEXT];
	const struct cf_record * r, * last;
	struct cf_figure * f;
	size_t i;

	if (records->n == 0)
		return (0);
	last = &records->items[records->n - 1];
	upkeep->run_status = last->status;
	moment_text(last->start_s, upkeep->run_day);
	if ((f = runs_table(figures, "Runs", "begun", err)) == NULL)
		return (-1);
	for (i = 0; i < records->n; i++) {
		r = &records->items[i];
		if (r->step == NULL || strcmp(r->step, "run") != 0)
			continue;
		moment_text(r->start_s, text);
		run_row(f, text, r);
	}
	if (cf_figure_check(f, err) ||
	    (f = runs_table(figures, "Steps of the newest run", "step",
	    err)) == NULL)
		return (-1);
	for (i = 0; i < records->n; i++) {
		r = &records->items[i];
		if (r->run != NULL && last->run != NULL &&
		    strcmp(r->run, last->run) == 0)
			run_row(f, r->step, r);
	}
	return (cf_figure_check(f, err));
}

int
cf_upkeep_runs(char * const * paths, size_t n, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	struct cf_records records = { 0 };
	size_t i;
	int rc = 0;

	upkeep->run_status = -1;
	for (i = 0; i < n && rc == 0; i++)
		rc = cf_record_read(paths[i], &records, err);
	if (rc == 0)
		rc = runs_figures(&records, upkeep, figures, err);
	cf_record_free(&records);
	return (rc);
}

/* ---- backups */

static void
backup_row(struct cf_figure * f, const struct cf_diary_line * line)
{
	char text[CF_UPKEEP_TEXT];

	moment_text(line->time_s, text);
	text_cell(f, text, CF_STATE_PLAIN);
	text_cell(f, line->action, CF_STATE_PLAIN);
	text_cell(f, line->ok ? "ok" : "failed", line->ok ? CF_STATE_GOOD :
	    CF_STATE_BAD);
	text_cell(f, line->name, CF_STATE_PLAIN);
	cf_figure_number(f, line->bytes == 0 ? (double)NAN :
	    (double)line->bytes / 1048576, CF_STATE_PLAIN);
	cf_figure_number(f, line->seconds < 0 ? (double)NAN : line->seconds,
	    CF_STATE_PLAIN);
	text_cell(f, line->reason, CF_STATE_PLAIN);
}

static int
backups_figure(const struct cf_diary * diary, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	static const struct column {
		const char * name;
		int digits;
	} columns[] = {
		{ "time", -1 }, { "action", -1 }, { "ended", -1 },
		{ "backup", -1 }, { "MiB", 2 }, { "seconds", 1 },
		{ "reason", -1 },
	};
	struct cf_figure * f;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_BACKUPS, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "What was done");
	f->in_time = 1;
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		cf_figure_column(f, columns[i].name, columns[i].digits);
	for (i = 0; i < diary->n; i++) {
		if (strcmp(diary->lines[i].action, "create") == 0) {
			upkeep->backup_ok = diary->lines[i].ok;
			moment_text(diary->lines[i].time_s,
			    upkeep->backup_day);
		}
		if (i + BACKUPS >= diary->n)
			backup_row(f, &diary->lines[i]);
	}
	return (cf_figure_check(f, err));
}

int
cf_upkeep_backups(const char * folder, struct cf_upkeep * upkeep,
    struct cf_figures * figures, struct cf_err * err)
{
	struct cf_diary diary;
	int rc;

	upkeep->backup_ok = -1;
	rc = cf_diary_read(folder, &diary, err);
	if (rc == 0 && diary.n > 0)
		rc = backups_figure(&diary, upkeep, figures, err);
	cf_diary_free(&diary);
	return (rc);
}

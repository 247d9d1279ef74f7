#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/par.h"
#include "base/progress.h"
#include "feature/panel.h"

#include "main.h"

static const struct cf_main m = {
	"cf-features",
	"[options] [BARS ...]",
	"Compute features from bars (cf-csv(5)), and from series joined by the\n"
	"day on which each value became available.  No feature looks ahead; the\n"
	"target cash_flow does, and is empty while the future is unknown.\n\n"
	"  cf-features --series vix.csv bars.csv | cf-train -o model.cfm\n"
	"  cf-features --set seed,atr_14 --horizon 5,20 bars.csv"
};

/* The options and what they select. */
struct settings {
	struct cf_main_common common;
	const char * set;
	struct cf_opt_list series;
	const char * horizon;
	const char * adjust;
	const char * every;
	int64_t threads;
	int ages;
	double max_age;
};

static enum cf_adjust_mode
adjust_mode(const char * word)
{

	if (strcmp(word, "total") == 0)
		return (CF_ADJUST_TOTAL);
	return (strcmp(word, "split") == 0 ? CF_ADJUST_SPLIT : CF_ADJUST_NONE);
}

static enum cf_track_every
every(const char * word)
{

	if (strcmp(word, "day") == 0)
		return (CF_TRACK_DAY);
	if (strcmp(word, "week") == 0)
		return (CF_TRACK_WEEK);
	return (strcmp(word, "month") == 0 ? CF_TRACK_MONTH : CF_TRACK_BAR);
}

static struct cf_series *
read_series(const struct cf_opt_list * paths, struct cf_err * err)
{
	struct cf_series * all;
	size_t i;

	if ((all = cf_series_new(err)) == NULL)
		return (NULL);
	for (i = 0; i < paths->n; i++) {
		if (cf_series_read(all, paths->items[i], err)) {
			cf_series_free(all);
			return (NULL);
		}
	}
	cf_series_ready(all);
	return (all);
}

/* Bars in the order of the files. */
static int
next_bar(void * cookie, struct cf_bar * bar, const char ** symbol,
    size_t * symbol_len, int * is_first, struct cf_err * err)
{
	struct cf_bar_reader * reader = cookie;
	int rc;

	if ((rc = cf_bar_next(reader, bar, err)) != 1)
		return (rc);
	*symbol = cf_bar_symbol(reader, symbol_len);
	*is_first = cf_bar_is_first(reader);
	return (1);
}

static int
run(const struct settings * s, const struct cf_track_plan * track,
    const struct cf_emit_plan * emit, const char * const * paths, size_t n,
    struct cf_err * err)
{
	struct cf_panel_source source = { NULL, next_bar };
	struct cf_bar_reader * reader;
	struct cf_progress progress;
	struct cf_out * out = NULL;
	int rc = -1;

	if ((reader = cf_bar_open(paths, n, 0, err)) == NULL)
		return (-1);
	source.cookie = reader;
	if (!s->common.check &&
	    (out = cf_main_out(s->common.out, err)) == NULL)
		goto done;
	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "bars", 0);
	rc = cf_panel_run(&source, track, emit,
	    cf_par_threads((size_t)s->threads), out, &progress, err);
	cf_progress_end(&progress);
	if (out != NULL && cf_main_out_close(out, rc == 0, rc == 0 ? err :
	    NULL))
		rc = -1;
done:
	cf_bar_close(reader);
	return (rc);
}

int
main(int argc, char ** argv)
{
	struct settings s = { CF_MAIN_COMMON, "seed", { NULL, 0, 0 }, "5",
	    "total", "bar", 0, 0, INFINITY };
	const struct cf_opt opts[] = {
		{ 0, "set", "SET", CF_OPT_TEXT, &s.set, 0, 0, NULL,
		    "seed, model, all, or columns: sma_20,rsi_14" },
		{ 0, "series", "FILE", CF_OPT_LIST, &s.series, 0, 0, NULL,
		    "join the series of FILE; may be repeated" },
		{ 0, "horizon", "N[,N...]", CF_OPT_TEXT, &s.horizon, 0, 0,
		    NULL, "bars from a row to its target" },
		{ 0, "adjust", "FOR", CF_OPT_CHOICE, &s.adjust, 0, 0,
		    "total|split|none", "total (splits, dividends), split, none"
		},
		{ 0, "every", "PERIOD", CF_OPT_CHOICE, &s.every, 0, 0,
		    "bar|day|week|month", "a row for each bar, day, week, month"
		},
		{ 0, "ages", NULL, CF_OPT_FLAG, &s.ages, 0, 0, NULL,
		    "add columns with the ages of series values in days" },
		{ 0, "max-age", "DAYS", CF_OPT_NUMBER, &s.max_age, 0, INFINITY,
		    NULL, "older series values are missing" },
		{ 'j', "threads", "N", CF_OPT_INT, &s.threads, 0, 256, NULL,
		    "threads, 0 for all processors" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_RECORDS(s.common),
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	size_t horizons[CF_EMIT_HORIZONS_MAX];
	struct cf_track_plan track = { 0 };
	struct cf_emit_plan emit = { 0 };
	struct cf_series * series = NULL;
	struct cf_set * set = NULL;
	struct cf_err err;
	int operand, status;

	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status >= 0)
		return (status);
	status = 0;
	if (cf_emit_parse_horizons(s.horizon, horizons, &emit.nhorizons,
	    &err) ||
	    (series = read_series(&s.series, &err)) == NULL ||
	    (set = cf_set_parse(s.set, series, s.ages, &err)) == NULL) {
		status = cf_main_fail(&m, &err);
		goto done;
	}
	track.set = emit.set = set;
	track.series = series;
	track.adjust = adjust_mode(s.adjust);
	track.every = every(s.every);
	track.max_age = s.max_age;
	emit.horizons = horizons;
	emit.format = cf_main_format(&s.common);
	emit.by_line = s.common.by_line;
	if (run(&s, &track, &emit, (const char * const *)argv + operand,
	    (size_t)(argc - operand), &err))
		status = cf_main_fail(&m, &err);
done:
	cf_set_free(set);
	cf_series_free(series);
	cf_opt_list_free(&s.series);
	return (status);
}

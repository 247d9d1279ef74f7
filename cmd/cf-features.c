#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/opt.h"
#include "base/par.h"
#include "base/progress.h"
#include "feature/emit.h"
#include "feature/feed.h"
#include "feature/list.h"
#include "feature/panel.h"

#include "ledgering.h"
#include "main.h"
#include "streaming.h"

static const struct cf_main m = {
	"cf-features",
	"[options] [BARS ...]",
	"Compute features from bars (cf-csv(5)), and from series joined by the\n"
	"day on which each value became available.  No feature looks ahead; the\n"
	"target cash_flow does, and is empty while the future is unknown.\n\n"
	"  cf-features --series vix.csv bars.csv | cf-train -o model.cfm\n"
	"  cf-features --set seed,atr_14 --horizon 5,20 bars.csv\n"
	"  cf-features --list",
	NULL
};

/* The options, and the plans that they make. */
struct settings {
	struct cf_main_common common;
	const char * set;
	struct cf_opt_list series;
	const char * horizon;
	const char * adjust;
	const char * every;
	const char * as_of;
	const char * warm;
	int64_t threads;
	int ages;
	double max_age;
	int sort;
	int stream;
	int list;
	int64_t until_s;
	size_t horizons[CF_EMIT_HORIZONS_MAX];
	struct cf_ledgering ledger;
	struct cf_track_plan track;
	struct cf_emit_plan emit;
};

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

static int
run_list(const struct settings * s, struct cf_out * out, struct cf_err * err)
{

	return (out == NULL ? 0 : cf_list_write(out, s->emit.format, err));
}

static int
run_files(const struct settings * s, const char * const * paths, size_t n,
    struct cf_out * out, struct cf_err * err)
{
	struct cf_progress progress;
	struct cf_feed * feed;
	int rc;

	if ((feed = cf_feed_open(paths, n, s->sort,
	    s->track.every == CF_TRACK_BAR, err)) == NULL)
		return (-1);
	if (s->as_of != NULL)
		cf_feed_until(feed, s->until_s);
	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "bars", 0);
	rc = cf_panel_run(feed, &s->track, &s->emit,
	    cf_par_threads((size_t)s->threads), out, &progress, err);
	cf_progress_end(&progress);
	cf_feed_close(feed);
	return (rc);
}

static int
stream(const struct settings * s, const char * const * paths, size_t n,
    struct cf_out * out, struct cf_err * err)
{
	struct cf_streaming streaming = { &m, &s->track, s->emit, s->warm,
	    s->common.quiet };

	return (cf_streaming_run(&streaming, paths, n, out, err));
}

/* The input is a ledger, of which a horizon counts the days. */
static int
ledger(struct settings * s, const struct cf_series * series,
    const char * const * paths, size_t n, struct cf_out * out,
    struct cf_err * err)
{

	s->ledger.main = &m;
	s->ledger.common = &s->common;
	s->ledger.horizon = s->horizon;
	s->ledger.newest_only = s->emit.latest;
	s->ledger.until_s = s->until_s;
	s->ledger.series = series;
	s->ledger.max_age = s->max_age;
	s->ledger.threads = (size_t)s->threads;
	return (cf_ledgering_run(&s->ledger, paths, n, out, err));
}

/* The last moment of the day or moment that --as-of names. */
static int
parse_as_of(struct settings * s, struct cf_err * err)
{
	int has_clock;

	if (s->as_of == NULL)
		return (0);
	if (cf_day_parse_moment(s->as_of, strlen(s->as_of), &s->until_s,
	    &has_clock))
		return (cf_opt_bad(err, "as-of", s->as_of, "not a date"));
	if (!has_clock)
		s->until_s += CF_DAY_S - 1;
	return (0);
}

/* Make the plans and do the work. */
static int
run(struct settings * s, const char * const * paths, size_t n,
    struct cf_err * err)
{
	struct cf_series * series = NULL;
	struct cf_set * set = NULL;
	struct cf_out * out = NULL;
	int rc = -1;

	s->emit.horizons = s->horizons;
	s->emit.format = cf_main_format(&s->common);
	s->emit.by_line = s->common.by_line || s->stream;
	s->track.adjust = cf_adjust_by_name(s->adjust);
	s->track.every = cf_track_by_name(s->every);
	s->track.max_age = s->max_age;
	if (parse_as_of(s, err) || (!s->ledger.is_asked &&
	    cf_emit_parse_horizons(s->horizon != NULL ? s->horizon : "5",
	    s->horizons, &s->emit.nhorizons, err)) ||
	    (series = read_series(&s->series, err)) == NULL ||
	    (set = cf_set_parse(s->set, series, s->ages, err)) == NULL)
		goto done;
	s->track.series = series;
	s->track.set = s->emit.set = set;
	if (s->common.verbose && !s->ledger.is_asked)
		cf_main_note(&m, "%zu features, %zu series, %zu horizons",
		    set->ncolumns, cf_series_count(series),
		    s->emit.nhorizons);
	if (!s->common.check &&
	    (out = cf_main_out(s->common.out, err)) == NULL)
		goto done;
	if (s->list)
		rc = run_list(s, out, err);
	else if (s->ledger.is_asked)
		rc = ledger(s, series, paths, n, out, err);
	else if (s->stream)
		rc = stream(s, paths, n, out, err);
	else
		rc = run_files(s, paths, n, out, err);
	if (out != NULL && cf_main_out_close(out, rc == 0, rc == 0 ? err :
	    NULL))
		rc = -1;
done:
	cf_set_free(set);
	cf_series_free(series);
	return (rc);
}

int
main(int argc, char ** argv)
{
	struct settings s = { .common = CF_MAIN_COMMON, .set = "seed",
	    .adjust = "total", .every = "bar", .max_age = INFINITY,
	    .ledger = CF_LEDGERING };
	const struct cf_opt opts[] = {
		{ 0, "set", "SET", CF_OPT_TEXT, &s.set, 0, 0, NULL,
		    "seed, model, all, or columns: sma_20,rsi_14" },
		{ 0, "list", NULL, CF_OPT_FLAG, &s.list, 0, 0, NULL,
		    "write the catalogue of indicators instead" },
		{ 0, "series", "FILE", CF_OPT_LIST, &s.series, 0, 0, NULL,
		    "join the series of FILE; may be repeated" },
		{ 0, "ages", NULL, CF_OPT_FLAG, &s.ages, 0, 0, NULL,
		    "add columns with the age of each value in days" },
		{ 0, "max-age", "DAYS", CF_OPT_NUMBER, &s.max_age, 0, INFINITY,
		    NULL, "a value older than that is missing" },
		{ 0, "horizon", "N[,N...]", CF_OPT_TEXT, &s.horizon, 0, 0,
		    NULL, "rows from a row to its target (5); of a ledger, days ahead (56)" },
		{ 0, "adjust", "WHAT", CF_OPT_CHOICE, &s.adjust, 0, 0,
		    CF_ADJUST_NAMES,
		    "for splits and dividends, splits, nothing" },
		{ 0, "every", "PERIOD", CF_OPT_CHOICE, &s.every, 0, 0,
		    CF_TRACK_NAMES, "one row for each" },
		{ 0, "as-of", "DATE", CF_OPT_TEXT, &s.as_of, 0, 0, NULL,
		    "as on that day: pass over the bars behind it" },
		{ 0, "latest", NULL, CF_OPT_FLAG, &s.emit.latest, 0, 0, NULL,
		    "only the newest row of each symbol" },
		{ 0, "sort", NULL, CF_OPT_FLAG, &s.sort, 0, 0, NULL,
		    "sort the bars by symbol and date first" },
		{ 0, "stream", NULL, CF_OPT_FLAG, &s.stream, 0, 0, NULL,
		    "a row at once for each bar, in any order" },
		{ 0, "warm", "PATH", CF_OPT_TEXT, &s.warm, 0, 0, NULL,
		    "begin a stream behind the bars of a file or folder" },
		CF_LEDGERING_OPTS(s.ledger),
		{ 'j', "threads", "N", CF_OPT_INT, &s.threads, 0, 256, NULL,
		    "threads; 0: one for each processor" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_RECORDS(s.common),
		CF_MAIN_OPT_CHECK(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	struct cf_err err;
	const char * alone;
	int operand, status;

	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status >= 0)
		return (status);
	status = 0;
	if (s.stream && (s.sort || s.as_of != NULL || s.emit.latest ||
	    strcmp(s.every, "bar") != 0))
		status = cf_main_usage(&m, "--stream goes with none of --sort, "
		    "--every, --as-of, --latest");
	else if (s.warm != NULL && !s.stream)
		status = cf_main_usage(&m, "--warm needs --stream");
	else if ((alone = cf_ledgering_given(&s.ledger)) != NULL)
		status = cf_main_usage(&m, "%s needs --ledger", alone);
	else if (s.ledger.is_asked && (s.stream || s.sort || s.ages ||
	    strcmp(s.set, "seed") != 0 || strcmp(s.every, "bar") != 0 ||
	    strcmp(s.adjust, "total") != 0))
		status = cf_main_usage(&m, "--ledger goes with none of --set, "
		    "--ages, --adjust, --every, --sort, --stream");
	else if (run(&s, (const char * const *)argv + operand,
	    (size_t)(argc - operand), &err))
		status = cf_main_fail(&m, &err);
	cf_opt_list_free(&s.series);
	return (status);
}

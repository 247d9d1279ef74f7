#include <sys/stat.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/par.h"
#include "base/progress.h"
#include "feature/emit.h"
#include "feature/feed.h"
#include "feature/list.h"
#include "feature/panel.h"
#include "feature/stream.h"

#include "main.h"

#define WARNINGS 10		/* Then they are only counted. */

static const struct cf_main m = {
	"cf-features",
	"[options] [BARS ...]",
	"Compute features from bars (cf-csv(5)), and from series joined by the\n"
	"day on which each value became available.  No feature looks ahead; the\n"
	"target cash_flow does, and is empty while the future is unknown.\n\n"
	"  cf-features --series vix.csv bars.csv | cf-train -o model.cfm\n"
	"  cf-features --set seed,atr_14 --horizon 5,20 bars.csv\n"
	"  cf-features --list"
};

/* The options, and the plans that they make. */
struct settings {
	struct cf_main_common common;
	const char * set;
	struct cf_opt_list series;
	const char * horizon;
	const char * adjust;
	const char * every;
	const char * warm;
	int64_t threads;
	int ages;
	double max_age;
	int sort;
	int stream;
	int list;
	size_t horizons[CF_EMIT_HORIZONS_MAX];
	struct cf_track_plan track;
	struct cf_emit_plan emit;
};

/* What a stream works with. */
struct streaming {
	struct cf_bar_reader * reader;
	struct cf_stream * stream;
	struct cf_rows * rows;
	struct cf_writer * writer;	/* NULL: check only. */
	size_t old;			/* Bars left out. */
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
	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "bars", 0);
	rc = cf_panel_run(feed, &s->track, &s->emit,
	    cf_par_threads((size_t)s->threads), out, &progress, err);
	cf_progress_end(&progress);
	cf_feed_close(feed);
	return (rc);
}

static void
warn_old(const struct settings * s, const struct cf_bar * bar, size_t n)
{
	struct cf_err note;

	if (n > WARNINGS || s->common.quiet)
		return;
	cf_bar_bad_date(bar, "older than the newest bar of its symbol, "
	    "left out", &note);
	cf_main_note(&m, "%s", note.text);
}

/* Take the bar just read, and write its row. */
static int
stream_bar(const struct settings * s, struct streaming * st,
    struct cf_bar * bar, struct cf_err * err)
{
	enum cf_stream_result result;
	const char * symbol;
	const char * others;
	size_t len;

	symbol = cf_bar_symbol(st->reader, &len);
	others = cf_bar_others(st->reader, &bar->others_len);
	if (cf_stream_take(st->stream, bar, symbol, len, others, st->rows,
	    &result, err))
		return (-1);
	if (result == CF_STREAM_OLD)
		warn_old(s, bar, ++st->old);
	if (result == CF_STREAM_OLD || st->writer == NULL)
		return (0);
	return (cf_emit_rows(&s->emit, st->writer, symbol, len, st->rows, 0,
	    1, 1, err));
}

/* The first bar tells of other columns, before anything is written. */
static int
stream_bars(struct settings * s, struct streaming * st, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_bar bar;
	int rc;

	if ((rc = cf_bar_next(st->reader, &bar, err)) < 0)
		return (-1);
	s->emit.others = cf_bar_names(st->reader, &s->emit.nothers);
	if (out != NULL &&
	    (st->writer = cf_emit_writer(&s->emit, out, 1, err)) == NULL)
		return (-1);
	for (; rc == 1; rc = cf_bar_next(st->reader, &bar, err)) {
		if (stream_bar(s, st, &bar, err))
			return (-1);
	}
	if (st->old > WARNINGS && !s->common.quiet)
		cf_main_note(&m, "%zu more bars left out",
		    st->old - WARNINGS);
	return (rc);
}

static int
run_stream(struct settings * s, const char * const * paths, size_t n,
    struct cf_out * out, struct cf_err * err)
{
	struct streaming st = { 0 };
	struct stat sb;
	int is_dir, rc = -1;

	is_dir = s->warm != NULL && stat(s->warm, &sb) == 0 &&
	    S_ISDIR(sb.st_mode);
	if ((st.reader = cf_bar_open(paths, n, 1, 1, err)) == NULL ||
	    (st.rows = cf_rows_new(2, s->track.set->ncolumns, err)) == NULL ||
	    (st.stream = cf_stream_new(&s->track, is_dir ? s->warm : NULL,
	    err)) == NULL)
		goto done;
	if (s->warm == NULL || is_dir ||
	    cf_stream_warm(st.stream, s->warm, err) == 0)
		rc = stream_bars(s, &st, out, err);
done:
	cf_writer_free(st.writer);
	cf_stream_free(st.stream);
	cf_rows_free(st.rows);
	cf_bar_close(st.reader);
	return (rc);
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
	if (cf_emit_parse_horizons(s->horizon, s->horizons,
	    &s->emit.nhorizons, err) ||
	    (series = read_series(&s->series, err)) == NULL ||
	    (set = cf_set_parse(s->set, series, s->ages, err)) == NULL)
		goto done;
	s->track.series = series;
	s->track.set = s->emit.set = set;
	if (s->common.verbose)
		cf_main_note(&m, "%zu features, %zu series, %zu horizons",
		    set->ncolumns, cf_series_count(series),
		    s->emit.nhorizons);
	if (!s->common.check &&
	    (out = cf_main_out(s->common.out, err)) == NULL)
		goto done;
	if (s->list)
		rc = run_list(s, out, err);
	else if (s->stream)
		rc = run_stream(s, paths, n, out, err);
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
	    .horizon = "5", .adjust = "total", .every = "bar",
	    .max_age = INFINITY };
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
		    NULL, "rows from a row to its target" },
		{ 0, "adjust", "WHAT", CF_OPT_CHOICE, &s.adjust, 0, 0,
		    CF_ADJUST_NAMES,
		    "for splits and dividends, splits, nothing" },
		{ 0, "every", "PERIOD", CF_OPT_CHOICE, &s.every, 0, 0,
		    CF_TRACK_NAMES, "one row for each" },
		{ 0, "sort", NULL, CF_OPT_FLAG, &s.sort, 0, 0, NULL,
		    "sort the bars by symbol and date first" },
		{ 0, "stream", NULL, CF_OPT_FLAG, &s.stream, 0, 0, NULL,
		    "a row at once for each bar, in any order" },
		{ 0, "warm", "PATH", CF_OPT_TEXT, &s.warm, 0, 0, NULL,
		    "begin a stream behind the bars of a file or folder" },
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
	int operand, status;

	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status >= 0)
		return (status);
	status = 0;
	if (s.stream && (s.sort ||
	    strcmp(s.every, "bar") != 0))
		status = cf_main_usage(&m, "--stream goes neither with --sort "
		    "nor with --every");
	else if (s.warm != NULL && !s.stream)
		status = cf_main_usage(&m, "--warm needs --stream");
	else if (run(&s, (const char * const *)argv + operand,
	    (size_t)(argc - operand), &err))
		status = cf_main_fail(&m, &err);
	cf_opt_list_free(&s.series);
	return (status);
}

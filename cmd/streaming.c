#include <sys/stat.h>

#include "feature/bar.h"
#include "feature/stream.h"

#include "streaming.h"

#define WARNINGS 10		/* Then they are only counted. */

struct streaming {
	struct cf_bar_reader * reader;
	struct cf_stream * stream;
	struct cf_rows * rows;
	struct cf_writer * writer;	/* NULL: check only. */
	size_t old;			/* Bars left out. */
};

static void
warn_old(const struct cf_streaming * s, const struct cf_bar * bar, size_t n)
{
	struct cf_err note;

	if (n > WARNINGS || s->quiet)
		return;
	cf_bar_bad_date(bar, "older than the newest bar of its symbol, "
	    "left out", &note);
	cf_main_note(s->main, "%s", note.text);
}

/* Take the bar just read, and write its row. */
static int
stream_bar(const struct cf_streaming * s, struct streaming * st,
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
stream_bars(struct cf_streaming * s, struct streaming * st, struct cf_out * out,
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
	if (st->old > WARNINGS && !s->quiet)
		cf_main_note(s->main, "%zu more bars left out",
		    st->old - WARNINGS);
	return (rc);
}

int
cf_streaming_run(struct cf_streaming * s, const char * const * paths,
    size_t n, struct cf_out * out, struct cf_err * err)
{
	struct streaming st = { 0 };
	struct stat sb;
	int is_dir, rc = -1;

	is_dir = s->warm != NULL && stat(s->warm, &sb) == 0 &&
	    S_ISDIR(sb.st_mode);
	if ((st.reader = cf_bar_open(paths, n, 1, 1, err)) == NULL ||
	    (st.rows = cf_rows_new(2, s->track->set->ncolumns, err)) == NULL ||
	    (st.stream = cf_stream_new(s->track, is_dir ? s->warm : NULL,
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

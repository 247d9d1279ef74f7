#include "fuzz.h"

#include <math.h>

#include "feature/panel.h"

/*
 * Bars, and behind the cut a file of series, to features.  The first byte says how they are adjusted, what a row is, and
 * whether they are sorted first; and which columns are asked for.
 */

static void
run(const char *path, int sorted, const struct cf_track_plan *track, const struct cf_set *set, struct cf_buf *text)
{
	size_t horizons[] = { 1, 5 };
	struct cf_emit_plan emit = { .set = set, .horizons = horizons, .nhorizons = 2, .format = CF_FORMAT_CSV };
	struct cf_progress progress;
	struct cf_err err = { 0 };
	struct cf_feed *feed;
	struct cf_out *out;

	FUZZ_HOLDS((feed = cf_feed_open(&path, 1, sorted, track->every == CF_TRACK_BAR, &err)) != NULL || err.kind != CF_ERR_NONE);
	if (feed == NULL) {
		fuzz_message(&err);
		return;
	}
	FUZZ_HOLDS((out = cf_out_memory(text, NULL)) != NULL);
	cf_progress_start(&progress, -1, "bars", 0);
	if (cf_panel_run(feed, track, &emit, 1, out, &progress, &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	}
	cf_progress_end(&progress);
	FUZZ_HOLDS(cf_out_close(out, NULL) == 0 && !text->failed);
	cf_feed_close(feed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_track_plan track = { .max_age = 30 };
	struct cf_series *series = cf_series_new(NULL);
	struct cf_err err = { 0 };
	struct cf_buf text = { 0 };
	struct fuzz_part parts[2];
	struct cf_set *set;
	unsigned int how;

	FUZZ_HOLDS(series != NULL);
	if (size < 1) {
		cf_series_free(series);
		return (0);
	}
	how = data[0];
	track.adjust = (enum cf_adjust_mode)(how % 3);
	track.every = (enum cf_track_every)(how / 3 % 4);
	fuzz_parts(data + 1, size - 1, parts, 2);
	if (parts[1].size > 0 && cf_series_read(series, fuzz_file_at(1, parts[1].data, parts[1].size), &err))
		fuzz_message(&err);
	cf_series_ready(series);
	/* A series may be called like a column of the set. */
	if ((set = cf_set_parse(how / 24 % 2 ? "all" : "model", series, 1, &err)) == NULL)
		fuzz_message(&err);
	else {
		track.set = set;
		track.series = series;
		run(fuzz_file(parts[0].data, parts[0].size), how / 12 % 2, &track, set, &text);
	}
	cf_buf_free(&text);
	cf_set_free(set);
	cf_series_free(series);
	return (0);
}

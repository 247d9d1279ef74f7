/*
 * Following a source: what of each poll goes on, and polls in turn until they are stopped.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "folder.h"

#include "base/day.h"
#include "source/follow.h"
#include "source/poll.h"
#include "source_job.h"

/* The answer of a poll for `id`, as "day:value" or, of points, "day/available:value" words; then what is left of it. */
static const char *
poll_of(struct cf_follow *f, const char *id, enum cf_haul_kind kind, const char *rows)
{
	static char left[400];
	struct cf_job job = { .rows = { .kind = kind } };
	char copy[400];
	size_t len = 0;

	snprintf(job.id, sizeof(job.id), "%s", id);
	snprintf(copy, sizeof(copy), "%s", rows);
	for (char *p = strtok(copy, " "); p != NULL; p = strtok(NULL, " ")) {
		int day = 0, available = 0;
		double value = 0;

		if (kind == CF_HAUL_BARS) {
			struct cf_haul_bar bar = { 0 };

			ck_assert_int_eq(sscanf(p, "%d:%lf", &day, &value), 2);
			bar.time_s = day * CF_DAY_S;
			for (int i = 0; i < CF_HAUL_VALUES; i++)
				bar.v[i] = i < CF_HAUL_PLAIN ? value : (double)NAN;
			ck_assert_int_eq(cf_haul_add_bar(&job.rows, &bar, NULL), 0);
		} else {
			struct cf_haul_point point;

			ck_assert_int_eq(sscanf(p, "%d/%d:%lf", &day, &available, &value), 3);
			point = (struct cf_haul_point){ day, available, value };
			ck_assert_int_eq(cf_haul_add_point(&job.rows, &point, NULL), 0);
		}
	}
	ck_assert_int_eq(cf_follow_filter(f, &job, NULL), 0);
	left[0] = '\0';
	for (size_t i = 0; i < job.rows.n; i++) {
		if (kind == CF_HAUL_BARS)
			len += (size_t)snprintf(left + len, sizeof(left) - len, "%s%d:%g", i > 0 ? " " : "",
			    (int)(job.rows.bars[i].time_s / CF_DAY_S), job.rows.bars[i].v[CF_HAUL_CLOSE]);
		else
			len += (size_t)snprintf(left + len, sizeof(left) - len, "%s%d/%d:%g", i > 0 ? " " : "",
			    (int)job.rows.points[i].day, (int)job.rows.points[i].available, job.rows.points[i].value);
	}
	cf_haul_free(&job.rows);
	return (left);
}

START_TEST(new_and_changed)
{
	static const struct {
		const char *id;
		enum cf_haul_kind kind;
		const char *answer, *left;
	} polls[] = {
		{ "A", CF_HAUL_BARS, "1:10 2:11", "1:10 2:11" },
		{ "A", CF_HAUL_BARS, "1:10 2:11", "" },
		{ "A", CF_HAUL_BARS, "1:10 2:11.5 3:12", "2:11.5 3:12" },
		/* a window that has moved on, then one that goes further back */
		{ "A", CF_HAUL_BARS, "3:12 4:13", "4:13" },
		{ "A", CF_HAUL_BARS, "2:11.5 4:13", "2:11.5" },
		/* nothing is no reason to forget */
		{ "A", CF_HAUL_BARS, "", "" },
		{ "A", CF_HAUL_BARS, "2:11.5 4:13", "" },
		{ "B", CF_HAUL_BARS, "2:11.5", "2:11.5" },
		{ "S", CF_HAUL_SERIES, "1/2:5 2/3:6", "1/2:5 2/3:6" },
		{ "S", CF_HAUL_SERIES, "1/2:5 2/3:6", "" },
		/* a revision comes as a point known later, or as another value */
		{ "S", CF_HAUL_SERIES, "1/2:5 1/9:5.5 2/3:6", "1/9:5.5" },
		{ "S", CF_HAUL_SERIES, "1/2:5 1/9:5.6 2/3:6 3/4:7", "1/9:5.6 3/4:7" },
		{ "S", CF_HAUL_SERIES, "0/1:4 3/4:7", "0/1:4" }
	};
	struct cf_follow *f = cf_follow_new(NULL);

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < sizeof(polls) / sizeof(polls[0]); i++) {
		const char *left = poll_of(f, polls[i].id, polls[i].kind, polls[i].answer);

		ck_assert_msg(strcmp(left, polls[i].left) == 0, "poll %zu: \"%s\"", i, left);
	}
	cf_follow_free(f);
	cf_follow_free(NULL);
}
END_TEST

/* ---- polls of a file that grows, until it is enough */

struct polls {
	struct cf_outlet *outlet;
	int stop;		/* Written to at the end. */
	unsigned int polls;
	unsigned int enough;
	unsigned int said;
	char last[200];
};

static int
deliver(void *cookie, struct cf_job *job, struct cf_err *err)
{
	struct polls *p = cookie;
	FILE *f;

	p->polls++;
	if (p->polls == p->enough)
		ck_assert_int_eq(write(p->stop, "x", 1), 1);
	/* It grows by a day from poll to poll. */
	f = fopen("grows.csv", "a");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "2024-01-%02u,1,1,1,1,10\n", 3 + p->polls);
	fclose(f);
	return (cf_outlet_put(p->outlet, job, err));
}

static void
stored(void *cookie, const struct cf_job *job, const struct cf_store_report *report)
{

	(void)cookie;
	(void)job;
	(void)report;
}

static void
say(void *cookie, int is_error, const char *text)
{
	struct polls *p = cookie;

	(void)is_error;
	p->said++;
	snprintf(p->last, sizeof(p->last), "%s", text);
}

/* Follow a file by polls; what was written is appended to `got`. */
static int
follow(const char *file, struct polls *p, int *status, struct cf_buf *got, struct cf_err *err)
{
	static char source[] = "csv";
	char *operands[] = { source, NULL, NULL };
	char name[60];
	struct cf_job_ask ask;
	struct cf_outlet outlet = { .format = CF_FORMAT_CSV, .by_line = 1 };
	struct cf_fetch_options options = { .home = "home", .ask = &ask, .agent = "test", .max_bytes = 1 << 20, .timeout_s = 5,
	    .deadline_s = 60, .source_deadline_s = 60, .per_day = -1, .spacing_s = -1, .seed = 1 };
	struct cf_fetch_hooks hooks = { p, deliver, stored, say };
	struct cf_poll poll = { &options, &hooks, operands, &outlet, 0, 0.01 };
	int ends[2], rc;

	source_job_ask(&ask);
	snprintf(name, sizeof(name), "%s", file);
	operands[1] = name;
	ck_assert_int_eq(pipe(ends), 0);
	options.stop_fd = ends[0];
	p->stop = ends[1];
	p->outlet = &outlet;
	outlet.out = cf_out_memory(got, err);
	outlet.follow = cf_follow_new(err);
	ck_assert(outlet.out != NULL && outlet.follow != NULL);
	rc = cf_poll_follow(&poll, status, err);
	cf_follow_free(outlet.follow);
	cf_outlet_end(&outlet);
	ck_assert_int_eq(cf_out_close(outlet.out, NULL), 0);
	close(ends[0]);
	close(ends[1]);
	return (rc);
}

START_TEST(polls_until_stopped)
{
	struct polls p = { .enough = 3 };
	struct cf_buf got = { 0 };
	struct cf_err err;
	int status = -1;

	fresh("grows");
	ck_assert_int_eq(cf_file_write("grows.csv", "date,open,high,low,close,volume\n2024-01-03,1,1,1,1,10\n", 54, NULL), 0);
	ck_assert_msg(follow("G=grows.csv", &p, &status, &got, &err) == 1, "%s", err.text);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(p.polls, 3);
	ck_assert_str_eq(cf_buf_string(&got, NULL), "symbol,date,open,high,low,close,volume\nG,2024-01-03,1,1,1,1,10\n"
	    "G,2024-01-04,1,1,1,1,10\nG,2024-01-05,1,1,1,1,10\n");
	cf_buf_free(&got);
}
END_TEST

/* What time does not heal ends it at once. */
START_TEST(bad_data_ends_it)
{
	struct polls p = { .enough = 1000 };
	struct cf_buf got = { 0 };
	struct cf_err err;
	int status = -1;

	fresh("bad");
	ck_assert_int_eq(cf_file_write("bad.csv", "date,open,high,low,close,volume\nx,1,1,1,1,10\n", 45, NULL), 0);
	ck_assert_int_eq(follow("G=bad.csv", &p, &status, &got, &err), 0);
	ck_assert_int_eq(status, CF_ERR_DATA);
	ck_assert_uint_eq(p.polls, 0);
	ck_assert_uint_eq(p.said, 1);
	ck_assert_ptr_nonnull(strstr(p.last, "bad.csv:2"));
	ck_assert_uint_eq(got.len, 0);
	cf_buf_free(&got);
}
END_TEST

UNIT_MAIN("follow", new_and_changed, polls_until_stopped, bad_data_ends_it)

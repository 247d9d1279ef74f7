#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/day.h"
#include "given.h"
#include "http/limits.h"
#include "main.h"
#include "signals.h"
#include "source/alphavantage.h"
#include "source/ask.h"
#include "source/fred.h"
#include "source/poll.h"
#include "source/source.h"
#include "source/status.h"
#include "track/step.h"

/*
 * cf-fetch: bars and series from web services and files.
 */

static const char * source_word(size_t i);

static const struct cf_main program = {
	"cf-fetch",
	"[options] SOURCE ID... [SOURCE ID...]...\n"
	"       cf-fetch --check [--store DIR]\n"
	"       cf-fetch --list",
	"Fetch bars or series from SOURCE (alphavantage, fred, cboe,\n"
	"treasury, csv) to stdout, or merge them into the store DIR.\n\n"
	"  cf-fetch --store cashflow fred VIXCLS DGS10 DTWEXBGS alphavantage "
	"IBM KO\n"
	"  cf-fetch --store cashflow csv IBM=ibm.us.csv\n"
	"  cf-fetch --map date=Day,close=Last csv FUND=prices.csv\n\n"
	"Keys: ALPHA_VANTAGE_KEY, FRED_API_KEY, or NAME_FILE for a file.\n\n"
	CF_FRED_NOTICE,
	source_word
};

static const char *
source_word(size_t i)
{
	const struct cf_source * source = cf_source_at(i);

	return (source != NULL ? source->name : NULL);
}

struct run {
	struct cf_main_common common;
	struct cf_fetch_options fetch;
	struct cf_job_ask ask;
	struct cf_poll poll;
	struct cf_outlet outlet;
	struct cf_progress progress;
};

static int
deliver(void * cookie, struct cf_job * job, struct cf_err * err)
{
	struct run * r = cookie;

	if (r->ask.to_store && r->poll.follow_s <= 0)
		return (0);
	return (cf_outlet_put(&r->outlet, job, err));
}

static void
stored(void * cookie, const struct cf_job * job,
    const struct cf_store_report * s)
{
	struct run * r = cookie;
	char first[CF_DAY_TEXT_MAX], newest[CF_DAY_TEXT_MAX];

	if (!r->common.verbose || s->rows == 0)
		return;
	cf_progress_end(&r->progress);
	first[cf_day_print(s->first, first)] = '\0';
	newest[cf_day_print(s->newest, newest)] = '\0';
	cf_main_note(&program, "%s: %zu new, %zu revised, %zu rows from %s to "
	    "%s", job->id, s->added, s->revised, s->rows, first, newest);
}

static void
say(void * cookie, int is_error, const char * text)
{
	struct run * r = cookie;

	if (!is_error && r->common.quiet)
		return;
	cf_progress_end(&r->progress);
	cf_main_note(&program, "%s", text);
}

static int
fetch(struct run * r)
{
	struct cf_err err;
	int status = 0, number = 0, rc = -1, keep;

	if ((r->fetch.stop_fd = cf_signals_catch(&err)) == -1 ||
	    (r->outlet.out = cf_main_out(r->common.out, &err)) == NULL)
		return (cf_main_fail(&program, &err));
	cf_progress_start(&r->progress, r->common.quiet ||
	    r->poll.follow_s > 0 ? -1 : STDERR_FILENO, "names", 0);
	r->fetch.progress = &r->progress;
	if (r->poll.follow_s <= 0)
		rc = cf_poll_once(&r->poll, &status, &err);
	else if ((r->outlet.follow = cf_follow_new(&err)) != NULL)
		rc = cf_poll_follow(&r->poll, &status, &err);
	if (rc == -1)
		status = cf_main_fail(&program, &err);
	else if (rc == 1)
		number = cf_step_pause(r->fetch.stop_fd, 0);
	cf_progress_end(&r->progress);
	cf_follow_free(r->outlet.follow);
	cf_outlet_end(&r->outlet);
	/* Half of what was asked for does not take the place of a file. */
	keep = strcmp(r->common.out, "-") == 0 || status + number == 0;
	if (cf_main_out_close(r->outlet.out, keep, &err))
		status = cf_err_worse(status, cf_main_fail(&program, &err));
	if (number != 0) {
		signal(number, SIG_DFL);
		raise(number);
	}
	return (status);
}

/* --list and --check: records about the sources. */
static int
tell(struct run * r, int list)
{
	struct cf_writer * writer;
	struct cf_out * out;
	struct cf_err err;
	double now_s = r->fetch.now_s > 0 ? (double)r->fetch.now_s :
	    (double)cf_clock_now();
	int status = 0, rc = -1;

	/* Names are looked at, if there are any. */
	if (!list && *r->poll.operands != NULL &&
	    cf_poll_once(&r->poll, &status, &err))
		return (cf_main_fail(&program, &err));
	if ((out = cf_main_out(r->common.out, &err)) == NULL)
		return (cf_main_fail(&program, &err));
	if ((writer = cf_writer_new(out, r->outlet.format, r->common.by_line,
	    &err)) != NULL)
		rc = list ? cf_status_list(writer, &err) :
		    cf_status_check(r->fetch.home, r->fetch.per_day, now_s,
		    writer, &err);
	if (rc)
		status = cf_main_fail(&program, &err);
	cf_writer_free(writer);
	if (cf_main_out_close(out, rc == 0, &err))
		status = cf_main_fail(&program, &err);
	return (status);
}

/* The moment of --now, and the state folder: the store, or CF_HOME. */
static int
prepare(struct run * r, const char * now, const char * config,
    struct cf_conf ** conf, struct cf_err * err)
{

	/* Without --now the clock is looked at for each request. */
	if (now != NULL && cf_given_now(now, &r->fetch.now_s, err))
		return (-1);
	if (r->poll.follow_s > 0 && strcmp(r->common.out, "-") != 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "--follow writes to stdout"));
	r->outlet.format = cf_main_format(&r->common);
	r->outlet.by_line = r->common.by_line || r->poll.follow_s > 0;
	r->ask.to_store = r->fetch.home != NULL;
	if (r->poll.follow_s > 0)
		r->fetch.max_age_s = 0;
	if (r->fetch.home != NULL)
		return (0);
	if ((*conf = cf_conf_load(config, err)) == NULL)
		return (-1);
	r->fetch.home = cf_conf_get(*conf, "CF_HOME");
	return (0);
}

#define NUMBER(name, arg, var, max, help)				\
	{ 0, name, arg, CF_OPT_NUMBER, &(var), 0, max, NULL, help }
#define INTEGER(name, arg, var, max, help)				\
	{ 0, name, arg, CF_OPT_INT, &(var), 0, max, NULL, help }
#define TEXT(name, arg, var, help)					\
	{ 0, name, arg, CF_OPT_TEXT, &(var), 0, 0, NULL, help }
#define CHOICE(name, arg, var, choices, help)				\
	{ 0, name, arg, CF_OPT_CHOICE, &(var), 0, 0, choices, help }
#define FLAG(name, var, help)						\
	{ 0, name, NULL, CF_OPT_FLAG, &(var), 0, 0, NULL, help }

int
main(int argc, char * argv[])
{
	struct run r = { .common = CF_MAIN_COMMON, .ask = CF_ASK_DEFAULTS,
		.fetch = { .agent = "cashflow/" CF_VERSION, .stop_fd = -1,
		.deadline_s = 3600, .source_deadline_s = 1800,
		.timeout_s = CF_HTTP_TIMEOUT_S, .max_wait_s = 120,
		.max_age_s = 600, .retry_wait_s = 1, .retries = 3,
		.per_day = -1, .spacing_s = -1 } };
	const struct cf_fetch_hooks hooks = { &r, deliver, stored, say };
	struct cf_ask_texts texts = { NULL, NULL, NULL };
	const char * config = NULL;
	const char * now = NULL;
	struct cf_conf * conf = NULL;
	struct cf_err err;
	int64_t max_bytes = CF_HTTP_BODY_MAX;
	int list = 0, operand, status;
	const struct cf_opt opts[] = {
		TEXT("store", "DIR", r.fetch.home,
		    "merge into the state folder DIR"),
		CHOICE("function", "F", r.ask.function,
		    CF_ALPHAVANTAGE_FUNCTIONS, "what of Alpha Vantage"),
		FLAG("splits", r.ask.splits, "and the splits (one request "
		    "more for each symbol)"),
		CHOICE("datatype", "T", r.ask.datatype, "auto|json|csv",
		    "how Alpha Vantage sends it"),
		CHOICE("outputsize", "S", r.ask.outputsize, "compact|full",
		    "100 rows, or all (premium keys)"),
		CHOICE("interval", "I", r.ask.interval,
		    "1min|5min|15min|30min|60min", "of intraday bars"),
		TEXT("month", "YYYY-MM", r.ask.month, "of intraday bars"),
		TEXT("from", "DATE", texts.from, "no rows before DATE"),
		TEXT("to", "DATE", texts.to, "no rows after DATE"),
		TEXT("as-of", "DATE", texts.as_of,
		    "FRED: values as they stood on DATE"),
		FLAG("vintages", r.ask.vintages,
		    "FRED: all values with the days they became known"),
		{ 0, "lag", "DAYS", CF_OPT_NUMBER, &r.ask.lag_days, -1, 3660,
		    NULL, "series: available so long after the date"},
		TEXT("map", "FIELD=COLUMN,...", r.ask.map,
		    "csv: names of columns"),
		NUMBER("follow", "S", r.poll.follow_s, 30 * CF_DAY_S,
		    "poll every S seconds, write what is new"),
		FLAG("offline", r.fetch.offline, "from the cache only"),
		NUMBER("max-age", "S", r.fetch.max_age_s, 1e9,
		    "take cached answers so old without asking"),
		NUMBER("max-wait", "S", r.fetch.max_wait_s, 1e6,
		    "wait so long for a quota, else status 75"),
		NUMBER("deadline", "S", r.fetch.deadline_s, 1e6,
		    "time for all"),
		NUMBER("source-deadline", "S", r.fetch.source_deadline_s, 1e6,
		    "time for one source"),
		NUMBER("timeout", "S", r.fetch.timeout_s, 3600,
		    "time for one request"),
		INTEGER("retries", "N", r.fetch.retries, 100,
		    "further tries of a request"),
		NUMBER("retry-wait", "S", r.fetch.retry_wait_s, 3600,
		    "before the first of them; doubles"),
		INTEGER("max-bytes", "N", max_bytes, 64 * 1024 * 1024,
		    "largest answer taken"),
		{ 0, "per-day", "N", CF_OPT_INT, &r.fetch.per_day, -1, 4096,
		    NULL, "requests in 24 hours, 0 no limit, -1 as listed" },
		{ 0, "spacing", "S", CF_OPT_NUMBER, &r.fetch.spacing_s, -1,
		    3600, NULL, "seconds between requests, -1 as listed" },
		TEXT("base-url", "URL", r.fetch.base_url,
		    "ask there, as http or https, not the source's host"),
		TEXT("now", "MOMENT", now, "take MOMENT for now"),
		TEXT("config", "FILE", config, "the configuration file"),
		FLAG("list", list, "show the sources"),
		{ 'n', "check", NULL, CF_OPT_FLAG, &r.common.check, 0, 0,
		    NULL, "show how the sources stand, ask nothing" },
		CF_MAIN_OPT_OUT(r.common), CF_MAIN_OPT_RECORDS(r.common),
		CF_MAIN_OPT_TALK(r.common), CF_MAIN_OPT_HELP, CF_MAIN_OPT_END
	};

	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	r.poll = (struct cf_poll){ &r.fetch, &hooks, argv + operand, &r.outlet,
		r.common.check, r.poll.follow_s };
	r.fetch.ask = &r.ask;
	r.fetch.max_bytes = (size_t)max_bytes;
	r.fetch.seed = (uint64_t)cf_clock_now() << 20 ^ (uint64_t)getpid();
	if (prepare(&r, now, config, &conf, &err) ||
	    cf_ask_check(&r.ask, &texts, &err))
		status = cf_main_fail(&program, &err);
	else if (list || r.common.check)
		status = tell(&r, list);
	else
		status = fetch(&r);
	cf_conf_free(conf);
	return (status);
}

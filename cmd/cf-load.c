#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "base/secret.h"
#include "base/text.h"
#include "http/load.h"

#include "loading.h"
#include "main.h"
#include "signals.h"

static const struct cf_main m = {
	"cf-load",
	"[options] URL",
	"Put a load on an HTTP server: send many requests, some at once, and tell\n"
	"how long the replies took. The token is that of API_TOKEN.\n\n"
	"  cf-load -n 100 -c 5 --data body.json http://127.0.0.1:8000/predict\n"
	"  cf-load -d 10 --rate 500 --max-p99 20 http://127.0.0.1:8000/health",
	NULL
};

#define REQUESTS 100	/* Unless told otherwise. */

struct settings {
	struct cf_main_common common;
	struct cf_load_params load;
	struct cf_loading_limits limits;
	struct cf_loading_bodies bodies;
	struct cf_opt_list headers;
	int64_t requests;
	int64_t at_once;
	const char * data;
	const char * lines;
};

/* What is wrong with the options together; NULL: nothing. */
static const char *
combination(const struct settings * s, int operands)
{
	const char * method = s->load.method;

	if (operands != 1)
		return (operands == 0 ? "no URL" : "one URL, not more");
	if (s->data != NULL && s->lines != NULL)
		return ("--data and --lines: one of them");
	if (method != NULL && (*method == '\0' ||
	    method[strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0'))
		return ("--method: not in capital letters");
	if (!cf_text_is_plain(s->load.type, strlen(s->load.type)))
		return ("--type: a control character");
	if (method != NULL && (s->data != NULL || s->lines != NULL) &&
	    (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0))
		return ("--method: GET and HEAD have no body");
	return (NULL);
}

/* Read what the options name. */
static int
prepare(struct settings * s, const char * url, char ** token,
    struct cf_err * err)
{
	int64_t lanes = s->at_once;

	if (s->requests == 0 && s->load.seconds <= 0)
		s->requests = REQUESTS;
	if (cf_loading_check_url(url, err) ||
	    cf_loading_check_headers(s->headers.items, s->headers.n, err) ||
	    cf_secret_load("API_TOKEN", token, err))
		return (-1);
	if (s->data != NULL || s->lines != NULL) {
		if (cf_loading_read(&s->bodies, s->data != NULL ? s->data :
		    s->lines, s->lines != NULL, err))
			return (-1);
	}
	/* More lanes than requests would lie idle. */
	if (s->requests > 0 && lanes > s->requests)
		lanes = s->requests;
	s->load.url = url;
	s->load.at_once = (int)lanes;
	s->load.requests = (uint64_t)s->requests;
	s->load.token = *token;
	s->load.headers = s->headers.items;
	s->load.nheaders = s->headers.n;
	s->load.bodies = s->bodies.items;
	s->load.nbodies = s->bodies.n;
	return (0);
}

static int
write_result(const struct settings * s, const struct cf_load_result * r,
    struct cf_err * err)
{
	struct cf_out * out;
	struct cf_err closing;
	int rc;

	if ((out = cf_main_out(s->common.out, err)) == NULL)
		return (-1);
	if (strcmp(s->common.format, "text") == 0)
		rc = cf_loading_text(&s->load, r, out, err);
	else
		rc = cf_loading_record(&s->load, r,
		    cf_main_format(&s->common), out, err);
	if (cf_main_out_close(out, rc == 0, &closing) && rc == 0) {
		*err = closing;
		rc = -1;
	}
	return (rc);
}

/* Run the load and write what came of it.  Return the status. */
static int
run(struct settings * s)
{
	struct cf_progress progress;
	struct cf_load_result r;
	struct cf_err err;
	unsigned char number = 0;
	int rc, status = 0;

	if ((s->load.stop_fd = cf_signals_catch(&err)) == -1)
		return (cf_main_fail(&m, &err));
	if (s->common.verbose)
		cf_main_note(&m, "%d at once, %zu bodies, %s token",
		    s->load.at_once, s->load.nbodies,
		    s->load.token != NULL ? "with a" : "no");
	cf_progress_start(&progress, s->common.quiet ? -1 : STDERR_FILENO,
	    "requests", s->load.requests);
	s->load.progress = &progress;
	rc = cf_load_run(&s->load, &r, &err);
	cf_progress_end(&progress);
	if (rc == 0 && r.reason[0] != '\0' && !s->common.quiet &&
	    cf_load_failed(&r) < r.ended)
		cf_main_note(&m, "%llu without a whole reply; the first: %s",
		    (unsigned long long)cf_load_failed(&r), r.reason);
	if (rc == 0 && r.refusal_status != 0 && !s->common.quiet)
		cf_main_note(&m, "the first reply that is not 2xx: %d%s%s",
		    r.refusal_status, r.refusal[0] != '\0' ? ": " : "",
		    r.refusal);
	if (rc == 0)
		rc = write_result(s, &r, &err);
	if (rc == 0 && !r.stopped)
		rc = cf_loading_judge(&s->load, &r, &s->limits, &err);
	if (rc)
		status = cf_main_fail(&m, &err);
	if (r.stopped && read(s->load.stop_fd, &number, 1) == 1) {
		signal(number, SIG_DFL);
		raise(number);
	}
	cf_load_result_free(&r);
	s->load.progress = NULL;
	return (status);
}

#define NUMBER(letter, name, arg, var, min, max, help)			\
	{ letter, name, arg, CF_OPT_NUMBER, &(var), min, max, NULL, help }
#define TEXT(name, arg, var, help)					\
	{ 0, name, arg, CF_OPT_TEXT, &(var), 0, 0, NULL, help }

int
main(int argc, char ** argv)
{
	struct settings s = { .common = CF_MAIN_COMMON,
	    .load = { .agent = "cashflow/" CF_VERSION,
	    .type = "application/json", .timeout_s = 10 },
	    .limits = { .p99_ms = -1, .errors = -1 },
	    .at_once = 5 };
	struct cf_err err;
	char * token = NULL;
	const char * fault;
	int operand, status;
	const struct cf_opt opts[] = {
		{ 'n', "requests", "N", CF_OPT_INT, &s.requests, 0,
		    CF_LOAD_REQUESTS_MAX, NULL,
		    "requests in all; 0 is 100, or with -d no end" },
		{ 'c', "concurrent", "N", CF_OPT_INT, &s.at_once, 1,
		    CF_LOAD_AT_ONCE_MAX, NULL, "requests at once" },
		NUMBER('d', "duration", "S", s.load.seconds, 0, 1e6,
		    "begin none after S seconds; 0 is no limit"),
		NUMBER('r', "rate", "R", s.load.rate, 0, 1e6,
		    "begin R a second; 0 is as replies come"),
		TEXT("data", "FILE", s.data, "body of each request"),
		TEXT("lines", "FILE", s.lines,
		    "bodies, one a line, taken in turn"),
		TEXT("type", "TYPE", s.load.type,
		    "media type of the bodies"),
		TEXT("method", "NAME", s.load.method,
		    "instead of GET, or POST with a body"),
		{ 'H', "header", "LINE", CF_OPT_LIST, &s.headers, 0, 0, NULL,
		    "send \"Name: value\" as well" },
		{ 0, "fresh", NULL, CF_OPT_FLAG, &s.load.fresh, 0, 0, NULL,
		    "a new connection for each request" },
		NUMBER(0, "timeout", "S", s.load.timeout_s, 0.001, 3600,
		    "time for one request"),
		TEXT("cacert", "FILE", s.load.ca_file,
		    "trust these certificates"),
		NUMBER(0, "max-p99", "MS", s.limits.p99_ms, -1, 1e9,
		    "status 1 when p99 is longer; -1 is no limit"),
		NUMBER(0, "max-errors", "N", s.limits.errors, -1,
		    CF_LOAD_REQUESTS_MAX,
		    "status 1 when more fail; -1 is no limit"),
		{ 0, "format", "FORMAT", CF_OPT_CHOICE, &s.common.format, 0,
		    0, "text|csv|ndjson", "how the result is written" },
		CF_MAIN_OPT_OUT(s.common),
		CF_MAIN_OPT_TALK(s.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};

	s.common.format = "text";
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if ((fault = combination(&s, argc - operand)) != NULL)
		return (cf_main_usage(&m, "%s", fault));
	if (prepare(&s, argv[operand], &token, &err))
		status = cf_main_fail(&m, &err);
	else
		status = run(&s);
	cf_secret_free(token);
	cf_loading_free(&s.bodies);
	cf_opt_list_free(&s.headers);
	return (status);
}

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "serve/limits.h"

#include "main.h"
#include "serving.h"

static const struct cf_main m = {
	"cf-serve",
	"[options]",
	"Answer forecasts over HTTP: POST /predict, and what goes with it.\n"
	"Without --listen it serves the sockets that a service manager has\n"
	"passed, or the one connection on standard input and output (inetd).\n\n"
	"  cf-serve --listen 127.0.0.1:8000\n"
	"  cf-serve --new-token analyst",
	NULL
};

/* What is wrong with the options together; NULL: nothing. */
static const char *
combination(const struct cf_serving * s)
{

	if ((s->tls_cert == NULL) != (s->tls_key == NULL))
		return ("--tls-cert and --tls-key go together");
	if (s->tls_cert != NULL && s->listen.n == 0 &&
	    getenv("LISTEN_FDS") == NULL && !s->check)
		return ("--tls-cert: not for a single connection; put a "
		    "program in front that ends TLS");
	if (s->listen.n == 0 && getenv("LISTEN_FDS") == NULL && !s->check &&
	    isatty(STDIN_FILENO))
		return ("nothing to serve: standard input is a terminal; give "
		    "--listen ADDRESS:PORT");
	return (NULL);
}

/* A client that goes away is no reason to die. */
static void
ignore_pipe(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_IGN;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGPIPE, &sa, NULL);
}

int
main(int argc, char ** argv)
{
	struct cf_serving s = { .m = &m, .model = getenv("MODEL_PATH"),
	    .rate = CF_SERVE_RATE, .body_max = CF_SERVE_BODY_MAX,
	    .connections_max = CF_SERVE_CONNECTIONS,
	    .address_max = CF_SERVE_ADDRESS_CONNECTIONS,
	    .timeout_s = CF_SERVE_TIMEOUT, .idle_s = CF_SERVE_IDLE,
	    .drain_s = CF_SERVE_DRAIN };
	const char * new_token = NULL;
	struct cf_err err;
	const struct cf_opt opts[] = {
		{ 'm', "model", "MODEL", CF_OPT_TEXT, &s.model, 0, 0, NULL,
		    "model file, or folder models/NAME" },
		{ 0, "listen", "ADDRESS", CF_OPT_LIST, &s.listen, 0, 0, NULL,
		    "listen at ADDRESS:PORT, or a path: a Unix socket" },
		{ 'j', "workers", "N", CF_OPT_INT, &s.workers, 0, 256, NULL,
		    "processes that answer; 0 is one for each processor" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &s.config, 0, 0, NULL,
		    "configuration, see cashflow.conf(5)" },
		{ 0, "tokens", "FILE", CF_OPT_TEXT, &s.tokens_path, 0, 0,
		    NULL, "tokens, by name and hash" },
		{ 0, "new-token", "NAME", CF_OPT_TEXT, &new_token, 0, 0, NULL,
		    "make a token, print it, and exit" },
		{ 0, "public-report", NULL, CF_OPT_FLAG, &s.public_report, 0,
		    0, NULL, "show the report page without a token" },
		{ 0, "rate", "N", CF_OPT_INT, &s.rate, 0, 1e9, NULL,
		    "requests a minute of a token and of an address; 0: any" },
		{ 0, "cache", "N", CF_OPT_INT, &s.cache, 0, 1000000, NULL,
		    "answers kept for requests that repeat; 0: none" },
		{ 0, "behind-proxy", NULL, CF_OPT_FLAG, &s.behind_proxy, 0, 0,
		    NULL, "clients' addresses are in X-Forwarded-For" },
		{ 0, "audit", "FILE", CF_OPT_TEXT, &s.audit_path, 0, 0, NULL,
		    "append a line for each request to FILE" },
		{ 0, "tls-cert", "FILE", CF_OPT_TEXT, &s.tls_cert, 0, 0, NULL,
		    "certificate chain, PEM" },
		{ 0, "tls-key", "FILE", CF_OPT_TEXT, &s.tls_key, 0, 0, NULL,
		    "its private key, PEM" },
		{ 0, "timeout", "S", CF_OPT_INT, &s.timeout_s, 1, 3600, NULL,
		    "seconds for a request to come in" },
		{ 0, "idle-timeout", "S", CF_OPT_INT, &s.idle_s, 1, 86400,
		    NULL, "seconds between requests of a connection" },
		{ 0, "drain", "S", CF_OPT_INT, &s.drain_s, 0, 3600, NULL,
		    "seconds for requests under way at the end" },
		{ 0, "max-body", "BYTES", CF_OPT_INT, &s.body_max, 1024,
		    67108864, NULL, "longest body of a request" },
		{ 0, "max-connections", "N", CF_OPT_INT, &s.connections_max,
		    1, 100000, NULL, "connections at a time" },
		{ 0, "max-per-address", "N", CF_OPT_INT, &s.address_max, 0,
		    100000, NULL, "connections of an address; 0: any" },
		{ 0, "user", "NAME", CF_OPT_TEXT, &s.user, 0, 0, NULL,
		    "become this user when the sockets are open" },
		{ 'n', "check", NULL, CF_OPT_FLAG, &s.check, 0, 0, NULL,
		    "check configuration, tokens, model; serve nothing" },
		CF_MAIN_OPT_TALK(s),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const char * fault;
	int operand, status, rc;

	gsl_set_error_handler_off();
	cf_serving_spare_client();
	if (s.model != NULL && *s.model == '\0')
		s.model = NULL;
	status = cf_main_options(&m, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (operand < argc)
		return (cf_main_usage(&m, "no operands are taken: \"%.60s\"",
		    argv[operand]));
	if (new_token == NULL && (fault = combination(&s)) != NULL)
		return (cf_main_usage(&m, "%s", fault));
	ignore_pipe();
	if (new_token != NULL) {
		s.audit.fd = -1;
		rc = cf_serving_new_token(&s, new_token, &err);
	} else {
		rc = cf_serving_start(&s, &err);
		if (rc == 0 && s.check)
			cf_main_note(&m, "the configuration is good");
		else if (rc == 0)
			rc = cf_serving_run(&s, &err);
	}
	status = rc == 0 ? 0 : cf_main_fail(&m, &err);
	cf_serving_end(&s);
	cf_opt_list_free(&s.listen);
	return (status);
}

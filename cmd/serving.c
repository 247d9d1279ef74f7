#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/secret.h"
#include "base/state.h"
#include "model/modfile.h"
#include "serve/confine.h"

#include "serving.h"

#define FIRST "first"		/* Name of the token made at first. */

/* ---- paths */

static int
set_path(struct cf_serving * s, enum cf_serving_path which,
    enum cf_state_kind kind, const char * name, struct cf_err * err)
{
	struct cf_buf b = { 0 };

	if (cf_state_path(&b, cf_conf_get(s->conf, "CF_HOME"), kind, name,
	    err) || cf_buf_string(&b, err) == NULL) {
		cf_buf_free(&b);
		return (-1);
	}
	s->paths[which] = b.data;
	return (0);
}

/* The NAME of models/NAME; of a model file there is none, so it is market. */
static const char *
model_name(const struct cf_serving * s)
{
	const char * path = s->paths[CF_SERVING_MODEL];
	const char * slash = strrchr(path, '/');
	struct stat sb;

	if (stat(path, &sb) == 0 && !S_ISDIR(sb.st_mode))
		return ("market");
	return (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

int
cf_serving_paths(struct cf_serving * s, struct cf_err * err)
{
	static const struct {
		enum cf_serving_path which;
		enum cf_state_kind kind;
		const char * name;
	} rows[] = {
		{ CF_SERVING_STATE, CF_STATE_STATE, "." },
		{ CF_SERVING_COUNTERS, CF_STATE_STATE, "serve-counters" },
		{ CF_SERVING_TOKENS, CF_STATE_STATE, "tokens" },
		{ CF_SERVING_FIRST_TOKEN, CF_STATE_STATE, "api-token" },
		{ CF_SERVING_MODEL, CF_STATE_MODELS, "market" },
		{ CF_SERVING_LATEST, CF_STATE_LATEST, NULL },
		{ CF_SERVING_REPORT, CF_STATE_REPORTS, "latest" }
	};
	size_t i;

	if ((s->conf = cf_conf_load(s->config, err)) == NULL)
		return (-1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (set_path(s, rows[i].which, rows[i].kind, rows[i].name,
		    err))
			return (-1);
	}
	/* The folder itself: without what was put behind it. */
	*strrchr(s->paths[CF_SERVING_STATE], '/') = '\0';
	if (s->tokens_path == NULL)
		s->tokens_path = s->paths[CF_SERVING_TOKENS];
	if (s->model != NULL) {
		free(s->paths[CF_SERVING_MODEL]);
		s->paths[CF_SERVING_MODEL] = cf_mem_strdup(s->model, err);
		if (s->paths[CF_SERVING_MODEL] == NULL)
			return (-1);
	}
	return (set_path(s, CF_SERVING_STORED, CF_STATE_PREDICTIONS,
	    model_name(s), err));
}

/* ---- tokens, certificates */

/* Make the first token, and leave it where its owner finds it. */
static int
make_first(struct cf_serving * s, struct cf_err * err)
{
	const char * place = s->paths[CF_SERVING_FIRST_TOKEN];
	char token[CF_TOKEN_CHARS + 2];
	mode_t mask;
	int rc;

	if (cf_token_make(s->tokens_path, FIRST, token, err))
		return (-1);
	token[CF_TOKEN_CHARS] = '\n';
	mask = umask(077);
	rc = cf_file_write(place, token, CF_TOKEN_CHARS + 1, err);
	umask(mask);
	sodium_memzero(token, sizeof(token));
	if (rc == 0 && !s->quiet)
		cf_main_note(s->m, "no token was set: made one, which is in "
		    "%s", place);
	return (rc);
}

static int
load_tokens(struct cf_serving * s, struct cf_err * err)
{
	char lock[4096];
	int fd, rc = 0;

	if (cf_secret_load("API_TOKEN", &s->chosen, err) || (s->tokens =
	    cf_token_load(s->tokens_path, s->chosen, err)) == NULL)
		return (-1);
	if (cf_token_count(s->tokens) > 0 || s->check)
		return (0);
	/* Processes that inetd starts together make one. */
	if ((size_t)snprintf(lock, sizeof(lock), "%s.lock", s->tokens_path) >=
	    sizeof(lock))
		return (cf_err_set(err, CF_ERR_USAGE, "name too long"));
	if ((fd = cf_file_lock(lock, 1, err)) == -1)
		return (-1);
	cf_token_free(s->tokens);
	s->tokens = cf_token_load(s->tokens_path, NULL, err);
	if (s->tokens != NULL && cf_token_count(s->tokens) == 0) {
		cf_token_free(s->tokens);
		s->tokens = NULL;
		if (make_first(s, err) == 0)
			s->tokens = cf_token_load(s->tokens_path, NULL, err);
	}
	rc = s->tokens == NULL ? -1 : 0;
	close(fd);
	return (rc);
}

static int
load_tls(struct cf_serving * s, struct cf_err * err)
{

	if (s->tls_cert == NULL)
		return (0);
	s->tls = cf_tls_new(s->tls_cert, s->tls_key, err);
	return (s->tls != NULL ? 0 : -1);
}

static int
set_service(struct cf_serving * s, struct cf_err * err)
{
	struct cf_service * v = &s->service;
	struct cf_measure_params measure;

	v->shared = &s->shared;
	v->board = s->board;
	v->tokens = s->tokens;
	v->report = s->paths[CF_SERVING_REPORT];
	v->rate = (uint64_t)s->rate;
	v->public_report = s->public_report;
	v->body_max = (size_t)s->body_max;
	cf_serving_measure(s->conf, &measure);
	cf_service_measure(v, &measure);
	if (s->cache > 0 && (v->memo = cf_memo_new((size_t)s->cache,
	    &s->shared, err)) == NULL)
		return (-1);
	v->latest = cf_latest_new(s->paths[CF_SERVING_LATEST], err);
	v->stored = cf_stored_new(s->paths[CF_SERVING_STORED], err);
	s->world.service = v;
	s->world.behind_proxy = s->behind_proxy;
	if (v->latest == NULL || v->stored == NULL ||
	    (s->world.wire = cf_wire_new(err)) == NULL)
		return (-1);
	return (0);
}

/* Check the model as the server would. */
static int
check_model(const struct cf_serving * s, struct cf_err * err)
{
	const char * path = s->paths[CF_SERVING_MODEL];
	struct cf_model * model;
	int rc;

	if ((model = cf_modfile_open(path, err)) == NULL)
		return (-1);
	rc = cf_modfile_verify(model, path, err);
	cf_model_free(model);
	return (rc);
}

static int
set_listeners(struct cf_serving * s, struct cf_err * err)
{
	size_t i;

	if (cf_listener_passed(&s->listeners, err))
		return (-1);
	for (i = 0; i < s->listen.n; i++) {
		if (cf_listener_open(&s->listeners, s->listen.items[i], err))
			return (-1);
	}
	return (0);
}

int
cf_serving_start(struct cf_serving * s, struct cf_err * err)
{

	s->audit.fd = -1;
	if (sodium_init() < 0)
		return (cf_err_set(err, CF_ERR_SYSTEM, "no random numbers"));
	if (cf_serving_paths(s, err))
		return (-1);
	/* A port below 1024 and a key may be root's; the rest is not. */
	if ((!s->check && set_listeners(s, err)) || load_tls(s, err) ||
	    (s->user != NULL && cf_confine_user(s->user, err)))
		return (-1);
	if (!s->check && cf_file_make_folders(s->paths[CF_SERVING_STATE],
	    err))
		return (-1);
	if (load_tokens(s, err))
		return (-1);
	if (s->check)
		return (check_model(s, err));
	s->workers = (int64_t)cf_par_threads((size_t)s->workers);
	if (cf_shared_open(&s->shared, s->paths[CF_SERVING_COUNTERS], err))
		return (-1);
	if (s->listeners.n == 0) {
		s->workers = 1;
		s->connections_max = 1;
	}
	s->board = cf_board_new((size_t)s->workers,
	    (size_t)s->connections_max, cf_clock_now(), err);
	if (s->board == NULL || set_service(s, err))
		return (-1);
	if (s->audit_path != NULL) {
		if (cf_audit_open(&s->audit, s->audit_path, err))
			return (-1);
		s->world.audit = &s->audit;
	}
	return (cf_watch_start(&s->watch, s->paths[CF_SERVING_MODEL],
	    s->paths[CF_SERVING_STATE], err));
}

void
cf_serving_end(struct cf_serving * s)
{
	size_t i;

	cf_service_free(&s->service);
	cf_latest_free(s->service.latest);
	cf_stored_free(s->service.stored);
	free(s->service.memo);
	cf_wire_free(s->world.wire);
	cf_audit_close(&s->audit);
	cf_listener_close(&s->listeners, 1);
	cf_shared_close(&s->shared);
	cf_watch_end(&s->watch);
	cf_tls_free(s->tls);
	cf_token_free(s->tokens);
	cf_secret_free(s->chosen);
	free(s->board);
	cf_conf_free(s->conf);
	for (i = 0; i < CF_SERVING_PATHS; i++)
		free(s->paths[i]);
}

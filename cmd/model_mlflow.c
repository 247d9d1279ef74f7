#include <string.h>

#include "base/conf.h"
#include "base/secret.h"
#include "base/state.h"
#include "http/url.h"
#include "model_mlflow.h"
#include "track/mlflow.h"
#include "track/mlflow_files.h"
#include "track/mlflow_rest.h"

/* Where to, resolved. */
struct target {
	const struct cf_model_mlflow * m;
	const struct cf_model_registry * r;
	const char * experiment;	/* Or NULL. */
	struct cf_buf folder;		/* Of models. */
	struct cf_buf store;		/* Its path. */
	struct cf_buf url;		/* Of the server, or empty. */
	struct cf_mlflow_server server;
	char * user;
	char * password;
	char * token;
};

static int
is_url(const char * uri)
{

	return (strncmp(uri, "http://", 7) == 0 ||
	    strncmp(uri, "https://", 8) == 0);
}

/* A file store named by a path or a file: URI. */
static int
set_store(struct target * t, const char * uri, struct cf_err * err)
{
	const char * path = uri;

	if (strncmp(path, "file:", 5) == 0) {
		path += 5;
		if (strncmp(path, "//", 2) == 0)
			path += 2;
		if (*path == '\0' || strchr(path, '%') != NULL ||
		    (path == uri + 7 && *path != '/'))
			return (cf_err_data(err, NULL, uri, strlen(uri),
			    "MLFLOW_TRACKING_URI: not the URI of a local "
			    "folder without %%"));
	} else if (strchr(path, ':') != NULL) {
		return (cf_err_data(err, NULL, uri, strlen(uri),
		    "MLFLOW_TRACKING_URI: neither http, https nor a folder; "
		    "for a database start \"mlflow server\" on it"));
	}
	cf_buf_add_text(&t->store, path);
	return (0);
}

static int
load_secrets(struct target * t, struct cf_err * err)
{

	if (cf_secret_load("MLFLOW_TRACKING_USERNAME", &t->user, err) ||
	    cf_secret_load("MLFLOW_TRACKING_PASSWORD", &t->password, err) ||
	    cf_secret_load("MLFLOW_TRACKING_TOKEN", &t->token, err))
		return (-1);
	if ((t->user == NULL) != (t->password == NULL))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "%s is set without %s", t->user != NULL ?
		    "MLFLOW_TRACKING_USERNAME" : "MLFLOW_TRACKING_PASSWORD",
		    t->user != NULL ? "MLFLOW_TRACKING_PASSWORD" :
		    "MLFLOW_TRACKING_USERNAME"));
	t->server.user = t->user;
	t->server.password = t->password;
	t->server.token = t->token;
	return (0);
}

/* Names that never leave the machine. */
static int
is_local(const char * url)
{

	return (cf_url_same_host(url, "http://localhost") ||
	    cf_url_same_host(url, "http://127.0.0.1") ||
	    cf_url_same_host(url, "http://[::1]"));
}

static int
set_server(struct target * t, const char * uri, struct cf_err * err)
{
	size_t len = strlen(uri);

	if (cf_url_check(uri, "MLFLOW_TRACKING_URI", err) < 0)
		return (-1);
	while (len > 0 && uri[len - 1] == '/')
		len--;
	cf_buf_add(&t->url, uri, len);
	if (cf_buf_string(&t->url, err) == NULL || load_secrets(t, err))
		return (-1);
	t->server.url = t->url.data;
	t->server.timeout_s = t->m->timeout_s;
	if ((t->password != NULL || t->token != NULL) && !t->r->quiet &&
	    !cf_url_is_https(uri) && !is_local(uri))
		cf_main_note(t->r->program, "MLFLOW_TRACKING_URI is http: "
		    "whoever is on the way can read the password");
	return (0);
}

/* Usage, whatever found it. */
static int
usage(struct cf_err * err)
{

	if (err != NULL && err->kind == CF_ERR_DATA)
		err->kind = CF_ERR_USAGE;
	return (-1);
}

static int
resolve(struct target * t, const struct cf_conf * conf, struct cf_err * err)
{
	const struct cf_model_mlflow * m = t->m;
	const char * uri = cf_conf_get(conf, "MLFLOW_TRACKING_URI");

	if (t->r->folder != NULL)
		cf_buf_add_text(&t->folder, t->r->folder);
	else if (cf_state_path(&t->folder, cf_conf_get(conf, "CF_HOME"),
	    CF_STATE_MODELS, "market", err))
		return (-1);
	if (cf_buf_string(&t->folder, err) == NULL)
		return (-1);
	t->experiment = m->experiment != NULL ? m->experiment :
	    cf_conf_get(conf, "MLFLOW_EXPERIMENT_NAME");
	if (uri != NULL && is_url(uri)) {
		if (set_server(t, uri, err))
			return (-1);
	} else if (uri != NULL && m->store == NULL &&
	    set_store(t, uri, err)) {
		return (usage(err));
	}
	if (m->store != NULL)
		cf_buf_add_text(&t->store, m->store);
	else if (t->store.len == 0)
		cf_buf_addf(&t->store, "%s/../../mlruns", t->folder.data);
	return (cf_buf_string(&t->store, err) != NULL ? 0 : -1);
}

static int
export(const struct target * t, const char * id, struct cf_err * err)
{
	const struct cf_model_registry * r = t->r;
	struct cf_mlflow_run run = { 0 };
	struct cf_mlflow_told told;
	int rc = -1;

	if (cf_mlflow_describe(&run, t->folder.data, id, t->experiment, err))
		goto done;
	rc = 0;
	if (r->check)
		goto done;
	if ((rc = cf_mlflow_files_write(&run, t->store.data, err)) != 0)
		goto done;
	if (r->verbose)
		cf_main_note(r->program, "%s: run %s of \"%s\" in %s", id,
		    run.key, run.experiment, t->store.data);
	if (t->server.url == NULL)
		goto done;
	rc = cf_mlflow_rest_tell(&run, &t->server, &told, err);
	if (rc == 0 && r->verbose)
		cf_main_note(r->program, "%s: run %s on the server%s, version "
		    "%s of \"%s\"%s", id, told.run_id, told.had_run ?
		    " since before" : "", told.version, run.registered,
		    told.had_run || told.has_artifacts ? "" :
		    "; the server takes no artifacts");
done:
	cf_mlflow_free(&run);
	return (rc);
}

int
cf_model_mlflow(const struct cf_model_mlflow * m,
    const struct cf_model_registry * r, char * const * ids, int n,
    struct cf_err * err)
{
	struct target t = { .m = m, .r = r };
	struct cf_conf * conf;
	int i, rc = -1;

	if ((conf = cf_conf_load(r->config, err)) == NULL)
		return (-1);
	if (resolve(&t, conf, err))
		goto done;
	rc = 0;
	for (i = 0; i < n; i++) {
		if (export(&t, ids[i], err) == 0)
			continue;
		rc = cf_err_worse(rc, cf_main_fail(r->program, err));
		/* Another model may be whole, another request not do better. */
		if (err->kind != CF_ERR_NO && err->kind != CF_ERR_DATA)
			break;
	}
done:
	cf_secret_free(t.user);
	cf_secret_free(t.password);
	cf_secret_free(t.token);
	cf_buf_free(&t.folder);
	cf_buf_free(&t.store);
	cf_buf_free(&t.url);
	cf_conf_free(conf);
	return (rc);
}

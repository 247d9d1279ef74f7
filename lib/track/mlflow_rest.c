#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "track/mlflow_rest.h"
#include "track/registry.h"

#define API CF_MLFLOW_CALL_API
#define SCHEME "mlflow-artifacts:"

#define BATCH_METRICS 500	/* With the rest below 1 MB, however escaped. */
#define BATCH_PAIRS 20
#define UPLOAD_MAX ((size_t)1 << 30)	/* Bytes of an artifact. */

/* One export at work. */
struct session {
	const struct cf_mlflow_run * run;
	struct cf_mlflow_told * told;
	struct cf_mlflow_caller caller;
	char experiment[80];
	char * artifacts;	/* URI of the run's, by the server. */
	int is_finished;
};

/* ---- the experiment */

static int
find_experiment(struct session * s, int * found, struct cf_err * err)
{
	const json_t * e;
	struct cf_mlflow_call c;
	int rc;

	rc = cf_mlflow_call_get(&s->caller, &c, API "experiments/get-by-name",
	    "experiment_name", s->run->experiment, "RESOURCE_DOES_NOT_EXIST",
	    err);
	*found = rc == 0;
	if (rc == 0) {
		e = json_object_get(c.reply, "experiment");
		if (strcmp(cf_mlflow_call_text(e, "lifecycle_stage"), "deleted")
		    == 0)
			rc = cf_err_data(err, NULL, s->run->experiment,
			    strlen(s->run->experiment), "MLflow: the "
			    "experiment was deleted there; restore it or name "
			    "another");
		else
			rc = cf_mlflow_call_take(&c, cf_mlflow_call_text(e,
			    "experiment_id"), s->experiment,
			    sizeof(s->experiment), err);
	}
	cf_mlflow_call_end(&c);
	return (rc < 0 ? -1 : 0);
}

static int
experiment(struct session * s, struct cf_err * err)
{
	struct cf_mlflow_call c;
	int found, rc;

	if (find_experiment(s, &found, err))
		return (-1);
	if (found)
		return (0);
	rc = cf_mlflow_call_post(&s->caller, &c, API "experiments/create",
	    json_pack("{s:s}", "name", s->run->experiment),
	    "RESOURCE_ALREADY_EXISTS", err);
	if (rc == 0)
		rc = cf_mlflow_call_take(&c, cf_mlflow_call_text(c.reply,
		    "experiment_id"), s->experiment, sizeof(s->experiment),
		    err);
	cf_mlflow_call_end(&c);
	/* Somebody was faster. */
	if (rc == 1)
		rc = find_experiment(s, &found, err) || !found ? -1 : 0;
	return (rc);
}

/* ---- the run */

static json_t *
pairs_array(const struct cf_mlflow_pairs * pairs, size_t from, size_t n)
{
	json_t * a = json_array();
	size_t i;

	for (i = from; i < from + n && i < pairs->n; i++) {
		if (json_array_append_new(a, json_pack("{s:s,s:s}", "key",
		    pairs->items[i].key, "value", pairs->items[i].value))) {
			json_decref(a);
			return (NULL);
		}
	}
	return (a);
}

static json_t *
metrics_array(const struct cf_mlflow_run * run, size_t from, size_t n)
{
	const struct cf_mlflow_metric * m;
	json_t * a = json_array();
	size_t i;

	for (i = from; i < from + n && i < run->nmetrics; i++) {
		m = &run->metrics[i];
		if (json_array_append_new(a, json_pack("{s:s,s:f,s:I,s:I}",
		    "key", m->key, "value", m->value, "timestamp",
		    (json_int_t)run->end_ms, "step", (json_int_t)m->step))) {
			json_decref(a);
			return (NULL);
		}
	}
	return (a);
}

static int
take_run(struct session * s, const struct cf_mlflow_call * c,
    const json_t * run, struct cf_err * err)
{
	const json_t * info = json_object_get(run, "info");

	s->is_finished = strcmp(cf_mlflow_call_text(info, "status"), "FINISHED")
	    == 0;
	s->artifacts = cf_mem_strdup(cf_mlflow_call_text(info, "artifact_uri"),
	    err);
	if (s->artifacts == NULL)
		return (-1);
	return (cf_mlflow_call_take(c, cf_mlflow_call_text(info, "run_id"),
	    s->told->run_id, sizeof(s->told->run_id), err));
}

/* The run of an earlier export; *${found} tells whether there is one. */
static int
find_run(struct session * s, int * found, struct cf_err * err)
{
	struct cf_mlflow_call c;
	char filter[120];
	const json_t * runs;
	int rc;

	snprintf(filter, sizeof(filter), "tags.`" CF_MLFLOW_KEY_TAG "` = '%s'",
	    s->run->key);
	rc = cf_mlflow_call_post(&s->caller, &c, API "runs/search",
	    json_pack("{s:[s],s:s,s:i,s:s}", "experiment_ids", s->experiment,
	    "filter", filter, "max_results", 1, "run_view_type", "ACTIVE_ONLY"),
	    NULL, err);
	*found = 0;
	if (rc == 0) {
		runs = json_object_get(c.reply, "runs");
		*found = json_array_size(runs) > 0;
		if (*found)
			rc = take_run(s, &c, json_array_get(runs, 0), err);
	}
	cf_mlflow_call_end(&c);
	return (rc);
}

static int
create_run(struct session * s, struct cf_err * err)
{
	struct cf_mlflow_call c;
	json_t * tags = pairs_array(&s->run->tags, 0, s->run->tags.n);
	int rc;

	rc = cf_mlflow_call_post(&s->caller, &c, API "runs/create",
	    json_pack("{s:s,s:s,s:s,s:I,s:o}", "experiment_id", s->experiment,
	    "run_name", s->run->id, "user_id", s->run->user, "start_time",
	    (json_int_t)s->run->start_ms, "tags", tags), NULL, err);
	if (rc == 0)
		rc = take_run(s, &c, json_object_get(c.reply, "run"), err);
	cf_mlflow_call_end(&c);
	return (rc);
}

static int
log_batch(const struct session * s, json_t * metrics, json_t * params,
    struct cf_err * err)
{
	struct cf_mlflow_call c;
	int rc;

	rc = cf_mlflow_call_post(&s->caller, &c, API "runs/log-batch",
	    json_pack("{s:s,s:o,s:o}", "run_id", s->told->run_id, "metrics",
	    metrics, "params", params), NULL, err);
	cf_mlflow_call_end(&c);
	return (rc);
}

static int
log_all(const struct session * s, struct cf_err * err)
{
	const struct cf_mlflow_run * run = s->run;
	size_t m = 0, p = 0;

	while (m < run->nmetrics || p < run->params.n) {
		if (log_batch(s, metrics_array(run, m, BATCH_METRICS),
		    pairs_array(&run->params, p, BATCH_PAIRS), err))
			return (-1);
		m += BATCH_METRICS;
		p += BATCH_PAIRS;
	}
	return (0);
}

/* Send one file to where the server keeps the run's. */
static int
upload(const struct session * s, const char * name, const char * type,
    struct cf_buf * bytes, struct cf_err * err)
{
	const char * place = s->artifacts + sizeof(SCHEME) - 1;
	struct cf_mlflow_call c = { 0 };
	struct cf_buf path = { 0 };
	int rc = -1;

	/* mlflow-artifacts:/PATH or mlflow-artifacts://HOST/PATH */
	if (place[0] == '/' && place[1] == '/')
		place += 2 + strcspn(place + 2, "/");
	place += strspn(place, "/");
	cf_buf_addf(&path, CF_MLFLOW_CALL_ARTIFACTS "%s/%s", place, name);
	if (cf_buf_string(&path, err) != NULL)
		rc = cf_mlflow_call_put(&s->caller, &c, path.data, type,
		    bytes, err);
	cf_mlflow_call_end(&c);
	cf_buf_free(bytes);
	cf_buf_free(&path);
	return (rc);
}

static int
upload_all(const struct session * s, struct cf_err * err)
{
	static const struct { const char * file, * name, * type; } files[] = {
		{ CF_MLFLOW_METRICS, CF_MLFLOW_METRICS, "application/json" },
		{ CF_REGISTRY_MODEL, CF_MLFLOW_ARTIFACT "/" CF_REGISTRY_MODEL,
		    "application/octet-stream" },
		{ NULL, CF_MLFLOW_ARTIFACT "/MLmodel", "text/plain" },
	};
	struct cf_buf bytes = { 0 };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].file == NULL)
			cf_mlflow_flavor(s->run, &bytes);
		else if (cf_mlflow_file(s->run, files[i].file, UPLOAD_MAX,
		    &bytes, err)) {
			cf_buf_free(&bytes);
			return (-1);
		}
		if (upload(s, files[i].name, files[i].type, &bytes, err))
			return (-1);
	}
	return (0);
}

static int
finish_run(const struct session * s, struct cf_err * err)
{
	struct cf_mlflow_call c;
	int rc;

	rc = cf_mlflow_call_post(&s->caller, &c, API "runs/update",
	    json_pack("{s:s,s:s,s:I}", "run_id", s->told->run_id, "status",
	    "FINISHED", "end_time", (json_int_t)s->run->end_ms), NULL, err);
	cf_mlflow_call_end(&c);
	return (rc);
}

static int
tell_run(struct session * s, struct cf_err * err)
{
	int found;

	if (find_run(s, &found, err) || (!found && create_run(s, err)))
		return (-1);
	s->told->has_artifacts = strncmp(s->artifacts, SCHEME,
	    sizeof(SCHEME) - 1) == 0;
	s->told->had_run = s->is_finished;
	if (s->is_finished)
		return (0);
	if (log_all(s, err) ||
	    (s->told->has_artifacts && upload_all(s, err)))
		return (-1);
	return (finish_run(s, err));
}

/* ---- the registered model */

/* The version of our run among those found, or "". */
static const char *
version_in(const struct session * s, const json_t * versions)
{
	const json_t * v;
	size_t i;

	json_array_foreach(versions, i, v) {
		if (strcmp(cf_mlflow_call_text(v, "name"), s->run->registered)
		    == 0 && strcmp(cf_mlflow_call_text(v, "run_id"),
		    s->told->run_id) == 0)
			return (cf_mlflow_call_text(v, "version"));
	}
	return ("");
}

static int
find_version(const struct session * s, struct cf_err * err)
{
	char filter[120];
	const char * version;
	struct cf_mlflow_call c;
	int rc;

	snprintf(filter, sizeof(filter), "run_id='%s'", s->told->run_id);
	rc = cf_mlflow_call_get(&s->caller, &c, API "model-versions/search",
	    "filter", filter, NULL, err);
	if (rc == 0) {
		version = version_in(s, json_object_get(c.reply,
		    "model_versions"));
		if (*version != '\0')
			rc = cf_mlflow_call_take(&c, version, s->told->version,
			    sizeof(s->told->version), err);
	}
	cf_mlflow_call_end(&c);
	return (rc);
}

static int
create_version(const struct session * s, struct cf_err * err)
{
	struct cf_buf source = { 0 };
	struct cf_mlflow_call c;
	int rc = -1;

	cf_buf_addf(&source, "%s/" CF_MLFLOW_ARTIFACT, s->artifacts);
	if (cf_buf_string(&source, err) != NULL) {
		rc = cf_mlflow_call_post(&s->caller, &c, API
		    "model-versions/create", json_pack("{s:s,s:s,s:s}", "name",
		    s->run->registered, "source", source.data, "run_id",
		    s->told->run_id), NULL, err);
		if (rc == 0)
			rc = cf_mlflow_call_take(&c,
			    cf_mlflow_call_text(json_object_get(c.reply,
			    "model_version"), "version"), s->told->version,
			    sizeof(s->told->version), err);
		cf_mlflow_call_end(&c);
	}
	cf_buf_free(&source);
	return (rc);
}

static int
tell_model(const struct session * s, struct cf_err * err)
{
	struct cf_mlflow_call c;
	int rc;

	rc = cf_mlflow_call_post(&s->caller, &c, API "registered-models/create",
	    json_pack("{s:s}", "name", s->run->registered),
	    "RESOURCE_ALREADY_EXISTS", err);
	cf_mlflow_call_end(&c);
	if (rc < 0 || find_version(s, err) ||
	    (s->told->version[0] == '\0' && create_version(s, err)))
		return (-1);
	if (!s->run->is_current)
		return (0);
	/* Servers before 2.3 know no aliases. */
	rc = cf_mlflow_call_post(&s->caller, &c, API "registered-models/alias",
	    json_pack("{s:s,s:s,s:s}", "name", s->run->registered, "alias",
	    CF_MLFLOW_CHAMPION, "version", s->told->version),
	    "ENDPOINT_NOT_FOUND", err);
	cf_mlflow_call_end(&c);
	return (rc < 0 ? -1 : 0);
}

int
cf_mlflow_rest_tell(const struct cf_mlflow_run * run,
    const struct cf_mlflow_server * server, struct cf_mlflow_told * told,
    struct cf_err * err)
{
	struct session s = { .run = run, .told = told };
	int rc = -1;

	memset(told, 0, sizeof(*told));
	if (cf_mlflow_call_open(&s.caller, server, err) == 0 &&
	    experiment(&s, err) == 0 && tell_run(&s, err) == 0)
		rc = tell_model(&s, err);
	cf_mlflow_call_close(&s.caller);
	free(s.artifacts);
	return (rc);
}

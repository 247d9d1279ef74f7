/*
 * mlflow_api.h: what the server of mlflow.h knows, and the calls that read and change it, each as strict as MLflow's own.
 */
#ifndef MLFLOW_API_H
#define MLFLOW_API_H

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define MLFLOW_API "/api/2.0/mlflow/"
#define MLFLOW_UPLOAD "/api/2.0/mlflow-artifacts/artifacts/"

/* A request and its answer. */
struct mlflow_call {
	char method[8];
	char target[4096];
	char headers[16384];
	char *body;
	size_t len;
	json_t *json;		/* Of the body. */
	int status;
	json_t *reply;
};

/* The server's own: {"experiments":{id:name},"runs":{id:{...}},"models":{name:{versions:[],aliases:{}}},"files":{}} */
static json_t *mlflow_state;

static void
mlflow_refuse(struct mlflow_call *c, int status, const char *code, const char *text)
{

	if (c->status != 0)
		return;
	c->status = status;
	json_decref(c->reply);
	c->reply = json_pack("{s:s,s:s}", "error_code", code, "message", text);
}

static void
mlflow_bad(struct mlflow_call *c, const char *text)
{

	mlflow_refuse(c, 400, "INVALID_PARAMETER_VALUE", text);
}

/* The body has these members only ("a b c"). */
static void
mlflow_members(struct mlflow_call *c, const json_t *o, const char *names)
{
	union { const json_t *in; json_t *out; } u = { o };
	const char *key, *p;
	json_t *value;

	json_object_foreach(u.out, key, value) {
		p = strstr(names, key);
		if (p == NULL || (p != names && p[-1] != ' ') || (p[strlen(key)] != ' ' && p[strlen(key)] != '\0'))
			mlflow_bad(c, key);
	}
}

static const char *
mlflow_text(struct mlflow_call *c, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	if (s == NULL || *s == '\0') {
		mlflow_bad(c, key);
		return ("?");
	}
	return (s);
}

static void
mlflow_moment(struct mlflow_call *c, const json_t *o, const char *key)
{
	const json_t *t = json_object_get(o, key);

	/* Milliseconds: seconds of today would be 1970. */
	if (!json_is_integer(t) || json_integer_value(t) < 100000000000)
		mlflow_bad(c, key);
}

static void
mlflow_key(struct mlflow_call *c, const char *key)
{
	const char *p;

	if (strlen(key) > 250 || key[0] == '/' || strstr(key, "..") != NULL || strstr(key, "//") != NULL ||
	    (*key != '\0' && key[strlen(key) - 1] == '/'))
		mlflow_bad(c, "key");
	for (p = key; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && strchr("_/.- ", *p) == NULL)
			mlflow_bad(c, "character of a key");
	}
}

/* Set pairs of an array in the object ${into}; params must not change. */
static void
mlflow_pairs(struct mlflow_call *c, const json_t *a, json_t *into, size_t max, int fixed)
{
	const json_t *p, *old;
	const char *key, *value;
	size_t i, k;

	if (a == NULL)
		return;
	if (!json_is_array(a) || json_array_size(a) > 100)
		mlflow_bad(c, "pairs");
	json_array_foreach(a, i, p) {
		mlflow_members(c, p, "key value");
		key = mlflow_text(c, p, "key");
		mlflow_key(c, key);
		value = json_string_value(json_object_get(p, "value"));
		if (value == NULL || strlen(value) > max)
			mlflow_bad(c, "value");
		for (k = 0; k < i; k++) {
			if (fixed && strcmp(key, mlflow_text(c, json_array_get(a, k), "key")) == 0)
				mlflow_bad(c, "param twice");
		}
		old = json_object_get(into, key);
		if (fixed && old != NULL && value != NULL && strcmp(json_string_value(old), value) != 0)
			mlflow_bad(c, "param changed");
		if (c->status == 0)
			json_object_set_new(into, key, json_string(value));
	}
}

static void
mlflow_metrics(struct mlflow_call *c, const json_t *a, json_t *into)
{
	const json_t *m, *value;
	char point[400];
	size_t i;

	if (a == NULL)
		return;
	if (!json_is_array(a) || json_array_size(a) > 1000)
		mlflow_bad(c, "metrics");
	json_array_foreach(a, i, m) {
		mlflow_members(c, m, "key value timestamp step");
		mlflow_key(c, mlflow_text(c, m, "key"));
		value = json_object_get(m, "value");
		if (!json_is_number(value) || !isfinite(json_number_value(value)))
			mlflow_bad(c, "value of a metric");
		mlflow_moment(c, m, "timestamp");
		if (!json_is_integer(json_object_get(m, "step")))
			mlflow_bad(c, "step");
		snprintf(point, sizeof(point), "%s@%lld", mlflow_text(c, m, "key"),
		    (long long)json_integer_value(json_object_get(m, "step")));
		if (c->status == 0)
			json_object_set_new(into, point, json_real(json_number_value(value)));
	}
}

static json_t *
mlflow_part(const char *name)
{

	return (json_object_get(mlflow_state, name));
}

static json_t *
mlflow_run(struct mlflow_call *c, const json_t *o)
{
	json_t *run = json_object_get(mlflow_part("runs"), mlflow_text(c, o, "run_id"));

	if (run == NULL)
		mlflow_refuse(c, 404, "RESOURCE_DOES_NOT_EXIST", "no such run");
	return (run);
}

/* What a run is in answers. */
static json_t *
mlflow_shown(const json_t *run)
{

	return (json_pack("{s:{s:O,s:O,s:O,s:O},s:{}}", "info", "run_id", json_object_get(run, "run_id"), "status",
	    json_object_get(run, "status"), "artifact_uri", json_object_get(run, "artifact_uri"), "experiment_id",
	    json_object_get(run, "experiment_id"), "data"));
}

static void
mlflow_experiment_by_name(struct mlflow_call *c, const char *name)
{
	const char *id;
	json_t *e;

	json_object_foreach(mlflow_part("experiments"), id, e) {
		if (strcmp(json_string_value(e), name) == 0) {
			c->reply = json_pack("{s:{s:s,s:s,s:s}}", "experiment", "experiment_id", id, "name", name,
			    "lifecycle_stage", strstr(name, "deleted") != NULL ? "deleted" : "active");
			return;
		}
	}
	mlflow_refuse(c, 404, "RESOURCE_DOES_NOT_EXIST", "no such experiment");
}

static void
mlflow_create_experiment(struct mlflow_call *c)
{
	const char *name = mlflow_text(c, c->json, "name"), *id;
	char number[16];
	json_t *e;

	mlflow_members(c, c->json, "name");
	if (strlen(name) > 500)
		mlflow_bad(c, "name of an experiment");
	json_object_foreach(mlflow_part("experiments"), id, e) {
		if (strcmp(json_string_value(e), name) == 0)
			mlflow_refuse(c, 400, "RESOURCE_ALREADY_EXISTS", "it exists");
	}
	if (c->status != 0)
		return;
	snprintf(number, sizeof(number), "%zu", json_object_size(mlflow_part("experiments")));
	json_object_set_new(mlflow_part("experiments"), number, json_string(name));
	c->reply = json_pack("{s:s}", "experiment_id", number);
}

static void
mlflow_create_run(struct mlflow_call *c, int plain)
{
	const char *experiment = mlflow_text(c, c->json, "experiment_id"), *name;
	char id[40], uri[100];
	json_t *run, *tags = json_object();

	mlflow_members(c, c->json, "experiment_id run_name user_id start_time tags");
	mlflow_moment(c, c->json, "start_time");
	if (json_object_get(mlflow_part("experiments"), experiment) == NULL)
		mlflow_refuse(c, 404, "RESOURCE_DOES_NOT_EXIST", "no such experiment");
	mlflow_pairs(c, json_object_get(c->json, "tags"), tags, 5000, 0);
	name = json_string_value(json_object_get(tags, "mlflow.runName"));
	if (name != NULL && strcmp(name, mlflow_text(c, c->json, "run_name")) != 0)
		mlflow_bad(c, "two names");
	snprintf(id, sizeof(id), "%032zx", 0xabc000 + json_object_size(mlflow_part("runs")));
	snprintf(uri, sizeof(uri), plain ? "file:///srv/%s/%s/artifacts" : "mlflow-artifacts:/%s/%s/artifacts", experiment, id);
	run = json_pack("{s:s,s:s,s:s,s:s,s:o,s:{},s:{}}", "run_id", id, "experiment_id", experiment, "status", "RUNNING",
	    "artifact_uri", uri, "tags", tags, "params", "metrics");
	if (c->status == 0) {
		json_object_set(mlflow_part("runs"), id, run);
		c->reply = json_pack("{s:o}", "run", mlflow_shown(run));
	}
	json_decref(run);
}

static void
mlflow_search_runs(struct mlflow_call *c)
{
	const char *filter = mlflow_text(c, c->json, "filter"), *id, *value;
	json_t *runs = json_array(), *run;
	char key[300], wanted[300];

	mlflow_members(c, c->json, "experiment_ids filter max_results run_view_type");
	if (sscanf(filter, "tags.`%299[^`]` = '%299[^']'", key, wanted) != 2 ||
	    !json_is_array(json_object_get(c->json, "experiment_ids")))
		mlflow_bad(c, "filter");
	json_object_foreach(mlflow_part("runs"), id, run) {
		value = json_string_value(json_object_get(json_object_get(run, "tags"), key));
		if (c->status == 0 && value != NULL && strcmp(value, wanted) == 0 &&
		    strcmp(json_string_value(json_object_get(run, "experiment_id")),
		    json_string_value(json_array_get(json_object_get(c->json, "experiment_ids"), 0))) == 0)
			json_array_append_new(runs, mlflow_shown(run));
	}
	/* As servers do: no member when there is none. */
	c->reply = json_array_size(runs) > 0 ? json_pack("{s:O}", "runs", runs) : json_object();
	json_decref(runs);
}

static void
mlflow_log_batch(struct mlflow_call *c)
{
	json_t *run = mlflow_run(c, c->json);

	mlflow_members(c, c->json, "run_id metrics params tags");
	if (c->len > 1000000 || json_array_size(json_object_get(c->json, "metrics")) +
	    json_array_size(json_object_get(c->json, "params")) + json_array_size(json_object_get(c->json, "tags")) > 1000)
		mlflow_bad(c, "batch too large");
	if (run == NULL)
		return;
	if (strcmp(mlflow_text(c, run, "status"), "RUNNING") != 0)
		mlflow_bad(c, "the run has ended");
	mlflow_pairs(c, json_object_get(c->json, "params"), json_object_get(run, "params"), 6000, 1);
	mlflow_pairs(c, json_object_get(c->json, "tags"), json_object_get(run, "tags"), 5000, 0);
	mlflow_metrics(c, json_object_get(c->json, "metrics"), json_object_get(run, "metrics"));
}

static void
mlflow_update_run(struct mlflow_call *c)
{
	json_t *run = mlflow_run(c, c->json);

	mlflow_members(c, c->json, "run_id status end_time");
	mlflow_moment(c, c->json, "end_time");
	if (strcmp(mlflow_text(c, c->json, "status"), "FINISHED") != 0)
		mlflow_bad(c, "status");
	if (c->status == 0)
		json_object_set(run, "status", json_object_get(c->json, "status"));
}

static void
mlflow_create_model(struct mlflow_call *c)
{
	const char *name = mlflow_text(c, c->json, "name");

	mlflow_members(c, c->json, "name");
	if (strpbrk(name, "/%:") != NULL)
		mlflow_bad(c, "name of a model");
	if (json_object_get(mlflow_part("models"), name) != NULL)
		mlflow_refuse(c, 400, "RESOURCE_ALREADY_EXISTS", "it exists");
	if (c->status == 0)
		json_object_set_new(mlflow_part("models"), name, json_pack("{s:[],s:{}}", "versions", "aliases"));
}

static void
mlflow_search_versions(struct mlflow_call *c, const char *filter)
{
	json_t *found = json_array(), *model, *v;
	const char *name;
	char wanted[100];
	size_t i;

	if (sscanf(filter, "run_id='%99[^']'", wanted) != 1)
		mlflow_bad(c, "filter");
	json_object_foreach(mlflow_part("models"), name, model) {
		json_array_foreach(json_object_get(model, "versions"), i, v) {
			if (c->status == 0 && strcmp(mlflow_text(c, v, "run_id"), wanted) == 0)
				json_array_append(found, v);
		}
	}
	c->reply = json_array_size(found) > 0 ? json_pack("{s:O}", "model_versions", found) : json_object();
	json_decref(found);
}

static void
mlflow_create_version(struct mlflow_call *c)
{
	const char *name = mlflow_text(c, c->json, "name"), *source = mlflow_text(c, c->json, "source"), *uri;
	json_t *run = mlflow_run(c, c->json), *model = json_object_get(mlflow_part("models"), name), *version;
	char number[16];

	mlflow_members(c, c->json, "name source run_id");
	if (model == NULL)
		mlflow_refuse(c, 404, "RESOURCE_DOES_NOT_EXIST", "no such model");
	uri = run != NULL ? json_string_value(json_object_get(run, "artifact_uri")) : "?";
	if (strncmp(source, uri, strlen(uri)) != 0 || strstr(source, "..") != NULL)
		mlflow_bad(c, "Invalid model version source");
	if (c->status != 0)
		return;
	snprintf(number, sizeof(number), "%zu", json_array_size(json_object_get(model, "versions")) + 1);
	version = json_pack("{s:s,s:s,s:O,s:O}", "name", name, "version", number, "run_id",
	    json_object_get(c->json, "run_id"), "source", json_object_get(c->json, "source"));
	json_array_append(json_object_get(model, "versions"), version);
	c->reply = json_pack("{s:o}", "model_version", version);
}

static void
mlflow_alias(struct mlflow_call *c, int old)
{
	const char *name = mlflow_text(c, c->json, "name"), *version = mlflow_text(c, c->json, "version");
	const char *alias = mlflow_text(c, c->json, "alias");
	json_t *model = json_object_get(mlflow_part("models"), name);

	if (old)
		mlflow_refuse(c, 404, "ENDPOINT_NOT_FOUND", "no such endpoint");
	mlflow_members(c, c->json, "name alias version");
	if (model == NULL || atoi(version) < 1 || (size_t)atoi(version) > json_array_size(json_object_get(model, "versions")))
		mlflow_bad(c, "version");
	if (c->status == 0)
		json_object_set_new(json_object_get(model, "aliases"), alias, json_string(version));
}

static void
mlflow_upload(struct mlflow_call *c, const char *path, int plain)
{
	const char *id, *uri;
	json_t *run;
	int ours = 0;

	json_object_foreach(mlflow_part("runs"), id, run) {
		uri = json_string_value(json_object_get(run, "artifact_uri"));
		uri = strchr(uri, '/') + 1;
		ours |= strncmp(path, uri, strlen(uri)) == 0 && path[strlen(uri)] == '/';
	}
	if (plain || !ours || strstr(path, "..") != NULL)
		mlflow_bad(c, "no place for an artifact");
	if (c->status == 0)
		json_object_set_new(mlflow_part("files"), path, json_integer((json_int_t)c->len));
}

#endif /* !MLFLOW_API_H */

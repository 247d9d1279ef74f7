#define _XOPEN_SOURCE 700	/* realpath */

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "keep/digest.h"
#include "table/json.h"
#include "track/mlflow.h"
#include "track/record.h"
#include "track/registry.h"
#include "track/yaml.h"

#define METRICS_FILE_MAX (16 * 1024 * 1024)	/* Bytes. */
#define USER_ROOM 4096				/* For getpwuid_r. */

enum part { PARAM, METRIC, TAG };

/*
 * Members of the metrics object, see cf-train(1), and what they become.  An
 * object gives all its members, with ${key} before their names and a slash
 * between levels; an array of objects gives a point of each metric for each.
 * Other members are in the artifact metrics.json only.
 */
static const struct row {
	const char * member;
	enum part part;
	const char * key;
} rows[] = {
	{ "kind", PARAM, "kind" },
	{ "target", PARAM, "target" },
	{ "horizon", PARAM, "horizon" },
	{ "inputs", PARAM, "inputs" },
	{ "parameters", PARAM, "" },
	{ "validation", PARAM, "validation" },
	{ "first_date", PARAM, "first_date" },
	{ "last_date", PARAM, "last_date" },
	{ "rows", PARAM, "rows" },
	{ "symbols", PARAM, "symbols" },
	{ "accounts", PARAM, "accounts" },
	{ "dates", PARAM, "dates" },
	{ "weight", METRIC, "weight" },
	{ "total", METRIC, "" },
	{ "folds", METRIC, "fold/" },
	{ "model", TAG, "cashflow.content" },
};

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789_-.";

/*
 * A key becomes a file's name in some stores: no part of it may be empty, "."
 * or "..".
 */
static int
is_key(const char * key)
{
	size_t len = strlen(key), n;

	if (len == 0 || len > CF_MLFLOW_KEY_MAX)
		return (0);
	for (;; key += n + 1) {
		n = strcspn(key, "/");
		if (n == 0 || strspn(key, plain) < n ||
		    (n == 1 && key[0] == '.') ||
		    (n == 2 && key[0] == '.' && key[1] == '.'))
			return (0);
		if (key[n] == '\0')
			return (1);
	}
}

/* At most ${max} bytes, cut where a character begins. */
static char *
bounded(const char * value, size_t max, struct cf_err * err)
{
	size_t len = strlen(value);
	char * copy;

	if (len <= max)
		return (cf_mem_strdup(value, err));
	len = max - 3;
	while (len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80)
		len--;
	if ((copy = cf_mem_strndup(value, len + 3, err)) != NULL)
		memcpy(copy + len, "...", 3);
	return (copy);
}

static int
add_pair(struct cf_mlflow_pairs * pairs, const char * key, const char * value,
    size_t max, struct cf_err * err)
{
	struct cf_mlflow_pair * pair;

	if (!is_key(key))
		return (cf_err_data(err, NULL, key, strlen(key),
		    "not a key for MLflow"));
	if (cf_mem_grow(&pairs->items, &pairs->capacity, pairs->n + 1,
	    sizeof(*pair), err))
		return (-1);
	pair = &pairs->items[pairs->n];
	if ((pair->key = cf_mem_strdup(key, err)) == NULL)
		return (-1);
	if ((pair->value = bounded(value, max, err)) == NULL) {
		free(pair->key);
		return (-1);
	}
	pairs->n++;
	return (0);
}

static int
add_tag(struct cf_mlflow_run * run, const char * key, const char * value,
    struct cf_err * err)
{

	return (add_pair(&run->tags, key, value, CF_MLFLOW_TAG_MAX, err));
}

static int
add_metric(struct cf_mlflow_run * run, const char * key, double value,
    int64_t step, struct cf_err * err)
{
	struct cf_mlflow_metric * m;

	if (!is_key(key))
		return (cf_err_data(err, NULL, key, strlen(key),
		    "not a key for MLflow"));
	if (!isfinite(value))
		return (0);
	if (cf_mem_grow(&run->metrics, &run->metrics_capacity,
	    run->nmetrics + 1, sizeof(*m), err))
		return (-1);
	m = &run->metrics[run->nmetrics];
	if ((m->key = cf_mem_strdup(key, err)) == NULL)
		return (-1);
	m->value = value;
	m->step = step;
	run->nmetrics++;
	return (0);
}

/* The text of a scalar; an array's are joined by commas. */
static void
print_value(const json_t * value, struct cf_buf * text)
{
	size_t i;

	if (json_is_array(value)) {
		for (i = 0; i < json_array_size(value); i++) {
			if (i > 0)
				cf_buf_add_char(text, ',');
			print_value(json_array_get(value, i), text);
		}
	} else if (json_is_string(value)) {
		cf_buf_add_text(text, json_string_value(value));
	} else {
		cf_json_print(value, text);
	}
}

/* A scalar under ${key}: null, and text among metrics, is left out. */
static int
add_scalar(struct cf_mlflow_run * run, enum part part, const char * key,
    const json_t * value, int64_t step, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	int rc = -1;

	if (json_is_null(value))
		return (0);
	if (part == METRIC)
		return (json_is_number(value) ? add_metric(run, key,
		    json_number_value(value), step, err) : 0);
	print_value(value, &text);
	if (cf_buf_string(&text, err) != NULL)
		rc = part == TAG ? add_tag(run, key, text.data, err) :
		    add_pair(&run->params, key, text.data,
		    CF_MLFLOW_PARAM_MAX, err);
	cf_buf_free(&text);
	return (rc);
}

/* All scalars of ${value}, at most two levels down. */
static int
add_value(struct cf_mlflow_run * run, enum part part, const char * key,
    json_t * value, int64_t step, int depth, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	const char * name;
	json_t * member;
	int rc = 0;

	if (!json_is_object(value))
		return (add_scalar(run, part, key, value, step, err));
	if (depth == 0)
		return (0);
	json_object_foreach(value, name, member) {
		path.len = 0;
		cf_buf_addf(&path, "%s%s%s", key,
		    *key == '\0' || key[strlen(key) - 1] == '/' ? "" : "/",
		    name);
		if (cf_buf_string(&path, err) == NULL ||
		    add_value(run, part, path.data, member, step, depth - 1,
		    err)) {
			rc = -1;
			break;
		}
	}
	cf_buf_free(&path);
	return (rc);
}

static int
add_rows(struct cf_mlflow_run * run, const json_t * object,
    struct cf_err * err)
{
	const struct row * r;
	json_t * value;
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = &rows[i];
		if ((value = json_object_get(object, r->member)) == NULL)
			continue;
		if (r->part != METRIC || !json_is_array(value)) {
			if (add_value(run, r->part, r->key, value, 0, 2, err))
				return (-1);
			continue;
		}
		for (k = 0; k < json_array_size(value); k++) {
			if (add_value(run, r->part, r->key,
			    json_array_get(value, k), (int64_t)k + 1, 2, err))
				return (-1);
		}
	}
	return (0);
}

int
cf_mlflow_file(const struct cf_mlflow_run * run, const char * name,
    size_t max_bytes, struct cf_buf * buf, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/%s", run->folder, name);
	if (cf_buf_string(&path, err) != NULL)
		rc = cf_file_read(path.data, max_bytes, buf, err);
	cf_buf_free(&path);
	return (rc);
}

/* The metrics object as a new reference. */
static json_t *
read_metrics(const struct cf_mlflow_run * run, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	json_error_t fault;
	json_t * object = NULL;
	int rc;

	if (cf_mlflow_file(run, CF_MLFLOW_METRICS, METRICS_FILE_MAX, &text,
	    err) == 0 && cf_buf_string(&text, err) != NULL) {
		rc = cf_json_parse(&object, text.data, text.len,
		    JSON_REJECT_DUPLICATES, &fault, err);
		if (rc != -1 && !json_is_object(object)) {
			cf_err_set(err, CF_ERR_DATA,
			    "%s/" CF_MLFLOW_METRICS ":%d: not a metrics object "
			    "of cf-train", run->folder,
			    object == NULL ? fault.line : 1);
			json_decref(object);
			object = NULL;
		}
	}
	cf_buf_free(&text);
	return (object);
}

/* When it was trained, and why, by the run record or the model's file. */
static int
set_times(struct cf_mlflow_run * run, struct cf_err * err)
{
	struct cf_records records = { 0 };
	const struct cf_record * found = NULL;
	struct cf_buf path = { 0 };
	struct stat sb;
	size_t i;
	int rc = -1;

	cf_buf_addf(&path, "%s/../../../runs/%s.ndjson", run->folder, run->id);
	if (cf_buf_string(&path, err) == NULL)
		goto done;
	if (access(path.data, F_OK) == 0 &&
	    cf_record_read(path.data, &records, err))
		goto done;
	for (i = 0; i < records.n; i++) {
		if (strcmp(records.items[i].step, "train") == 0 &&
		    records.items[i].status == 0)
			found = &records.items[i];
	}
	if (found != NULL) {
		run->start_ms = 1000 * found->start_s;
		run->end_ms = 1000 * found->end_s;
		if (found->reason != NULL &&
		    add_tag(run, "cashflow.reason", found->reason, err))
			goto done;
	} else {
		path.len = 0;
		cf_buf_addf(&path, "%s/" CF_REGISTRY_MODEL, run->folder);
		if (cf_buf_string(&path, err) == NULL)
			goto done;
		if (stat(path.data, &sb)) {
			cf_err_errno(err, errno, "%s", path.data);
			goto done;
		}
		run->start_ms = run->end_ms = 1000 * (int64_t)sb.st_mtime;
	}
	rc = 0;
done:
	cf_record_free(&records);
	cf_buf_free(&path);
	return (rc);
}

/* Who we are; a system without a name for it has a number. */
static int
set_user(struct cf_mlflow_run * run, struct cf_err * err)
{
	struct passwd entry, * found = NULL;
	char room[USER_ROOM], text[32];
	int e;

	snprintf(text, sizeof(text), "uid-%lu", (unsigned long)geteuid());
	e = getpwuid_r(geteuid(), &entry, room, sizeof(room), &found);
	/* There may be no such user; not to know is another thing. */
	if (e == ENOMEM || e == EIO || e == EMFILE || e == ENFILE)
		return (cf_err_errno(err, e, "name of the user"));
	if (e != 0)
		found = NULL;
	run->user = cf_mem_strdup(found != NULL ? found->pw_name : text, err);
	return (run->user != NULL ? 0 : -1);
}

/* Names for MLflow from that of the registry, models/NAME. */
static int
set_names(struct cf_mlflow_run * run, const char * name,
    const char * experiment, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * p;
	size_t len;

	cf_buf_add_text(&text, "cashflow-");
	for (p = name; *p != '\0'; p++)
		cf_buf_add_char(&text, strchr(plain, *p) != NULL ? *p : '_');
	if (cf_buf_string(&text, err) != NULL) {
		run->registered = cf_mem_strdup(text.data, err);
		run->experiment = cf_mem_strdup(experiment != NULL ?
		    experiment : text.data, err);
	}
	cf_buf_free(&text);
	if (run->registered == NULL || run->experiment == NULL)
		return (-1);
	len = strlen(run->experiment);
	if (len == 0 || len > CF_MLFLOW_EXPERIMENT_MAX ||
	    !cf_text_is_utf8(run->experiment, len) ||
	    !cf_text_is_plain(run->experiment, len)) {
		cf_err_data(err, NULL, run->experiment, len,
		    "not a name for an experiment");
		if (err != NULL)
			err->kind = CF_ERR_USAGE;
		return (-1);
	}
	return (0);
}

static int
set_key(struct cf_mlflow_run * run, const char * name, const char * content,
    struct cf_err * err)
{
	char digits[CF_DIGEST_TEXT_MAX];
	struct cf_digest digest;
	struct cf_buf text = { 0 };

	cf_buf_addf(&text, "cashflow run\n%s\n%s\n%s\n%s\n", run->experiment,
	    name, run->id, content);
	if (cf_buf_string(&text, err) == NULL) {
		cf_buf_free(&text);
		return (-1);
	}
	cf_digest_of(text.data, text.len, &digest);
	cf_digest_print(&digest, digits);
	memcpy(run->key, digits, sizeof(run->key) - 1);
	run->key[sizeof(run->key) - 1] = '\0';
	cf_buf_free(&text);
	return (0);
}

/* Does models/NAME/current name it? */
static int
set_current(struct cf_mlflow_run * run, const char * folder,
    struct cf_err * err)
{
	char target[CF_REGISTRY_ID_MAX + 1];
	struct cf_buf path = { 0 };
	ssize_t len;

	cf_buf_addf(&path, "%s/" CF_REGISTRY_CURRENT, folder);
	if (cf_buf_string(&path, err) == NULL) {
		cf_buf_free(&path);
		return (-1);
	}
	len = readlink(path.data, target, sizeof(target));
	run->is_current = len == (ssize_t)strlen(run->id) &&
	    memcmp(target, run->id, (size_t)len) == 0;
	cf_buf_free(&path);
	return (0);
}

static int
add_tags(struct cf_mlflow_run * run, const char * name, struct cf_err * err)
{
	const struct { const char * key, * value; } tags[] = {
		{ "mlflow.runName", run->id },
		{ "mlflow.user", run->user },
		{ "mlflow.source.name", "cf-train" },
		{ "mlflow.source.type", "LOCAL" },
		{ CF_MLFLOW_KEY_TAG, run->key },
		{ "cashflow.model", name },
		{ "cashflow.id", run->id },
	};
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (add_tag(run, tags[i].key, tags[i].value, err))
			return (-1);
	}
	return (0);
}

int
cf_mlflow_describe(struct cf_mlflow_run * run, const char * folder,
    const char * id, const char * experiment, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	json_t * object = NULL;
	const char * content, * name;
	char * whole = NULL;
	int rc = -1;

	memset(run, 0, sizeof(*run));
	if (cf_registry_check(folder, id, err))
		return (-1);
	if ((whole = realpath(folder, NULL)) == NULL) {
		cf_err_errno(err, errno, "%s", folder);
		goto done;
	}
	name = strrchr(whole, '/') + 1;
	cf_buf_addf(&path, "%s/%s", whole, id);
	if (cf_buf_string(&path, err) == NULL ||
	    (run->folder = cf_mem_strdup(path.data, err)) == NULL ||
	    (run->id = cf_mem_strdup(id, err)) == NULL ||
	    set_names(run, name, experiment, err) || set_user(run, err) ||
	    (object = read_metrics(run, err)) == NULL)
		goto done;
	if ((content = json_string_value(json_object_get(object, "model"))) ==
	    NULL) {
		cf_err_set(err, CF_ERR_DATA, "%s/" CF_MLFLOW_METRICS
		    ": no member \"model\"", run->folder);
		goto done;
	}
	if (set_key(run, name, content, err) || add_tags(run, name, err) ||
	    set_times(run, err) || set_current(run, whole, err) ||
	    add_rows(run, object, err))
		goto done;
	rc = 0;
done:
	json_decref(object);
	free(whole);
	cf_buf_free(&path);
	return (rc);
}

void
cf_mlflow_flavor(const struct cf_mlflow_run * run, struct cf_buf * buf)
{
	char text[CF_DAY_TEXT_MAX + 1];
	size_t len = cf_day_print_moment(run->end_ms / 1000, 1, text);

	/* As MLflow writes it: "YYYY-MM-DD HH:MM:SS.ffffff". */
	text[10] = ' ';
	text[len - 1] = '\0';
	cf_yaml_plain(buf, "artifact_path", CF_MLFLOW_ARTIFACT);
	cf_buf_add_text(buf, "flavors:\n  cashflow:\n    data: "
	    CF_REGISTRY_MODEL "\n");
	cf_yaml_text(buf, "model_uuid", run->key);
	cf_yaml_text(buf, "utc_time_created", text);
}

static void
free_pairs(struct cf_mlflow_pairs * pairs)
{
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		free(pairs->items[i].key);
		free(pairs->items[i].value);
	}
	free(pairs->items);
}

void
cf_mlflow_free(struct cf_mlflow_run * run)
{
	size_t i;

	free(run->id);
	free(run->folder);
	free(run->experiment);
	free(run->registered);
	free(run->user);
	free_pairs(&run->params);
	free_pairs(&run->tags);
	for (i = 0; i < run->nmetrics; i++)
		free(run->metrics[i].key);
	free(run->metrics);
	memset(run, 0, sizeof(*run));
}

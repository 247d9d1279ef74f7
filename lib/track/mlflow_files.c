#define _XOPEN_SOURCE 700	/* realpath */

#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/num.h"
#include "keep/digest.h"
#include "keep/swap.h"
#include "track/metafile.h"
#include "track/mlflow_files.h"
#include "track/registry.h"
#include "track/yaml.h"

#define MODEL_MAX UINT32_MAX		/* Bytes of a model to copy. */
#define STATUS_FINISHED 3		/* MLflow's RunStatus, as a number. */
#define SOURCE_LOCAL 4			/* MLflow's SourceType. */
#define DELETED "Deleted_Internal"	/* Stage of a deleted version. */
#define DIGITS "0123456789"
#define LOWEST_ID 100000000000000000	/* IDs have 18 digits. */

/* One export at work. */
struct store {
	const struct cf_mlflow_run * run;
	char * root;			/* Absolute. */
	char experiment[32];		/* Its ID. */
	char * dir;			/* Of the run. */
	char * models;			/* Of the registered model. */
};

/* ---- the store and its experiments */

static int
put_experiment(const struct store * s, const char * id, const char * name,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };
	char * folder = cf_metafile_path(s->root, id, err);
	int rc = -1;

	if (folder != NULL && cf_file_make_folders(folder, err) == 0) {
		cf_metafile_uri(&text, "artifact_location", folder, "");
		cf_yaml_int(&text, "creation_time", s->run->end_ms);
		cf_yaml_text(&text, "experiment_id", id);
		cf_yaml_int(&text, "last_update_time", s->run->end_ms);
		cf_yaml_text(&text, "lifecycle_stage", "active");
		cf_yaml_text(&text, "name", name);
		rc = cf_metafile_put(folder, CF_METAFILE, &text, err);
	}
	free(folder);
	return (rc);
}

/*
 * Look in ${folder} for the experiment with our name; *${found} gets its ID,
 * or "".
 */
static int
search_experiment(const struct store * s, const char * folder, char * found,
    size_t size, struct cf_err * err)
{
	struct cf_folder ids;
	char * path = NULL, * name = NULL;
	const char * id;
	size_t i;
	int rc;

	found[0] = '\0';
	if ((rc = cf_folder_read(folder, &ids, err)) == 1)
		rc = 0;
	for (i = 0; i < ids.n && rc == 0 && found[0] == '\0'; i++) {
		id = ids.names[i];
		if (id[strspn(id, DIGITS)] != '\0' || strlen(id) >= size)
			continue;
		path = cf_metafile_path(folder, id, err);
		if (path == NULL || cf_metafile_value(path, "name", &name, err))
			rc = -1;
		else if (name != NULL && strcmp(name, s->run->experiment) == 0)
			memcpy(found, id, strlen(id) + 1);
		free(name);
		free(path);
		path = name = NULL;
	}
	cf_folder_free(&ids);
	return (rc);
}

/*
 * A new experiment: its ID is made of its name, so that stores of the same
 * runs are the same; the next one is taken where that is in use.
 */
static int
new_experiment(struct store * s, struct cf_err * err)
{
	struct cf_digest digest;
	uint64_t number = 0;
	char trash[64];
	int i, used, deleted;

	cf_digest_of(s->run->experiment, strlen(s->run->experiment), &digest);
	for (i = 0; i < 8; i++)
		number = number << 8 | digest.bytes[i];
	number = LOWEST_ID + number % (8 * (uint64_t)LOWEST_ID);
	for (;; number++) {
		snprintf(s->experiment, sizeof(s->experiment), "%" PRIu64,
		    number);
		snprintf(trash, sizeof(trash), ".trash/%s", s->experiment);
		if (cf_metafile_there(s->root, trash, &deleted, err))
			return (-1);
		snprintf(trash, sizeof(trash), "%s/" CF_METAFILE,
		    s->experiment);
		if (cf_metafile_there(s->root, trash, &used, err))
			return (-1);
		if (!used && !deleted)
			return (put_experiment(s, s->experiment,
			    s->run->experiment, err));
	}
}

static int
find_experiment(struct store * s, struct cf_err * err)
{
	char * trash = cf_metafile_path(s->root, ".trash", err);
	char deleted[sizeof(s->experiment)];
	int rc = -1;

	if (trash == NULL)
		return (-1);
	if (search_experiment(s, s->root, s->experiment,
	    sizeof(s->experiment), err) ||
	    search_experiment(s, trash, deleted, sizeof(deleted), err))
		goto done;
	if (s->experiment[0] == '\0' && deleted[0] != '\0') {
		cf_err_data(err, NULL, s->run->experiment,
		    strlen(s->run->experiment), "%s/%s: the experiment was "
		    "deleted in MLflow; restore it or name another", trash,
		    deleted);
		goto done;
	}
	rc = s->experiment[0] != '\0' ? 0 : new_experiment(s, err);
done:
	free(trash);
	return (rc);
}

/* What MLflow makes only where there is no store yet. */
static int
make_store(const struct store * s, struct cf_err * err)
{
	int there, deleted;

	if (cf_metafile_folder(s->root, ".trash", err) ||
	    cf_metafile_folder(s->root, "models", err) ||
	    cf_metafile_there(s->root, "0/" CF_METAFILE, &there, err) ||
	    cf_metafile_there(s->root, ".trash/0", &deleted, err))
		return (-1);
	return (there || deleted ? 0 : put_experiment(s, "0", "Default", err));
}

/* ---- the run */

static int
put_pairs(const struct store * s, const char * folder,
    const struct cf_mlflow_pairs * pairs, struct cf_err * err)
{
	char * path = cf_metafile_path(s->dir, folder, err);
	struct cf_buf text = { 0 };
	size_t i;
	int rc = path != NULL ? cf_file_make_folders(path, err) : -1;

	for (i = 0; rc == 0 && i < pairs->n; i++) {
		cf_buf_add_text(&text, pairs->items[i].value);
		rc = cf_metafile_put(path, pairs->items[i].key, &text, err);
	}
	free(path);
	return (rc);
}

/* All points of a metric are in one file, that of its first point. */
static int
put_metrics(const struct store * s, struct cf_err * err)
{
	const struct cf_mlflow_metric * m = s->run->metrics;
	char * path = cf_metafile_path(s->dir, "metrics", err);
	struct cf_buf text = { 0 };
	size_t i, k;
	int rc = path != NULL ? cf_file_make_folders(path, err) : -1;

	for (i = 0; rc == 0 && i < s->run->nmetrics; i++) {
		for (k = 0; k < i && strcmp(m[k].key, m[i].key) != 0; k++)
			continue;
		if (k < i)
			continue;
		for (k = i; k < s->run->nmetrics; k++) {
			if (strcmp(m[k].key, m[i].key) != 0)
				continue;
			cf_buf_addf(&text, "%" PRId64 " ", s->run->end_ms);
			cf_buf_add_number(&text, m[k].value);
			cf_buf_addf(&text, " %" PRId64 "\n", m[k].step);
		}
		rc = cf_metafile_put(path, m[i].key, &text, err);
	}
	free(path);
	return (rc);
}

/* The model file: a second name for it, or a copy on another file system. */
static int
put_model(const struct store * s, const char * folder, struct cf_err * err)
{
	char * from = cf_metafile_path(s->run->folder, CF_REGISTRY_MODEL, err);
	char * to = cf_metafile_path(folder, CF_REGISTRY_MODEL, err);
	struct cf_buf bytes = { 0 };
	int rc = -1;

	if (from == NULL || to == NULL)
		goto done;
	if (link(from, to) == 0)
		rc = cf_file_sync_folder(to, err);
	else if (errno != EXDEV && errno != EPERM && errno != EMLINK &&
	    errno != EACCES && errno != EOPNOTSUPP)
		cf_err_errno(err, errno, "%s", to);
	else if (cf_file_read(from, MODEL_MAX, &bytes, err) == 0)
		rc = cf_metafile_put(folder, CF_REGISTRY_MODEL, &bytes, err);
done:
	cf_buf_free(&bytes);
	free(from);
	free(to);
	return (rc);
}

static int
put_artifacts(const struct store * s, struct cf_err * err)
{
	char * path = cf_metafile_path(s->dir, "artifacts/" CF_MLFLOW_ARTIFACT,
	    err);
	struct cf_buf text = { 0 };
	int rc = -1;

	if (path == NULL || cf_file_make_folders(path, err) ||
	    put_model(s, path, err))
		goto done;
	cf_mlflow_flavor(s->run, &text);
	if (cf_metafile_put(path, "MLmodel", &text, err) ||
	    cf_mlflow_file(s->run, CF_MLFLOW_METRICS, CF_METAFILE_MAX, &text,
	    err) || cf_metafile_put(s->dir, "artifacts/" CF_MLFLOW_METRICS,
	    &text, err))
		goto done;
	rc = 0;
done:
	cf_buf_free(&text);
	free(path);
	return (rc);
}

static int
put_run_meta(const struct store * s, struct cf_err * err)
{
	const struct cf_mlflow_run * run = s->run;
	struct cf_buf text = { 0 };

	cf_metafile_uri(&text, "artifact_uri", s->dir, "/artifacts");
	cf_yaml_plain(&text, "deleted_time", "null");
	cf_yaml_int(&text, "end_time", run->end_ms);
	cf_yaml_text(&text, "entry_point_name", "");
	cf_yaml_text(&text, "experiment_id", s->experiment);
	cf_yaml_text(&text, "lifecycle_stage", "active");
	cf_yaml_text(&text, "run_id", run->key);
	cf_yaml_text(&text, "run_name", run->id);
	cf_yaml_text(&text, "run_uuid", run->key);
	cf_yaml_text(&text, "source_name", "");
	cf_yaml_int(&text, "source_type", SOURCE_LOCAL);
	cf_yaml_text(&text, "source_version", "");
	cf_yaml_int(&text, "start_time", run->start_ms);
	cf_yaml_int(&text, "status", STATUS_FINISHED);
	cf_yaml_plain(&text, "tags", "[]");
	cf_yaml_text(&text, "user_id", run->user);
	return (cf_metafile_put(s->dir, CF_METAFILE, &text, err));
}

static int
put_run(const struct store * s, struct cf_err * err)
{
	int there;

	if (cf_metafile_there(s->dir, CF_METAFILE, &there, err))
		return (-1);
	if (there)
		return (0);
	if (cf_swap_remove_tree(s->dir, err) ||
	    put_pairs(s, "params", &s->run->params, err) ||
	    put_pairs(s, "tags", &s->run->tags, err) ||
	    put_metrics(s, err) || put_artifacts(s, err))
		return (-1);
	return (put_run_meta(s, err));
}

/* ---- the registered model */

/* Rename s->dir/FROM to s->models/TO, or to s->models (NULL), durably. */
static int
move(const struct store * s, const char * from, const char * to,
    struct cf_err * err)
{
	char * source = cf_metafile_path(s->dir, from, err);
	char * target = to == NULL ? cf_mem_strdup(s->models, err) :
	    cf_metafile_path(s->models, to, err);
	int rc = -1;

	if (source == NULL || target == NULL)
		goto done;
	if (rename(source, target))
		cf_err_errno(err, errno, "%s", target);
	else
		rc = cf_file_sync_folder(target, err);
done:
	free(source);
	free(target);
	return (rc);
}

static int
register_model(const struct store * s, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	int there;

	if (cf_metafile_there(s->models, CF_METAFILE, &there, err))
		return (-1);
	if (there)
		return (0);
	cf_yaml_plain(&text, "aliases", "{}");
	cf_yaml_int(&text, "creation_timestamp", s->run->end_ms);
	cf_yaml_plain(&text, "description", "null");
	cf_yaml_int(&text, "last_updated_timestamp", s->run->end_ms);
	cf_yaml_text(&text, "name", s->run->registered);
	if (cf_metafile_put(s->dir, ".registry/" CF_METAFILE, &text, err))
		return (-1);
	return (move(s, ".registry", NULL, err));
}

/*
 * Find the version of this run: *${version} is its number, 0 if it was deleted
 * in MLflow, -1 if there is none; *${last} the highest number there is.
 */
static int
find_version(const struct store * s, int64_t * version, int64_t * last,
    struct cf_err * err)
{
	static const char prefix[] = "version-";
	struct cf_folder versions;
	char * path = NULL, * id = NULL, * stage = NULL;
	const char * name;
	int64_t number;
	size_t i;
	int rc;

	*version = -1;
	*last = 0;
	rc = cf_folder_read(s->models, &versions, err);
	for (i = 0; i < versions.n && rc == 0; i++) {
		name = versions.names[i];
		if (strncmp(name, prefix, sizeof(prefix) - 1) != 0 ||
		    cf_num_parse_int(name + sizeof(prefix) - 1,
		    strlen(name) - sizeof(prefix) + 1, &number) != CF_NUM_OK)
			continue;
		if (number > *last)
			*last = number;
		path = cf_metafile_path(s->models, name, err);
		if (path == NULL || cf_metafile_value(path, "run_id", &id, err)
		    || cf_metafile_value(path, "current_stage", &stage, err))
			rc = -1;
		else if (id != NULL && strcmp(id, s->run->key) == 0)
			*version = stage != NULL &&
			    strcmp(stage, DELETED) == 0 ? 0 : number;
		free(path);
		free(id);
		free(stage);
		path = id = stage = NULL;
	}
	cf_folder_free(&versions);
	return (rc == 0 ? 0 : -1);
}

static int
put_version(const struct store * s, int64_t version, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	char name[40];

	cf_yaml_plain(&text, "aliases", "[]");
	cf_yaml_int(&text, "creation_timestamp", s->run->end_ms);
	cf_yaml_text(&text, "current_stage", "None");
	cf_yaml_plain(&text, "description", "null");
	cf_yaml_int(&text, "last_updated_timestamp", s->run->end_ms);
	cf_yaml_text(&text, "name", s->run->registered);
	cf_yaml_text(&text, "run_id", s->run->key);
	cf_yaml_plain(&text, "run_link", "null");
	cf_metafile_uri(&text, "source", s->dir, "/artifacts/"
	    CF_MLFLOW_ARTIFACT);
	cf_yaml_text(&text, "status", "READY");
	cf_yaml_plain(&text, "status_message", "null");
	cf_metafile_uri(&text, "storage_location", s->dir,
	    "/artifacts/" CF_MLFLOW_ARTIFACT);
	cf_yaml_text(&text, "user_id", s->run->user);
	cf_yaml_int(&text, "version", version);
	if (cf_metafile_put(s->dir, ".version/" CF_METAFILE, &text, err))
		return (-1);
	snprintf(name, sizeof(name), "version-%" PRId64, version);
	return (move(s, ".version", name, err));
}

/* The file of an alias holds the number, without an end of line. */
static int
put_alias(const struct store * s, int64_t version, struct cf_err * err)
{
	static const char alias[] = "aliases/" CF_MLFLOW_CHAMPION;
	struct cf_buf text = { 0 }, old = { 0 };
	char * path = cf_metafile_path(s->models, alias, err);
	int rc = -1;

	if (path == NULL)
		return (-1);
	cf_buf_addf(&text, "%" PRId64, version);
	if (cf_buf_string(&text, err) == NULL)
		goto done;
	if (access(path, F_OK) == 0 && cf_file_read(path, CF_METAFILE_MAX, &old,
	    err))
		goto done;
	if (old.len == text.len && old.len > 0 &&
	    memcmp(old.data, text.data, old.len) == 0)
		rc = 0;
	else if (cf_metafile_put(s->dir, ".alias", &text, err) == 0 &&
	    cf_metafile_folder(s->models, "aliases", err) == 0)
		rc = move(s, ".alias", alias, err);
done:
	cf_buf_free(&text);
	cf_buf_free(&old);
	free(path);
	return (rc);
}

/* Remove what was to be moved: of a process that was killed, or failed. */
static int
sweep(const struct store * s, struct cf_err * err)
{
	static const char * const names[] = { ".registry", ".version",
	    ".alias" };
	char * left;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		left = cf_metafile_path(s->dir, names[i], err);
		rc = left != NULL ? cf_swap_remove_tree(left, err) : -1;
		free(left);
	}
	return (rc);
}

static int
register_run(const struct store * s, struct cf_err * err)
{
	int64_t version, last;
	int rc = -1;

	if (sweep(s, err))
		return (-1);
	if (register_model(s, err) ||
	    find_version(s, &version, &last, err))
		goto done;
	if (version < 0) {
		version = last + 1;
		if (put_version(s, version, err))
			goto done;
	}
	rc = s->run->is_current && version > 0 ? put_alias(s, version, err) :
	    0;
done:
	if (rc)
		sweep(s, NULL);
	return (rc);
}

int
cf_mlflow_files_write(const struct cf_mlflow_run * run, const char * store,
    struct cf_err * err)
{
	struct store s = { .run = run };
	struct cf_buf path = { 0 };
	char * lock = NULL;
	int fd = -1, rc = -1;

	if (cf_file_make_folders(store, err))
		return (-1);
	if ((s.root = realpath(store, NULL)) == NULL)
		return (cf_err_errno(err, errno, "%s", store));
	/* A file: only folders are looked at there. */
	if ((lock = cf_metafile_path(s.root, ".cashflow.lock", err)) == NULL ||
	    (fd = cf_file_lock(lock, 1, err)) == -1)
		goto done;
	if (make_store(&s, err) || find_experiment(&s, err))
		goto done;
	cf_buf_addf(&path, "%s/%s", s.experiment, run->key);
	if (cf_buf_string(&path, err) == NULL ||
	    (s.dir = cf_metafile_path(s.root, path.data, err)) == NULL)
		goto done;
	path.len = 0;
	cf_buf_addf(&path, "models/%s", run->registered);
	if (cf_buf_string(&path, err) == NULL ||
	    (s.models = cf_metafile_path(s.root, path.data, err)) == NULL)
		goto done;
	if (put_run(&s, err) == 0)
		rc = register_run(&s, err);
done:
	if (fd != -1)
		close(fd);
	cf_buf_free(&path);
	free(lock);
	free(s.dir);
	free(s.models);
	free(s.root);
	return (rc);
}

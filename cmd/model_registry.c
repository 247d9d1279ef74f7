#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/conf.h"
#include "base/day.h"
#include "base/state.h"
#include "model/modfile.h"
#include "track/registry.h"
#include "track/roster.h"

#include "model_registry.h"

/* The folder when none is named: models/market of the state folder. */
static int
default_folder(const char * config, struct cf_buf * folder,
    struct cf_err * err)
{
	struct cf_conf * conf;
	int rc = -1;

	if ((conf = cf_conf_load(config, err)) == NULL)
		return (-1);
	if (cf_state_path(folder, cf_conf_get(conf, "CF_HOME"),
	    CF_STATE_MODELS, "market", err) == 0 &&
	    cf_buf_string(folder, err) != NULL)
		rc = 0;
	cf_conf_free(conf);
	return (rc);
}

/* Set `text` to the folder of models. */
static int
find_folder(const struct cf_model_registry * r, struct cf_buf * text,
    struct cf_err * err)
{

	if (r->folder == NULL)
		return (default_folder(r->config, text, err));
	cf_buf_add_text(text, r->folder);
	return (cf_buf_string(text, err) != NULL ? 0 : -1);
}

/* Open the model of that ID; `path`, empty, becomes the name of its file. */
static struct cf_model *
open_model(const char * folder, const char * id, struct cf_buf * path,
    struct cf_err * err)
{

	if (cf_registry_check(folder, id, err))
		return (NULL);
	cf_buf_addf(path, "%s/%s/%s", folder, id, CF_REGISTRY_MODEL);
	if (cf_buf_string(path, err) == NULL)
		return (NULL);
	return (cf_modfile_open(path->data, err));
}

/* What is to be put to use is looked at byte by byte. */
static int
verify(const char * folder, const char * id, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_model * model;
	int rc = -1;

	model = open_model(folder, id, &path, err);
	if (model != NULL)
		rc = cf_modfile_verify(model, path.data, err);
	/* The answer to "shall it be used?" is no. */
	if (rc == -1 && err->kind == CF_ERR_DATA)
		err->kind = CF_ERR_NO;
	cf_model_free(model);
	cf_buf_free(&path);
	return (rc);
}

int
cf_model_promote(const struct cf_model_registry * r, const char * id,
    struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	int rc = -1;

	if (find_folder(r, &folder, err) == 0 &&
	    verify(folder.data, id, err) == 0)
		rc = r->check ? 0 : cf_registry_promote(folder.data, id,
		    NULL, err);
	if (rc == 0 && r->verbose)
		cf_main_note(r->program, "%s is current", id);
	cf_buf_free(&folder);
	return (rc);
}

int
cf_model_rollback(const struct cf_model_registry * r, const char * id,
    struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	char * before = NULL;
	int rc = -1;

	(void)id;
	if (find_folder(r, &folder, err) ||
	    cf_registry_previous(folder.data, &before, err))
		goto done;
	if (before == NULL) {
		cf_err_set(err, CF_ERR_NO,
		    "%s: no model was current before", folder.data);
		goto done;
	}
	if (verify(folder.data, before, err))
		goto done;
	rc = r->check ? 0 : cf_registry_rollback(folder.data, before, err);
	if (rc == 0 && r->verbose)
		cf_main_note(r->program, "%s is current", before);
done:
	free(before);
	cf_buf_free(&folder);
	return (rc);
}

int
cf_model_prune(const struct cf_model_registry * r, const char * id,
    struct cf_err * err)
{
	struct cf_roster gone = { 0 };
	struct cf_buf folder = { 0 };
	struct cf_out * out;
	size_t i;
	int rc = -1;

	(void)id;
	if (find_folder(r, &folder, err) == 0)
		rc = cf_roster_prune(folder.data, (size_t)r->keep, r->check,
		    &gone, err);
	/* Those that went before a failure are told too. */
	out = cf_main_out(r->quiet ? "/dev/null" : r->out,
	    rc == 0 ? err : NULL);
	if (out == NULL) {
		rc = -1;
		goto done;
	}
	for (i = 0; i < gone.n; i++) {
		cf_out_text(out, gone.items[i].id);
		cf_out_char(out, '\n');
	}
	if (cf_main_out_close(out, 1, rc == 0 ? err : NULL))
		rc = -1;
done:
	cf_roster_free(&gone);
	cf_buf_free(&folder);
	return (rc);
}

/* ---- list */

static const struct cf_column columns[] = {
	{ "id", NULL, NULL }, { "use", NULL, NULL },
	{ "written", NULL, NULL }, { "bytes", NULL, NULL },
	{ "model", NULL, NULL }, { "kind", NULL, NULL },
	{ "horizon", NULL, NULL }, { "rows", NULL, NULL },
	{ "first_date", NULL, NULL }, { "last_date", NULL, NULL },
	{ "skill", NULL, NULL }, { "coverage", NULL, NULL }
};

static void
write_text(struct cf_writer * w, const char * text)
{

	if (text != NULL)
		cf_writer_text(w, text, strlen(text));
	else
		cf_writer_missing(w);
}

/* A value of the metrics; there need be none. */
static void
write_value(struct cf_writer * w, const json_t * value)
{

	if (json_is_string(value))
		write_text(w, json_string_value(value));
	else if (json_is_integer(value))
		cf_writer_int(w, json_integer_value(value));
	else if (json_is_number(value))
		cf_writer_number(w, json_number_value(value));
	else
		cf_writer_missing(w);
}

static int
write_model(struct cf_writer * w, const struct cf_roster_model * item,
    const struct cf_model * model, struct cf_err * err)
{
	static const char * const keys[] = { "kind", "horizon", "rows",
	    "first_date", "last_date", "skill" };
	char moment[CF_DAY_TEXT_MAX];
	json_t * info = NULL;
	size_t i;
	int rc;

	if (model != NULL && model->info != NULL)
		info = json_loads(model->info, 0, NULL);
	write_text(w, item->id);
	write_text(w, item->is_current ? "current" :
	    item->is_previous ? "previous" : NULL);
	cf_writer_text(w, moment, cf_day_print_moment(item->time_s, 1,
	    moment));
	cf_writer_int(w, item->bytes);
	write_text(w, model != NULL ? model->id : NULL);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		write_value(w, json_object_get(info, keys[i]));
	write_value(w, json_object_get(json_object_get(info, "total"),
	    "coverage"));
	rc = cf_writer_end(w, err);
	json_decref(info);
	return (rc);
}

static int
write_list(const struct cf_model_registry * r, const char * folder,
    const struct cf_roster * all, struct cf_writer * w,
    struct cf_err * err)
{
	struct cf_model * model;
	struct cf_buf path;
	struct cf_err why;
	size_t i;
	int rc;

	if (cf_writer_columns(w, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		return (-1);
	for (i = 0; i < all->n; i++) {
		memset(&path, 0, sizeof(path));
		model = open_model(folder, all->items[i].id, &path, &why);
		if (model == NULL && !r->quiet)
			cf_main_note(r->program, "%s", why.text);
		rc = write_model(w, &all->items[i], model, err);
		cf_model_free(model);
		cf_buf_free(&path);
		if (rc)
			return (-1);
	}
	return (0);
}

int
cf_model_list(const struct cf_model_registry * r, const char * id,
    struct cf_err * err)
{
	struct cf_roster all = { 0 };
	struct cf_buf folder = { 0 };
	struct cf_writer * w = NULL;
	struct cf_out * out;
	int is_csv = r->format != NULL && strcmp(r->format, "csv") == 0;
	int rc = -1;

	(void)id;
	if (!is_csv && r->format != NULL && strcmp(r->format, "ndjson") != 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "a list is csv or ndjson, not %s", r->format));
	if (find_folder(r, &folder, err) ||
	    cf_roster_list(folder.data, &all, err) ||
	    (out = cf_main_out(r->check ? "/dev/null" : r->out, err)) == NULL)
		goto done;
	w = cf_writer_new(out, is_csv ? CF_FORMAT_CSV : CF_FORMAT_NDJSON, 0,
	    err);
	if (w != NULL)
		rc = write_list(r, folder.data, &all, w, err);
	cf_writer_free(w);
	if (cf_main_out_close(out, rc == 0, rc == 0 ? err : NULL))
		rc = -1;
done:
	cf_roster_free(&all);
	cf_buf_free(&folder);
	return (rc);
}

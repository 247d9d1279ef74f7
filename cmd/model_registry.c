#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "model/modfile.h"
#include "table/json.h"
#include "track/lineage.h"
#include "track/registry.h"
#include "track/roster.h"

#include "dueling.h"
#include "given.h"
#include "model_registry.h"

int
cf_model_folder(const struct cf_model_registry * r, struct cf_buf * text,
    struct cf_err * err)
{

	if (r->folder == NULL)
		return (cf_given_models(r->config, text, err));
	cf_buf_add_text(text, r->folder);
	return (cf_buf_string(text, err) != NULL ? 0 : -1);
}

struct cf_model *
cf_model_open(const char * folder, const char * id, struct cf_buf * path,
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

	model = cf_model_open(folder, id, &path, err);
	if (model != NULL)
		rc = cf_modfile_verify(model, path.data, err);
	/* The answer to "shall it be used?" is no. */
	if (rc == -1 && err->kind == CF_ERR_DATA)
		err->kind = CF_ERR_NO;
	cf_model_free(model);
	cf_buf_free(&path);
	return (rc);
}

/* Print what was decided, as a line of JSON. */
static int
print_decision(const struct cf_model_registry * r, const char * id,
    const char * champion, int refused, json_t * comparison,
    struct cf_err * err)
{
	struct cf_buf line = { 0 };
	struct cf_out * out;
	json_t * o;
	int rc = -1;

	o = json_pack("{s:s,s:s,s:b}", "id", id, "champion", champion,
	    "promoted", !refused);
	if (o == NULL || json_object_update(o, comparison)) {
		cf_err_memory(err);
		goto done;
	}
	cf_json_print(o, &line);
	cf_buf_add_char(&line, '\n');
	if (line.failed)
		cf_err_memory(err);
	else if ((out = cf_main_out(r->out, err)) != NULL) {
		cf_out_write(out, line.data, line.len);
		rc = cf_main_out_close(out, 1, err);
	}
done:
	json_decref(o);
	cf_buf_free(&line);
	return (rc);
}

static int
refuse(const char * folder, const char * id, const char * champion,
    json_t * comparison, int check, struct cf_err * err)
{

	if (!check && cf_lineage_append(folder, CF_LINEAGE_REFUSE, id,
	    champion, comparison, err))
		return (-1);
	return (cf_err_set(err, CF_ERR_NO, "%s is refused: its loss is %.4g, "
	    "more than one standard error (%.2g) above the %.4g of %s", id,
	    json_number_value(json_object_get(comparison, "challenger_loss")),
	    json_number_value(json_object_get(comparison, "standard_error")),
	    json_number_value(json_object_get(comparison, "champion_loss")),
	    champion));
}

/* Is it no worse than the one in use?  Sets *comparison, NULL: not asked. */
static int
challenge(const struct cf_model_registry * r, const char * folder,
    const char * id, json_t ** comparison, struct cf_err * err)
{
	struct cf_dueling d = { .program = r->program, .folder = folder,
	    .predictions = r->predictions, .forecasts = r->forecasts,
	    .features = r->features, .quiet = r->quiet,
	    .verbose = r->verbose };
	char * champion = NULL;
	int refused, rc = -1;

	*comparison = NULL;
	if (r->predictions == NULL && r->features == NULL)
		return (0);
	if (cf_registry_current(folder, &champion, err))
		goto done;
	/* The first has no rival. */
	if (champion == NULL || strcmp(champion, id) == 0) {
		rc = 0;
		goto done;
	}
	if (cf_dueling_run(&d, champion, id, comparison, &refused, err) ||
	    print_decision(r, id, champion, refused, *comparison, err))
		goto done;
	rc = refused ? refuse(folder, id, champion, *comparison, r->check,
	    err) : 0;
done:
	free(champion);
	return (rc);
}

int
cf_model_promote(const struct cf_model_registry * r, const char * id,
    struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	json_t * comparison = NULL;
	int rc = -1;

	if (cf_model_folder(r, &folder, err) == 0 &&
	    verify(folder.data, id, err) == 0 &&
	    challenge(r, folder.data, id, &comparison, err) == 0)
		rc = r->check ? 0 : cf_registry_promote(folder.data, id,
		    comparison, err);
	if (rc == 0 && r->verbose && !r->check)
		cf_main_note(r->program, "%s is current", id);
	json_decref(comparison);
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
	if (cf_model_folder(r, &folder, err) ||
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
	if (rc == 0 && r->verbose && !r->check)
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
	if (cf_model_folder(r, &folder, err) == 0)
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

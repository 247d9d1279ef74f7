#include <string.h>

#include "base/day.h"
#include "table/json.h"
#include "track/roster.h"

#include "model_registry.h"

static const struct cf_column columns[] = {
	{ "id", NULL, NULL }, { "use", NULL, NULL },
	{ "written", NULL, NULL }, { "bytes", NULL, NULL },
	{ "model", NULL, NULL }, { "kind", NULL, NULL },
	{ "horizon", NULL, NULL }, { "rows", NULL, NULL },
	{ "first_date", NULL, NULL }, { "last_date", NULL, NULL },
	{ "skill", NULL, NULL }, { "coverage", NULL, NULL }
};

/* A value of the metrics; there need be none. */
static void
write_value(struct cf_writer * w, const json_t * value)
{

	if (json_is_string(value))
		cf_writer_string(w, json_string_value(value));
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

	if (model != NULL && model->info != NULL && cf_json_parse(&info,
	    model->info, strlen(model->info), 0, NULL, err) == -1)
		return (-1);
	cf_writer_string(w, item->id);
	cf_writer_string(w, item->is_current ? "current" :
	    item->is_previous ? "previous" : NULL);
	cf_writer_text(w, moment, cf_day_print_moment(item->time_s, 1,
	    moment));
	cf_writer_int(w, item->bytes);
	cf_writer_string(w, model != NULL ? model->id : NULL);
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
		model = cf_model_open(folder, all->items[i].id, &path, &why);
		/* A damaged one is listed; not to know is another thing. */
		if (model == NULL && why.kind == CF_ERR_SYSTEM) {
			cf_buf_free(&path);
			cf_err_copy(err, &why);
			return (-1);
		}
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
	if (cf_model_folder(r, &folder, err) ||
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

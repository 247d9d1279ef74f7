#include <string.h>

#include "model/modfile.h"
#include "table/json.h"

#include "training.h"

int
cf_training_model(struct cf_model * model, const json_t * metrics, const char * path,
    struct cf_err * err)
{
	struct cf_buf info = { 0 };
	struct cf_out * out;
	int rc = -1;

	cf_json_print(metrics, &info);
	if (cf_buf_string(&info, err) != NULL &&
	    (out = cf_main_out(path, err)) != NULL) {
		rc = cf_modfile_save(model, info.data, out, err);
		if (cf_main_out_close(out, rc == 0, err))
			rc = -1;
	}
	cf_buf_free(&info);
	return (rc);
}

int
cf_training_forecasts(const struct cf_training * t, const struct cf_data * data,
    const struct cf_model * model, struct cf_err * err)
{
	size_t len = t->forecasts != NULL ? strlen(t->forecasts) : 0;
	struct cf_writer * writer;
	struct cf_out * out;
	int rc;

	if (t->forecasts == NULL || t->out == NULL)
		return (0);
	if (t->walked.n == 0 && !t->quiet)
		cf_main_note(t->main, "%s: no forecasts, for nothing could be "
		    "walked through", t->forecasts);
	if ((out = cf_main_out(t->forecasts, err)) == NULL)
		return (-1);
	writer = cf_writer_new(out, len > 7 && strcmp(t->forecasts + len - 7,
	    ".ndjson") == 0 ? CF_FORMAT_NDJSON : CF_FORMAT_CSV, 0, err);
	rc = writer == NULL ? -1 : cf_walked_write(&t->walked, data,
	    model->id, writer, err);
	cf_writer_free(writer);
	if (cf_main_out_close(out, rc == 0, rc == 0 ? err : NULL))
		rc = -1;
	return (rc);
}

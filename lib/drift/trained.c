#include <math.h>

#include "base/buf.h"
#include "base/file.h"
#include "drift/trained.h"
#include "table/json.h"

#define METRICS_MAX (16 * 1024 * 1024)	/* Bytes. */

int
cf_trained_accuracy(const char * path, double * accuracy,
    struct cf_err * err)
{
	struct cf_place place = { path, 0, NULL };
	struct cf_buf text = { 0 };
	json_error_t why;
	json_t * json = NULL, * value;
	int rc = -1;

	if (cf_file_read(path, METRICS_MAX, &text, err))
		goto done;
	/* One object a line; the first counts. */
	rc = cf_json_parse(&json, text.data, text.len, JSON_DISABLE_EOF_CHECK,
	    &why, err);
	if (rc == -1)
		goto done;
	if (rc == 1) {
		rc = -1;
		place.line = why.line > 0 ? (uint64_t)why.line : 1;
		cf_err_data(err, &place, NULL, 0, "not a metrics object: %s",
		    why.text);
		goto done;
	}
	rc = -1;
	/* Borrowed; NULL where there is none. */
	value = json_object_get(json_object_get(json, "total"), "coverage");
	*accuracy = json_is_number(value) ? json_number_value(value) :
	    (double)NAN;
	if (!json_is_null(value) && !(*accuracy > 0 && *accuracy <= 1)) {
		cf_err_data(err, &place, NULL, 0,
		    "no coverage of forecasts between 0 and 1 "
		    "(total.coverage)");
		goto done;
	}
	rc = 0;
done:
	json_decref(json);
	cf_buf_free(&text);
	return (rc);
}

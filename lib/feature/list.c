#include <string.h>

#include "base/buf.h"
#include "feature/catalogue.h"
#include "feature/list.h"

/* "n = 20 (2 .. 10000)", several with commas between them. */
static void
add_params(const struct cf_indicator * row, struct cf_buf * buf)
{
	const struct cf_param * p;
	size_t i;

	for (i = 0; i < row->nparams; i++) {
		p = &row->params[i];
		cf_buf_addf(buf, "%s%s = ", i > 0 ? ", " : "", p->name);
		cf_buf_add_number(buf, p->value);
		cf_buf_add_text(buf, " (");
		cf_buf_add_number(buf, p->min);
		cf_buf_add_text(buf, " .. ");
		cf_buf_add_number(buf, p->max);
		cf_buf_add_char(buf, ')');
	}
}

static void
add_text(struct cf_writer * w, const char * text)
{

	if (*text == '\0')
		cf_writer_missing(w);
	else
		cf_writer_text(w, text, strlen(text));
}

static int
write_row(struct cf_writer * w, const struct cf_indicator * row,
    struct cf_buf * buf, struct cf_err * err)
{
	double params[CF_INDICATOR_PARAMS_MAX] = { 0 };
	const char * text;
	size_t i;

	for (i = 0; i < row->nparams; i++)
		params[i] = row->params[i].value;
	buf->len = 0;
	add_params(row, buf);
	if ((text = cf_buf_string(buf, err)) == NULL)
		return (-1);
	add_text(w, row->name);
	add_text(w, text);
	add_text(w, cf_indicator_role_name(row->role));
	add_text(w, row->inputs);
	cf_writer_int(w, (int64_t)row->warmup(params));
	add_text(w, row->about);
	add_text(w, row->formula);
	add_text(w, row->source);
	return (cf_writer_end(w, err));
}

int
cf_list_write(struct cf_out * out, enum cf_format format, struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ "name", NULL, NULL }, { "parameters", NULL, NULL },
		{ "role", NULL, NULL }, { "inputs", NULL, NULL },
		{ "rows", NULL, NULL }, { "about", NULL, NULL },
		{ "formula", NULL, NULL }, { "source", NULL, NULL }
	};
	const struct cf_indicator * rows;
	struct cf_buf buf = { 0 };
	struct cf_writer * w;
	size_t i, n;
	int rc = -1;

	rows = cf_catalogue_rows(&n);
	if ((w = cf_writer_new(out, format, 0, err)) == NULL)
		return (-1);
	if (cf_writer_columns(w, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		goto done;
	for (i = 0; i < n; i++) {
		if (write_row(w, &rows[i], &buf, err))
			goto done;
	}
	rc = 0;
done:
	cf_buf_free(&buf);
	cf_writer_free(w);
	return (rc);
}

#include <string.h>

#include "backup.h"

int
cf_backup_table_open(struct cf_backup_table * t, const struct cf_backup * b,
    const struct cf_column * columns, size_t n, struct cf_err * err)
{

	t->writer = NULL;
	if ((t->out = cf_out_open("-", err)) == NULL)
		return (-1);
	t->writer = cf_writer_new(t->out, cf_main_format(&b->common),
	    b->common.by_line, err);
	if (t->writer != NULL &&
	    cf_writer_columns(t->writer, columns, n, err) == 0)
		return (0);
	cf_writer_free(t->writer);
	cf_out_abandon(t->out);
	return (-1);
}

void
cf_backup_table_text(struct cf_backup_table * t, const char * text)
{

	if (text == NULL || *text == '\0')
		cf_writer_missing(t->writer);
	else
		cf_writer_text(t->writer, text, strlen(text));
}

int
cf_backup_table_close(struct cf_backup_table * t, int keep,
    struct cf_err * err)
{

	cf_writer_free(t->writer);
	if (keep)
		return (cf_out_close(t->out, err));
	cf_out_abandon(t->out);
	return (0);
}

#include "source/outlet.h"

/* Name the columns when the first rows come; then all must be of one kind. */
static int
begin(struct cf_outlet * s, const struct cf_job * job, struct cf_err * err)
{

	if (s->writer != NULL) {
		if (job->rows.kind == s->kind)
			return (0);
		return (cf_err_set(err, CF_ERR_DATA,
		    "%s: bars and series do not go to one output", job->id));
	}
	s->kind = job->rows.kind;
	s->columns |= job->rows.columns;
	s->writer = cf_writer_new(s->out, s->format, s->by_line, err);
	if (s->writer == NULL)
		return (-1);
	return (cf_haul_header(s->kind, s->columns, s->writer, err));
}

int
cf_outlet_put(struct cf_outlet * s, struct cf_job * job, struct cf_err * err)
{
	const struct cf_haul * rows = &job->rows;
	size_t i;
	int rc = 0;

	if (begin(s, job, err))
		return (-1);
	if (s->follow != NULL && cf_follow_filter(s->follow, job, err))
		return (-1);
	for (i = 0; i < rows->n && rc == 0; i++) {
		if (rows->kind == CF_HAUL_BARS)
			rc = cf_haul_write_bar(job->id, &rows->bars[i],
			    rows->has_clock, s->columns, s->writer, err);
		else
			rc = cf_haul_write_point(job->id, &rows->points[i],
			    s->writer, err);
	}
	return (rc);
}

void
cf_outlet_end(struct cf_outlet * s)
{

	cf_writer_free(s->writer);
	s->writer = NULL;
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "model/walked.h"

int
cf_walked_begin(struct cf_walked * w, size_t n, struct cf_err * err)
{

	cf_walked_free(w);
	if ((w->rows = cf_mem_array(n, sizeof(*w->rows), err)) == NULL)
		return (-1);
	w->n = n;
	cf_walked_drop(w, 0, n);
	return (0);
}

void
cf_walked_set(struct cf_walked * w, size_t i, const struct cf_forecast * fc)
{

	w->rows[i].prediction = cf_forecast_mean(fc);
	w->rows[i].low = cf_forecast_quantile(fc, 0.5 - w->level / 2);
	w->rows[i].high = cf_forecast_quantile(fc, 0.5 + w->level / 2);
}

void
cf_walked_drop(struct cf_walked * w, size_t first, size_t n)
{
	size_t i;

	for (i = first; i < first + n; i++)
		w->rows[i].prediction = (double)NAN;
}

#define COLUMNS_MAX 9

static int
write_columns(const struct cf_data * d, struct cf_writer * writer,
    struct cf_err * err)
{
	struct cf_column columns[COLUMNS_MAX];
	size_t n = 0;

	memset(columns, 0, sizeof(columns));
	if (d->frame->entity != NULL)
		columns[n++].name = d->frame->entity_key;
	columns[n++].name = "date";
	if (d->horizon > 0 || d->frame->horizon != NULL)
		columns[n++].name = "horizon";
	columns[n++].name = "prediction";
	columns[n].name = "interval_low";
	columns[n++].group = "interval";
	columns[n].name = "interval_high";
	columns[n++].group = "interval";
	columns[n++].name = "level";
	columns[n++].name = d->target_name;
	columns[n++].name = "model";
	return (cf_writer_columns(writer, columns, n, err));
}

static int
write_row(const struct cf_walked * w, const struct cf_data * d, size_t i,
    const char * model, struct cf_writer * writer, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	const char * name;
	char text[CF_DAY_TEXT_MAX];
	size_t row = d->row[i];

	if (f->entity != NULL) {
		name = f->entities[f->entity[row]];
		cf_writer_text(writer, name, strlen(name));
	}
	cf_writer_text(writer, text, cf_day_print_moment(f->time_s[row],
	    f->has_clock, text));
	if (f->horizon != NULL)
		cf_writer_number(writer, f->horizon[row]);
	else if (d->horizon > 0)
		cf_writer_int(writer, (int64_t)d->horizon);
	cf_writer_number(writer, w->rows[i].prediction);
	cf_writer_number(writer, w->rows[i].low);
	cf_writer_number(writer, w->rows[i].high);
	cf_writer_number(writer, w->level);
	cf_writer_number(writer, f->values[d->target][row]);
	cf_writer_text(writer, model, strlen(model));
	return (cf_writer_end(writer, err));
}

int
cf_walked_write(const struct cf_walked * w, const struct cf_data * d,
    const char * model, struct cf_writer * writer, struct cf_err * err)
{
	size_t i;

	/* Nothing walks where there are no dates. */
	if (w->n == 0)
		return (0);
	if (write_columns(d, writer, err))
		return (-1);
	for (i = 0; i < w->n; i++) {
		if (!isnan(w->rows[i].prediction) &&
		    write_row(w, d, i, model, writer, err))
			return (-1);
	}
	return (0);
}

void
cf_walked_free(struct cf_walked * w)
{

	free(w->rows);
	w->rows = NULL;
	w->n = 0;
}

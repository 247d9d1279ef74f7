#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "feature/emit.h"

#define KEYS 3			/* symbol, date, horizon */

/* A column of the bars may not have the name of one that is made. */
static int
check_others(const struct cf_emit_plan * plan, struct cf_err * err)
{
	struct cf_place place = { NULL, 0, NULL };
	size_t i, c;

	for (i = 0; i < plan->nothers; i++) {
		place.column = plan->others[i];
		for (c = 0; c < plan->set->ncolumns; c++) {
			if (strcmp(plan->set->columns[c].name,
			    plan->others[i]) == 0)
				break;
		}
		if (c < plan->set->ncolumns ||
		    strcmp(plan->others[i], "horizon") == 0 ||
		    strcmp(plan->others[i], "cash_flow") == 0)
			return (cf_err_data(err, &place, NULL, 0,
			    "is in the bars, and the name of a feature"));
	}
	return (0);
}

struct cf_writer *
cf_emit_writer(const struct cf_emit_plan * plan, struct cf_out * out,
    int with_header, struct cf_err * err)
{
	const struct cf_set * set = plan->set;
	size_t i, n = KEYS + set->ncolumns + plan->nothers + 1;
	struct cf_column * columns;
	struct cf_writer * w;
	int rc;

	if (check_others(plan, err))
		return (NULL);
	if ((columns = cf_mem_array(n, sizeof(*columns), err)) == NULL)
		return (NULL);
	columns[0].name = "symbol";
	columns[1].name = "date";
	columns[2].name = "horizon";
	for (i = 0; i < set->ncolumns; i++)
		columns[KEYS + i].name = set->columns[i].name;
	for (i = 0; i < plan->nothers; i++)
		columns[KEYS + set->ncolumns + i].name = plan->others[i];
	columns[n - 1].name = "cash_flow";
	w = cf_writer_new(out, plan->format, plan->by_line, err);
	if (w == NULL)
		goto done;
	rc = with_header ? cf_writer_columns(w, columns, n, err) :
	    cf_writer_columns_again(w, columns, n, err);
	if (rc) {
		cf_writer_free(w);
		w = NULL;
	}
done:
	free(columns);
	return (w);
}

/* The texts of the other columns lie one behind the other. */
static void
emit_others(const struct cf_emit_plan * plan, struct cf_writer * w,
    const char * text)
{
	size_t i, len;

	for (i = 0; i < plan->nothers; i++) {
		len = strlen(text);
		cf_writer_value(w, text, len);
		text += len + 1;
	}
}

int
cf_emit_rows(const struct cf_emit_plan * plan, struct cf_writer * w,
    const char * symbol, size_t symbol_len, const struct cf_rows * rows,
    size_t first, size_t n, size_t end, struct cf_err * err)
{
	char date[CF_DAY_TEXT_MAX];
	size_t i, h, c, date_len;

	for (i = first; i < first + n; i++) {
		date_len = cf_day_print_moment(rows->time_s[i],
		    rows->has_clock[i], date);
		for (h = 0; h < plan->nhorizons; h++) {
			cf_writer_text(w, symbol, symbol_len);
			cf_writer_text(w, date, date_len);
			cf_writer_int(w, (int64_t)plan->horizons[h]);
			for (c = 0; c < rows->ncolumns; c++)
				cf_writer_number(w, rows->columns[c][i]);
			if (plan->nothers > 0)
				emit_others(plan, w, rows->others.data +
				    rows->others_at[i]);
			cf_writer_number(w, cf_rows_target(rows, i, end,
			    plan->horizons[h]));
			if (cf_writer_end(w, err))
				return (-1);
		}
	}
	return (0);
}

static int
compare(const void * a, const void * b)
{
	const size_t * x = a;
	const size_t * y = b;

	return ((*x > *y) - (*x < *y));
}

int
cf_emit_parse_horizons(const char * text, size_t * horizons, size_t * n,
    struct cf_err * err)
{
	const char * end;
	int64_t number;
	size_t i;

	for (*n = 0; ; text = end + 1) {
		end = strchr(text, ',');
		if (end == NULL)
			end = text + strlen(text);
		if (cf_num_parse_int(text, (size_t)(end - text), &number) !=
		    CF_NUM_OK || number < 1 || number > CF_EMIT_HORIZON_MAX)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "option --horizon: not a whole number within "
			    "1 .. %d: \"%.*s\"", CF_EMIT_HORIZON_MAX,
			    (int)(end - text < 40 ? end - text : 40), text));
		if (*n == CF_EMIT_HORIZONS_MAX)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "option --horizon: more than %d numbers",
			    CF_EMIT_HORIZONS_MAX));
		horizons[(*n)++] = (size_t)number;
		if (*end == '\0')
			break;
	}
	qsort(horizons, *n, sizeof(*horizons), compare);
	for (i = 1; i < *n; i++) {
		if (horizons[i] == horizons[i - 1])
			return (cf_err_set(err, CF_ERR_USAGE,
			    "option --horizon: %zu is given twice",
			    horizons[i]));
	}
	return (0);
}

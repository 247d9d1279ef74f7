#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/state.h"
#include "feature/names.h"
#include "feature/stream.h"

struct symbol {
	struct cf_track * now;
	struct cf_track * before;	/* Before the newest bar. */
	int64_t newest_s;
	int has_bars;
};

struct cf_stream {
	const struct cf_track_plan * plan;
	const char * warm_dir;
	size_t state_size;
	struct cf_track_scratch * scratch;
	struct cf_rows * rows;		/* Of bars that only warm. */
	struct cf_names names;
	struct symbol * symbols;	/* Numbered like names. */
	size_t nsymbols;
	size_t capacity;
};

struct cf_stream *
cf_stream_new(const struct cf_track_plan * plan, const char * warm_dir,
    struct cf_err * err)
{
	struct cf_stream * s;

	if ((s = cf_mem_array(1, sizeof(*s), err)) == NULL)
		return (NULL);
	s->plan = plan;
	s->warm_dir = warm_dir;
	s->state_size = cf_track_size(plan);
	s->scratch = cf_track_scratch(1, err);
	s->rows = cf_rows_new(2, plan->set->ncolumns, err);
	if (s->scratch == NULL || s->rows == NULL) {
		cf_stream_free(s);
		return (NULL);
	}
	return (s);
}

static int
add_symbol(struct cf_stream * s, struct cf_err * err)
{
	struct symbol * new;

	if (cf_mem_grow(&s->symbols, &s->capacity, s->nsymbols + 1,
	    sizeof(*s->symbols), err))
		return (-1);
	new = &s->symbols[s->nsymbols];
	memset(new, 0, sizeof(*new));
	new->now = cf_mem_array(1, s->state_size, err);
	new->before = cf_mem_array(1, s->state_size, err);
	s->nsymbols++;
	if (new->now == NULL || new->before == NULL)
		return (-1);
	cf_track_start(s->plan, new->now);
	return (0);
}

/* Take a bar of a symbol that is there. */
static int
take(struct cf_stream * s, struct symbol * symbol, const struct cf_bar * bar,
    const char * others, struct cf_rows * rows, enum cf_stream_result * result,
    struct cf_err * err)
{

	*result = CF_STREAM_OLD;
	if (symbol->has_bars && bar->time_s < symbol->newest_s)
		return (0);
	*result = CF_STREAM_ROW;
	if (symbol->has_bars && bar->time_s == symbol->newest_s)
		memcpy(symbol->now, symbol->before, s->state_size);
	else
		memcpy(symbol->before, symbol->now, s->state_size);
	symbol->newest_s = bar->time_s;
	symbol->has_bars = 1;
	cf_rows_clear(rows);
	return (cf_track_run(s->plan, symbol->now, s->scratch, bar, 1, 0,
	    others, rows, err));
}

/* Set *symbol to the one of that name.  Return 1 if it is new, 0, or -1. */
static int
find_symbol(struct cf_stream * s, const char * name, size_t len,
    struct symbol ** symbol, struct cf_err * err)
{
	size_t number;
	int rc;

	rc = cf_names_add(&s->names, name, len, &number, err);
	if (rc < 0 || (rc == 1 && add_symbol(s, err)))
		return (-1);
	*symbol = &s->symbols[number];
	return (rc);
}

int
cf_stream_warm(struct cf_stream * s, const char * path, struct cf_err * err)
{
	struct cf_bar_reader * reader;
	enum cf_stream_result result;
	struct symbol * symbol;
	const char * name;
	struct cf_bar bar;
	size_t len;
	int rc;

	if ((reader = cf_bar_open(&path, 1, 0, 0, err)) == NULL)
		return (-1);
	while ((rc = cf_bar_next(reader, &bar, err)) == 1) {
		name = cf_bar_symbol(reader, &len);
		if (find_symbol(s, name, len, &symbol, err) < 0 ||
		    take(s, symbol, &bar, NULL, s->rows, &result, err)) {
			rc = -1;
			break;
		}
	}
	cf_bar_close(reader);
	return (rc);
}

/* Prime a new symbol from its file in the folder, if there is one. */
static int
warm_symbol(struct cf_stream * s, const char * name, size_t len,
    struct cf_err * err)
{
	static const char * const endings[] = { ".csv", ".csv.gz" };
	struct cf_buf path = { 0 };
	char * text;
	size_t i, base;
	int rc = -1;

	if ((text = cf_mem_strndup(name, len, err)) == NULL)
		return (-1);
	cf_buf_addf(&path, "%s/", s->warm_dir);
	if (cf_state_encode(&path, text, err))
		goto done;
	base = path.len;
	rc = 0;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		path.len = base;
		cf_buf_add_text(&path, endings[i]);
		if (cf_buf_string(&path, err) == NULL) {
			rc = -1;
			break;
		}
		if (access(path.data, F_OK) == 0) {
			rc = cf_stream_warm(s, path.data, err);
			break;
		}
	}
done:
	cf_buf_free(&path);
	free(text);
	return (rc);
}

int
cf_stream_take(struct cf_stream * s, const struct cf_bar * bar,
    const char * symbol, size_t len, const char * others,
    struct cf_rows * rows, enum cf_stream_result * result,
    struct cf_err * err)
{
	struct symbol * found;
	int rc;

	if ((rc = find_symbol(s, symbol, len, &found, err)) < 0)
		return (-1);
	if (rc == 1 && s->warm_dir != NULL) {
		if (warm_symbol(s, symbol, len, err) ||
		    find_symbol(s, symbol, len, &found, err) < 0)
			return (-1);
	}
	return (take(s, found, bar, others, rows, result, err));
}

void
cf_stream_free(struct cf_stream * s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->nsymbols; i++) {
		free(s->symbols[i].now);
		free(s->symbols[i].before);
	}
	free(s->symbols);
	cf_names_free(&s->names);
	cf_track_scratch_free(s->scratch);
	cf_rows_free(s->rows);
	free(s);
}

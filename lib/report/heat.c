#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/names.h"
#include "report/heat.h"
#include "table/each.h"

#define WEEKS 26		/* That are shown. */

/* One finding: which row and week it belongs to. */
struct found {
	size_t row;		/* In names. */
	int32_t day;		/* The Monday of its week. */
	enum cf_figure_state state;
	double value;		/* Of the population stability index, or NaN. */
};

struct heat {
	struct cf_names names;
	struct found * all;
	size_t n;
	size_t capacity;
	int32_t newest;		/* Day of the newest findings. */
	enum cf_figure_state state;	/* The worst of these. */
	int32_t day;		/* Of the file being read. */
};

static enum cf_figure_state
state_of(struct cf_field text)
{
	static const struct word {
		const char * word;
		enum cf_figure_state state;
	} words[] = {
		{ "ok", CF_STATE_GOOD }, { "watch", CF_STATE_WATCH },
		{ "drift", CF_STATE_BAD },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text.len == strlen(words[i].word) &&
		    memcmp(text.text, words[i].word, text.len) == 0)
			return (words[i].state);
	}
	return (CF_STATE_PLAIN);
}

static int
is(struct cf_field field, const char * word)
{

	return (field.len == strlen(word) &&
	    memcmp(field.text, word, field.len) == 0);
}

/* The day in a file's name: drift/2024-01-05.ndjson. */
static int32_t
day_of_name(const char * path)
{
	const char * base = strrchr(path, '/');
	int32_t day = 0;

	base = base == NULL ? path : base + 1;
	if (strlen(base) >= 10)
		(void)cf_day_parse(base, 10, &day);
	return (day);
}

enum key { KEY_TEST, KEY_FEATURE, KEY_STATE, KEY_VALUE, KEYS };
static const char * const keys[KEYS] = { "test", "feature", "state", "value" };

/* The row of a finding: its feature, or what test of performance it is. */
static int
take(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct heat * heat = cookie;
	struct cf_field test, feature, state;
	int32_t day = heat->day;
	struct found f = { .value = (double)NAN };

	test = cf_reader_field(reader, KEY_TEST);
	feature = cf_reader_field(reader, KEY_FEATURE);
	state = cf_reader_field(reader, KEY_STATE);
	f.state = state_of(state);
	if (f.state == CF_STATE_PLAIN)
		return (0);
	if (day > heat->newest) {
		heat->newest = day;
		heat->state = CF_STATE_PLAIN;
	}
	if (day == heat->newest && f.state > heat->state)
		heat->state = f.state;
	if (is(test, "summary"))
		return (0);
	if (feature.len == 0)
		feature = test;
	if (is(test, "psi") && cf_reader_number(reader, KEY_VALUE, &f.value,
	    err))
		return (-1);
	f.day = day - (cf_day_weekday(day) - 1);
	if (cf_names_add(&heat->names, feature.text, feature.len, &f.row,
	    err) == -1 || cf_mem_grow(&heat->all, &heat->capacity,
	    heat->n + 1, sizeof(*heat->all), err))
		return (-1);
	heat->all[heat->n++] = f;
	return (0);
}

static int
load(struct heat * heat, const char * path, struct cf_err * err)
{
	struct cf_reader * reader;

	heat->day = day_of_name(path);
	if ((reader = cf_reader_open(path, err)) != NULL &&
	    cf_reader_want(reader, keys, KEYS, 1, err)) {
		cf_reader_close(reader);
		return (-1);
	}
	return (cf_each_record(reader, NULL, take, heat, err));
}

static int
by_day(const void * a, const void * b)
{
	const struct found * x = a, * y = b;

	return ((x->day > y->day) - (x->day < y->day));
}

/* The worst of a row and week, and its largest value. */
static void
cell(const struct heat * heat, size_t row, int32_t day, struct cf_figure * f)
{
	enum cf_figure_state state = CF_STATE_PLAIN;
	double value = (double)NAN;
	size_t i;

	for (i = 0; i < heat->n; i++) {
		if (heat->all[i].row != row || heat->all[i].day != day)
			continue;
		if (heat->all[i].state > state)
			state = heat->all[i].state;
		value = fmax(value, heat->all[i].value);
	}
	cf_figure_number(f, value, state);
}

static int
draw(const struct heat * heat, struct cf_figures * figures,
    struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX + 1];
	int32_t weeks[WEEKS];
	struct cf_figure * f;
	const char * name;
	size_t i, j, len, n = 0;

	for (i = heat->n; i-- > 0 && n < WEEKS; ) {
		if (n == 0 || heat->all[i].day != weeks[n - 1])
			weeks[n++] = heat->all[i].day;
	}
	f = cf_figure_add(figures, CF_ROOM_DRIFT, CF_FIGURE_CELLS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Findings by week");
	cf_figure_lead(f, "Numbers are the population stability index, the "
	    "largest of the week.");
	cf_figure_column(f, "week of", -1);
	for (j = n; j-- > 0; ) {
		text[cf_day_print(weeks[j], text)] = '\0';
		cf_figure_column(f, text, 2);
	}
	for (i = 0; i < heat->names.n; i++) {
		name = cf_names_get(&heat->names, i, &len);
		cf_figure_text(f, name, len, CF_STATE_PLAIN);
		for (j = n; j-- > 0; )
			cell(heat, i, weeks[j], f);
	}
	return (cf_figure_check(f, err));
}

int
cf_heat_figures(char * const * paths, size_t n, struct cf_heat * heat,
    struct cf_figures * figures, struct cf_err * err)
{
	struct heat h = { .newest = CF_DAY_MIN };
	size_t i;
	int rc = 0;

	memset(heat, 0, sizeof(*heat));
	for (i = 0; i < n && rc == 0; i++)
		rc = load(&h, paths[i], err);
	if (rc == 0 && h.newest > CF_DAY_MIN) {
		heat->state = h.state;
		heat->day[cf_day_print(h.newest, heat->day)] = '\0';
	}
	if (rc == 0 && h.n > 0) {
		qsort(h.all, h.n, sizeof(*h.all), by_day);
		rc = draw(&h, figures, err);
	}
	cf_names_free(&h.names);
	free(h.all);
	return (rc);
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feature/catalogue.h"
#include "feature/set.h"

static const char seed[] = "stock_price,volatility,volume,sma_20,sma_50,rsi,"
    "macd,bollinger_upper,bollinger_lower,vix,treasury_10y,dollar_index";
static const char model[] = "ewma_volatility,garman_klass_10,garman_klass_50,"
    "parkinson_5,volatility_250,log_return_1,log_return_5,log_return_20";

/* One parse. */
struct parse {
	struct cf_set * set;
	const struct cf_series * series;
	struct cf_err * err;
};

static size_t
find_column(const struct cf_set * set, const char * name)
{
	size_t i;

	for (i = 0; i < set->ncolumns; i++) {
		if (strcmp(set->columns[i].name, name) == 0)
			return (i);
	}
	return (CF_SET_NONE);
}

static size_t
find_series(const struct cf_series * series, const char * name)
{
	size_t i;

	for (i = 0; series != NULL && i < cf_series_count(series); i++) {
		if (strcmp(cf_series_name(series, i), name) == 0)
			return (i);
	}
	return (CF_SET_NONE);
}

/* Append a column that is not there yet; return it, or NULL. */
static struct cf_set_column *
add_column(struct parse * p, const char * name, enum cf_set_kind kind,
    size_t source)
{
	static const char * const keys[] = { "symbol", "date", "horizon",
	    "cash_flow" };
	struct cf_set * set = p->set;
	struct cf_set_column * c;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], name) == 0 ||
		    find_column(set, name) != CF_SET_NONE) {
			cf_err_set(p->err, CF_ERR_USAGE,
			    "two columns would be called \"%s\"", name);
			return (NULL);
		}
	}
	if (cf_mem_grow(&set->columns, &set->columns_capacity,
	    set->ncolumns + 1, sizeof(*set->columns), p->err))
		return (NULL);
	c = &set->columns[set->ncolumns];
	if ((c->name = cf_mem_strdup(name, p->err)) == NULL)
		return (NULL);
	c->kind = kind;
	c->unit = CF_UNIT_NONE;
	c->source = source;
	c->output = 0;
	set->ncolumns++;
	return (c);
}

static int
same_params(const double * a, const double * b)
{
	size_t i;

	for (i = 0; i < CF_INDICATOR_PARAMS_MAX; i++) {
		if (a[i] != b[i])
			return (0);
	}
	return (1);
}

/* Set *index to the machine with these parameters, a new one if need be. */
static int
find_machine(struct parse * p, const struct cf_machine * machine,
    const double * params, size_t * index)
{
	struct cf_set * set = p->set;
	struct cf_set_machine * m;
	size_t i;

	for (i = 0; i < set->nmachines; i++) {
		m = &set->machines[i];
		if (m->machine == machine && same_params(m->params, params)) {
			*index = i;
			return (0);
		}
	}
	if (cf_mem_grow(&set->machines, &set->machines_capacity,
	    set->nmachines + 1, sizeof(*set->machines), p->err))
		return (-1);
	m = &set->machines[set->nmachines];
	m->machine = machine;
	memcpy(m->params, params, sizeof(m->params));
	m->offset = set->state_size;
	set->state_size += machine->size(params);
	for (i = 0; i < CF_MACHINE_OUTPUTS_MAX; i++)
		m->columns[i] = CF_SET_NONE;
	*index = set->nmachines++;
	return (0);
}

static int
add_indicator(struct parse * p, const char * name)
{
	const struct cf_indicator * row;
	struct cf_set_column * c;
	double params[CF_INDICATOR_PARAMS_MAX];
	size_t machine;
	size_t * column;

	if ((row = cf_indicator_find(name, params, p->err)) == NULL)
		return (-1);
	if (find_machine(p, row->machine, params, &machine) ||
	    (c = add_column(p, name, CF_SET_INDICATOR, machine)) == NULL)
		return (-1);
	c->unit = row->unit;
	c->output = row->output;
	column = &p->set->machines[machine].columns[row->output];
	if (*column == CF_SET_NONE)
		*column = p->set->ncolumns - 1;
	return (0);
}

/* Is the output already a column, under this or another name? */
static int
is_there(const struct cf_set * set, const char * name)
{
	const struct cf_indicator * row;
	const struct cf_set_machine * m;
	double params[CF_INDICATOR_PARAMS_MAX];
	size_t i;

	if (find_column(set, name) != CF_SET_NONE)
		return (1);
	if ((row = cf_indicator_find(name, params, NULL)) == NULL)
		return (0);
	for (i = 0; i < set->nmachines; i++) {
		m = &set->machines[i];
		if (m->machine == row->machine &&
		    same_params(m->params, params))
			return (m->columns[row->output] != CF_SET_NONE);
	}
	return (0);
}

/* Is it a column that series fill, whether or not they are given? */
static int
is_seed_series(const char * name)
{

	return (strcmp(name, "vix") == 0 ||
	    strcmp(name, "treasury_10y") == 0 ||
	    strcmp(name, "dollar_index") == 0);
}

/* A word that is no set: the name of an indicator or a series. */
static int
add_named(struct parse * p, const char * name)
{
	double params[CF_INDICATOR_PARAMS_MAX];
	size_t series = find_series(p->series, name);

	if (!is_seed_series(name) && (series == CF_SET_NONE ||
	    cf_indicator_find(name, params, NULL) != NULL))
		return (add_indicator(p, name));
	if (add_column(p, name, CF_SET_SERIES, series) == NULL)
		return (-1);
	return (0);
}

/* A set in a set: what is there already stays where it is. */
static int
add_words(struct parse * p, const char * text, char separator)
{
	char name[CF_ERR_VALUE_MAX];
	const char * end;
	size_t len;

	for (; *text != '\0'; text = *end != '\0' ? end + 1 : end) {
		if ((end = strchr(text, separator)) == NULL)
			end = text + strlen(text);
		len = (size_t)(end - text);
		memcpy(name, text, len);
		name[len] = '\0';
		if (!is_there(p->set, name) && add_named(p, name))
			return (-1);
	}
	return (0);
}

static int
add_all(struct parse * p)
{
	const struct cf_indicator * rows;
	size_t i, n;

	if (add_words(p, seed, ',') || add_words(p, model, ','))
		return (-1);
	rows = cf_catalogue_rows(&n);
	for (i = 0; i < n; i++) {
		if (add_words(p, rows[i].columns, ' '))
			return (-1);
	}
	return (0);
}

static int
add_word(struct parse * p, const char * word)
{

	if (strcmp(word, "seed") == 0)
		return (add_words(p, seed, ','));
	if (strcmp(word, "model") == 0)
		return (add_words(p, seed, ',') || add_words(p, model, ',') ?
		    -1 : 0);
	if (strcmp(word, "all") == 0)
		return (add_all(p));
	return (add_named(p, word));
}

/* Series that have no column yet, then the ages of all. */
static int
add_series(struct parse * p, int ages)
{
	struct cf_buf name = { 0 };
	size_t i, n = p->series != NULL ? cf_series_count(p->series) : 0;
	size_t column;
	int rc = -1;

	for (i = 0; i < n; i++) {
		column = find_column(p->set, cf_series_name(p->series, i));
		if ((column == CF_SET_NONE ||
		    p->set->columns[column].kind != CF_SET_SERIES) &&
		    add_column(p, cf_series_name(p->series, i), CF_SET_SERIES,
		    i) == NULL)
			goto done;
	}
	for (i = 0; ages && i < n; i++) {
		name.len = 0;
		cf_buf_addf(&name, "%s_age", cf_series_name(p->series, i));
		if (cf_buf_string(&name, p->err) == NULL ||
		    add_column(p, name.data, CF_SET_AGE, i) == NULL)
			goto done;
	}
	rc = 0;
done:
	cf_buf_free(&name);
	return (rc);
}

struct cf_set *
cf_set_parse(const char * text, const struct cf_series * series, int ages,
    struct cf_err * err)
{
	struct parse p = { NULL, series, err };
	char * words;
	char * word;
	char * comma;

	if ((words = cf_mem_strdup(text, err)) == NULL)
		return (NULL);
	if ((p.set = cf_mem_array(1, sizeof(*p.set), err)) == NULL)
		goto err0;
	for (word = words; word != NULL; word = comma) {
		if ((comma = strchr(word, ',')) != NULL)
			*comma++ = '\0';
		if (add_word(&p, word))
			goto err1;
	}
	if (add_series(&p, ages))
		goto err1;
	free(words);
	return (p.set);

err1:
	cf_set_free(p.set);
err0:
	free(words);
	return (NULL);
}

void
cf_set_start(const struct cf_set * set, void * state)
{
	const struct cf_set_machine * m;
	size_t i;

	for (i = 0; i < set->nmachines; i++) {
		m = &set->machines[i];
		m->machine->init((char *)state + m->offset, m->params);
	}
}

void
cf_set_run(const struct cf_set * set, void * state,
    const struct cf_ticks * ticks, double * const * out)
{
	const struct cf_set_machine * m;
	const struct cf_set_column * c;
	double * outputs[CF_MACHINE_OUTPUTS_MAX];
	size_t i, k;

	for (i = 0; i < set->nmachines; i++) {
		m = &set->machines[i];
		for (k = 0; k < CF_MACHINE_OUTPUTS_MAX; k++)
			outputs[k] = m->columns[k] != CF_SET_NONE ?
			    out[m->columns[k]] : NULL;
		m->machine->run((char *)state + m->offset, ticks, outputs);
	}
	/* A second name for a column. */
	for (i = 0; i < set->ncolumns; i++) {
		c = &set->columns[i];
		if (c->kind != CF_SET_INDICATOR)
			continue;
		k = set->machines[c->source].columns[c->output];
		if (k != i)
			memcpy(out[i], out[k], ticks->n * sizeof(double));
	}
}

void
cf_set_free(struct cf_set * set)
{
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < set->ncolumns; i++)
		free(set->columns[i].name);
	free(set->columns);
	free(set->machines);
	free(set);
}

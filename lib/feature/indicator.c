#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "feature/catalogue.h"
#include "feature/indicator.h"

/* A parameter in the one way it is written.  Return 0 or -1. */
static int
parse_param(const char * text, size_t len, double * x)
{
	char again[CF_NUM_TEXT_MAX];

	if (cf_num_parse(text, len, x) != CF_NUM_OK)
		return (-1);
	if (cf_num_print(*x, again) != len || memcmp(again, text, len) != 0)
		return (-1);
	return (0);
}

/* The numbers behind a name, "_12_26"; return how many, or -1. */
static int
parse_params(const char * text, double * params)
{
	const char * end;
	int n = 0;

	while (*text == '_') {
		text++;
		end = strchr(text, '_');
		if (end == NULL)
			end = text + strlen(text);
		if (n == CF_INDICATOR_PARAMS_MAX ||
		    parse_param(text, (size_t)(end - text), &params[n]))
			return (-1);
		n++;
		text = end;
	}
	return (*text == '\0' ? n : -1);
}

static int
out_of_range(const char * column, const struct cf_param * p,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };

	cf_buf_addf(&text, "column \"%s\": parameter %s is not %s ",
	    column, p->name, p->is_whole ? "a whole number within" : "within");
	cf_buf_add_number(&text, p->min);
	cf_buf_add_text(&text, " .. ");
	cf_buf_add_number(&text, p->max);
	if (cf_buf_string(&text, err) != NULL)
		cf_err_set(err, CF_ERR_USAGE, "%s", text.data);
	cf_buf_free(&text);
	return (-1);
}

/* Take n given parameters of a row, or its defaults. */
static int
take_params(const struct cf_indicator * row, const char * column, int n,
    double * params, struct cf_err * err)
{
	const struct cf_param * p;
	size_t i;

	if (n != 0 && (size_t)n != row->nparams)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "column \"%s\": %s takes %zu parameters", column,
		    row->name, row->nparams));
	for (i = 0; i < row->nparams; i++) {
		p = &row->params[i];
		if (n == 0)
			params[i] = p->value;
		if (params[i] < p->min || params[i] > p->max ||
		    (p->is_whole && params[i] != floor(params[i])))
			return (out_of_range(column, p, err));
	}
	for (; i < CF_INDICATOR_PARAMS_MAX; i++)
		params[i] = 0;
	return (0);
}

const struct cf_indicator *
cf_indicator_find(const char * column, double * params, struct cf_err * err)
{
	char shown[CF_ERR_VALUE_MAX + 4];
	const struct cf_indicator * rows;
	size_t i, len, nrows;
	int n;

	rows = cf_catalogue_rows(&nrows);
	cf_err_mask(shown, sizeof(shown), column, strlen(column));
	for (i = 0; i < nrows; i++) {
		len = strlen(rows[i].name);
		if (strncmp(column, rows[i].name, len) != 0 ||
		    (n = parse_params(column + len, params)) < 0)
			continue;
		if (take_params(&rows[i], shown, n, params, err))
			return (NULL);
		return (&rows[i]);
	}
	cf_err_set(err, CF_ERR_USAGE,
	    "no such indicator: \"%s\"; cf-features --list names them", shown);
	return (NULL);
}

enum cf_role
cf_indicator_role(const char * column)
{
	static const struct {
		const char * name;
		enum cf_role role;
	} series[] = {
		{ "vix", CF_ROLE_VOLATILITY },
		{ "treasury_10y", CF_ROLE_MACRO },
		{ "dollar_index", CF_ROLE_MACRO }
	};
	const struct cf_indicator * row;
	double params[CF_INDICATOR_PARAMS_MAX];
	size_t i;

	for (i = 0; i < sizeof(series) / sizeof(series[0]); i++) {
		if (strcmp(column, series[i].name) == 0)
			return (series[i].role);
	}
	row = cf_indicator_find(column, params, NULL);
	return (row != NULL ? row->role : CF_ROLE_NONE);
}

const char *
cf_indicator_role_name(enum cf_role role)
{
	static const char * const names[] = { "none", "price", "volatility",
	    "bounded", "return", "volume", "macro", "calendar",
	    "difference" };

	return (names[role]);
}

int
cf_indicator_other(const char * name, char ** other, struct cf_err * err)
{
	double params[CF_INDICATOR_PARAMS_MAX];
	const struct cf_indicator * row;
	struct cf_buf b = { 0 };
	size_t i;
	int rc = 0;

	*other = NULL;
	if ((row = cf_indicator_find(name, params, NULL)) == NULL ||
	    row->nparams == 0)
		return (0);
	for (i = 0; i < row->nparams; i++) {
		if (params[i] < row->params[i].value ||
		    params[i] > row->params[i].value)
			return (0);
	}
	cf_buf_add_text(&b, row->name);
	if (strcmp(name, row->name) == 0) {
		for (i = 0; i < row->nparams; i++) {
			cf_buf_add_char(&b, '_');
			cf_buf_add_number(&b, params[i]);
		}
	}
	if (cf_buf_string(&b, err) == NULL ||
	    (*other = cf_mem_strdup(b.data, err)) == NULL)
		rc = -1;
	cf_buf_free(&b);
	return (rc);
}

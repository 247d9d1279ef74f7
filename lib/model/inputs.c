#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/inputs.h"

#define PRICE_NAME "stock_price"

/* Is this column an input of a model of that kind? */
static int
is_input(const struct cf_kind * kind, const char * name, const char * target)
{

	if (strcmp(name, target) == 0)
		return (0);
	return (!kind->is_return || cf_indicator_role(name) != CF_ROLE_NONE);
}

/* How trees see an input of that role; -1: not at all. */
static int
how_of(const struct cf_inputs * inputs, const struct cf_kind * kind, size_t i)
{

	if (i == inputs->level || i == inputs->unit)
		return (-1);
	if (!kind->is_return)
		return (CF_DERIVE_SAME);
	switch (inputs->items[i].role) {
	case CF_ROLE_PRICE:
		if (i == inputs->price || inputs->price == CF_INPUTS_NONE)
			return (-1);
		return (CF_DERIVE_PRICE);
	case CF_ROLE_DIFFERENCE:
		return (inputs->price != CF_INPUTS_NONE ?
		    CF_DERIVE_DIFFERENCE : -1);
	case CF_ROLE_VOLATILITY:
		return (CF_DERIVE_VOLATILITY);
	case CF_ROLE_RETURN:
		return (CF_DERIVE_RETURN);
	case CF_ROLE_BOUNDED:
	case CF_ROLE_CALENDAR:
		return (CF_DERIVE_SAME);
	default:
		return (-1);
	}
}

int
cf_inputs_arrange(struct cf_inputs * inputs, const struct cf_kind * kind,
    struct cf_err * err)
{
	size_t i;
	int how;

	inputs->derived = cf_mem_array(inputs->n, sizeof(*inputs->derived),
	    err);
	if (inputs->derived == NULL)
		return (-1);
	inputs->nderived = inputs->nlogs = 0;
	inputs->price = inputs->level = inputs->unit = CF_INPUTS_NONE;
	for (i = 0; i < inputs->n && kind->has_unit; i++) {
		if (strcmp(inputs->items[i].name, CF_KIND_LEVEL) == 0)
			inputs->level = i;
		if (strcmp(inputs->items[i].name, CF_KIND_SCALE) == 0)
			inputs->unit = i;
	}
	for (i = 0; i < inputs->n && kind->is_return; i++) {
		if (strcmp(inputs->items[i].name, PRICE_NAME) == 0)
			inputs->price = i;
		if (inputs->items[i].role == CF_ROLE_VOLATILITY &&
		    inputs->nlogs < CF_SCALE_INPUTS_MAX)
			inputs->log_of[inputs->nlogs++] = i;
	}
	for (i = 0; i < inputs->n; i++) {
		if ((how = how_of(inputs, kind, i)) == -1)
			continue;
		inputs->derived[inputs->nderived].how = (uint32_t)how;
		inputs->derived[inputs->nderived].input = (uint32_t)i;
		inputs->nderived++;
	}
	return (0);
}

int
cf_inputs_choose(struct cf_inputs * inputs, const struct cf_kind * kind,
    const struct cf_frame * frame, const char * target, size_t ** column,
    struct cf_err * err)
{
	struct cf_input * input;
	size_t c;

	memset(inputs, 0, sizeof(*inputs));
	*column = cf_mem_array(frame->ncolumns, sizeof(**column), err);
	inputs->items = cf_mem_array(frame->ncolumns, sizeof(*inputs->items),
	    err);
	if (*column == NULL || inputs->items == NULL)
		goto err0;
	for (c = 0; c < frame->ncolumns; c++) {
		if (!is_input(kind, frame->names[c], target))
			continue;
		input = &inputs->items[inputs->n];
		input->name = cf_mem_strdup(frame->names[c], err);
		if (input->name == NULL)
			goto err0;
		input->role = cf_indicator_role(frame->names[c]);
		(*column)[inputs->n++] = c;
	}
	if (cf_inputs_arrange(inputs, kind, err))
		goto err0;
	return (0);

err0:
	cf_inputs_free(inputs);
	free(*column);
	*column = NULL;
	return (-1);
}

void
cf_inputs_logs(const struct cf_inputs * inputs, const double * record,
    double * logs)
{
	size_t k;
	double v;

	for (k = 0; k < inputs->nlogs; k++) {
		v = record[inputs->log_of[k]];
		logs[k] = v > 0 && isfinite(v) ? log(v) : (double)NAN;
	}
}

void
cf_inputs_derive(const struct cf_inputs * inputs, const double * record,
    double scale, double * derived)
{
	const struct cf_derived * d;
	double x, price;
	size_t i;

	price = inputs->price != CF_INPUTS_NONE ? record[inputs->price] : (double)NAN;
	for (i = 0; i < inputs->nderived; i++) {
		d = &inputs->derived[i];
		x = record[d->input];
		switch (d->how) {
		case CF_DERIVE_PRICE:
			x = price > 0 ? (x / price - 1.0) / scale : (double)NAN;
			break;
		case CF_DERIVE_DIFFERENCE:
			x = price > 0 ? x / price / scale : (double)NAN;
			break;
		case CF_DERIVE_VOLATILITY:
			x = x > 0 ? log(x / scale) : (double)NAN;
			break;
		case CF_DERIVE_RETURN:
			x = x / scale;
			break;
		default:
			break;
		}
		derived[i] = x;
	}
}

void
cf_inputs_free(struct cf_inputs * inputs)
{
	size_t i;

	for (i = 0; inputs->items != NULL && i < inputs->n; i++)
		free(inputs->items[i].name);
	free(inputs->items);
	free(inputs->derived);
	memset(inputs, 0, sizeof(*inputs));
}

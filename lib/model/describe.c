#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/describe.h"
#include "model/export.h"
#include "table/json.h"

static const double shown[] = { 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95,
    0.99 };

/*
 * Jansson takes the reference of a new value, also of NULL, and then fails;
 * failures add up in *rc.
 */
static void
set(json_t * object, const char * key, json_t * value, int * rc)
{

	if (json_object_set_new(object, key, value))
		*rc = -1;
}

static void
append(json_t * array, json_t * value, int * rc)
{

	if (json_array_append_new(array, value))
		*rc = -1;
}

static json_t *
count(uint64_t n)
{

	return (json_integer((json_int_t)n));
}

static json_t *
inputs_array(const struct cf_inputs * inputs, int * rc)
{
	const struct cf_input * in;
	json_t * a = json_array();
	json_t * o;
	size_t i;

	for (i = 0; i < inputs->n; i++) {
		in = &inputs->items[i];
		o = json_object();
		set(o, "name", cf_json_text(in->name, strlen(in->name)), rc);
		set(o, "role", json_string(cf_indicator_role_name(in->role)),
		    rc);
		set(o, "low", cf_json_number(in->low), rc);
		set(o, "high", cf_json_number(in->high), rc);
		append(a, o, rc);
	}
	return (a);
}

static json_t *
derived_array(const struct cf_inputs * inputs, int * rc)
{
	struct cf_buf text;
	json_t * a = json_array();
	size_t j;

	for (j = 0; j < inputs->nderived; j++) {
		memset(&text, 0, sizeof(text));
		cf_export_feature(inputs, j, &text);
		if (text.failed)
			*rc = -1;
		else
			append(a, cf_json_text(text.data, text.len), rc);
		cf_buf_free(&text);
	}
	return (a);
}

static json_t *
scale_object(const struct cf_model * m, int * rc)
{
	const struct cf_scale * s = &m->scale;
	struct cf_scale_cache * cache;
	const double * slopes;
	json_t * o = json_object();
	json_t * all = json_object();
	const char * name;
	char key[512];
	size_t k;

	set(o, "rows", cf_json_number(s->rows), rc);
	set(o, "usual", cf_json_number(exp(s->mean_y)), rc);
	set(o, "low", cf_json_number(s->low), rc);
	set(o, "high", cf_json_number(s->high), rc);
	if ((cache = cf_mem_array(1, sizeof(*cache), NULL)) == NULL) {
		*rc = -1;
	} else {
		slopes = cf_scale_slopes(s, cache,
		    (uint32_t)((UINT64_C(1) << s->n) - 1));
		for (k = 0; k < s->n; k++) {
			name = m->inputs.items[m->inputs.log_of[k]].name;
			cf_err_mask(key, sizeof(key), name, strlen(name));
			set(all, key, cf_json_number(slopes[k]), rc);
		}
		free(cache);
	}
	set(o, "slopes", all, rc);
	return (o);
}

static json_t *
quantiles_object(const struct cf_grid * g, int * rc)
{
	json_t * o = json_object();
	char key[CF_NUM_TEXT_MAX + 1];
	double * cum;
	size_t c;

	if ((cum = cf_mem_array(g->n + 1, sizeof(*cum), NULL)) == NULL) {
		*rc = -1;
		return (o);
	}
	for (c = 0; c < g->n; c++)
		cum[c + 1] = cum[c] + g->share[c];
	for (c = 0; c < sizeof(shown) / sizeof(shown[0]); c++) {
		key[cf_num_print(shown[c], key)] = '\0';
		set(o, key, cf_json_number(cf_grid_quantile(g, cum,
		    shown[c])), rc);
	}
	free(cum);
	return (o);
}

static json_t *
calibration_array(const struct cf_calib * calib, int * rc)
{
	json_t * a = json_array();
	json_t * pair;
	size_t k;

	for (k = 0; k < CF_CALIB_KNOTS; k++) {
		pair = json_array();
		append(pair, cf_json_number(cf_calib_knot(k)), rc);
		append(pair, cf_json_number(calib->to[k]), rc);
		append(a, pair, rc);
	}
	return (a);
}

static json_t *
forest_object(const struct cf_forest * f, int * rc)
{
	json_t * o;
	uint64_t leaves = 0;
	uint32_t depth = 0, t;

	if (f->n_trees == 0)
		return (json_null());
	for (t = 0; t < f->n_trees; t++) {
		leaves += cf_forest_leaves(f, t);
		if (cf_forest_depth(f, t) > depth)
			depth = cf_forest_depth(f, t);
	}
	o = json_object();
	set(o, "trees", count(f->n_trees), rc);
	set(o, "inputs", count(f->n_inputs), rc);
	set(o, "leaves", count(leaves), rc);
	set(o, "depth", count(depth), rc);
	set(o, "bytes", count(f->len), rc);
	return (o);
}

json_t *
cf_describe(const struct cf_model * m, struct cf_err * err)
{
	json_t * o;
	json_t * info = NULL;
	int rc = 0;

	if (m->info != NULL)
		rc = cf_json_parse(&info, m->info, strlen(m->info), 0, NULL,
		    err);
	if (rc == 1)
		cf_err_set(err, CF_ERR_DATA, "section info is not JSON");
	if (rc)
		return (NULL);
	o = json_object();
	set(o, "model", m->id[0] != '\0' ? json_string(m->id) : json_null(),
	    &rc);
	set(o, "kind", json_string(m->kind->name), &rc);
	set(o, "target", cf_json_text(m->target, strlen(m->target)), &rc);
	set(o, "horizon", m->horizon > 0 ? count(m->horizon) : json_null(),
	    &rc);
	set(o, "inputs", inputs_array(&m->inputs, &rc), &rc);
	set(o, "trees_see", derived_array(&m->inputs, &rc), &rc);
	set(o, "scale", m->kind->is_return ? scale_object(m, &rc) :
	    json_null(), &rc);
	set(o, "quantiles", quantiles_object(&m->grid, &rc), &rc);
	set(o, "cells", count(m->grid.n), &rc);
	set(o, "weight", cf_json_number(m->weight), &rc);
	set(o, "calibration", calibration_array(&m->calib, &rc), &rc);
	set(o, "forest", forest_object(&m->forest, &rc), &rc);
	set(o, "bytes", m->file.len > 0 ? count(m->file.len) :
	    json_null(), &rc);
	set(o, "training", info != NULL ? info : json_null(), &rc);
	if (rc) {
		cf_err_memory(err);
		json_decref(o);
		return (NULL);
	}
	return (o);
}

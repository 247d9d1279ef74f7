#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/export.h"

#define ROW(NAME, ABOUT) { #NAME, ABOUT, cf_export_##NAME },
#define CHOICE(NAME, ABOUT) "|" #NAME

static const struct cf_export_format formats[] = { CF_EXPORT_FORMATS(ROW) };
static const char choices[] = CF_EXPORT_FORMATS(CHOICE);

const struct cf_export_format *
cf_export_find(const char * name)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return (&formats[i]);
	}
	return (NULL);
}

const char *
cf_export_choices(void)
{

	return (choices + 1);
}

/* Is the expected z the same whatever the inputs? */
static int
is_constant(const struct cf_model * m)
{

	return (m->forest.n_trees == 0 || !(m->weight > 0));
}

uint32_t
cf_export_trees(const struct cf_model * m)
{

	return (is_constant(m) ? 1 : m->forest.n_trees);
}

/* Mixed as a forecast is: see cf_forecast_mix. */
static double
mixed(const struct cf_model * m, double empirical, double mean)
{

	return (m->weight >= 1 ? mean :
	    empirical + m->weight * (mean - empirical));
}

/* Fill the nodes of a tree of n numbers. */
static int
load_nodes(struct cf_export_tree * tree, const struct cf_model * m,
    uint32_t t, struct cf_err * err)
{
	const double empirical = cf_grid_mean(&m->grid);
	uint32_t i, inner = 0;

	tree->leaves = 0;
	for (i = 0; i < tree->n; i++) {
		/* Number 1 is no node. */
		if (i == 1)
			continue;
		if (cf_forest_node(&m->forest, t, i, &tree->nodes[i]))
			return (cf_err_set(err, CF_ERR_DATA,
			    "model is damaged: tree %lu, node %lu",
			    (unsigned long)t, (unsigned long)i));
		if (tree->nodes[i].leaf) {
			tree->nodes[i].mean = mixed(m, empirical,
			    tree->nodes[i].mean);
			tree->rank[i] = tree->leaves++;
		} else
			tree->rank[i] = inner++;
	}
	return (0);
}

int
cf_export_load(struct cf_export_tree * tree, const struct cf_model * m,
    uint32_t t, struct cf_err * err)
{

	tree->n = is_constant(m) ? 1 : cf_forest_nodes(&m->forest, t);
	if (cf_mem_grow(&tree->nodes, &tree->capacity, tree->n,
	    sizeof(*tree->nodes), err) ||
	    cf_mem_grow(&tree->rank, &tree->rank_capacity, tree->n,
	    sizeof(*tree->rank), err))
		return (-1);
	if (!is_constant(m))
		return (load_nodes(tree, m, t, err));
	memset(&tree->nodes[0], 0, sizeof(tree->nodes[0]));
	tree->nodes[0].leaf = 1;
	tree->nodes[0].mean = cf_grid_mean(&m->grid);
	tree->rank[0] = 0;
	tree->leaves = 1;
	return (0);
}

void
cf_export_tree_free(struct cf_export_tree * tree)
{

	free(tree->nodes);
	free(tree->rank);
	memset(tree, 0, sizeof(*tree));
}

void
cf_export_feature(const struct cf_inputs * inputs, size_t j,
    struct cf_buf * name)
{
	const struct cf_derived * d = &inputs->derived[j];
	const char * input = inputs->items[d->input].name;

	switch (d->how) {
	case CF_DERIVE_PRICE:
		cf_buf_addf(name, "(%s/%s-1)/s", input,
		    inputs->items[inputs->price].name);
		break;
	case CF_DERIVE_DIFFERENCE:
		cf_buf_addf(name, "%s/%s/s", input,
		    inputs->items[inputs->price].name);
		break;
	case CF_DERIVE_VOLATILITY:
		cf_buf_addf(name, "ln(%s/s)", input);
		break;
	case CF_DERIVE_RETURN:
		cf_buf_addf(name, "%s/s", input);
		break;
	default:
		cf_buf_add_text(name, input);
	}
}

void
cf_export_number(struct cf_out * out, double x)
{

	cf_out_claim(out, cf_num_print(x, cf_out_reserve(out,
	    CF_NUM_TEXT_MAX)));
}

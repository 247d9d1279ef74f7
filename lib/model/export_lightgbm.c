#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/export.h"

/*
 * The model text of LightGBM (lightgbm.Booster(model_file=...) in Python,
 * lgb.load() in R), written from its readers gbdt_model_text.cpp and tree.cpp.
 *
 * A row goes left where x <= threshold, in doubles, as in our trees.  A child
 * from 0 on is an inner node (0 is the root), -1 - k is leaf k.  The missing
 * type in decision_type is always NaN; without it LightGBM would read NaN as
 * 0.  Where only missing values go right the threshold is "inf", which its
 * reader leaves to strtod(3).  `average_output` makes the forecast the mean of
 * the trees, not their sum.  There is no tree_sizes line: it is optional, and
 * a wrong one makes the reader fail.
 */
#define MISSING_IS_NAN 8
#define MISSING_LEFT 2

/*
 * Names are separated by blanks, and LightGBM wants none of the characters
 * that have a meaning in JSON, in which it prints trees.
 */
static void
mask_name(struct cf_buf * name)
{
	unsigned char c;
	size_t i;

	for (i = 0; i < name->len; i++) {
		c = (unsigned char)name->data[i];
		if (c <= ' ' || c == 0x7f || strchr("\",:[]{}\\", c) != NULL)
			name->data[i] = '_';
	}
}

/* Names of the features, no two alike. */
static int
load_names(const struct cf_inputs * inputs, struct cf_buf * names,
    struct cf_err * err)
{
	size_t i, j;

	for (j = 0; j < inputs->nderived; j++) {
		cf_export_feature(inputs, j, &names[j]);
		mask_name(&names[j]);
		for (i = 0; i < j; i++) {
			if (names[i].len == names[j].len &&
			    memcmp(names[i].data, names[j].data,
			    names[i].len) == 0) {
				/* Masked alike: tell them apart. */
				cf_buf_addf(&names[j], "_%zu", j + 1);
				i = (size_t)-1;
			}
		}
		if (names[j].failed)
			return (cf_err_memory(err));
	}
	return (0);
}

static int
write_head(const struct cf_model * m, struct cf_out * out,
    struct cf_err * err)
{
	const size_t n = m->inputs.nderived;
	struct cf_buf * names;
	size_t j;
	int rc;

	if ((names = cf_mem_array(n, sizeof(*names), err)) == NULL)
		return (-1);
	rc = load_names(&m->inputs, names, err);
	cf_out_text(out, "tree\nversion=v4\nnum_class=1\n"
	    "num_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=");
	cf_export_number(out, (double)n - 1);
	cf_out_text(out, "\nobjective=regression\naverage_output\n"
	    "feature_names=");
	for (j = 0; j < n; j++) {
		if (j > 0)
			cf_out_char(out, ' ');
		cf_out_write(out, names[j].data, names[j].len);
		cf_buf_free(&names[j]);
	}
	cf_out_text(out, "\nfeature_infos=");
	for (j = 0; j < n; j++)
		cf_out_text(out, j > 0 ? " none" : "none");
	cf_out_text(out, "\n\n");
	free(names);
	return (rc);
}

/* The arrays of a tree: a value for each inner node, or for each leaf. */
enum line { SPLIT_FEATURE, THRESHOLD, DECISION_TYPE, LEFT_CHILD, RIGHT_CHILD,
    LEAF_VALUE, LINES };

static const char * const line_names[LINES] = { "split_feature=",
    "threshold=", "decision_type=", "left_child=", "right_child=",
    "leaf_value=" };

static double
child(const struct cf_export_tree * tree, uint32_t i)
{

	return (tree->nodes[i].leaf ? -1.0 - (double)tree->rank[i] :
	    (double)tree->rank[i]);
}

static double
value(const struct cf_export_tree * tree, uint32_t i, enum line line)
{
	const struct cf_forest_node * node = &tree->nodes[i];

	switch (line) {
	case SPLIT_FEATURE:
		return ((double)node->input);
	case THRESHOLD:
		return (node->threshold);
	case DECISION_TYPE:
		return (MISSING_IS_NAN +
		    (node->missing_left ? MISSING_LEFT : 0));
	case LEFT_CHILD:
		return (child(tree, node->left));
	case RIGHT_CHILD:
		return (child(tree, node->right));
	default:
		return (node->mean);
	}
}

static void
write_line(const struct cf_export_tree * tree, enum line line,
    struct cf_out * out)
{
	const char * before = line_names[line];
	uint32_t i;

	for (i = 0; i < tree->n; i++) {
		if (i == 1 || tree->nodes[i].leaf != (line == LEAF_VALUE))
			continue;
		cf_out_text(out, before);
		cf_export_number(out, value(tree, i, line));
		before = " ";
	}
	cf_out_char(out, '\n');
}

static void
write_tree(const struct cf_export_tree * tree, uint32_t t,
    struct cf_out * out)
{
	size_t line;

	cf_out_text(out, "Tree=");
	cf_export_number(out, t);
	cf_out_text(out, "\nnum_leaves=");
	cf_export_number(out, tree->leaves);
	cf_out_text(out, "\nnum_cat=0\n");
	/* A tree of one leaf has no other line. */
	for (line = tree->leaves > 1 ? 0 : LEAF_VALUE; line < LINES; line++)
		write_line(tree, (enum line)line, out);
	cf_out_text(out, "shrinkage=1\n\n\n");
}

/* A row of CF_EXPORT_FORMATS. */
int
cf_export_lightgbm(const struct cf_model * m, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_export_tree tree = { 0 };
	uint32_t t;
	int rc = -1;

	if (m->inputs.nderived == 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "the model has no inputs that trees see"));
	if (write_head(m, out, err))
		return (-1);
	for (t = 0; t < cf_export_trees(m); t++) {
		if (cf_export_load(&tree, m, t, err))
			goto done;
		write_tree(&tree, t, out);
	}
	cf_out_text(out, "end of trees\n");
	rc = 0;
done:
	cf_export_tree_free(&tree);
	return (rc);
}

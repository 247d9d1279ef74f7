#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/export.h"

/*
 * PMML 4.4 (dmg.org): a MiningModel that averages TreeModels.
 *
 * A row goes to the first child whose predicate is true: lessOrEqual the
 * threshold, else greaterThan it.  A missing value makes both unknown, and the
 * node's defaultChild is taken.  Where only missing values go right there is
 * no threshold, and the predicates are isNotMissing and isMissing.  Numbers
 * are doubles in decimal text.  In PMML a value that is there is never NaN: a
 * NaN of ours is a field that is left out.
 */

/* Text as the value of an attribute; what XML 1.0 cannot hold becomes _. */
static void
write_escaped(struct cf_out * out, const char * s)
{

	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&':
			cf_out_text(out, "&amp;");
			break;
		case '<':
			cf_out_text(out, "&lt;");
			break;
		case '>':
			cf_out_text(out, "&gt;");
			break;
		case '"':
			cf_out_text(out, "&quot;");
			break;
		default:
			cf_out_char(out, (unsigned char)*s < ' ' ? '_' : *s);
		}
	}
}

/* The name of what is forecast. */
static const char *
result_name(const struct cf_model * m)
{

	return (m->kind->is_return || m->kind->has_unit ? "z" : m->target);
}

/* An element for each feature and for the target. */
static void
write_fields(const struct cf_model * m, char * const * names,
    const char * element, const char * behind, const char * behind_target,
    struct cf_out * out)
{
	size_t j;

	for (j = 0; j <= m->inputs.nderived; j++) {
		if (j == m->inputs.nderived && behind_target == NULL)
			break;
		cf_out_text(out, element);
		write_escaped(out, j < m->inputs.nderived ? names[j] :
		    result_name(m));
		cf_out_text(out, j < m->inputs.nderived ? behind :
		    behind_target);
	}
}

static void
write_head(const struct cf_model * m, char * const * names,
    struct cf_out * out)
{
	static const char type[] =
	    "\" optype=\"continuous\" dataType=\"double\"/>\n";

	cf_out_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n"
	    "<Header description=\"forest of the model ");
	write_escaped(out, m->id);
	cf_out_text(out, "\"><Application name=\"cashflow\"/></Header>\n"
	    "<DataDictionary>\n");
	write_fields(m, names, "<DataField name=\"", type, type, out);
	cf_out_text(out, "</DataDictionary>\n"
	    "<MiningModel functionName=\"regression\">\n<MiningSchema>\n");
	write_fields(m, names, "<MiningField name=\"",
	    "\" invalidValueTreatment=\"asIs\"/>\n",
	    "\" usageType=\"target\"/>\n", out);
	cf_out_text(out, "</MiningSchema>\n"
	    "<Segmentation multipleModelMethod=\"average\">\n");
}

/* How a row gets into node i of its parent. */
static void
write_predicate(uint32_t i, const struct cf_forest_node * parent,
    char * const * names, struct cf_out * out)
{
	int left;

	if (parent == NULL) {
		cf_out_text(out, "<True/>");
		return;
	}
	left = parent->left == i;
	cf_out_text(out, "<SimplePredicate field=\"");
	write_escaped(out, names[parent->input]);
	if (isinf(parent->threshold)) {
		cf_out_text(out, left ? "\" operator=\"isNotMissing\"/>" :
		    "\" operator=\"isMissing\"/>");
		return;
	}
	cf_out_text(out, left ? "\" operator=\"lessOrEqual\" value=\"" :
	    "\" operator=\"greaterThan\" value=\"");
	cf_export_number(out, parent->threshold);
	cf_out_text(out, "\"/>");
}

/* Begin node i; a leaf is complete. */
static void
write_node(const struct cf_export_tree * tree, uint32_t i,
    const struct cf_forest_node * parent, char * const * names,
    struct cf_out * out)
{
	const struct cf_forest_node * node = &tree->nodes[i];

	cf_out_text(out, "<Node id=\"");
	cf_export_number(out, i);
	if (node->leaf) {
		cf_out_text(out, "\" score=\"");
		cf_export_number(out, node->mean);
	} else {
		cf_out_text(out, "\" defaultChild=\"");
		cf_export_number(out, node->missing_left ? node->left :
		    node->right);
	}
	cf_out_text(out, "\">");
	write_predicate(i, parent, names, out);
	cf_out_text(out, node->leaf ? "</Node>\n" : "\n");
}

/*
 * Nodes nest, to any depth, so there is a stack of those begun: `path` has
 * room for them all, and rank (not needed here) counts the children done.
 */
static void
write_nodes(struct cf_export_tree * tree, uint32_t * path,
    char * const * names, struct cf_out * out)
{
	const struct cf_forest_node * top;
	uint32_t depth = 1, next;

	memset(tree->rank, 0, tree->n * sizeof(*tree->rank));
	path[0] = 0;
	write_node(tree, 0, NULL, names, out);
	while (depth > 0) {
		top = &tree->nodes[path[depth - 1]];
		if (top->leaf || tree->rank[path[depth - 1]] == 2) {
			if (!top->leaf)
				cf_out_text(out, "</Node>\n");
			depth--;
			continue;
		}
		next = tree->rank[path[depth - 1]]++ == 0 ? top->left :
		    top->right;
		write_node(tree, next, top, names, out);
		path[depth++] = next;
	}
}

static int
write_trees(const struct cf_model * m, char * const * names,
    struct cf_out * out, struct cf_err * err)
{
	struct cf_export_tree tree = { 0 };
	uint32_t * path = NULL;
	size_t capacity = 0;
	uint32_t t;
	int rc = -1;

	for (t = 0; t < cf_export_trees(m); t++) {
		if (cf_export_load(&tree, m, t, err) || cf_mem_grow(&path,
		    &capacity, tree.n, sizeof(*path), err))
			goto done;
		cf_out_text(out, "<Segment id=\"");
		cf_export_number(out, t + 1);
		cf_out_text(out, "\"><True/>\n"
		    "<TreeModel functionName=\"regression\" "
		    "missingValueStrategy=\"defaultChild\" "
		    "splitCharacteristic=\"binarySplit\">\n<MiningSchema>\n");
		write_fields(m, names, "<MiningField name=\"",
		    "\" invalidValueTreatment=\"asIs\"/>\n", NULL, out);
		cf_out_text(out, "</MiningSchema>\n");
		write_nodes(&tree, path, names, out);
		cf_out_text(out, "</TreeModel>\n</Segment>\n");
	}
	rc = 0;
done:
	free(path);
	cf_export_tree_free(&tree);
	return (rc);
}

/* A row of CF_EXPORT_FORMATS. */
int
cf_export_pmml(const struct cf_model * m, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_buf name;
	char ** names;
	size_t j;
	int rc = -1;

	names = cf_mem_array(m->inputs.nderived, sizeof(*names), err);
	if (names == NULL)
		return (-1);
	for (j = 0; j < m->inputs.nderived; j++) {
		memset(&name, 0, sizeof(name));
		cf_export_feature(&m->inputs, j, &name);
		if (cf_buf_string(&name, err) == NULL) {
			cf_buf_free(&name);
			goto done;
		}
		names[j] = name.data;
	}
	write_head(m, names, out);
	if (write_trees(m, names, out, err))
		goto done;
	cf_out_text(out, "</Segmentation>\n</MiningModel>\n</PMML>\n");
	rc = 0;
done:
	for (j = 0; j < m->inputs.nderived; j++)
		free(names[j]);
	free(names);
	return (rc);
}

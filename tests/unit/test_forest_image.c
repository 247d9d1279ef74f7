#include "test_forest_data.h"

/* A small forest with samples both as cells and as pairs. */
static struct cf_forest
small_forest(struct table *t, struct cf_buf *image, uint32_t min_leaf)
{
	struct cf_grow_params params = params_of(3, min_leaf, 0);

	*t = table_make(60, 2, 20, 4);
	return (grow_forest(&t->data, &params, image));
}

/* Use an image that may be damaged in every way that there is. */
static void
use(const struct cf_forest *forest, const double *rows, size_t n)
{
	struct cf_predict *p = cf_predict_new(forest, NULL);
	struct cf_forest_node node;
	double *contribution = must_array(forest->n_inputs, sizeof(double));
	double *mean = must_array(n, sizeof(double));
	float *prob = must_array(n * forest->n_cells, sizeof(float));
	double *share = must_array(forest->n_cells, sizeof(double));
	uint32_t *leaf = must_array(n * forest->n_trees, sizeof(uint32_t));

	ck_assert_ptr_nonnull(p);
	cf_predict_rows(p, rows, n, mean, prob);
	cf_predict_rows(p, rows, 1, mean, prob);
	cf_predict_leaves(p, rows, n, leaf);
	cf_predict_explain(p, rows, contribution);
	cf_predict_base(forest);
	for (uint32_t t = 0; t < forest->n_trees; t++)
		for (uint32_t i = 0; i < cf_forest_nodes(forest, t); i++) {
			cf_forest_node(forest, t, i, &node);
			cf_forest_samples(forest, t, i, share);
		}
	free(contribution);
	free(mean);
	free(prob);
	free(share);
	free(leaf);
	cf_predict_free(p);
}

START_TEST(no_byte_can_crash_a_reader)
{
	const unsigned char flips[] = { 0x01, 0x80, 0xff };

	for (uint32_t min_leaf = 2; min_leaf < 50; min_leaf += 30) {
		struct cf_forest forest;
		struct cf_buf image;
		struct table t;
		size_t opened = 0;

		small_forest(&t, &image, min_leaf);
		for (size_t i = 0; i < image.len; i++)
			for (size_t k = 0; k < sizeof(flips); k++) {
				image.data[i] = (char)(image.data[i] ^ (char)flips[k]);
				if (cf_forest_open(&forest, image.data, image.len, NULL) == 0 &&
				    forest.n_inputs == 2) {
					cf_forest_verify(&forest, NULL);
					use(&forest, t.rows, 9);
					opened++;
				}
				image.data[i] = (char)(image.data[i] ^ (char)flips[k]);
			}
		ck_assert_uint_ge(opened, 1000);
		cf_buf_free(&image);
		table_free(&t);
	}
}
END_TEST

/* A truncated image is refused, in memory of its own so that reading on shows. */
START_TEST(no_length_can_crash_a_reader)
{
	struct cf_forest forest;
	struct cf_buf image;
	struct table t;
	struct cf_err err;

	small_forest(&t, &image, 5);
	for (size_t len = 0; len < image.len; len++) {
		void *copy = must_array(len, 1);
		uint64_t told = len;

		memcpy(copy, image.data, len);
		ck_assert_int_eq(cf_forest_open(&forest, copy, len, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);

		/* And with a length in the header that fits. */
		if (len >= 64) {
			memcpy((char *)copy + 48, &told, sizeof(told));
			ck_assert_int_eq(cf_forest_open(&forest, copy, len, &err), -1);
		}
		free(copy);
	}
	ck_assert_int_eq(cf_forest_open(&forest, image.data + 1, image.len - 1, &err), -1);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

/* What verify must find: at `at` bytes into the first tree, or an edge. */
START_TEST(verify_finds_structure_damage)
{
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_err err;
	struct table t;
	uint32_t missed = 0, tried = 0;

	forest = small_forest(&t, &image, 2);
	for (size_t i = (size_t)((const char *)forest.edges - image.data); i < image.len; i++) {
		struct cf_forest damaged;

		image.data[i] = (char)(image.data[i] ^ (char)0x80);
		if (cf_forest_open(&damaged, image.data, image.len, &err) == 0 &&
		    cf_forest_verify(&damaged, &err) == 0)
			missed++;
		else
			ck_assert_int_eq(err.kind, CF_ERR_DATA);
		tried++;
		image.data[i] = (char)(image.data[i] ^ (char)0x80);
	}
	/* Means and the low bytes of edges can be any number; a checksum guards them. */
	ck_assert_msg(missed * 2 < tried, "missed %u of %u", (unsigned)missed, (unsigned)tried);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(verify_names_the_fault)
{
	const struct {
		size_t at;		/* From the first tree; in numbers, with the low byte first. */
		unsigned char byte;
		const char *text;
	} cases[] = {
		{ 0, 0, "children" },		/* Root leads to itself. */
		{ 0, 3, "children" },		/* Odd. */
		{ 3, 0x7f, "children" },	/* Far away. */
		{ 4, 9, "input" },
		{ 6, 0xff, "cut" },
		{ 8, 1, "padding" },
	};
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_err err;
	struct table t;
	const uint16_t one = 1;
	size_t tree, at;
	int high_first = memcmp(&one, "\0", 1) == 0;

	forest = small_forest(&t, &image, 2);
	tree = (size_t)(forest.table - forest.bytes) + forest.n_trees * 32;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		char *byte, saved;

		/* A u32, then two u16. */
		at = high_first && cases[k].at < 8 ? cases[k].at ^ (cases[k].at < 4 ? 3 : 1) : cases[k].at;
		byte = image.data + tree + at;
		saved = *byte;
		*byte = (char)cases[k].byte;
		ck_assert_int_eq(cf_forest_open(&forest, image.data, image.len, &err), 0);
		ck_assert_int_eq(cf_forest_verify(&forest, &err), -1);
		ck_assert_msg(strstr(err.text, cases[k].text) != NULL, "%s", err.text);
		*byte = saved;
	}
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(merge_refuses_strangers)
{
	struct cf_buf image_a, image_b, image = { 0 };
	struct cf_forest part[2];
	struct table a, b;
	struct cf_err err;

	part[0] = small_forest(&a, &image_a, 5);
	b = table_make(61, 2, 20, 4);
	part[1] = grow_forest(&b.data, &(struct cf_grow_params){ .trees = 1, .tree_step = 1, .min_leaf = 1,
	    .sample_fraction = 1, .purpose = CF_RNG_TREE }, &image_b);
	ck_assert_int_eq(cf_forest_merge(part, 2, &image, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_int_eq(cf_forest_merge(part, 0, &image, &err), -1);
	cf_buf_free(&image_a);
	cf_buf_free(&image_b);
	table_free(&a);
	table_free(&b);
}
END_TEST

UNIT_MAIN("forest_image", no_byte_can_crash_a_reader, no_length_can_crash_a_reader, verify_finds_structure_damage,
    verify_names_the_fault, merge_refuses_strangers)

#include <string.h>

#include "unit.h"

#include "table/frame.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FILES_MAX 3

/* Load texts as files f0, f1, ... */
static struct cf_frame *
load(const char *const *texts, const char *target, int64_t horizon, struct cf_err *err)
{
	static const char *const paths[FILES_MAX] = { "f0", "f1", "f2" };
	struct cf_frame_options options = { .paths = paths, .target = target, .horizon = horizon };

	while (options.npaths < FILES_MAX && texts[options.npaths] != NULL) {
		FILE *f = fopen(paths[options.npaths], "w");

		ck_assert_ptr_nonnull(f);
		fputs(texts[options.npaths++], f);
		ck_assert_int_eq(fclose(f), 0);
	}
	return (cf_frame_load(&options, err));
}

static struct cf_frame *
must_load(const char *text)
{
	struct cf_err err = { 0 };
	struct cf_frame *f = load((const char *const[]){ text, NULL }, NULL, 0, &err);

	ck_assert_msg(f != NULL, "%s", err.text);
	return (f);
}

START_TEST(keys_stand_apart)
{
	struct cf_frame *f = must_load("x,symbol,date,horizon,target_date,y\n"
	    "1,A,2024-01-02,5,2024-01-09,2\n"
	    "3,B,2024-01-01,5,2024-01-08,\n"
	    ",A,2024-01-03,5,,4\n");

	ck_assert_uint_eq(f->rows, 3);
	ck_assert_uint_eq(f->ncolumns, 2);
	ck_assert_str_eq(f->names[0], "x");
	ck_assert_str_eq(f->names[1], "y");
	ck_near(f->values[0][0], 1, 0);
	ck_near(f->values[0][2], NAN, 0);
	ck_near(f->values[1][1], NAN, 0);
	ck_near(f->values[1][2], 4, 0);
	ck_assert_str_eq(f->entity_key, "symbol");
	ck_assert_uint_eq(f->nentities, 2);
	ck_assert_str_eq(f->entities[1], "B");
	ck_assert_uint_eq(f->entity[0], 0);
	ck_assert_uint_eq(f->entity[1], 1);
	ck_assert_uint_eq(f->entity[2], 0);
	ck_assert_int_eq(f->time_s[0] - f->time_s[1], 86400);
	ck_assert_int_eq(f->has_clock, 0);
	ck_near(f->horizon[2], 5, 0);
	ck_assert_uint_eq(cf_frame_find(f, "y"), 1);
	ck_assert(cf_frame_find(f, "date") == CF_FRAME_NONE);
	cf_frame_free(f);
	cf_frame_free(NULL);
}
END_TEST

/* Which columns are numbers, and what is in them. */
START_TEST(columns_of_text)
{
	static const struct {
		const char *text;
		const char *columns;	/* "" where all are text. */
		double last;		/* Of the last column, in the last row. */
	} cases[] = {
		{ "a,b\n1,2\n", "a b", 2 },
		{ "a,b\nx,2\ny,3\n", "b", 3 },
		{ "a,b\n,2\nx,3\n", "b", 3 },		/* Missing does not tell yet. */
		{ "a,b,c\n1,x,2\n3,y,4\n", "a c", 4 },
		{ "a,b,c\nx,1,2\n,y,4\n", NULL, 0 },	/* Text below a number. */
		{ "a,b\n,\n,\n", "a b", NAN },		/* No value at all. */
		{ "a,b\nx,y\n", "", 0 },
		{ "a,b\n7,8\n1.5e3,-0.25", "a b", -0.25 },
		{ "\"a,1\",\"b\"\"2\"\n1,2\n", "a,1 b\"2", 2 },
		{ "{\"a\":1,\"b\":\"t\"}\n{\"b\":\"u\",\"a\":null}\n", "a", NAN },
		{ "account,a\nx,1\n", "a", 1 },
		{ "symbol,account,a\nx,7,1\n", "account a", 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_err err = { 0 };
		struct cf_frame *f = load((const char *const[]){ cases[i].text, NULL }, NULL, 0, &err);
		char names[80] = "";

		ck_assert_msg((f != NULL) == (cases[i].columns != NULL), "case %zu: %s", i, err.text);
		if (f == NULL)
			continue;
		for (size_t c = 0; c < f->ncolumns; c++) {
			strcat(names, c > 0 ? " " : "");
			strcat(names, f->names[c]);
		}
		ck_assert_str_eq(names, cases[i].columns);
		if (f->ncolumns > 0)
			ck_near(f->values[f->ncolumns - 1][f->rows - 1], cases[i].last, 0);
		cf_frame_free(f);
	}
}
END_TEST

START_TEST(horizons)
{
	static const char text[] = "date,horizon,x\n2024-01-01,5,1\n2024-01-01,20,2\n2024-01-02,5,3\n";
	static const struct {
		int64_t horizon;
		size_t rows;
	} cases[] = { { 5, 2 }, { 20, 1 }, { 7, 0 } };
	struct cf_err err = { 0 };
	struct cf_frame *f;

	for (size_t i = 0; i < COUNT(cases); i++) {
		f = load((const char *const[]){ text, NULL }, NULL, cases[i].horizon, &err);
		ck_assert_ptr_nonnull(f);
		ck_assert_uint_eq(f->rows, cases[i].rows);
		cf_frame_free(f);
	}
	ck_assert_ptr_null(load((const char *const[]){ text, NULL }, NULL, 0, &err));
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_str_eq(err.text, "f0:3: column \"horizon\": second horizon in the file; select one with --horizon: \"20\"");
}
END_TEST

START_TEST(several_files)
{
	struct cf_err err = { 0 };
	struct cf_frame *f;

	f = load((const char *const[]){ "symbol,x\nA,1\nB,2\n", "", "symbol,x\nC,3\nA,4\n" }, NULL, 0, &err);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->rows, 4);
	ck_assert_uint_eq(f->nentities, 3);
	ck_assert_uint_eq(f->entity[3], 0);
	ck_near(f->values[0][3], 4, 0);
	cf_frame_free(f);
	ck_assert_ptr_null(load((const char *const[]){ "a,b\n1,2\n", "b,a\n1,2\n", NULL }, NULL, 0, &err));
	ck_assert_str_eq(err.text, "f1:1: columns differ from those of the first file");
	ck_assert_ptr_null(load((const char *const[]){ "a,b\n1,2\n", "a\n1\n", NULL }, NULL, 0, &err));
	ck_assert_ptr_null(load((const char *const[]){ "a\n1\n", "a,b\n1,2\n", NULL }, NULL, 0, &err));
}
END_TEST

/* No records are no fault here. */
START_TEST(nothing)
{
	static const char *const texts[] = { "", "\n\n", "a,b\n", "symbol,date,a", "\xef\xbb\xbf" };

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct cf_frame *f = must_load(texts[i]);

		ck_assert_uint_eq(f->rows, 0);
		cf_frame_free(f);
	}
}
END_TEST

START_TEST(bad_data)
{
	static const struct {
		const char *text;
		const char *target;
		const char *message;
	} cases[] = {
		{ "a,b\n1,2\n", "c", "f0: column \"c\": there is no such column" },
		{ "a,b\n1,x\n", "b", "f0:2: column \"b\": not a number: \"x\"" },
		{ "a,b\n1,2\n1,1e999\n", NULL, "f0:3: column \"b\": number out of range: \"1e999\"" },
		{ "a,b\n1,2\n1,nan\n", NULL, "f0:3: column \"b\": not a number: \"nan\"" },
		{ "a,b\n1,1e999\n", "b", "f0:2: column \"b\": number out of range: \"1e999\"" },
		{ "symbol,a\nA,1\n,2\n", NULL, "f0:3: column \"symbol\": missing: \"\"" },
		{ "date,a\n2024-02-30,1\n", NULL,
		    "f0:2: column \"date\": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: \"2024-02-30\"" },
		{ "a,w\xe4hrung\n1,2\n", NULL, "f0:1: column name is not UTF-8; convert the file, "
		    "as with iconv -f latin1 -t utf-8: \"w?hrung\"" },
		{ "\xe4,b\n,2\n", "b", "f0:1: column name is not UTF-8; convert the file, "
		    "as with iconv -f latin1 -t utf-8: \"?\"" },
		{ "horizon,a\nfive,1\n", NULL, "f0:2: column \"horizon\": not a number: \"five\"" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_err err = { 0 };

		ck_assert_ptr_null(load((const char *const[]){ cases[i].text, NULL }, cases[i].target, 0, &err));
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_str_eq(err.text, cases[i].message);
	}
}
END_TEST

/* A name of text may be anything, and UTF-8 is no matter. */
START_TEST(names)
{
	struct cf_frame *f = must_load("\xe4,w\xc3\xa4hrung\nx,1\n");

	ck_assert_uint_eq(f->ncolumns, 1);
	ck_assert_str_eq(f->names[0], "w\xc3\xa4hrung");
	cf_frame_free(f);
}
END_TEST

/* A column that must be numeric where it is there. */
START_TEST(number_if_there)
{
	static const struct {
		const char *text;
		const char *message;	/* NULL: none. */
	} cases[] = {
		{ "a,y\n1,x\n", "number:2: column \"y\": not a number: \"x\"" },
		{ "a,y\n1,1e999\n", "number:2: column \"y\": number out of range: \"1e999\"" },
		{ "a,y\n1,\n1,inf\n", "number:3: column \"y\": not a number: \"inf\"" },
		{ "a,y\nx,1\n", NULL },
		{ "a,b\n1,x\n", NULL },
	};
	struct cf_frame_options options = { .paths = (const char *const[]){ "number" }, .npaths = 1, .number = "y" };

	for (size_t i = 0; i < COUNT(cases); i++) {
		FILE *out = fopen("number", "w");
		struct cf_err err = { 0 };
		struct cf_frame *f;

		ck_assert_ptr_nonnull(out);
		fputs(cases[i].text, out);
		ck_assert_int_eq(fclose(out), 0);
		f = cf_frame_load(&options, &err);
		ck_assert((f == NULL) == (cases[i].message != NULL));
		if (f == NULL)
			ck_assert_str_eq(err.text, cases[i].message);
		cf_frame_free(f);
	}
}
END_TEST

/* Many rows and symbols that do not stand together. */
START_TEST(many_rows)
{
	FILE *out = fopen("many", "w");
	struct cf_frame_options options = { .paths = (const char *const[]){ "many" }, .npaths = 1 };
	struct cf_frame *f;
	char name[24];

	ck_assert_ptr_nonnull(out);
	fputs("symbol,t,x\n", out);
	for (unsigned i = 0; i < 10000; i++)
		fprintf(out, "S%u,text,%u.5\n", i * 7 % 101, i);
	ck_assert_int_eq(fclose(out), 0);
	f = cf_frame_load(&options, NULL);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->rows, 10000);
	ck_assert_uint_eq(f->ncolumns, 1);
	ck_assert_uint_eq(f->nentities, 101);
	for (unsigned i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "S%u", i * 7 % 101);
		if (f->values[0][i] != i + 0.5 || strcmp(f->entities[f->entity[i]], name) != 0)
			ck_abort_msg("row %u", i);
	}
	cf_frame_free(f);
	options.paths = (const char *const[]){ "no such file" };
	ck_assert_ptr_null(cf_frame_load(&options, NULL));
}
END_TEST

UNIT_MAIN("table_frame", keys_stand_apart, columns_of_text, horizons, several_files, nothing, bad_data, names, number_if_there,
    many_rows)

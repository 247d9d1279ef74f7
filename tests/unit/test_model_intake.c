#include "test_model_data.h"

#include "model/intake.h"

#define FILES_MAX 3

/* A model of which only inputs and horizon count here. */
static struct cf_model *
model_of(const char *inputs, uint32_t horizon)
{
	struct cf_model *m = must_array(1, sizeof(*m));
	struct cf_frame *f = frame_make(1, inputs, NULL, 0, 0);
	size_t *column;

	m->kind = cf_kind_by_name("plain");
	m->horizon = horizon;
	ck_assert_int_eq(cf_inputs_choose(&m->inputs, m->kind, f, "", &column, NULL), 0);
	free(column);
	cf_frame_free(f);
	return (m);
}

/*
 * What an intake hands over, as one text: its keys, then for each batch "|" and its records "key,key:number,number;", missing
 * as "-"; an error's message ends it.
 */
static char *
feed_text(const struct cf_model *m, const char *const *texts, size_t batch, int latest)
{
	static const char *const paths[FILES_MAX] = { "f0", "f1", "f2" };
	struct cf_intake_options options = { .paths = paths, .batch = batch, .latest = latest };
	const char *keys[CF_INTAKE_KEYS_MAX];
	struct cf_buf b = { 0 };
	struct cf_err err = { 0 };
	struct cf_intake *f;
	size_t n, nkeys = 0;
	int rc;

	while (options.npaths < FILES_MAX && texts[options.npaths] != NULL) {
		file_text(paths[options.npaths], texts[options.npaths]);
		options.npaths++;
	}
	f = cf_intake_open(m, &options, &err);
	ck_assert_ptr_nonnull(f);
	while ((rc = cf_intake_next(f, &n, &err)) == 0 && n > 0) {
		if (b.len == 0) {
			nkeys = cf_intake_keys(f, keys);
			for (size_t k = 0; k < nkeys; k++)
				cf_buf_addf(&b, "%s ", keys[k]);
		}
		cf_buf_add_char(&b, '|');
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < nkeys; k++) {
				struct cf_field key = cf_intake_key(f, i, k);

				cf_buf_addf(&b, "%s%.*s", k > 0 ? "," : "", (int)key.len, key.text);
			}
			for (size_t j = 0; j < m->inputs.n; j++) {
				double x = cf_intake_records(f)[i * m->inputs.n + j];

				cf_buf_add_char(&b, j > 0 ? ',' : ':');
				if (isnan(x))
					cf_buf_add_char(&b, '-');
				else
					cf_buf_add_number(&b, x);
			}
			cf_buf_add_char(&b, ';');
		}
	}
	if (rc == -1) {
		struct cf_err again = { 0 };

		cf_buf_addf(&b, "!%s", err.text);
		/* It stays failed. */
		ck_assert_int_eq(cf_intake_next(f, &n, &again), -1);
		ck_assert_str_eq(again.text, err.text);
	} else {
		ck_assert_int_eq(cf_intake_next(f, &n, &err), 0);
		ck_assert_uint_eq(n, 0);
	}
	cf_intake_close(f);
	ck_assert_ptr_nonnull(cf_buf_string(&b, NULL));
	return (b.data);
}

struct feed_case {
	const char *texts[FILES_MAX];
	size_t batch;
	int latest;
	const char *want;
};

static void
try_cases(const struct feed_case *cases, size_t n, const char *inputs, uint32_t horizon)
{
	struct cf_model *m = model_of(inputs, horizon);

	for (size_t i = 0; i < n; i++) {
		char *got = feed_text(m, cases[i].texts, cases[i].batch, cases[i].latest);

		ck_assert_msg(strcmp(got, cases[i].want) == 0, "case %zu: %s\nnot %s", i, got, cases[i].want);
		free(got);
	}
	cf_model_free(m);
}

START_TEST(columns)
{
	static const struct feed_case cases[] = {
		{ { "a,b\n1,2\n3,4\n" }, 10, 0, "|:1,2;:3,4;" },
		{ { "b,x,a\n2,text,1\n,,3\n" }, 10, 0, "|:1,2;:3,-;" },		/* Any order, more columns. */
		{ { "b\n2\n4\n" }, 10, 0, "|:-,2;:-,4;" },			/* One is not there. */
		{ { "date,a,symbol,b\n2024-01-01,1,A,2\n" }, 10, 0, "symbol date |A,2024-01-01:1,2;" },
		{ { "account,target_date,horizon,a,date\nX,2024-01-09,5,1,2024-01-02\n" }, 10, 0,
		    "account date horizon target_date |X,2024-01-02,5,2024-01-09:1,-;" },
		{ { "symbol,a\n\"A,\"\"1\"\"\",1\n,2\n" }, 10, 0, "symbol |A,\"1\":1,-;:2,-;" },
		{ { "{\"b\":2,\"a\":1,\"symbol\":\"A\"}\n{\"symbol\":\"B\",\"b\":null}\n" }, 10, 0,
		    "symbol |A:1,2;B:-,-;" },
		{ { "x,y\n1,2\n" }, 10, 0, "!f0:1: no column is an input of the model" },
		{ { "symbol,date\nA,2024-01-01\n" }, 10, 0, "!f0:1: no column is an input of the model" },
		{ { "" }, 10, 0, "" }, { { "a,b\n" }, 10, 0, "" }, { { "", "", "a\n1\n" }, 10, 0, "|:1,-;" },
	};

	try_cases(cases, COUNT(cases), "a b", 0);
}
END_TEST

START_TEST(batches)
{
	static const struct feed_case cases[] = {
		{ { "a\n1\n2\n3\n" }, 1, 0, "|:1;|:2;|:3;" },
		{ { "a\n1\n2\n3\n" }, 2, 0, "|:1;:2;|:3;" },
		{ { "a\n1\n2\n3\n" }, 3, 0, "|:1;:2;:3;" },
		{ { "a\n1\n2\n", "b,a\n9,3\n" }, 2, 0, "|:1;:2;|:3;" },		/* Files may differ in columns, */
		{ { "a\n1\n2\n", "a\n3\n", "a\n" }, 4, 0, "|:1;:2;:3;" },
		/* but not in keys, of which the output is made. */
		{ { "symbol,a\nA,1\n", "a\n2\n" }, 1, 0,
		    "symbol |A:1;!f1:1: key columns differ from those of the first file" },
		{ { "a\n1\n", "date,a\n2024-01-01,2\n" }, 4, 0,
		    "|:1;!f1:1: key columns differ from those of the first file" },
	};

	try_cases(cases, COUNT(cases), "a", 0);
}
END_TEST

/* What was read before a fault is handed over first. */
START_TEST(bad_row_after_good_ones)
{
	static const struct feed_case cases[] = {
		{ { "a\n1\n2\nx\n4\n" }, 10, 0, "|:1;:2;!f0:4: column \"a\": not a number: \"x\"" },
		{ { "a\n1\n2\nx\n4\n" }, 2, 0, "|:1;:2;!f0:4: column \"a\": not a number: \"x\"" },
		{ { "a\n1\n2\nx\n4\n" }, 1, 0, "|:1;|:2;!f0:4: column \"a\": not a number: \"x\"" },
		{ { "a\nx\n" }, 2, 0, "!f0:2: column \"a\": not a number: \"x\"" },
		{ { "a\n1\n", "a\n1e999\n" }, 2, 0, "|:1;!f1:2: column \"a\": number out of range: \"1e999\"" },
		{ { "a,b\n1,2\n1\n" }, 2, 0, "|:1;!f0:3: 1 fields where the header has 2" },
		{ { "a,symbol\n1,A\n1,A,B\n" }, 2, 0, "symbol |A:1;!f0:3: 3 fields where the header has 2" },
		/* With --latest nothing is known before the end. */
		{ { "date,a\n2024-01-01,1\n2024-01-02,x\n" }, 2, 1, "!f0:3: column \"a\": not a number: \"x\"" },
	};

	try_cases(cases, COUNT(cases), "a", 0);
}
END_TEST

START_TEST(latest)
{
	static const struct feed_case cases[] = {
		{ { "symbol,date,a\nA,2024-01-01,1\nA,2024-01-02,2\nB,2024-01-01,3\n" }, 2, 1,
		    "symbol date |A,2024-01-02:2;B,2024-01-01:3;" },
		/* All records of the newest date stay, of each symbol. */
		{ { "symbol,date,a\nA,2024-01-01,0\nA,2024-01-02,1\nA,2024-01-02,2\nB,2024-01-01,3\n" }, 1, 1,
		    "symbol date |A,2024-01-02:1;A,2024-01-02:2;B,2024-01-01:3;" },
		/* In descending order too, and over files. */
		{ { "symbol,date,a\nA,2024-01-03,0\nA,2024-01-02,1\n", "symbol,date,a\nB,2024-01-01,3\nB,2024-01-04,4\n" },
		    9, 1, "symbol date |A,2024-01-03:0;B,2024-01-04:4;" },
		/* Records of a symbol need not stand together: those of a file sorted by date do not. */
		{ { "symbol,date,a\nA,2024-01-01,1\nB,2024-01-01,2\nA,2024-01-02,3\nB,2024-01-02,4\n" }, 9, 1,
		    "symbol date |A,2024-01-02:3;B,2024-01-02:4;" },
		{ { "symbol,date,a\nA,2024-01-02,1\nB,2024-01-01,2\nA,2024-01-01,3\n,2024-01-05,5\n" }, 9, 1,
		    "symbol date |A,2024-01-02:1;B,2024-01-01:2;,2024-01-05:5;" },
		{ { "account,date,a\nX,2024-01-01,1\nX,2024-01-02,2\nY,2024-01-01,3\n" }, 9, 1,
		    "account date |X,2024-01-02:2;Y,2024-01-01:3;" },
		{ { "date,a\n2024-01-01,1\n2024-01-03,2\n2024-01-03,3\n2024-01-02,4\n" }, 9, 1,
		    "date |2024-01-03:2;2024-01-03:3;" },
		/* Without dates all are the newest. */
		{ { "symbol,a\nA,1\nA,2\n" }, 1, 1, "symbol |A:1;A:2;" },
		{ { "symbol,date,a\n" }, 1, 1, "" },
	};

	try_cases(cases, COUNT(cases), "a", 0);
}
END_TEST

/* As many dates and symbols as make the feed sweep, in both orders, against the plain rule. */
START_TEST(latest_of_many)
{
	struct cf_model *m = model_of("a", 0);

	for (int by_date = 0; by_date < 2; by_date++) {
		struct cf_intake_options options = { .paths = (const char *const[]){ "many" }, .npaths = 1, .latest = 1 };
		FILE *out = fopen("many", "w");
		struct cf_intake *f;
		size_t n;

		ck_assert_ptr_nonnull(out);
		fputs("date,symbol,a\n", out);
		for (int i = 0; i < 28 * 400; i++) {
			const int day = by_date ? i / 400 : i % 28, symbol = by_date ? i % 400 : i / 28;

			/* Symbol s ends on day 1 + s % 28, two records a day. */
			if (day <= symbol % 28)
				fprintf(out, "2024-01-%02d,S%d,%d\n2024-01-%02d,S%d,%d.5\n", day + 1, symbol, day,
				    day + 1, symbol, day);
		}
		ck_assert_int_eq(fclose(out), 0);
		f = cf_intake_open(m, &options, NULL);
		ck_assert_int_eq(cf_intake_next(f, &n, NULL), 0);
		ck_assert_uint_eq(n, 800);
		for (size_t i = 0; i < n; i++) {
			const struct cf_field date = cf_intake_key(f, i, 1), symbol = cf_intake_key(f, i, 0);
			char text[24], want[24];
			int number;

			snprintf(text, sizeof(text), "%.*s", (int)symbol.len, symbol.text);
			number = atoi(text + 1);
			snprintf(text, sizeof(text), "%.*s", (int)date.len, date.text);
			snprintf(want, sizeof(want), "2024-01-%02d", number % 28 + 1);
			ck_assert_str_eq(text, want);
			ck_near(cf_intake_records(f)[i], number % 28 + (i % 2 ? 0.5 : 0.0), 0);
		}
		ck_assert_int_eq(cf_intake_next(f, &n, NULL), 0);
		ck_assert_uint_eq(n, 0);
		cf_intake_close(f);
	}
	cf_model_free(m);
}
END_TEST

START_TEST(horizon)
{
	static const struct feed_case cases[] = {
		{ { "horizon,a\n5,1\n5,2\n" }, 9, 0, "horizon |5:1;5:2;" },
		{ { "horizon,a\n5,1\n,2\n5.0,3\n" }, 9, 0, "horizon |5:1;:2;5.0:3;" },	/* Missing is no other. */
		{ { "a\n1\n" }, 9, 0, "|:1;" },
		{ { "horizon,a\n5,1\n6,2\n" }, 9, 0,
		    "horizon |5:1;!f0:3: column \"horizon\": the model forecasts horizon 5: \"6\"" },
		{ { "horizon,a\nfive,1\n" }, 9, 0, "!f0:2: column \"horizon\": not a number: \"five\"" },
	};
	static const struct feed_case none[] = { { { "horizon,a\n5,1\n6,2\n" }, 9, 0, "horizon |5:1;6:2;" } };

	try_cases(cases, COUNT(cases), "a", 5);
	try_cases(none, COUNT(none), "a", 0);
}
END_TEST

START_TEST(absent_file)
{
	struct cf_model *m = model_of("a", 0);
	struct cf_intake_options options = { .paths = (const char *const[]){ "absent" }, .npaths = 1, .batch = 1 };
	struct cf_intake *f = cf_intake_open(m, &options, NULL);
	struct cf_err err = { 0 };
	size_t n;

	ck_assert_int_eq(cf_intake_next(f, &n, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(cf_intake_known(f), 0);
	cf_intake_close(f);
	cf_intake_close(NULL);
	cf_model_free(m);
}
END_TEST

UNIT_MAIN("model_intake", columns, batches, bad_row_after_good_ones, latest, latest_of_many, horizon, absent_file)

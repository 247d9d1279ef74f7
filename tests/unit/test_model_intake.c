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
 * as "-", bad ones as "?LINE:TEXT;"; an error's message ends it.
 */
static char *
feed_with(const struct cf_model *m, struct cf_intake_options *options)
{
	struct cf_buf b = { 0 };
	struct cf_batch batch;
	struct cf_err err = { 0 };
	struct cf_intake *f;
	int rc, shown = 0, first;

	f = cf_intake_open(m, options, &err);
	ck_assert_ptr_nonnull(f);
	cf_batch_init(&batch, m->inputs.n);
	while ((rc = cf_intake_next(f, &batch, &err)) == 0 && batch.n > 0) {
		for (enum cf_batch_key_id k = 0; k < CF_BATCH_KEYS && !shown; k++)
			if (cf_intake_has(f, k))
				cf_buf_addf(&b, "%s ", cf_batch_key_name(k));
		shown = 1;
		cf_buf_add_char(&b, '|');
		for (size_t i = 0; i < batch.n; i++) {
			if (cf_batch_bad(&batch, i) != NULL) {
				cf_buf_addf(&b, "?%d:%s;", (int)batch.items[i].line, cf_batch_bad(&batch, i));
				continue;
			}
			first = 1;
			for (enum cf_batch_key_id k = 0; k < CF_BATCH_KEYS; k++) {
				struct cf_field key = cf_batch_key(&batch, i, k);

				if (!cf_intake_has(f, k))
					continue;
				cf_buf_addf(&b, "%s%.*s", first ? "" : ",", (int)key.len, key.text);
				first = 0;
			}
			for (size_t j = 0; j < m->inputs.n; j++) {
				double x = batch.records[i * m->inputs.n + j];

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
		ck_assert_int_eq(cf_intake_next(f, &batch, &again), -1);
		ck_assert_str_eq(again.text, err.text);
	} else {
		ck_assert_int_eq(cf_intake_next(f, &batch, &err), 0);
		ck_assert_uint_eq(batch.n, 0);
	}
	cf_batch_free(&batch);
	cf_intake_close(f);
	ck_assert_ptr_nonnull(cf_buf_string(&b, NULL));
	return (b.data);
}

static char *
feed_text(const struct cf_model *m, const char *const *texts, size_t batch, int latest)
{
	static const char *const paths[FILES_MAX] = { "f0", "f1", "f2" };
	struct cf_intake_options options = { .paths = paths, .batch = batch, .latest = latest };

	while (options.npaths < FILES_MAX && texts[options.npaths] != NULL) {
		file_text(paths[options.npaths], texts[options.npaths]);
		options.npaths++;
	}
	return (feed_with(m, &options));
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
		struct cf_batch batch;
		struct cf_intake *f;

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
		cf_batch_init(&batch, 1);
		ck_assert_int_eq(cf_intake_next(f, &batch, NULL), 0);
		ck_assert_uint_eq(batch.n, 800);
		for (size_t i = 0; i < batch.n; i++) {
			const struct cf_field date = cf_batch_key(&batch, i, CF_BATCH_DATE);
			const struct cf_field symbol = cf_batch_key(&batch, i, CF_BATCH_SYMBOL);
			char text[24], want[24];
			int number;

			snprintf(text, sizeof(text), "%.*s", (int)symbol.len, symbol.text);
			number = atoi(text + 1);
			snprintf(text, sizeof(text), "%.*s", (int)date.len, date.text);
			snprintf(want, sizeof(want), "2024-01-%02d", number % 28 + 1);
			ck_assert_str_eq(text, want);
			ck_near(batch.records[i], number % 28 + (i % 2 ? 0.5 : 0.0), 0);
		}
		ck_assert_int_eq(cf_intake_next(f, &batch, NULL), 0);
		ck_assert_uint_eq(batch.n, 0);
		cf_batch_free(&batch);
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
	struct cf_batch batch;

	cf_batch_init(&batch, 1);
	ck_assert_int_eq(cf_intake_next(f, &batch, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(cf_intake_known(f), 0);
	cf_batch_free(&batch);
	cf_intake_close(f);
	cf_intake_close(NULL);
	cf_model_free(m);
}
END_TEST

/* Arrays and bodies, with line ends anywhere; keys that come and go. */
START_TEST(json)
{
	static const struct feed_case cases[] = {
		{ { "[{\"a\":1,\"b\":2},{\"b\":4,\"a\":3}]" }, 10, 0, "|:1,2;:3,4;" },
		{ { " \n[\n {\"a\":\n1}\n,\n{\"b\":2}\n]\n\n" }, 10, 0, "|:1,-;:-,2;" },
		{ { "[]" }, 10, 0, "" }, { { " [ \n ] " }, 10, 0, "" }, { { "{\"data\":[]}" }, 10, 0, "" },
		{ { "{\"data\":{\"a\":1}}" }, 10, 0, "|:1,-;" },
		{ { "{ \"data\" : [ {\"a\":1} , {\"b\":\"2\"} ] }\n" }, 10, 0, "|:1,-;:-,2;" },
		{ { "{\"data\":{\"symbol\":\"]}\\\"[{\",\"a\":1}}" }, 10, 0, "symbol |]}\"[{:1,-;" },
		/* One document behind the other. */
		{ { "{\"data\":{\"a\":1}}\n{\"data\":{\"a\":2}}\n[{\"b\":3}]" }, 2, 0, "|:1,-;:2,-;|:-,3;" },
		/* Inputs come and go, other keys are passed over, in lines and arrays. */
		{ { "{\"a\":1}\n{\"b\":2}\n\n{\"x\":[1,2],\"a\":3}" }, 10, 0,
		    "|:1,-;:-,2;!f0:4: column \"x\": neither a number, a string nor null" },
		{ { "{\"a\":1}\n{\"b\":2,\"y\":\"z\"}\n{\"x\":5,\"a\":3}" }, 10, 0, "|:1,-;:-,2;:3,-;" },
		{ { "[{\"x\":5,\"a\":3}]" }, 10, 0, "|:3,-;" },
		{ { "{\"symbol\":\"A\",\"a\":1}\n{\"a\":2}" }, 10, 0, "symbol |A:1,-;:2,-;" },
		{ { "{\"a\":1}\n{\"symbol\":\"A\",\"a\":2}" }, 10, 0,
		    "|:1,-;!f0:2: column \"symbol\": key that the first record lacks: \"A\"" },
		{ { "{\"symbol\":\"A\"}" }, 10, 0, "!f0:1: no key is an input of the model" },
		{ { "{\"a\":1}\n{}" }, 10, 0, "|:1,-;!f0:2: no key is an input of the model" },
		/* In bodies a name has to be known: inputs, keys, the target, cash_flow. */
		{ { "{\"data\":{\"a\":1,\"cash_flow\":1,\"date\":\"d\"}}" }, 10, 0, "date |d:1,-;" },
		{ { "{\"data\":\n{\"a\":1,\n\"c\":1}}" }, 10, 0, "!f0:2: column \"c\": not an input of the model" },
		{ { "{\"data\":{\"a\":1},\"x\":2}" }, 10, 0,
		    "|:1,-;!f0:1: another member beside \"data\": \"\"x\":2}\"" },
		/* No JSON. */
		{ { "[{\"a\":1}" }, 10, 0, "|:1,-;!f0:1: not JSON: it ends too early: \"\"" },
		{ { "[{\"a\":1},]" }, 10, 0, "|:1,-;!f0:1: not JSON: no value: \"]\"" },
		{ { "[{\"a\":1}{\"a\":1}]" }, 10, 0, "|:1,-;!f0:1: not JSON: no comma: \"{\"a\":1}]\"" },
		{ { "[{\"a\":1}] x" }, 10, 0,
		    "|:1,-;!f0:1: neither an array nor {\"data\": ...}: \"x\"" },
		{ { "[{\"a\":1" }, 10, 0, "!f0:1: not JSON: it ends too early: \"{\"a\":1\"" },
		{ { "[\n5]" }, 10, 0, "!f0:2: not JSON at byte 1: '[' or '{' expected near '5': \"5\"" },
		{ { "[[{\"a\":1}]]" }, 10, 0, "!f0:1: not a JSON object: \"[{\"a\":1}]\"" },
		{ { "{\"data\":{\"a\":1}" }, 10, 0, "|:1,-;!f0:1: not JSON: it ends too early: \"\"" },
		{ { "{\"data\":5}" }, 10, 0, "!f0:1: no key is an input of the model" },
	};

	try_cases(cases, COUNT(cases), "a b", 0);
}
END_TEST

/* An indicator's default parameters may be there or not. */
START_TEST(spellings)
{
	static const struct feed_case cases[] = {
		{ { "rsi_14,volatility\n1,2\n" }, 10, 0, "|:1,2;" }, { { "rsi,volatility_20\n1,2\n" }, 10, 0, "|:1,2;" },
		{ { "rsi_14,rsi\n1,2\n" }, 10, 0, "|:2,-;" }, { { "rsi_9,volatility\n1,2\n" }, 10, 0, "|:-,2;" },
		{ { "{\"rsi_14\":1}\n{\"rsi\":2}\n{\"volatility\":3}" }, 10, 0, "|:1,-;:2,-;:-,3;" },
		{ { "{\"data\":{\"volatility\":3}}" }, 10, 0, "|:-,3;" },
	};

	try_cases(cases, COUNT(cases), "rsi volatility_20", 0);
}
END_TEST

START_TEST(keep_going)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "a,b\n1,2\nx,2\n3,4\n", "|:1,2;?3:f0:3: column \"a\": not a number: \"x\";:3,4;" },
		{ "a,b\n1\n\n3,4\n5", "|?2:f0:2: 1 fields where the header has 2;:3,4;"
		    "?5:f0:5: 1 fields where the header has 2;" },
		{ "a,b\n\"1\"x,2\n3,4\n", "|?2:f0:2: text behind a quoted field: \"\"1\"x\";:3,4;" },
		{ "{\"a\":1}\n{\"a\":\n{\"a\":3}\n", "|:1,-;?2:f0:2: not JSON at byte 5: unexpected token near end of file: "
		    "\"{\"a\":\";:3,-;" },
		{ "{\"a\":\"x\"}\n{\"symbol\":\"A\"}\n{\"a\":3,\"symbol\":\"B\"}\n",
		    "symbol |?1:f0:1: column \"a\": not a number: \"x\";?2:f0:2: no key is an input of the model;B:3,-;" },
		{ "[{\"a\":1},\n{\"a\":},\n5,\n{\"a\":3}]", "|:1,-;?2:f0:2: not JSON at byte 6: unexpected token near '}': "
		    "\"{\"a\":}\";?3:f0:3: not JSON at byte 1: '[' or '{' expected near '5': \"5\";:3,-;" },
		{ "{\"data\":[{\"a\":1},\n{\"c\":1},{\"b\":3}]}", "|:1,-;?2:f0:2: column \"c\": not an input of the model;:-,3;" },
		/* No way to go on. */
		{ "[{\"a\":1} {\"a\":2}]", "|:1,-;!f0:1: not JSON: no comma: \"{\"a\":2}]\"" },
		{ "x,y\n1,2\n", "!f0:1: no column is an input of the model" },
		{ "a,a\n1,2\n", "!f0:1: column named twice: \"a\"" },
	};
	struct cf_model *m = model_of("a b", 5);
	struct cf_intake_options options = { .paths = (const char *const[]){ "f0" }, .npaths = 1, .batch = 10, .keep_going = 1 };
	struct cf_buf big = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got;

		file_text("f0", cases[i].text);
		got = feed_with(m, &options);
		ck_assert_msg(strcmp(got, cases[i].want) == 0, "case %zu: %s\nnot %s", i, got, cases[i].want);
		free(got);
	}

	/* A line of ten million bytes is passed over, in any form. */
	for (int is_json = 0; is_json < 2; is_json++) {
		char *got;

		big.len = 0;
		cf_buf_add_text(&big, is_json ? "{\"a\":1}\n{\"a\":\"" : "a\n1\n");
		for (size_t i = 0; i < 1000000; i++)
			cf_buf_add_text(&big, "xxxxxxxxxx");
		cf_buf_add_text(&big, is_json ? "\"}\n{\"a\":3}\n" : "\n3\n");
		options.text = big.data;
		options.text_len = big.len;
		options.name = "big";
		got = feed_with(m, &options);
		ck_assert_str_eq(got, is_json ? "|:1,-;?2:big:2: line longer than 8 MiB;:3,-;" :
		    "|:1,-;?3:big:3: line longer than 8 MiB;:3,-;");
		free(got);
	}
	cf_buf_free(&big);
	cf_model_free(m);
}
END_TEST

/* With --latest bad records stay where they are; with await_keys a batch waits for the first good one. */
START_TEST(keep_going_otherwise)
{
	struct cf_model *m = model_of("a", 0);
	struct cf_intake_options options = { .paths = (const char *const[]){ "f0" }, .npaths = 1, .batch = 1, .keep_going = 1 };
	char *got;

	file_text("f0", "symbol,date,a\nA,1,1\nA,2,x\nA,3,3\nB,1,4\nB,0,5\nx\n");
	options.latest = 1;
	got = feed_with(m, &options);
	ck_assert_str_eq(got, "symbol date |?3:f0:3: column \"a\": not a number: \"x\";A,3:3;B,1:4;"
	    "?7:f0:7: 1 fields where the header has 3;");
	free(got);
	options.latest = 0;
	file_text("f0", "{}\n5\n{\"a\":1,\"date\":\"d\"}\n{}\n");
	got = feed_with(m, &options);
	ck_assert_str_eq(got, "|?1:f0:1: no key is an input of the model;|?2:f0:2: not JSON at byte 1: '[' or '{' expected near '5': \"5\";|d:1;"
	    "|?4:f0:4: no key is an input of the model;");
	free(got);
	options.await_keys = 1;
	got = feed_with(m, &options);
	ck_assert_str_eq(got, "date |?1:f0:1: no key is an input of the model;?2:f0:2: not JSON at byte 1: '[' or '{' expected near '5': \"5\";d:1;"
	    "|?4:f0:4: no key is an input of the model;");
	free(got);
	options.ignore_unknown = 1;
	file_text("f0", "{\"data\":{\"a\":1,\"c\":2},\"x\":[{\"]\":\"}\"}],\"y\" : 5 }{\"data\":{\"a\":3}}");
	got = feed_with(m, &options);
	ck_assert_str_eq(got, "|:1;|:3;");
	free(got);
	cf_model_free(m);
}
END_TEST

/* Begun anew, an intake reads a text as a new one does, whatever it read before. */
START_TEST(again)
{
	static const char *const texts[] = { "{\"data\":{\"a\":1,\"b\":2}}", "{\"data\":[{\"b\":2,\"symbol\":\"X\"},{\"a\":1}]}",
	    "{\"data\":{\"a\":\"x\"}}", "a,b\n1,2\n3,x\n", "", "{\"data\":{\"c\":1}}", "{\"a\":3}\n{\"b\":4}\n", "{\"data\":[{\"a\":1},{",
	    "b\n5\n", "{\"data\":{\"a\":null}}" };
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	struct cf_model *m = model_of("a b", 0);
	struct cf_intake_options options = { .batch = 10, .text = "", .name = "t" };
	struct cf_intake *f = cf_intake_open(m, &options, NULL);
	struct cf_batch one, other;

	ck_assert_ptr_nonnull(f);
	cf_batch_init(&one, 2);
	cf_batch_init(&other, 2);
	for (size_t i = 0; i < n * n; i++) {
		const char *text = texts[i % 2 == 0 ? i / n : i % n];
		struct cf_err err = { 0 }, err2 = { 0 };
		struct cf_intake *fresh;
		int rc;

		options.text = text;
		options.text_len = strlen(text);
		ck_assert_ptr_nonnull(fresh = cf_intake_open(m, &options, NULL));
		cf_intake_again(f, text, strlen(text));
		do {
			rc = cf_intake_next(fresh, &one, &err);
			ck_assert_int_eq(cf_intake_next(f, &other, &err2), rc);
			ck_assert_str_eq(err.text, err2.text);
			ck_assert_uint_eq(one.n, other.n);
			for (size_t j = 0; j < 2 * one.n; j++)
				ck_near(one.records[j], other.records[j], 0);
			ck_assert_int_eq(cf_intake_has(f, CF_BATCH_SYMBOL), cf_intake_has(fresh, CF_BATCH_SYMBOL));
		} while (rc == 0 && one.n > 0);
		cf_intake_close(fresh);
	}
	cf_intake_close(f);
	cf_batch_free(&one);
	cf_batch_free(&other);
	cf_model_free(m);
}
END_TEST

UNIT_MAIN("model_intake", columns, batches, bad_row_after_good_ones, latest, latest_of_many, horizon, absent_file, json, spellings,
    keep_going, keep_going_otherwise, again)

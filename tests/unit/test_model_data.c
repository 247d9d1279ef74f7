#include "test_model_data.h"

/* Rows as a table of: entity, day, target (NAN: unknown). */
struct row {
	uint32_t entity;
	int64_t day;
	double target;
};

static struct cf_frame *
frame_of(const struct row *rows, size_t n, const char *entity_key, double horizon)
{
	struct cf_frame *f = frame_make(n, "x cash_flow", entity_key, 1, horizon);

	for (size_t i = 0; i < n; i++) {
		if (entity_key != NULL)
			f->entity[i] = rows[i].entity;
		f->time_s[i] = rows[i].day * DAY;
		frame_column(f, "x")[i] = (double)i;
		frame_column(f, "cash_flow")[i] = rows[i].target;
	}
	if (entity_key != NULL) {
		free(f->entities[0]);
		free(f->entities);
		f->entities = must_array(3, sizeof(*f->entities));
		f->nentities = 3;
		for (size_t k = 0; k < 3; k++)
			f->entities[k] = cf_mem_strdup(k == 0 ? "A" : k == 1 ? "B" : "C", NULL);
	}
	return (f);
}

/* Dates are numbered over all symbols, days without a record are none, and a target is known h rows of its symbol later. */
START_TEST(dates_and_known)
{
	static const struct row rows[] = {
		{ 0, 1, 101 }, { 0, 2, 102 }, { 0, 5, 103 }, { 0, 6, NAN }, { 0, 8, NAN },
		/* B has no record of days 2 and 5. */
		{ 1, 1, 111 }, { 1, 6, 112 }, { 1, 7, NAN },
	};
	static const struct {
		uint32_t row, date, known;
	} want[] = {
		{ 0, 0, 2 },		/* A's row of day 5. */
		{ 5, 0, 4 },		/* B's row of day 7. */
		{ 1, 1, 3 }, { 2, 2, 5 },
		{ 6, 3, 6 },		/* After the frame's end: never. */
	};
	struct cf_frame *f = frame_of(rows, COUNT(rows), "symbol", 2);
	struct cf_data *d = must_data("holding", f, NULL);

	ck_assert_uint_eq(d->ndates, 6);
	ck_assert_int_eq(d->date_s[2], 5 * DAY);
	ck_assert_uint_eq(d->horizon, 2);
	ck_assert_str_eq(d->target_name, "cash_flow");
	ck_assert_uint_eq(d->n, COUNT(want));
	for (size_t i = 0; i < d->n; i++) {
		ck_assert_uint_eq(d->row[i], want[i].row);
		ck_assert_uint_eq(d->date[i], want[i].date);
		ck_assert_uint_eq(d->known[i], want[i].known);
		ck_near(d->y[i], log(rows[want[i].row].target / 100), 1e-15);
	}
	for (uint32_t date = 0; date < 8; date++) {
		size_t first = cf_data_first(d, date);

		ck_assert(first == 0 || d->date[first - 1] < date);
		ck_assert(first == d->n || d->date[first] >= date);
	}
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/* A plain record with no horizon knows its target on the day; records without dates have none. */
START_TEST(plain)
{
	static const struct row rows[] = { { 0, 3, 1 }, { 0, 1, -2 }, { 0, 3, NAN }, { 0, 2, 0 } };
	struct cf_frame *f = frame_of(rows, COUNT(rows), NULL, 0);
	struct cf_data *d = must_data("plain", f, "cash_flow");
	double record;

	ck_assert_uint_eq(d->horizon, 0);
	ck_assert_uint_eq(d->n, 3);
	for (size_t i = 0; i < d->n; i++)
		ck_assert_uint_eq(d->known[i], d->date[i]);
	ck_assert_uint_eq(d->row[0], 1);
	ck_near(d->y[0], -2, 0);
	cf_data_record(d, 2, &record);
	ck_near(record, 0, 0);		/* x of row 0. */
	cf_data_free(d);

	free(f->time_s);
	f->time_s = NULL;
	d = must_data("plain", f, "cash_flow");
	ck_assert_ptr_null(d->date);
	ck_assert_ptr_null(d->known);
	ck_assert_uint_eq(d->n, 3);
	ck_assert_uint_eq(d->row[0], 0);
	cf_data_free(d);
	cf_frame_free(f);
	cf_data_free(NULL);
}
END_TEST

/* With a horizon and no symbols, a target is known h dates later, in whatever order the records stand. */
START_TEST(known_without_symbols)
{
	static const struct row rows[] = { { 0, 3, 1 }, { 0, 1, 1 }, { 0, 1, 1 }, { 0, 2, 1 }, { 0, 9, 1 } };
	static const uint32_t known[] = { 2, 2, 3, 4, 4 };
	struct cf_frame *f = frame_of(rows, COUNT(rows), NULL, 2);
	struct cf_data *d = must_data("plain", f, "cash_flow");

	for (size_t i = 0; i < d->n; i++)
		ck_assert_uint_eq(d->known[i], known[i]);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/* No holding is worth 0 or less; such a record has no target. */
START_TEST(targets_that_are_none)
{
	static const struct row rows[] = { { 0, 1, 0 }, { 0, 2, -5 }, { 0, 3, NAN }, { 0, 4, 105 } };
	struct cf_frame *f = frame_of(rows, COUNT(rows), "symbol", 1);
	struct cf_data *d = must_data("holding", f, NULL);

	ck_assert_uint_eq(d->n, 1);
	ck_assert_uint_eq(d->row[0], 3);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

START_TEST(refuses)
{
	static const struct {
		struct row rows[3];
		const char *kind;
		const char *target;
		double horizon;
		int kind_of_error;
		const char *text;
	} cases[] = {
		{ { { 0, 2, 1 }, { 0, 1, 1 }, { 1, 1, 1 } }, "holding", NULL, 1, CF_ERR_DATA,
		    "dates of symbol \"A\" do not ascend: \"1970-01-02\"" },
		{ { { 0, 1, 1 }, { 1, 1, 1 }, { 1, 1, 1 } }, "holding", NULL, 1, CF_ERR_DATA,
		    "dates of symbol \"B\" do not ascend: \"1970-01-02\"" },
		{ { { 0, 1, 1 }, { 1, 4, 1 }, { 0, 1, 1 } }, "holding", NULL, 1, CF_ERR_DATA,
		    "dates of symbol \"A\" do not ascend: \"1970-01-02\"" },
		{ { { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 1 } }, "holding", NULL, 1.5, CF_ERR_DATA,
		    "column \"horizon\": not a whole number of 1 .. 2500" },
		{ { { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 1 } }, "holding", NULL, 1e9, CF_ERR_DATA,
		    "column \"horizon\": not a whole number of 1 .. 2500" },
		{ { { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 1 } }, "plain", NULL, 1, CF_ERR_USAGE,
		    "kind plain needs the name of its target" },
		{ { { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 1 } }, "plain", "y", 1, CF_ERR_DATA,
		    "column \"y\": there is no such column of numbers" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_frame *f = frame_of(cases[i].rows, 3, "symbol", cases[i].horizon);
		struct cf_err err = { 0 };

		ck_assert_ptr_null(cf_data_new(cf_kind_by_name(cases[i].kind), f, cases[i].target, &err));
		ck_assert_int_eq(err.kind, cases[i].kind_of_error);
		ck_assert_str_eq(err.text, cases[i].text);
		cf_frame_free(f);
	}
}
END_TEST

UNIT_MAIN("model_data", dates_and_known, plain, known_without_symbols, targets_that_are_none, refuses)

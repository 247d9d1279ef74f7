#include <pthread.h>
#include <string.h>
#include <time.h>

#include "unit.h"

#include "base/rng.h"
#include "feature/assembly.h"

#define PIECES 300
#define SLOTS 8

/* Pieces of numbers; a piece that continues needs the sum that the one before left. */
struct work {
	uint64_t pieces;
	uint64_t fail_fill, fail_first, fail_second, fail_drain;	/* Piece, or UINT64_MAX. */
	uint64_t sum[SLOTS + 1];	/* Left by a piece. */
	int continues[SLOTS];
	uint64_t result[SLOTS];
	uint64_t drained;
	uint64_t total;			/* Depends on the order. */
};

static int
continues(uint64_t piece)
{

	return (piece % 5 != 0);
}

static void
dawdle(uint64_t piece)
{
	struct timespec t = { 0, (long)(piece * 7919 % 5) * 20000 };

	nanosleep(&t, NULL);
}

static int
fill(void *cookie, uint64_t piece, size_t slot, int *more, struct cf_err *err)
{
	struct work *w = cookie;

	if (piece == w->fail_fill)
		return (cf_err_set(err, CF_ERR_DATA, "fill %d", (int)piece));
	if (piece == w->pieces)
		return (0);
	w->continues[slot] = *more = continues(piece);
	return (1);
}

static int
first(void *cookie, uint64_t piece, size_t slot, struct cf_err *err)
{
	struct work *w = cookie;

	dawdle(piece);
	if (piece == w->fail_first)
		return (cf_err_set(err, CF_ERR_DATA, "first %d", (int)piece));
	w->result[slot] = piece + (w->continues[slot] ? w->sum[(piece - 1) % (SLOTS + 1)] : 0);
	w->sum[piece % (SLOTS + 1)] = w->result[slot];
	return (0);
}

static int
second(void *cookie, uint64_t piece, size_t slot, struct cf_err *err)
{
	struct work *w = cookie;

	dawdle(piece + 1);
	if (piece == w->fail_second)
		return (cf_err_set(err, CF_ERR_DATA, "second %d", (int)piece));
	w->result[slot] *= 3;
	return (0);
}

static int
drain(void *cookie, uint64_t piece, size_t slot, struct cf_err *err)
{
	struct work *w = cookie;

	ck_assert_uint_eq(piece, w->drained);
	if (piece == w->fail_drain)
		return (cf_err_set(err, CF_ERR_DATA, "drain %d", (int)piece));
	w->drained++;
	w->total = w->total * 31 + w->result[slot];
	return (0);
}

static struct work
fresh(void)
{
	struct work w = { .pieces = PIECES, .fail_fill = UINT64_MAX, .fail_first = UINT64_MAX,
		.fail_second = UINT64_MAX, .fail_drain = UINT64_MAX };

	return (w);
}

static int
run(struct work *w, size_t threads, size_t slots, struct cf_err *err)
{
	struct cf_assembly a = { threads, slots, w, fill, first, second, drain };

	return (cf_assembly_run(&a, err));
}

START_TEST(any_number_of_threads)
{
	struct work w;
	struct cf_err err;
	uint64_t want = 0;

	for (size_t threads = 1; threads <= 6; threads++) {
		for (size_t slots = 1; slots <= SLOTS; slots += 1 + slots / 3) {
			w = fresh();
			ck_assert_int_eq(run(&w, threads, slots, &err), 0);
			ck_assert_uint_eq(w.drained, PIECES);
			if (want == 0)
				want = w.total;
			ck_assert_uint_eq(w.total, want);
		}
	}
}
END_TEST

START_TEST(nothing_to_do)
{
	struct work w = fresh();

	w.pieces = 0;
	ck_assert_int_eq(run(&w, 3, 4, NULL), 0);
	ck_assert_uint_eq(w.drained, 0);
}
END_TEST

START_TEST(first_failure_is_reported)
{
	struct work w;
	struct cf_err err;

	for (size_t threads = 1; threads <= 4; threads++) {
		for (int round = 0; round < 20; round++) {
			w = fresh();
			w.fail_first = 37;
			w.fail_second = 38;
			w.fail_fill = 41;
			ck_assert_int_eq(run(&w, threads, SLOTS, &err), -1);
			ck_assert_str_eq(err.text, "first 37");
			ck_assert_uint_eq(w.drained, 37);
			w = fresh();
			w.fail_second = 36;
			w.fail_first = 38;
			ck_assert_int_eq(run(&w, threads, SLOTS, &err), -1);
			ck_assert_str_eq(err.text, "second 36");
			ck_assert_uint_eq(w.drained, 36);
			w = fresh();
			w.fail_fill = 41;
			ck_assert_int_eq(run(&w, threads, SLOTS, &err), -1);
			ck_assert_str_eq(err.text, "fill 41");
			ck_assert_uint_eq(w.drained, 41);
			w = fresh();
			w.fail_drain = 5;
			ck_assert_int_eq(run(&w, threads, SLOTS, &err), -1);
			ck_assert_str_eq(err.text, "drain 5");
		}
	}
}
END_TEST

UNIT_MAIN("feature_assembly", any_number_of_threads, nothing_to_do, first_failure_is_reported)

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "unit.h"

#include "base/par.h"

#define ITEMS 5000

struct job {
	atomic_int done[ITEMS];
	atomic_int busy[64];	/* By thread: nobody else has its scratch. */
	size_t fail_from;
	size_t threads;
};

static int
work(void *cookie, size_t item, size_t thread, struct cf_err *err)
{
	struct job *job = cookie;
	struct timespec nap = { 0, 20000 };

	if (thread >= job->threads ||
	    atomic_fetch_add(&job->busy[thread], 1) != 0)
		return (cf_err_set(err, CF_ERR_NO, "thread %zu", thread));
	atomic_fetch_add(&job->done[item], 1);
	if (item % 500 == 0)
		nanosleep(&nap, NULL);
	atomic_fetch_sub(&job->busy[thread], 1);
	if (item >= job->fail_from)
		return (cf_err_set(err, CF_ERR_DATA, "item %zu", item));
	return (0);
}

START_TEST(each_item_once)
{
	static const size_t threads[] = { 1, 2, 3, 8, 64 };
	static struct job job;

	for (size_t t = 0; t < sizeof(threads) / sizeof(threads[0]); t++) {
		memset(&job, 0, sizeof(job));
		job.fail_from = ITEMS;
		job.threads = threads[t];
		ck_assert_int_eq(cf_par_run(ITEMS, threads[t], work, &job,
		    NULL), 0);
		for (size_t i = 0; i < ITEMS; i++)
			ck_assert_int_eq(job.done[i], 1);
	}
	ck_assert_int_eq(cf_par_run(0, 4, work, &job, NULL), 0);
}
END_TEST

START_TEST(lowest_failure_is_told)
{
	static struct job job;
	struct cf_err err;
	size_t done = 0;

	for (int round = 0; round < 20; round++) {
		memset(&job, 0, sizeof(job));
		job.fail_from = 700;
		job.threads = 4;
		ck_assert_int_eq(cf_par_run(ITEMS, 4, work, &job, &err), -1);
		ck_assert_str_eq(err.text, "item 700");
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		done = 0;
		for (size_t i = 0; i < ITEMS; i++)
			done += job.done[i] != 0;
		/* Nothing new is begun: each thread had one more at most. */
		ck_assert_uint_ge(done, 701);
		ck_assert_uint_le(done, 705);
	}
}
END_TEST

START_TEST(number_of_threads)
{

	ck_assert_uint_eq(cf_par_threads(3), 3);
	ck_assert_uint_ge(cf_par_threads(0), 1);
}
END_TEST

UNIT_MAIN("base_par", each_item_once, lowest_failure_is_told,
    number_of_threads)

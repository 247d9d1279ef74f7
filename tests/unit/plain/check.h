/*
 * check.h: the little of Check that unit.h and the unit tests use, for machines and C libraries that have no Check (see
 * tests/builds.sh).  One process runs all tests; the first failure ends its test.
 */
#ifndef PLAIN_CHECK_H
#define PLAIN_CHECK_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	const char *name;
	void (*run)(int);
} TTest;

/* What unit.h does with suites and runners comes down to a list and two counts. */
typedef struct suite {
	const TTest *tests[200];
	int n, failed;
} Suite, TCase, SRunner;
typedef struct {
	const char *text;
} TestResult;

static jmp_buf plain_end;
static const char *plain_test;
static Suite plain_suite;

#define CK_NOFORK 0
#define CK_SILENT 0
#define suite_create(name) ((void)(name), &plain_suite)
#define tcase_create(name) ((void)(name), &plain_suite)
#define tcase_add_test(tcase, test) ((tcase)->tests[(tcase)->n++] = (test))
#define tcase_set_timeout(tcase, seconds) ((void)(tcase))
#define suite_add_tcase(suite, tcase) ((void)(suite), (void)(tcase))
#define srunner_create(suite) (suite)
#define srunner_set_fork_status(runner, status) ((void)(runner))
#define srunner_ntests_run(runner) ((runner)->n)
#define srunner_ntests_failed(runner) ((runner)->failed)
/* Failures are printed where they happen. */
#define srunner_failures(runner) ((runner)->failed = (runner)->failed, (TestResult **)NULL)
#define srunner_free(runner) ((void)(runner))
#define tr_lfile(r) ""
#define tr_lno(r) 0
#define tr_tcname(r) ""
#define tr_msg(r) ""

static inline void
srunner_run_all(Suite *s, int how)
{

	(void)how;
	for (int i = 0; i < s->n; i++) {
		plain_test = s->tests[i]->name;
		if (setjmp(plain_end) == 0)
			s->tests[i]->run(0);
		else
			s->failed++;
	}
}

#define mark_point() ((void)0)
#define START_TEST(name)							\
	static void name##_run(int);						\
	static const TTest name##_test = { #name, name##_run };		\
	static const TTest *const name = &name##_test;				\
	static void name##_run(int _i)						\
	{									\
		(void)_i;
#define END_TEST }

#define ck_abort_msg(...) do {							\
	printf("%s:%d: %s: ", __FILE__, __LINE__, plain_test);			\
	printf(__VA_ARGS__);							\
	printf("\n");								\
	longjmp(plain_end, 1);							\
} while (0)
#define ck_assert_msg(x, ...) do { if (!(x)) ck_abort_msg(__VA_ARGS__); } while (0)
#define ck_assert(x) ck_assert_msg(x, "%s", #x)

#define PLAIN_COMPARE(type, form, a, op, b) do {				\
	const type plain_a = (type)(a), plain_b = (type)(b);			\
	ck_assert_msg(plain_a op plain_b, "%s is " form ", not %s " form, #a, plain_a, #op, plain_b);	\
} while (0)
#define PLAIN_INT(a, op, b) PLAIN_COMPARE(intmax_t, "%jd", a, op, b)
#define PLAIN_UINT(a, op, b) PLAIN_COMPARE(uintmax_t, "%ju", a, op, b)
#define PLAIN_DOUBLE(a, op, b) PLAIN_COMPARE(double, "%.17g", a, op, b)
#define ck_assert_int_eq(a, b) PLAIN_INT(a, ==, b)
#define ck_assert_int_ne(a, b) PLAIN_INT(a, !=, b)
#define ck_assert_int_lt(a, b) PLAIN_INT(a, <, b)
#define ck_assert_int_le(a, b) PLAIN_INT(a, <=, b)
#define ck_assert_int_gt(a, b) PLAIN_INT(a, >, b)
#define ck_assert_int_ge(a, b) PLAIN_INT(a, >=, b)
#define ck_assert_uint_eq(a, b) PLAIN_UINT(a, ==, b)
#define ck_assert_uint_ne(a, b) PLAIN_UINT(a, !=, b)
#define ck_assert_uint_lt(a, b) PLAIN_UINT(a, <, b)
#define ck_assert_uint_le(a, b) PLAIN_UINT(a, <=, b)
#define ck_assert_uint_gt(a, b) PLAIN_UINT(a, >, b)
#define ck_assert_uint_ge(a, b) PLAIN_UINT(a, >=, b)
#define ck_assert_double_eq(a, b) PLAIN_DOUBLE(a, ==, b)
#define ck_assert_double_lt(a, b) PLAIN_DOUBLE(a, <, b)
#define ck_assert_ptr_eq(a, b) ck_assert((const void *)(a) == (const void *)(b))
#define ck_assert_ptr_null(a) ck_assert((a) == NULL)
#define ck_assert_ptr_nonnull(a) ck_assert((a) != NULL)
#define ck_assert_str_eq(a, b) do {						\
	const char *plain_s = (a), *plain_t = (b);				\
	ck_assert_msg(strcmp(plain_s, plain_t) == 0, "%s is \"%s\", not \"%s\"", #a, plain_s, plain_t);	\
} while (0)
#define ck_assert_str_ne(a, b) ck_assert(strcmp(a, b) != 0)
#define ck_assert_mem_eq(a, b, n) ck_assert(memcmp(a, b, n) == 0)
#define ck_assert_mem_ne(a, b, n) ck_assert(memcmp(a, b, n) != 0)

#endif /* !PLAIN_CHECK_H */

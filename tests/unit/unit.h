/*
 * unit.h: what every tests/unit/test_MODULE.c includes: Check, one comparison of doubles, and main().
 *
 *	#include "unit.h"
 *	#include "base/num.h"
 *
 *	START_TEST(prints_shortest)
 *	{
 *		ck_assert_str_eq(...);
 *		ck_near(cf_x(2.0), 1.4142135623730951, 1e-12);
 *	}
 *	END_TEST
 *
 *	UNIT_MAIN("num", prints_shortest, ...)
 *
 * Failures are printed as "FILE:LINE: TEST: TEXT"; the last line is "N passed, N failed".  Each test runs in a process
 * of its own, except under sanitizers and with CK_FORK=no; a test may take UNIT_SECONDS.
 */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef UNIT_SECONDS
#define UNIT_SECONDS 60
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNIT_SANITIZED 1
#endif
#endif
#ifndef UNIT_SANITIZED
#define UNIT_SANITIZED 0
#endif

/*
 * unit_is_near(x, y, tol):
 * Return nonzero when x and y differ by at most tol times the larger magnitude.  NaN is near NaN, an infinity near
 * itself only, and 0 near 0 only: compare with ck_abs for an absolute tolerance.
 */
static inline int
unit_is_near(double x, double y, double tol)
{

	if (isnan(x) || isnan(y))
		return (isnan(x) && isnan(y));
	if (isinf(x) || isinf(y))
		return (isinf(x) && isinf(y) && (x > 0) == (y > 0));
	return (fabs(x - y) <= tol * fmax(fabs(x), fabs(y)));
}

/* unit_is_abs(x, y, tol): the same with an absolute tolerance. */
static inline int
unit_is_abs(double x, double y, double tol)
{

	if (!isfinite(x) || !isfinite(y))
		return (unit_is_near(x, y, 0));
	return (fabs(x - y) <= tol);
}

#define UNIT_COMPARE(is, x, y, tol) do {					\
	const double unit_x = (x);						\
	const double unit_y = (y);						\
	const double unit_tol = (tol);						\
	if (is(unit_x, unit_y, unit_tol))					\
		mark_point();							\
	else									\
		ck_abort_msg("%s is %.17g, not %.17g (tolerance %g)", #x,	\
		    unit_x, unit_y, unit_tol);					\
} while (0)

/* ck_near(x, y, tol), ck_abs(x, y, tol): x is y up to a relative or an absolute tolerance; NaN equals NaN. */
#define ck_near(x, y, tol) UNIT_COMPARE(unit_is_near, x, y, tol)
#define ck_abs(x, y, tol) UNIT_COMPARE(unit_is_abs, x, y, tol)

/*
 * unit_has_long_double():
 * Is long double longer than double?  Valgrind computes it in 64 bits, on some machines it is the same type: references
 * computed in it are then no better than what they are compared with.
 */
static inline int
unit_has_long_double(void)
{
	volatile long double one = 1, little = (long double)DBL_EPSILON / 64;

	return (one + little != one);
}

/*
 * unit_run(name, tests, count):
 * Run the tests, print failures and counts, return the program's status.
 */
static inline int
unit_run(const char *name, const TTest * const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase;
	SRunner *runner;
	TestResult **failures;
	int i, failed, run;

	if (access("configure.ac", F_OK) == 0) {
		fprintf(stderr, "%s: writes into the current folder, which is the source: use make check T=...\n", name);
		return (EXIT_FAILURE);
	}
	/* A test case for each test, because Check's results carry the name of the case only. */
	for (size_t k = 0; k < count; k++) {
		tcase = tcase_create(tests[k]->name);
		tcase_add_test(tcase, tests[k]);
		tcase_set_timeout(tcase, UNIT_SECONDS);
		suite_add_tcase(suite, tcase);
	}
	runner = srunner_create(suite);
	if (UNIT_SANITIZED)
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_SILENT);

	run = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	failures = srunner_failures(runner);
	for (i = 0; i < failed; i++)
		printf("%s:%d: %s: %s\n", tr_lfile(failures[i]), tr_lno(failures[i]), tr_tcname(failures[i]),
		    tr_msg(failures[i]));
	free(failures);
	srunner_free(runner);
	printf("%d passed, %d failed\n", run - failed, failed);
	return (failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* UNIT_MAIN(name, test, ...): main() that runs these tests. */
#define UNIT_MAIN(name, ...)							\
int										\
main(void)									\
{										\
	const TTest *unit_tests[] = { __VA_ARGS__ };				\
										\
	return (unit_run(name, unit_tests, sizeof(unit_tests) / sizeof(unit_tests[0])));	\
}

#endif /* !UNIT_H */

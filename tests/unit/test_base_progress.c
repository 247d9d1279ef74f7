#define _GNU_SOURCE		/* posix_openpt and its kind. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "base/progress.h"

static void
sleep_ms(long ms)
{
	struct timespec nap = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&nap, NULL);
}

/* What came to the other side of the terminal so far. */
static size_t
seen(int fd, char *text, size_t size)
{
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	n = read(fd, text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	return (n > 0 ? (size_t)n : 0);
}

START_TEST(never_on_what_is_no_terminal)
{
	struct cf_progress progress;
	char text[64];
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	cf_progress_start(&progress, fds[1], "rows", 100);
	progress.start_s -= 10;
	cf_progress_at(&progress, 50);
	cf_progress_end(&progress);
	ck_assert_uint_eq(seen(fds[0], text, sizeof(text)), 0);
	cf_progress_start(&progress, -1, "rows", 100);
	cf_progress_at(&progress, 50);
	cf_progress_end(&progress);
	cf_progress_at(NULL, 50);
}
END_TEST

START_TEST(line_on_a_terminal)
{
	struct cf_progress progress;
	char text[256];
	int master, slave;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master == -1 || grantpt(master) || unlockpt(master) ||
	    (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) == -1) {
		printf("skipped: no pseudo-terminal\n");
		return;
	}
	cf_progress_start(&progress, slave, "rows", 100);
	cf_progress_at(&progress, 10);
	sleep_ms(300);
	cf_progress_at(&progress, 20);
	cf_progress_end(&progress);
	/* Under a second: nothing, and nothing to wipe. */
	ck_assert_uint_eq(seen(master, text, sizeof(text)), 0);

	cf_progress_start(&progress, slave, "rows", 100);
	sleep_ms(1100);
	cf_progress_at(&progress, 50);
	cf_progress_at(&progress, 51);
	ck_assert_uint_gt(seen(master, text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "\r50 rows, "));
	ck_assert_ptr_nonnull(strstr(text, "/s, 50 %, 1 s left"));
	/* Not twice within a fifth of a second. */
	ck_assert_ptr_null(strstr(text, "51 rows"));
	cf_progress_end(&progress);
	ck_assert_uint_gt(seen(master, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "\r\033[K");

	/* Without a total there is no end in sight. */
	cf_progress_start(&progress, slave, "trees", 0);
	progress.start_s -= 2;
	cf_progress_at(&progress, 4);
	seen(master, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\r4 trees, 2/s"));
	ck_assert_ptr_null(strstr(text, "left"));
	close(master);
	close(slave);
}
END_TEST

UNIT_MAIN("base_progress", never_on_what_is_no_terminal, line_on_a_terminal)

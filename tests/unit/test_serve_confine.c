/*
 * What a confined process can still do with files.  Each case is a process of its own, since there is no way back.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "folder.h"

#include "serve/confine.h"

/* What a try came to, as the exit status of a process. */
enum { DONE, DENIED, FAILED, NO_LANDLOCK };

static int
verdict(int rc)
{

	return (rc != -1 ? DONE : errno == EACCES ? DENIED : FAILED);
}

static int
try_read(void)
{

	return (verdict(open("open/a", O_RDONLY)));
}

static int
try_write(void)
{

	return (verdict(open("open/a", O_WRONLY)));
}

static int
try_make(void)
{

	return (verdict(open("open/new", O_WRONLY | O_CREAT, 0600)));
}

static int
try_log(void)
{
	int fd = open("log/new", O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd == -1 || write(fd, "x", 1) != 1 || close(fd))
		return (verdict(-1));
	return (verdict(unlink("log/new")));
}

static int
try_elsewhere(void)
{

	return (verdict(open("elsewhere/a", O_RDONLY)));
}

static int
try_system(void)
{

	return (verdict(open("/etc/passwd", O_RDONLY)));
}

static int
try_run(void)
{

	execl("/bin/true", "true", (char *)NULL);
	return (verdict(-1));
}

/* Do it in a confined process. */
static int
confined(int (*try)(void))
{
	/* The last is where a build that counts lines puts the counts. */
	char counts[4096] = "log";
	const struct cf_confine_path paths[] = { { "open", 0 }, { "log", 1 }, { "not there", 1 }, { counts, 1 } };
	struct cf_err err;
	int status, rc;
	pid_t pid;

	if (getenv("CF_B") != NULL)
		snprintf(counts, sizeof(counts), "%s/lib", getenv("CF_B"));
	if ((pid = fork()) == 0) {
		rc = cf_confine_files(paths, sizeof(paths) / sizeof(paths[0]), &err);
		if (rc == -1)
			fprintf(stderr, "%s\n", err.text);
		exit(rc == 0 ? NO_LANDLOCK : rc == -1 ? FAILED : try());
	}
	ck_assert_int_ne(pid, -1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return (WEXITSTATUS(status));
}

START_TEST(files)
{
	static const struct {
		const char *what;
		int (*try)(void);
		int want;
	} cases[] = {
		{ "read what is allowed", try_read, DONE },
		{ "write there", try_write, DENIED },
		{ "make a file there", try_make, DENIED },
		{ "make, write, remove a log", try_log, DONE },
		{ "read beside it", try_elsewhere, DENIED },
		{ "read a file of the system", try_system, DENIED },
		{ "run a program", try_run, DENIED }
	};

	fresh("confined");
	ck_assert_int_eq(mkdir("open", 0700) | mkdir("log", 0700) | mkdir("elsewhere", 0700), 0);
	ck_assert_int_eq(cf_file_write("open/a", "a", 1, NULL) | cf_file_write("elsewhere/a", "a", 1, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int got = confined(cases[i].try);

		if (got == NO_LANDLOCK) {
			printf("this kernel, or this build, has no Landlock\n");
			return;
		}
		ck_assert_msg(got == cases[i].want, "%s: %d", cases[i].what, got);
	}
	holds("open/a", "a");
	ck_assert_int_eq(entries("open"), 1);
	ck_assert_int_eq(entries("log"), 0);
}
END_TEST

/* Nobody becomes a user that is not there; root becomes another, for good. */
START_TEST(users)
{
	struct cf_err err;
	int status;
	pid_t pid;

	ck_assert_int_eq(cf_confine_user("no such user", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	ck_assert_str_eq(err.text, "no such user: \"no such user\"");
	if ((pid = fork()) == 0) {
		if (cf_confine_user("nobody", &err))
			_exit(err.kind == CF_ERR_SYSTEM && strncmp(err.text, "becoming user nobody: ", 22) == 0 ? 1 : 2);
		_exit(getuid() != 0 && geteuid() == getuid() && setuid(0) == -1 ? 0 : 3);
	}
	ck_assert_int_ne(pid, -1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), getuid() == 0 ? 0 : 1);
}
END_TEST

UNIT_MAIN("confine", files, users)

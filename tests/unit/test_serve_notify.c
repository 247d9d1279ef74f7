#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <string.h>
#include <unistd.h>

#include "serve/listener.h"
#include "serve/notify.h"

/* What a service manager hears. */
START_TEST(datagrams)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char got[100];
	ssize_t n;
	int fd;

	unlink("n.sock");
	strcpy(un.sun_path, "n.sock");
	ck_assert_int_ne(fd = socket(AF_UNIX, SOCK_DGRAM, 0), -1);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&un, sizeof(un)), 0);
	unsetenv("NOTIFY_SOCKET");
	cf_notify("nobody asked");
	/* A name that is no path is none. */
	setenv("NOTIFY_SOCKET", "n.sock", 1);
	cf_notify("nor here");
	char cwd[80];

	if (getcwd(cwd, sizeof(cwd)) == NULL || strlen(cwd) > sizeof(un.sun_path) - 10) {
		close(fd);
		return;
	}
	strcat(cwd, "/n.sock");
	setenv("NOTIFY_SOCKET", cwd, 1);
	cf_notify("READY=1");
	n = recv(fd, got, sizeof(got), 0);
	ck_assert_int_eq((int)n, 7);
	ck_assert(memcmp(got, "READY=1", 7) == 0);
	close(fd);
	cf_notify("nobody is there");
	unsetenv("NOTIFY_SOCKET");
}
END_TEST

START_TEST(watchdog)
{
	static const struct {
		const char *usec, *pid;	/* "self": ours. */
		int64_t ms;
	} cases[] = {
		{ NULL, NULL, 0 }, { "30000000", NULL, 15000 }, { "30000000", "self", 15000 }, { "30000000", "1", 0 },
		{ "x", NULL, 0 }, { "1", NULL, 0 }, { "-5", NULL, 0 },
	};
	char pid[20];

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (cases[i].usec != NULL)
			setenv("WATCHDOG_USEC", cases[i].usec, 1);
		if (cases[i].pid != NULL)
			setenv("WATCHDOG_PID", strcmp(cases[i].pid, "self") == 0 ? pid : cases[i].pid, 1);
		ck_assert_int_eq((int)cf_notify_watchdog(), (int)cases[i].ms);
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}
END_TEST

/* Sockets are taken only where they were passed to this very process; the variables go in any case. */
START_TEST(passed)
{
	struct cf_listener set = { .n = 0 };
	struct cf_err err;
	char pid[20];

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_PID", "1", 1);
	ck_assert_int_eq(cf_listener_passed(&set, &err), 0);
	ck_assert_uint_eq(set.n, 0);
	ck_assert_ptr_null(getenv("LISTEN_FDS"));
	ck_assert_ptr_null(getenv("LISTEN_PID"));
	setenv("LISTEN_FDS", "-1", 1);
	setenv("LISTEN_PID", pid, 1);
	ck_assert_int_eq(cf_listener_passed(&set, &err), 0);
	ck_assert_uint_eq(set.n, 0);
	setenv("LISTEN_FDS", "1000", 1);
	setenv("LISTEN_PID", pid, 1);
	ck_assert_int_eq(cf_listener_passed(&set, &err), -1);
	ck_assert_ptr_null(getenv("LISTEN_FDS"));
	set.n = 0;
}
END_TEST

START_TEST(names)
{
	static const struct {
		const char *name;
		const char *error;	/* NULL: listens. */
	} cases[] = {
		{ "127.0.0.1:0", NULL }, { "./u.sock", NULL }, { "8000", "not ADDRESS:PORT: \"8000\"" },
		{ "127.0.0.1:", "not ADDRESS:PORT: \"127.0.0.1:\"" }, { "127.0.0.1:x", "*" }, { "none/u.sock", "*" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cf_listener set = { .n = 0 };
		struct cf_err err;
		char name[100];
		int rc = cf_listener_open(&set, cases[i].name, &err);

		ck_assert_int_eq(rc == 0, cases[i].error == NULL);
		if (rc != 0 && *cases[i].error != '*')
			ck_assert_str_eq(err.text, cases[i].error);
		if (rc == 0) {
			cf_listener_name(&set, 0, name, sizeof(name));
			ck_assert_int_eq(strncmp(name, cases[i].name, 9), 0);
		}
		cf_listener_close(&set, 1);
	}
	ck_assert_int_ne(access("u.sock", F_OK), 0);
}
END_TEST

UNIT_MAIN("serve_notify", datagrams, watchdog, passed, names)

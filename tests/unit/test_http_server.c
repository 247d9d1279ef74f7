/*
 * The tests' own web server (loop.h): does it do what its rules say?  As a program, for scenarios of the shell:
 *
 *	test_http_server --serve PORT-FILE &	serves by loop.rules of this folder, writes its port to PORT-FILE
 *	test_http_server --memory COMMAND...	runs COMMAND and prints the most memory it held, in KiB, as the last line of
 *						stderr; its status is COMMAND's
 */
#include <sys/resource.h>

#include "unit.h"

#include "loop.h"

/* Send one request; return how many bytes came back, the first of them in ${text}. */
static size_t
ask(const struct loop *server, const char *request, char *text, size_t size)
{
	struct sockaddr_in sa;
	char rest[4096];
	size_t len = 0, all = 0;
	ssize_t n;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&sa, 0, sizeof(sa));
	sa.sin_family = AF_INET;
	sa.sin_port = htons((uint16_t)server->port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(loop_send(fd, request, strlen(request)), 0);
	while ((n = recv(fd, len + 1 < size ? text + len : rest, len + 1 < size ? size - 1 - len : sizeof(rest), 0)) > 0) {
		if (len + 1 < size)
			len += (size_t)n;
		all += (size_t)n;
	}
	text[len] = '\0';
	close(fd);
	return (all);
}

START_TEST(rules_are_kept)
{
	struct loop server;
	char text[4096];

	loop_write("body", "hello");
	loop_start(&server, "1 /a 503 -\n- /a 200 body etag=\"v1\"\n- /big 200 body huge=1000000\n- /cut 200 body cut=2\n");
	ask(&server, "GET /a HTTP/1.1\r\n\r\n", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "HTTP/1.1 503 "));
	ask(&server, "GET /a HTTP/1.1\r\n\r\n", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "Content-Length: 5\r\n"));
	ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nhello"));
	ask(&server, "GET /a HTTP/1.1\r\nIf-None-Match: \"v1\"\r\n\r\n", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "HTTP/1.1 304 "));
	ck_assert_uint_gt(ask(&server, "GET /big HTTP/1.1\r\n\r\n", text, sizeof(text)), 1000000);
	ask(&server, "GET /cut HTTP/1.1\r\n\r\n", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nhe"));
	ck_assert_ptr_null(strstr(text, "hello"));
	ask(&server, "GET /none HTTP/1.1\r\n\r\n", text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "HTTP/1.1 404 "));
	ck_assert_int_eq(loop_count(), 6);
	loop_stop(&server);
}
END_TEST

static int
serve(const char *port_file)
{
	char text[32];
	int port, fd = loopback_listen(&port), ends[2];

	/* Ends with the shell that started it: it holds our stdin. */
	if (pipe(ends))
		return (1);
	snprintf(text, sizeof(text), "%d\n", port);
	loop_write(port_file, text);
	loop_serve(fd, ends[0]);
	return (0);
}

static int
memory(char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || getrusage(RUSAGE_CHILDREN, &usage))
		return (127);
	fprintf(stderr, "%ld\n", usage.ru_maxrss);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int
main(int argc, char **argv)
{
	const TTest *tests[] = { rules_are_kept };

	if (argc == 3 && strcmp(argv[1], "--serve") == 0)
		return (serve(argv[2]));
	if (argc > 2 && strcmp(argv[1], "--memory") == 0)
		return (memory(argv + 2));
	return (unit_run("http_server", tests, 1));
}

/*
 * The tests' own bad clients (hostile.h): is what they send what it should be, and do they see what is wrong in an answer?
 * As a program, for scenarios of the shell:
 *
 *	test_serve_hostile --port			prints a port that is free
 *	test_serve_hostile --malformed N SEED PORT	sends N strings of requests, most of them wrong, to 127.0.0.1; prints
 *							what statuses came; status 1 at the first answer that is wrong, with
 *							the request.  The token is $API_TOKEN
 *	test_serve_hostile --slow N SECONDS PORT	N clients send a byte a second; prints how long /health took meanwhile,
 *							"asked N failed N slowest MS"
 */
#include "unit.h"

#include "loop.h"

#include "hostile.h"

#define ANSWER_MAX (4 * 1024 * 1024)
#define WAIT_MS 20000

START_TEST(makes_what_it_should)
{
	static struct hostile a = { .seed = 7, .host = "h", .token = "t" }, b = { .seed = 7, .host = "h", .token = "t" };
	unsigned right = 0, n = 20000;
	size_t longest = 0;

	for (unsigned i = 0; i < n; i++) {
		hostile_make(&a);
		hostile_make(&b);
		ck_assert_uint_eq(a.len, b.len);
		ck_assert_mem_eq(a.text, b.text, a.len);
		longest = a.len > longest ? a.len : longest;
		right += a.right != 0;
		/* What is right is so by its looks too. */
		if (a.right) {
			a.text[a.len] = '\0';
			ck_assert(strncmp(a.text, "GET /", 5) == 0 || strncmp(a.text, "POST /predict", 13) == 0);
			ck_assert_ptr_nonnull(strstr(a.text, "\r\nHost: h\r\n"));
			ck_assert_ptr_nonnull(strstr(a.text, "\r\nConnection: close\r\n"));
			ck_assert_ptr_null(strstr(a.text, "999"));
		}
	}
	/* Enough of both kinds. */
	ck_assert_uint_gt(right, n / 20);
	ck_assert_uint_lt(right, n / 2);
	ck_assert_uint_gt(longest, 50000);
	ck_assert_uint_lt(longest, HOSTILE_MAX);
}
END_TEST

START_TEST(judges)
{
	static const struct {
		const char *answer;
		int right;
		int is_good;
	} cases[] = {
		{ "", 0, 1 }, { "", 1, 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1, 1 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 0, 1 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1, 1 },
		{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 0, 1 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", 1, 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok", 1, 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", 1, 0 },
		{ "HTTP/1.1 200 OK\r\n\r\nok", 1, 0 },
		{ "ok", 0, 0 },
		{ "HTTP/1.1 500 X\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}", 0, 0 },
		{ "HTTP/1.1 400 X\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}", 0, 1 },
		{ "HTTP/1.1 400 X\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}", 1, 0 },
		{ "HTTP/1.1 400 X\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\nno", 0, 0 },
		{ "HTTP/1.1 400 X\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 0, 0 }
	};
	static unsigned long statuses[600];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg((hostile_judge(cases[i].answer, strlen(cases[i].answer), cases[i].right, statuses) == NULL) ==
		    cases[i].is_good, "case %zu", i);
	ck_assert_uint_eq(statuses[100], 1);
	ck_assert_uint_eq(statuses[400], 4);
}
END_TEST

static int
connected(int port)
{
	struct sockaddr_in sa;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&sa, 0, sizeof(sa));
	sa.sin_family = AF_INET;
	sa.sin_port = htons((uint16_t)port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		close(fd);
		return (-1);
	}
	return (fd);
}

/* Send in pieces while reading; return the length of the answer, or -1 when the server lets us wait. */
static ssize_t
converse(int fd, struct hostile *h, char *answer)
{
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	size_t sent = 0, len = 0, piece;
	int pieces = 1 + (int)hostile_draw(h, 4);
	ssize_t n;

	if (h->len == 0)
		shutdown(fd, SHUT_WR);
	for (;;) {
		p.events = (short)(POLLIN | (sent < h->len ? POLLOUT : 0));
		if (poll(&p, 1, WAIT_MS) <= 0)
			return (-1);
		if ((p.revents & POLLOUT) != 0 && sent < h->len) {
			piece = pieces-- > 1 ? 1 + hostile_draw(h, (uint32_t)(h->len - sent)) : h->len - sent;
			if ((n = send(fd, h->text + sent, piece, MSG_NOSIGNAL | MSG_DONTWAIT)) > 0)
				sent += (size_t)n;
			else
				sent = h->len;
			/* What waits for more is told that there is none; a right one ends by itself. */
			if (sent == h->len && !h->right)
				shutdown(fd, SHUT_WR);
		}
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
			if ((n = recv(fd, answer + len, ANSWER_MAX - len, MSG_DONTWAIT)) <= 0)
				return ((ssize_t)len);
			len += (size_t)n;
		}
	}
}

static void
show(const char *what, const char *text, size_t len)
{

	printf("%s, %zu bytes:\n", what, len);
	for (size_t i = 0; i < len && i < 3000; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n' || (c >= 0x20 && c < 0x7f))
			putchar(c);
		else
			printf("\\x%02x", c);
	}
	putchar('\n');
}

static int
malformed(unsigned long n, unsigned long seed, int port)
{
	static struct hostile h = { .host = "127.0.0.1" };
	static unsigned long statuses[600];
	char *answer = malloc(ANSWER_MAX);
	const char *fault = NULL;
	unsigned long i, silent = 0;
	ssize_t len = 0;
	int fd;

	h.token = getenv("API_TOKEN") != NULL ? getenv("API_TOKEN") : "";
	for (i = 0; answer != NULL && i < n && fault == NULL; i++) {
		h.seed = ((uint64_t)seed << 32) + i;
		h.wrong = i % 4 == 0 ? 1 : i % 4 == 1 ? 4 : 12;
		hostile_make(&h);
		if ((fd = connected(port)) == -1) {
			fault = "no connection: the server is gone";
			break;
		}
		len = converse(fd, &h, answer);
		close(fd);
		silent += len == 0;
		fault = len < 0 ? "no end of the answer" : hostile_judge(answer, (size_t)len, h.right, statuses);
	}
	printf("%lu sent, %lu without an answer;", i, silent);
	for (int s = 0; s < 600; s++) {
		if (statuses[s] > 0)
			printf(" %d %lu", s, statuses[s]);
	}
	putchar('\n');
	if (fault != NULL) {
		printf("request %lu of seed %lu (%s): %s\n", i - 1, seed, h.right ? "right" : "wrong", fault);
		show("sent", h.text, h.len);
		show("came", answer, len > 0 ? (size_t)len : 0);
	}
	free(answer);
	return (fault != NULL);
}

static double
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (1e3 * (double)ts.tv_sec + 1e-6 * (double)ts.tv_nsec);
}

/* Ask for /health; milliseconds, or -1. */
static double
health(int port)
{
	static const char request[] = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	char answer[4096];
	double begin = clock_ms();
	size_t len = 0;
	ssize_t n;
	int fd = connected(port);

	if (fd == -1 || loop_send(fd, request, strlen(request))) {
		close(fd);
		return (-1);
	}
	while (len < sizeof(answer) && (n = recv(fd, answer + len, sizeof(answer) - len, 0)) > 0)
		len += (size_t)n;
	close(fd);
	return (len > 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0 ? clock_ms() - begin : -1);
}

static int
slow(int clients, double seconds, int port)
{
	char request[512];
	int *fds = calloc((size_t)clients, sizeof(*fds));
	size_t *at = calloc((size_t)clients, sizeof(*at));
	double begin = clock_ms(), next = begin, took, slowest = 0;
	unsigned asked = 0, failed = 0, again = 0;

	if (fds == NULL || at == NULL)
		return (1);
	snprintf(request, sizeof(request), "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n", getenv("API_TOKEN") != NULL ? getenv("API_TOKEN") : "");
	for (int i = 0; i < clients; i++)
		fds[i] = connected(port);
	while (clock_ms() - begin < 1000 * seconds) {
		/* A byte of each; who was sent away comes again. */
		for (int i = 0; clock_ms() >= next && i < clients; i++) {
			if (fds[i] == -1 || send(fds[i], at[i] < strlen(request) ? request + at[i] : " ", 1,
			    MSG_NOSIGNAL | MSG_DONTWAIT) != 1) {
				close(fds[i]);
				fds[i] = connected(port);
				at[i] = 0;
				again++;
			} else {
				at[i]++;
			}
			if (i == clients - 1)
				next += 1000;
		}
		took = health(port);
		asked++;
		failed += took < 0;
		slowest = took > slowest ? took : slowest;
		loop_sleep(10);
	}
	printf("asked %u failed %u slowest %.1f\n", asked, failed, slowest);
	fprintf(stderr, "%d clients, %u came again\n", clients, again);
	free(fds);
	free(at);
	return (0);
}

int
main(int argc, char **argv)
{
	const TTest *tests[] = { makes_what_it_should, judges };
	int port;

	if (argc == 2 && strcmp(argv[1], "--port") == 0) {
		close(loopback_listen(&port));
		printf("%d\n", port);
		return (0);
	}
	if (argc == 5 && strcmp(argv[1], "--malformed") == 0)
		return (malformed(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), atoi(argv[4])));
	if (argc == 5 && strcmp(argv[1], "--slow") == 0)
		return (slow(atoi(argv[2]), atof(argv[3]), atoi(argv[4])));
	return (unit_run("serve_hostile", tests, 2));
}

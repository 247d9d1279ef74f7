/*
 * loop.h: a web server on 127.0.0.1 for tests, which answers by rules and can be as bad as servers are.
 *
 *	struct loop server;
 *
 *	loop_start(&server, "- symbol=IBM 200 ibm.json\n");
 *	... server.base is "http://127.0.0.1:PORT" ...
 *	loop_stop(&server);
 *
 * Rules are lines  COUNT WORD STATUS FILE [FLAG...]  of which the first counts whose WORD is in the request's target (*
 * is in all) and which was used less than COUNT times (- is ever).  FILE (- is none) is the body.  Flags:
 *
 *	etag=V		with that ETag; 304 to who has it
 *	header=N:V	a header, _ for a blank
 *	gzip		body compressed
 *	chunked, nolength	framing other than by Content-Length
 *	length=N	a Content-Length that is not true
 *	cut=N		only N bytes, then the connection ends
 *	drip=MS		a byte every MS milliseconds
 *	delay=MS	nothing for so long
 *	stall		headers, then nothing
 *	reset		the connection ends without an answer
 *	huge=N		a body of N bytes, FILE over and over
 *	bomb=N		gzip that unpacks to N bytes
 *	junk=N		N bytes of headers
 *	keep		the whole request goes to loop.kept, and a line end
 *
 * The rules are in the file loop.rules, read for each request; a line for each request goes to loop.log.  The server is
 * a process of its own with a thread for each connection, and ends with its parent.
 */
#ifndef LOOP_H
#define LOOP_H

#include <sys/wait.h>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "loopback.h"

#define LOOP_RULES_MAX 64
#define LOOP_REQUEST_MAX 16384
#define LOOP_STALL_S 20

struct loop {
	pid_t pid;
	int port;
	int alive;		/* Closed when the parent ends. */
	char base[64];
};

struct loop_rule {
	char line[1024];
	int used;
};

/* The server's own; threads share it. */
static struct loop_rule loop_rules[LOOP_RULES_MAX];
static pthread_mutex_t loop_mutex = PTHREAD_MUTEX_INITIALIZER;

static void
loop_sleep(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* 0, or -1 when the peer is gone. */
static int
loop_send(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = send(fd, data, len, MSG_NOSIGNAL)) <= 0)
			return (-1);
		data += n;
		len -= (size_t)n;
	}
	return (0);
}

static char *
loop_file(const char *name, size_t *len)
{
	char *data = NULL;
	FILE *f;
	long size;

	*len = 0;
	if (strcmp(name, "-") == 0 || (f = fopen(name, "rb")) == NULL)
		return (calloc(1, 1));
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	if ((data = malloc((size_t)size + 1)) != NULL)
		*len = fread(data, 1, (size_t)size, f);
	fclose(f);
	return (data);
}

/* The value of flag NAME= in a rule, or NULL; valid until the next call in this thread. */
static const char *
loop_flag(const char *rule, const char *name, char *value, size_t size)
{
	size_t n = strlen(name);
	const char *p = rule;

	while ((p = strstr(p, name)) != NULL) {
		if (p[-1] == ' ' && (p[n] == '=' || p[n] == ' ' || p[n] == '\0'))
			break;
		p += n;
	}
	if (p == NULL)
		return (NULL);
	p += n;
	n = 0;
	if (*p == '=') {
		for (p++; *p != ' ' && *p != '\0' && n + 1 < size; p++)
			value[n++] = (char)(*p == '_' ? ' ' : *p);
	}
	value[n] = '\0';
	return (value);
}

static long
loop_number(const char *rule, const char *name)
{
	char value[64];

	return (loop_flag(rule, name, value, sizeof(value)) != NULL ? atol(value) : -1);
}

static int
loop_has(const char *rule, const char *name)
{
	char value[256];

	return (loop_flag(rule, name, value, sizeof(value)) != NULL);
}

/* Take the rule for a target. */
static int
loop_choose(const char *target, char *rule, size_t size)
{
	char line[1024], count[32], word[512];
	FILE *f;
	int i, n = 0, found = 0;

	pthread_mutex_lock(&loop_mutex);
	f = fopen("loop.rules", "r");
	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%31s %511s", count, word) != 2)
			continue;
		for (i = 0; i < n && strcmp(loop_rules[i].line, line) != 0; i++)
			continue;
		for (i = 0; i < LOOP_RULES_MAX - 1 && loop_rules[i].line[0] != '\0'; i++) {
			if (strcmp(loop_rules[i].line, line) == 0)
				break;
		}
		snprintf(loop_rules[i].line, sizeof(loop_rules[i].line), "%s", line);
		if ((strcmp(word, "*") != 0 && strstr(target, word) == NULL) ||
		    (count[0] != '-' && loop_rules[i].used >= atoi(count)))
			continue;
		loop_rules[i].used++;
		found = 1;
		snprintf(rule, size, "%s", line);
	}
	if (f != NULL)
		fclose(f);
	pthread_mutex_unlock(&loop_mutex);
	return (found);
}

static void
loop_log(const char *request)
{
	FILE *f;

	pthread_mutex_lock(&loop_mutex);
	if ((f = fopen("loop.log", "a")) != NULL) {
		fprintf(f, "%.*s\n", (int)strcspn(request, "\r\n"), request);
		fclose(f);
	}
	pthread_mutex_unlock(&loop_mutex);
}

/* What came, whole. */
static void
loop_keep(const char *request)
{
	FILE *f;

	pthread_mutex_lock(&loop_mutex);
	if ((f = fopen("loop.kept", "a")) != NULL) {
		fprintf(f, "%s\n", request);
		fclose(f);
	}
	pthread_mutex_unlock(&loop_mutex);
}

/* Is the request whole, with the body that it announces? */
static int
loop_whole(const char *request, size_t len)
{
	const char *body = strstr(request, "\r\n\r\n"), *length = strstr(request, "Content-Length: ");

	if (body == NULL)
		return (0);
	body += 4;
	return (length == NULL || length > body || (size_t)(request + len - body) >= (size_t)atol(length + 16));
}

/* gzip of data, or of n times the same byte. */
static char *
loop_gzip(const char *data, size_t *len, long n)
{
	static const char zeros[65536];
	size_t room = *len + 1024 + (n > 0 ? (size_t)n / 500 : 0);
	unsigned char *out = malloc(room);
	z_stream z;

	memset(&z, 0, sizeof(z));
	if (out == NULL || deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_out = out;
	z.avail_out = (uInt)room;
	for (; n > 0; n -= (long)sizeof(zeros)) {
		z.next_in = (unsigned char *)(uintptr_t)zeros;
		z.avail_in = sizeof(zeros);
		deflate(&z, Z_NO_FLUSH);
	}
	z.next_in = (unsigned char *)(uintptr_t)data;
	z.avail_in = (uInt)*len;
	deflate(&z, Z_FINISH);
	*len = room - z.avail_out;
	deflateEnd(&z);
	return ((char *)out);
}

static int
loop_body(int fd, const char *rule, const char *body, size_t len)
{
	char size[32];
	long huge = loop_number(rule, "huge"), drip = loop_number(rule, "drip");
	long cut = loop_number(rule, "cut");
	size_t i;

	if (cut >= 0 && (size_t)cut < len)
		len = (size_t)cut;
	if (huge > 0) {
		for (; huge > 0 && len > 0; huge -= (long)len) {
			if (loop_send(fd, body, len))
				return (-1);
		}
		return (0);
	}
	if (loop_has(rule, "stall")) {
		struct pollfd p = { fd, POLLIN, 0 };

		return (poll(&p, 1, LOOP_STALL_S * 1000) < 0 ? -1 : 0);
	}
	for (i = 0; drip > 0 && i < len; i++) {
		if (loop_send(fd, body + i, 1))
			return (-1);
		loop_sleep(drip);
	}
	if (drip > 0)
		return (0);
	if (!loop_has(rule, "chunked"))
		return (loop_send(fd, body, len));
	for (i = 0; i < len; i += 1000) {
		size_t n = len - i < 1000 ? len - i : 1000;

		snprintf(size, sizeof(size), "%zx\r\n", n);
		if (loop_send(fd, size, strlen(size)) || loop_send(fd, body + i, n) || loop_send(fd, "\r\n", 2))
			return (-1);
	}
	return (loop_send(fd, "0\r\n\r\n", 5));
}

static void
loop_answer(int fd, const char *request, const char *rule)
{
	char file[256], value[512], etag[256] = "", head[2048], junk[101];
	int status;
	long n;
	size_t len;
	char *body, *packed;

	if (sscanf(rule, "%*s %*s %d %255s", &status, file) != 2)
		return;
	if (loop_has(rule, "keep"))
		loop_keep(request);
	body = loop_file(file, &len);
	if (loop_number(rule, "delay") > 0)
		loop_sleep(loop_number(rule, "delay"));
	if (loop_has(rule, "reset"))
		goto done;
	if (loop_flag(rule, "etag", etag, sizeof(etag)) != NULL) {
		snprintf(value, sizeof(value), "If-None-Match: %s\r\n", etag);
		if (strstr(request, value) != NULL) {
			status = 304;
			len = 0;
		}
	}
	if (loop_has(rule, "gzip") || loop_number(rule, "bomb") > 0) {
		packed = loop_gzip(body, &len, loop_number(rule, "bomb"));
		free(body);
		body = packed;
	}
	n = snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\nConnection: close\r\n", status);
	if (loop_number(rule, "length") >= 0)
		n += snprintf(head + n, sizeof(head) - (size_t)n, "Content-Length: %ld\r\n", loop_number(rule, "length"));
	else if (loop_has(rule, "chunked"))
		n += snprintf(head + n, sizeof(head) - (size_t)n, "Transfer-Encoding: chunked\r\n");
	else if (!loop_has(rule, "nolength") && loop_number(rule, "huge") < 0)
		n += snprintf(head + n, sizeof(head) - (size_t)n, "Content-Length: %zu\r\n", len);
	if (loop_has(rule, "gzip") || loop_number(rule, "bomb") > 0)
		n += snprintf(head + n, sizeof(head) - (size_t)n, "Content-Encoding: gzip\r\n");
	if (etag[0] != '\0')
		n += snprintf(head + n, sizeof(head) - (size_t)n, "ETag: %s\r\n", etag);
	if (loop_flag(rule, "header", value, sizeof(value)) != NULL)
		n += snprintf(head + n, sizeof(head) - (size_t)n, "%s\r\n", value);
	if (loop_send(fd, head, (size_t)n))
		goto done;
	memset(junk, 'x', sizeof(junk));
	memcpy(junk, "X-Junk: ", 8);
	memcpy(junk + 98, "\r\n", 3);
	for (n = loop_number(rule, "junk"); n > 0; n -= 100) {
		if (loop_send(fd, junk, 100))
			goto done;
	}
	if (loop_send(fd, "\r\n", 2) == 0)
		loop_body(fd, rule, body, len);
done:
	free(body);
}

static void *
loop_connection(void *cookie)
{
	int fd = (int)(intptr_t)cookie;
	char request[LOOP_REQUEST_MAX], target[4096], rule[1024];
	size_t len = 0;
	ssize_t n;

	request[0] = '\0';
	while (!loop_whole(request, len) && len + 1 < sizeof(request)) {
		if ((n = recv(fd, request + len, sizeof(request) - 1 - len, 0)) <= 0)
			break;
		len += (size_t)n;
		request[len] = '\0';
	}
	if (sscanf(request, "%*s %4095s", target) == 1) {
		loop_log(request);
		if (loop_choose(target, rule, sizeof(rule)))
			loop_answer(fd, request, rule);
		else
			loop_answer(fd, request, "- * 404 -");
	}
	shutdown(fd, SHUT_WR);
	close(fd);
	return (NULL);
}

/* Serve until the other end of ${alive} is closed. */
static void
loop_serve(int fd, int alive)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { alive, 0, 0 } };
	pthread_attr_t attr;
	pthread_t thread;
	int c;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (;;) {
		if (poll(p, 2, -1) < 0 || p[1].revents != 0)
			_exit(0);
		if ((c = accept(fd, NULL, NULL)) == -1)
			continue;
		if (pthread_create(&thread, &attr, loop_connection, (void *)(intptr_t)c) != 0)
			close(c);
	}
}

static void
loop_set(const char *rules)
{
	FILE *f = fopen("loop.rules.new", "w");

	if (f == NULL || fputs(rules, f) == EOF || fclose(f) != 0 || rename("loop.rules.new", "loop.rules") != 0)
		abort();
}

static inline void
loop_start(struct loop *loop, const char *rules)
{
	int fds[2], fd;

	loop_set(rules);
	remove("loop.log");
	fd = loopback_listen(&loop->port);
	if (pipe(fds) || (loop->pid = fork()) == -1)
		abort();
	if (loop->pid == 0) {
		close(fds[1]);
		loop_serve(fd, fds[0]);
	}
	close(fds[0]);
	close(fd);
	loop->alive = fds[1];
	snprintf(loop->base, sizeof(loop->base), "http://127.0.0.1:%d", loop->port);
}

static inline void
loop_stop(struct loop *loop)
{

	close(loop->alive);
	kill(loop->pid, SIGKILL);
	waitpid(loop->pid, NULL, 0);
}

/* How many requests came. */
static inline int
loop_count(void)
{
	FILE *f = fopen("loop.log", "r");
	int c, n = 0;

	while (f != NULL && (c = fgetc(f)) != EOF)
		n += c == '\n';
	if (f != NULL)
		fclose(f);
	return (n);
}

/* Make a file. */
static inline void
loop_write(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		abort();
}

#endif /* !LOOP_H */

/*
 * mlflow.h: an MLflow tracking server on 127.0.0.1 for tests.  It keeps experiments, runs and models in memory, answers
 * the calls of the REST API that exports use, and refuses what the documentation of MLflow refuses: limits of keys,
 * values and batches, values that are not finite, params that change, foreign sources, unknown members.  A process of
 * its own, one connection at a time, which ends with its parent.
 *
 *	struct mlflow server;
 *
 *	mlflow_start(&server);
 *	... server.base is "http://127.0.0.1:PORT" ...
 *	mlflow_stop(&server);
 *
 * Files in the present folder:
 *	mlflow.rules	read for each request; lines of the form
 *				auth VALUE	the Authorization header that is wanted, else 401
 *				plain		artifacts are elsewhere (a file: URI), and cannot be uploaded
 *				old		no aliases
 *				N drop		request N is done, but the answer is lost
 *				N lose		request N is lost
 *				N STATUS CODE	request N is answered so
 *	mlflow.log	METHOD TARGET STATUS of each request; N counts its lines
 *	mlflow.state	what the server knows, as JSON, after each request
 */
#ifndef MLFLOW_H
#define MLFLOW_H

#include <sys/wait.h>

#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "loopback.h"
#include "mlflow_api.h"

#define MLFLOW_BODY_MAX (16 * 1024 * 1024)

struct mlflow {
	pid_t pid;
	int alive;
	char base[64];
};

/* %XX of a query undone, in place. */
static char *
mlflow_decode(char *text)
{
	char *from = text, *to = text;
	unsigned int byte;

	for (; *from != '\0'; from++) {
		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return (text);
}

/* Does mlflow.rules have that word; its second word goes to ${value}. */
static int
mlflow_rule(const char *word, char *value, size_t size)
{
	FILE *f = fopen("mlflow.rules", "r");
	char line[512];
	int found = 0;
	size_t n = strlen(word);

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		found = strncmp(line, word, n) == 0 && (line[n] == ' ' || line[n] == '\0');
		if (found)
			snprintf(value, size, "%s", line[n] == ' ' ? line + n + 1 : "");
	}
	if (f != NULL)
		fclose(f);
	return (found);
}

/* By method and path. */
static void
mlflow_handle(struct mlflow_call *c)
{
	static const struct {
		const char *path;
		void (*handle)(struct mlflow_call *);
	} posts[] = {
		{ "experiments/create", mlflow_create_experiment }, { "runs/search", mlflow_search_runs },
		{ "runs/log-batch", mlflow_log_batch }, { "runs/update", mlflow_update_run },
		{ "registered-models/create", mlflow_create_model }, { "model-versions/create", mlflow_create_version },
	};
	char value[512], *query = strchr(c->target, '?');
	int plain = mlflow_rule("plain", value, sizeof(value)), old = mlflow_rule("old", value, sizeof(value));
	const char *path = c->target + strlen(MLFLOW_API);
	size_t i;

	if (strcmp(c->method, "PUT") == 0 && strncmp(c->target, MLFLOW_UPLOAD, strlen(MLFLOW_UPLOAD)) == 0) {
		mlflow_upload(c, c->target + strlen(MLFLOW_UPLOAD), plain);
		return;
	}
	if (strncmp(c->target, MLFLOW_API, strlen(MLFLOW_API)) != 0) {
		c->status = 404;
		return;
	}
	if (strcmp(c->method, "GET") == 0 && query != NULL) {
		*query++ = '\0';
		mlflow_decode(query);
		if (strcmp(path, "experiments/get-by-name") == 0 && strncmp(query, "experiment_name=", 16) == 0)
			mlflow_experiment_by_name(c, query + 16);
		else if (strcmp(path, "model-versions/search") == 0 && strncmp(query, "filter=", 7) == 0)
			mlflow_search_versions(c, query + 7);
		else
			mlflow_refuse(c, 404, "ENDPOINT_NOT_FOUND", path);
		return;
	}
	c->json = json_loadb(c->body, c->len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(c->json) || strstr(c->headers, "\r\nContent-Type: application/json\r\n") == NULL)
		mlflow_bad(c, "not JSON");
	if (strcmp(path, "runs/create") == 0)
		mlflow_create_run(c, plain);
	else if (strcmp(path, "registered-models/alias") == 0)
		mlflow_alias(c, old);
	for (i = 0; i < sizeof(posts) / sizeof(posts[0]); i++) {
		if (strcmp(path, posts[i].path) == 0)
			posts[i].handle(c);
	}
}

/* Read a request.  0, or -1 when it is none. */
static int
mlflow_read(int fd, struct mlflow_call *c)
{
	char *end = NULL, *header;
	size_t len = 0, have;
	ssize_t n;

	while (end == NULL && len + 1 < sizeof(c->headers)) {
		if ((n = recv(fd, c->headers + len, sizeof(c->headers) - 1 - len, 0)) <= 0)
			return (-1);
		len += (size_t)n;
		c->headers[len] = '\0';
		end = strstr(c->headers, "\r\n\r\n");
	}
	if (end == NULL || sscanf(c->headers, "%7s %4095s", c->method, c->target) != 2)
		return (-1);
	have = len - (size_t)(end + 4 - c->headers);
	header = strstr(c->headers, "\r\nContent-Length: ");
	c->len = header != NULL && header < end ? (size_t)atol(header + 18) : 0;
	if (c->len > MLFLOW_BODY_MAX || have > c->len || (c->body = malloc(c->len + 1)) == NULL)
		return (-1);
	memcpy(c->body, end + 4, have);
	end[2] = '\0';
	for (; have < c->len; have += (size_t)n) {
		if ((n = recv(fd, c->body + have, c->len - have, 0)) <= 0)
			return (-1);
	}
	return (0);
}

static int
mlflow_lines(const char *name)
{
	FILE *f = fopen(name, "r");
	int ch, n = 0;

	while (f != NULL && (ch = fgetc(f)) != EOF)
		n += ch == '\n';
	if (f != NULL)
		fclose(f);
	return (n);
}

static void
mlflow_answer(int fd, struct mlflow_call *c)
{
	char number[16], rule[512] = "", auth[300], wanted[512], head[200], word[100] = "", *text;
	FILE *f;
	int n;

	snprintf(number, sizeof(number), "%d", mlflow_lines("mlflow.log") + 1);
	mlflow_rule(number, rule, sizeof(rule));
	if (mlflow_rule("auth", auth, sizeof(auth))) {
		snprintf(wanted, sizeof(wanted), "\r\nAuthorization: %s\r\n", auth);
		/* Its words may hold what it was given. */
		if (strstr(c->headers, wanted) == NULL)
			mlflow_refuse(c, 401, "UNAUTHENTICATED", strstr(c->headers, "Authorization") != NULL ?
			    strstr(c->headers, "Authorization") : "who are you?");
	}
	if (isdigit((unsigned char)rule[0]) && sscanf(rule, "%d %99s", &n, word) >= 1) {
		c->status = n;
		if (*word != '\0')
			c->reply = json_pack("{s:s,s:s}", "error_code", word, "message", "by rule");
	}
	if (c->status == 0 && strcmp(rule, "lose") != 0)
		mlflow_handle(c);
	if (c->status == 0)
		c->status = 200;
	if ((f = fopen("mlflow.log", "a")) != NULL) {
		fprintf(f, "%s %s %d\n", c->method, c->target, c->status);
		fclose(f);
	}
	json_dump_file(mlflow_state, "mlflow.state.new", JSON_INDENT(1));
	rename("mlflow.state.new", "mlflow.state");
	if (strcmp(rule, "lose") == 0 || strcmp(rule, "drop") == 0)
		return;
	text = c->reply != NULL ? json_dumps(c->reply, 0) : NULL;
	if (text == NULL && c->status == 200)
		text = strdup("{}");
	n = snprintf(head, sizeof(head), "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n", c->status, text != NULL ? strlen(text) : 0);
	if (send(fd, head, (size_t)n, MSG_NOSIGNAL) == n && text != NULL)
		(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
	free(text);
}

/* Serve until the other end of ${alive} is closed. */
static void
mlflow_serve(int fd, int alive)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { alive, 0, 0 } };
	static struct mlflow_call call;
	int c;

	mlflow_state = json_pack("{s:{s:s,s:s},s:{},s:{},s:{}}", "experiments", "0", "Default", "1", "deleted", "runs",
	    "models", "files");
	for (;;) {
		if (poll(p, 2, -1) < 0 || p[1].revents != 0)
			_exit(0);
		if ((c = accept(fd, NULL, NULL)) == -1)
			continue;
		memset(&call, 0, sizeof(call));
		if (mlflow_read(c, &call) == 0)
			mlflow_answer(c, &call);
		json_decref(call.json);
		json_decref(call.reply);
		free(call.body);
		shutdown(c, SHUT_WR);
		close(c);
	}
}

static inline void
mlflow_start(struct mlflow *server)
{
	int fds[2], fd, port;

	remove("mlflow.log");
	remove("mlflow.rules");
	fd = loopback_listen(&port);
	if (pipe(fds) || (server->pid = fork()) == -1)
		abort();
	if (server->pid == 0) {
		close(fds[1]);
		mlflow_serve(fd, fds[0]);
	}
	close(fds[0]);
	close(fd);
	server->alive = fds[1];
	snprintf(server->base, sizeof(server->base), "http://127.0.0.1:%d", port);
}

static inline void
mlflow_stop(struct mlflow *server)
{

	close(server->alive);
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}

static inline void
mlflow_rules(const char *rules)
{
	FILE *f = fopen("mlflow.rules", "w");

	if (f == NULL || fputs(rules, f) == EOF || fclose(f) != 0)
		abort();
	remove("mlflow.log");
}

#endif /* !MLFLOW_H */

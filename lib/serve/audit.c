#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "serve/audit.h"
#include "table/writer.h"

#define GATHER 16384		/* Bytes written at once. */

int
cf_audit_open(struct cf_audit * a, const char * path, struct cf_err * err)
{
	int fd;

	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return (cf_err_errno(err, errno, "%s", path));
	cf_audit_close(a);
	a->fd = fd;
	a->path = path;
	return (0);
}

static void
add_text(struct cf_buf * b, const char * name, const char * text, size_t len)
{

	cf_buf_addf(b, ",\"%s\":", name);
	if (text != NULL)
		cf_writer_json_text(b, text, len);
	else
		cf_buf_add_text(b, "null");
}

void
cf_audit_add(struct cf_audit * a, int64_t now_s, const struct cf_head * head,
    const struct cf_reply * reply, const char * address, uint64_t latency_us)
{
	struct cf_buf * b = &a->lines;
	const struct cf_field * path = head != NULL ? &head->path : NULL;
	const char * method;
	char now[CF_DAY_TEXT_MAX + 1];

	if (a->fd == -1)
		return;
	method = head != NULL ? cf_head_method_name(head->method) : NULL;
	now[cf_day_print_moment(now_s, 1, now)] = '\0';
	cf_buf_addf(b, "{\"time\":\"%s\"", now);
	add_text(b, "token", reply->who,
	    reply->who != NULL ? strlen(reply->who) : 0);
	add_text(b, "address", address, strlen(address));
	add_text(b, "method", method, method != NULL ? strlen(method) : 0);
	add_text(b, "path", path != NULL ? path->text : NULL,
	    path != NULL ? path->len : 0);
	cf_buf_addf(b, ",\"status\":%d,\"bytes\":%zu,\"latency_us\":%llu}\n",
	    reply->status, reply->len, (unsigned long long)latency_us);
	if (b->len >= GATHER)
		cf_audit_flush(a);
}

int
cf_audit_flush(struct cf_audit * a)
{
	struct cf_buf * b = &a->lines;
	ssize_t n = 0;
	int rc;

	if (a->fd == -1 || (b->len == 0 && !b->failed))
		return (0);
	/* One write, so that lines of several processes stay whole. */
	do {
		if (b->len > 0)
			n = write(a->fd, b->data, b->len);
	} while (n == -1 && errno == EINTR);
	rc = b->failed || n != (ssize_t)b->len ? -1 : 0;
	b->len = 0;
	b->failed = 0;
	return (rc);
}

void
cf_audit_close(struct cf_audit * a)
{

	if (a->fd != -1) {
		cf_audit_flush(a);
		close(a->fd);
	}
	a->fd = -1;
	cf_buf_free(&a->lines);
}

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/out.h"

#define ROOM (64 * 1024)	/* Gathered before a write. */

struct cf_out {
	int fd;
	int owned;		/* Close fd. */
	int failed;		/* errno of the first failure. */
	struct cf_buf * memory;	/* Written to instead of fd, or NULL. */
	char * name;		/* For messages; the path of a file. */
	char * temporary;	/* NULL when writing directly. */
	size_t len;
	char data[ROOM + CF_OUT_RESERVE_MAX];
};

static void
out_free(struct cf_out * out)
{

	if (out->owned && out->fd != -1)
		close(out->fd);
	free(out->temporary);
	free(out->name);
	free(out);
}

static struct cf_out *
out_new(int fd, const char * name, struct cf_err * err)
{
	struct cf_out * out;

	if ((out = malloc(sizeof(*out))) == NULL) {
		cf_err_memory(err);
		return (NULL);
	}
	out->fd = fd;
	out->owned = 0;
	out->failed = 0;
	out->memory = NULL;
	out->temporary = NULL;
	out->len = 0;
	if ((out->name = cf_mem_strdup(name, err)) == NULL) {
		free(out);
		return (NULL);
	}
	return (out);
}

struct cf_out *
cf_out_memory(struct cf_buf * buf, struct cf_err * err)
{
	struct cf_out * out;

	if ((out = out_new(-1, "memory", err)) != NULL)
		out->memory = buf;
	return (out);
}

struct cf_out *
cf_out_open(const char * path, struct cf_err * err)
{
	struct cf_out * out;
	struct stat sb;

	if (path == NULL || strcmp(path, "-") == 0)
		return (out_new(STDOUT_FILENO, "stdout", err));
	if ((out = out_new(-1, path, err)) == NULL)
		return (NULL);
	out->owned = 1;
	if (stat(path, &sb) == 0 && !S_ISREG(sb.st_mode)) {
		if (S_ISDIR(sb.st_mode)) {
			cf_err_errno(err, EISDIR, "%s", path);
			goto err0;
		}
		out->fd = open(path, O_WRONLY | O_CLOEXEC);
	} else {
		out->fd = cf_file_temporary(path, &out->temporary, err);
		if (out->fd == -1)
			goto err0;
	}
	if (out->fd == -1) {
		cf_err_errno(err, errno, "%s", path);
		goto err0;
	}
	return (out);

err0:
	out_free(out);
	return (NULL);
}

const char *
cf_out_temporary(const struct cf_out * out)
{

	return (out->temporary);
}

static void
drain(struct cf_out * out, const char * data, size_t len)
{
	ssize_t n;

	if (out->memory != NULL) {
		cf_buf_add(out->memory, data, len);
		if (out->memory->failed)
			out->failed = ENOMEM;
		return;
	}
	while (len > 0 && !out->failed) {
		n = write(out->fd, data, len);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			out->failed = errno;
			return;
		}
		data += n;
		len -= (size_t)n;
	}
}

static void
empty(struct cf_out * out)
{

	drain(out, out->data, out->len);
	out->len = 0;
}

char *
cf_out_reserve(struct cf_out * out, size_t n)
{

	if (out->len + n > sizeof(out->data))
		empty(out);
	return (out->data + out->len);
}

void
cf_out_claim(struct cf_out * out, size_t n)
{

	out->len += n;
	if (out->len >= ROOM)
		empty(out);
}

void
cf_out_write(struct cf_out * out, const void * data, size_t len)
{

	if (len == 0)
		return;
	if (len > sizeof(out->data) - out->len) {
		empty(out);
		if (len > sizeof(out->data)) {
			drain(out, data, len);
			return;
		}
	}
	memcpy(out->data + out->len, data, len);
	cf_out_claim(out, len);
}

void
cf_out_text(struct cf_out * out, const char * s)
{

	cf_out_write(out, s, strlen(s));
}

void
cf_out_char(struct cf_out * out, char c)
{

	*cf_out_reserve(out, 1) = c;
	cf_out_claim(out, 1);
}

static int
failure(const struct cf_out * out, struct cf_err * err)
{

	return (cf_err_errno(err, out->failed, "%s", out->name));
}

int
cf_out_flush(struct cf_out * out, struct cf_err * err)
{

	empty(out);
	if (out->failed)
		return (failure(out, err));
	return (0);
}

int
cf_out_close(struct cf_out * out, struct cf_err * err)
{
	int rc = 0;

	if (out == NULL)
		return (0);
	if (cf_out_flush(out, err))
		goto err0;
	if (out->temporary != NULL) {
		rc = cf_file_commit(out->fd, out->temporary, out->name, err);
		out->fd = -1;
	} else if (out->owned) {
		/* Some file systems report a failed write only here. */
		if (close(out->fd))
			rc = cf_err_errno(err, errno, "%s", out->name);
		out->fd = -1;
	}
	out_free(out);
	return (rc);

err0:
	cf_out_abandon(out);
	return (-1);
}

void
cf_out_abandon(struct cf_out * out)
{

	if (out == NULL)
		return;
	if (out->temporary != NULL)
		unlink(out->temporary);
	out_free(out);
}

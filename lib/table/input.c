#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/mem.h"
#include "table/input.h"

#define RAW_ROOM (64 * 1024)

enum kind { UNDECIDED, PLAIN, GZIP };

struct cf_input {
	int fd;
	const char * memory;	/* Read in place of fd, or NULL. */
	size_t memory_len;	/* Bytes left there. */
	cf_input_source * source;	/* Asked in place of fd, or NULL. */
	void * cookie;
	char * name;
	enum kind kind;
	int ended;		/* The descriptor gave its end. */
	int between;		/* Between gzip members. */
	size_t start;		/* raw[start .. end) is not yet taken. */
	size_t end;
	z_stream z;
	unsigned char raw[RAW_ROOM];
};

struct cf_input *
cf_input_open(const char * path, struct cf_err * err)
{
	struct cf_input * input;
	int is_stdin = path == NULL || strcmp(path, "-") == 0;

	if ((input = cf_mem_array(1, sizeof(*input), err)) == NULL)
		return (NULL);
	input->name = cf_mem_strdup(is_stdin ? "stdin" : path, err);
	if (input->name == NULL)
		goto err0;
	input->fd = is_stdin ? STDIN_FILENO :
	    open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd == -1) {
		cf_err_errno(err, errno, "%s", path);
		goto err1;
	}
	return (input);

err1:
	free(input->name);
err0:
	free(input);
	return (NULL);
}

struct cf_input *
cf_input_memory(const char * data, size_t len, const char * name,
    struct cf_err * err)
{
	struct cf_input * input;

	if ((input = cf_mem_array(1, sizeof(*input), err)) == NULL)
		return (NULL);
	if ((input->name = cf_mem_strdup(name, err)) == NULL) {
		free(input);
		return (NULL);
	}
	input->fd = -1;
	input->memory = data != NULL ? data : "";
	input->memory_len = len;
	input->kind = PLAIN;
	return (input);
}

void
cf_input_memory_again(struct cf_input * input, const char * data, size_t len)
{

	input->memory = data != NULL ? data : "";
	input->memory_len = len;
	input->ended = 0;
}

struct cf_input *
cf_input_from(cf_input_source * source, void * cookie, const char * name,
    struct cf_err * err)
{
	struct cf_input * input;

	if ((input = cf_input_memory(NULL, 0, name, err)) == NULL)
		return (NULL);
	input->memory = NULL;
	input->kind = UNDECIDED;
	input->source = source;
	input->cookie = cookie;
	return (input);
}

const char *
cf_input_name(const struct cf_input * input)
{

	return (input->name);
}

/* One read(2) of up to size bytes; *got = 0 at the end. */
static int
read_fd(struct cf_input * input, void * dst, size_t size, size_t * got,
    struct cf_err * err)
{
	ssize_t n;

	if (input->source != NULL) {
		if (input->source(input->cookie, dst, size, got, err))
			return (-1);
		input->ended = *got == 0;
		return (0);
	}
	do {
		n = read(input->fd, dst, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return (cf_err_errno(err, errno, "%s", input->name));
	*got = (size_t)n;
	if (n == 0)
		input->ended = 1;
	return (0);
}

static int
fill(struct cf_input * input, struct cf_err * err)
{
	size_t got;

	if (input->start == input->end)
		input->start = input->end = 0;
	if (input->ended || input->end == RAW_ROOM)
		return (0);
	if (read_fd(input, input->raw + input->end, RAW_ROOM - input->end,
	    &got, err))
		return (-1);
	input->end += got;
	return (0);
}

static int
decide(struct cf_input * input, struct cf_err * err)
{

	while (input->end < 2 && !input->ended) {
		if (fill(input, err))
			return (-1);
	}
	if (input->end < 2 || input->raw[0] != 0x1f || input->raw[1] != 0x8b) {
		input->kind = PLAIN;
		return (0);
	}
	/* 16: gzip framing only, checked by zlib down to the length. */
	if (inflateInit2(&input->z, 16 + MAX_WBITS) != Z_OK)
		return (cf_err_memory(err));
	input->kind = GZIP;
	return (0);
}

static int
damaged(const struct cf_input * input, struct cf_err * err, const char * how)
{
	struct cf_place place = { input->name, 0, NULL };

	return (cf_err_data(err, &place, NULL, 0, "gzip data is %s", how));
}

static int
read_gzip(struct cf_input * input, char * dst, size_t size, size_t * got,
    struct cf_err * err)
{
	z_stream * z = &input->z;
	int rc;

	if (size > 1u << 30)
		size = 1u << 30;
	z->next_out = (unsigned char *)dst;
	z->avail_out = (uInt)size;
	while (z->avail_out == (uInt)size) {
		if (input->start == input->end && fill(input, err))
			return (-1);
		if (input->start == input->end) {
			if (!input->between)
				return (damaged(input, err, "cut short"));
			break;
		}
		if (input->between) {
			if (inflateReset(z) != Z_OK)
				return (damaged(input, err, "damaged"));
			input->between = 0;
		}
		z->next_in = input->raw + input->start;
		z->avail_in = (uInt)(input->end - input->start);
		rc = inflate(z, Z_NO_FLUSH);
		input->start = input->end - z->avail_in;
		if (rc == Z_STREAM_END)
			input->between = 1;
		else if (rc == Z_MEM_ERROR)
			return (cf_err_memory(err));
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			return (damaged(input, err, "damaged"));
	}
	*got = size - z->avail_out;
	return (0);
}

static void
read_memory(struct cf_input * input, char * dst, size_t size, size_t * got)
{

	*got = size < input->memory_len ? size : input->memory_len;
	if (*got > 0)
		memcpy(dst, input->memory, *got);
	input->memory += *got;
	input->memory_len -= *got;
}

int
cf_input_read(struct cf_input * input, char * dst, size_t size, size_t * got,
    struct cf_err * err)
{

	*got = 0;
	if (input->memory != NULL) {
		read_memory(input, dst, size, got);
		return (0);
	}
	if (input->kind == UNDECIDED && decide(input, err))
		return (-1);
	if (input->kind == GZIP)
		return (read_gzip(input, dst, size, got, err));
	if (input->start < input->end) {
		*got = input->end - input->start;
		if (*got > size)
			*got = size;
		memcpy(dst, input->raw + input->start, *got);
		input->start += *got;
		return (0);
	}
	if (input->ended)
		return (0);
	return (read_fd(input, dst, size, got, err));
}

void
cf_input_close(struct cf_input * input)
{

	if (input == NULL)
		return;
	if (input->kind == GZIP)
		inflateEnd(&input->z);
	if (input->fd != STDIN_FILENO && input->fd != -1)
		close(input->fd);
	free(input->name);
	free(input);
}

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "keep/layers.h"
#include "keep/seal.h"
#include "table/input.h"

#define FIRST 8			/* Bytes that tell a seal. */

struct cf_layers {
	const char * path;
	int fd;
	unsigned char first[FIRST];	/* Looked at, then read again. */
	size_t nfirst;
	size_t first_at;
	struct cf_unseal * unseal;	/* NULL: not sealed. */
	struct cf_input * input;
};

/* The lowest layer: the file; cf_input_source. */
static int
read_file(void * cookie, void * dst, size_t size, size_t * got,
    struct cf_err * err)
{
	struct cf_layers * l = cookie;
	ssize_t n;

	if (l->first_at < l->nfirst) {
		*got = l->nfirst - l->first_at;
		if (*got > size)
			*got = size;
		memcpy(dst, l->first + l->first_at, *got);
		l->first_at += *got;
		return (0);
	}
	do {
		n = read(l->fd, dst, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return (cf_err_errno(err, errno, "%s", l->path));
	*got = (size_t)n;
	return (0);
}

/* Read the first bytes, which read_file then gives again. */
static int
look(struct cf_layers * l, struct cf_err * err)
{
	size_t got;

	do {
		l->first_at = l->nfirst;
		if (read_file(l, l->first + l->nfirst, FIRST - l->nfirst,
		    &got, err))
			return (-1);
		l->nfirst += got;
	} while (got > 0 && l->nfirst < FIRST);
	l->first_at = 0;
	return (0);
}

struct cf_layers *
cf_layers_open(const char * path, const struct cf_key * key,
    struct cf_err * err)
{
	struct cf_layers * l;
	cf_input_source * source = read_file;
	void * cookie;

	if ((l = cf_mem_array(1, sizeof(*l), err)) == NULL)
		return (NULL);
	cookie = l;
	l->path = path;
	l->fd = strcmp(path, "-") == 0 ? STDIN_FILENO :
	    open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd == -1) {
		cf_err_errno(err, errno, "%s", path);
		goto err0;
	}
	if (look(l, err))
		goto err0;
	if (cf_seal_is(l->first, l->nfirst)) {
		if (key == NULL) {
			cf_err_set(err, CF_ERR_USAGE,
			    "%s: sealed: needs its key", path);
			goto err0;
		}
		l->unseal = cf_seal_open(key, read_file, l, path, err);
		if (l->unseal == NULL)
			goto err0;
		source = cf_seal_read;
		cookie = l->unseal;
	}
	if ((l->input = cf_input_from(source, cookie, path, err)) == NULL)
		goto err0;
	return (l);

err0:
	cf_layers_close(l);
	return (NULL);
}

int
cf_layers_read(struct cf_layers * layers, char * dst, size_t size,
    size_t * got, struct cf_err * err)
{

	return (cf_input_read(layers->input, dst, size, got, err));
}

void
cf_layers_close(struct cf_layers * layers)
{

	if (layers == NULL)
		return;
	cf_input_close(layers->input);
	cf_seal_close(layers->unseal);
	if (layers->fd != -1 && layers->fd != STDIN_FILENO)
		close(layers->fd);
	free(layers);
}

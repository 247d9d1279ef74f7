#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup.h"
#include "keep/seal.h"

/*
 * cf-backup seal and unseal: filters of any file.
 */

#define ROOM (64 * 1024)

/* Where the bytes come from. */
struct source {
	const char * name;
	int fd;
};

static int
read_source(void * cookie, void * dst, size_t size, size_t * got,
    struct cf_err * err)
{
	const struct source * s = cookie;
	ssize_t n;

	do {
		n = read(s->fd, dst, size);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return (cf_err_errno(err, errno, "%s", s->name));
	*got = (size_t)n;
	return (0);
}

static int
open_source(struct source * s, char * const * operands, struct cf_err * err)
{

	s->name = "stdin";
	s->fd = STDIN_FILENO;
	if (operands[0] == NULL || strcmp(operands[0], "-") == 0)
		return (0);
	s->name = operands[0];
	s->fd = open(s->name, O_RDONLY | O_CLOEXEC);
	return (s->fd != -1 ? 0 : cf_err_errno(err, errno, "%s", s->name));
}

/* The sink of a seal: an output. */
static int
put_out(void * cookie, const void * data, size_t len, struct cf_err * err)
{

	(void)err;
	cf_out_write(cookie, data, len);
	return (0);
}

static int
seal(struct cf_backup * b, struct source * source, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_sink sink = { put_out, out };
	struct cf_seal * s;
	char data[ROOM];
	size_t got;
	int rc = -1;

	if ((s = cf_seal_new(&b->key, &sink, err)) == NULL)
		return (-1);
	do {
		if (read_source(source, data, sizeof(data), &got, err) ||
		    cf_seal_put(s, data, got, err) || (b->common.by_line &&
		    cf_out_flush(out, err)))
			goto done;
	} while (got > 0);
	rc = cf_seal_end(s, err);
done:
	cf_seal_free(s);
	return (rc);
}

/* Each piece goes out when its tag was verified, never before. */
static int
unseal(struct cf_backup * b, struct source * source, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_unseal * u;
	char data[ROOM];
	size_t got;
	int rc = -1;

	if ((u = cf_seal_open(&b->key, read_source, source, source->name,
	    err)) == NULL)
		return (-1);
	do {
		if (cf_seal_read(u, data, sizeof(data), &got, err))
			goto done;
		cf_out_write(out, data, got);
	} while (got > 0);
	rc = 0;
done:
	cf_seal_close(u);
	return (rc);
}

static int
run(struct cf_backup * b, char * const * operands, int sealing)
{
	struct source source;
	struct cf_out * out;
	struct cf_err err, closing;
	int rc = -1, keep;

	if (!b->passphrase && b->key_file == NULL)
		return (cf_main_usage(b->m, "no key: give --key or "
		    "--passphrase"));
	if (sealing && !b->common.check && strcmp(b->common.out, "-") == 0 &&
	    isatty(STDOUT_FILENO))
		return (cf_main_usage(b->m,
		    "sealed data is not for a terminal"));
	if (cf_backup_load_key(b, sealing, &err) ||
	    open_source(&source, operands, &err))
		return (cf_main_fail(b->m, &err));
	out = cf_main_out(b->common.check ? "/dev/null" : b->common.out,
	    &err);
	if (out != NULL) {
		rc = sealing ? seal(b, &source, out, &err) :
		    unseal(b, &source, out, &err);
		/* What went to stdout before a fault was verified. */
		keep = rc == 0 || (!sealing &&
		    strcmp(b->common.out, "-") == 0);
		if (cf_main_out_close(out, keep, &closing) && rc == 0) {
			err = closing;
			rc = -1;
		}
	}
	if (source.fd != STDIN_FILENO)
		close(source.fd);
	return (rc == 0 ? 0 : cf_main_fail(b->m, &err));
}

int
cf_backup_seal(struct cf_backup * b, char * const * operands)
{

	return (run(b, operands, 1));
}

int
cf_backup_unseal(struct cf_backup * b, char * const * operands)
{

	return (run(b, operands, 0));
}

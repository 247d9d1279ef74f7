#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/modfile.h"
#include "serve/watch.h"

#define STAMP "serve-verified"
#define STAMP_MAX 1024
#define PIECE (256 * 1024)

int
cf_watch_start(struct cf_watch * w, const char * model, const char * folder,
    struct cf_err * err)
{

	memset(w, 0, sizeof(*w));
	w->folder = folder;
	return ((w->file = cf_modfile_path(model, err)) != NULL ? 0 : -1);
}

/* A file without a name in the folder. */
static int
open_nameless(const char * folder, struct cf_err * err)
{
	struct cf_buf name = { 0 };
	int fd = -1;

	cf_buf_addf(&name, "%s/.model.XXXXXX", folder);
	if (cf_buf_string(&name, err) != NULL) {
		if ((fd = mkstemp(name.data)) == -1) {
			cf_err_errno(err, errno, "%s", folder);
		} else {
			unlink(name.data);
			fcntl(fd, F_SETFD, FD_CLOEXEC);
		}
	}
	cf_buf_free(&name);
	return (fd);
}

static int
copy(int from, int to, const char * path, struct cf_err * err)
{
	char * piece;
	ssize_t n, done, m;
	int rc = 0;

	if ((piece = cf_mem_array(PIECE, 1, err)) == NULL)
		return (-1);
	while (rc == 0 && (n = read(from, piece, PIECE)) != 0) {
		if (n == -1) {
			rc = errno == EINTR ? 0 :
			    cf_err_errno(err, errno, "%s", path);
			continue;
		}
		for (done = 0; done < n && rc == 0; done += m) {
			m = write(to, piece + done, (size_t)(n - done));
			if (m == -1)
				rc = cf_err_errno(err, errno,
				    "a copy of %s", path);
		}
	}
	free(piece);
	return (rc);
}

/* Copy what is open as from and verify the copy; return it or -1. */
static int
copy_verified(const struct cf_watch * w, int from, struct cf_err * err)
{
	struct cf_model * model;
	int to, rc;

	if ((to = open_nameless(w->folder, err)) == -1)
		return (-1);
	rc = copy(from, to, w->file, err);
	if (rc == 0) {
		model = cf_modfile_open_fd(to, w->file, err);
		rc = model == NULL ? -1 :
		    cf_modfile_verify(model, w->file, err);
		cf_model_free(model);
	}
	if (rc == -1) {
		close(to);
		return (-1);
	}
	return (to);
}

int
cf_watch_look(struct cf_watch * w, int * fd, int64_t * mtime_s,
    struct cf_err * err)
{
	struct stat sb;
	int from;

	if (!cf_seen_look(&w->seen, w->file) && w->looked)
		return (0);
	w->looked = 1;
	if ((from = open(w->file, O_RDONLY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", w->file));
	*fd = copy_verified(w, from, err);
	*mtime_s = fstat(from, &sb) == 0 ? (int64_t)sb.st_mtim.tv_sec : 0;
	close(from);
	return (*fd != -1 ? 1 : -1);
}

/* What the stamp says of a file that was verified. */
static int
describe(const struct cf_watch * w, const struct cf_model * model,
    struct cf_buf * text, struct cf_err * err)
{
	const struct cf_seen * s = &w->seen;

	cf_buf_addf(text, "%s %llu %llu %lld %lld %lld\n", model->id,
	    (unsigned long long)s->dev, (unsigned long long)s->ino,
	    (long long)s->size, (long long)s->mtime_ns,
	    (long long)s->ctime_ns);
	return (text->failed ? cf_err_memory(err) : 0);
}

/* Verify, unless the stamp spares it; renew the stamp. */
static int
verify_once(const struct cf_watch * w, const struct cf_model * model,
    struct cf_err * err)
{
	struct cf_buf path = { 0 }, text = { 0 }, stamp = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/%s", w->folder, STAMP);
	if (cf_buf_string(&path, err) == NULL ||
	    describe(w, model, &text, err))
		goto done;
	if (cf_file_read(path.data, STAMP_MAX, &stamp, NULL) == 0 &&
	    stamp.len == text.len &&
	    memcmp(stamp.data, text.data, text.len) == 0) {
		rc = 0;
		goto done;
	}
	rc = cf_modfile_verify(model, w->file, err);
	/* Without a stamp the next one verifies again. */
	if (rc == 0)
		cf_file_write(path.data, text.data, text.len, NULL);
done:
	cf_buf_free(&path);
	cf_buf_free(&text);
	cf_buf_free(&stamp);
	return (rc);
}

struct cf_model *
cf_watch_open(struct cf_watch * w, int64_t * mtime_s, struct cf_err * err)
{
	struct cf_model * model;

	cf_seen_look(&w->seen, w->file);
	*mtime_s = w->seen.mtime_ns / 1000000000;
	if ((model = cf_modfile_open(w->file, err)) == NULL)
		return (NULL);
	if (verify_once(w, model, err)) {
		cf_model_free(model);
		return (NULL);
	}
	return (model);
}

void
cf_watch_end(struct cf_watch * w)
{

	free(w->file);
	w->file = NULL;
}

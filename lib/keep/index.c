#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"
#include "keep/index.h"
#include "table/reader.h"
#include "table/writer.h"

#define INDEX "state/backup.index"
#define INDEX_MAX CF_KEEP_MANIFEST_MAX
#define SETTLED_S 2		/* Age from which times are trusted. */

static const struct cf_column columns[] = {
	{ "path", NULL, NULL }, { "device", NULL, NULL },
	{ "number", NULL, NULL }, { "size", NULL, NULL },
	{ "modified", NULL, NULL }, { "changed", NULL, NULL },
	{ "sha256", NULL, NULL }
};
enum { PATH, DEVICE, NUMBER, SIZE, MODIFIED, CHANGED, SHA256, NCOLUMNS };

/* The time in nanoseconds; a file of after the year 2262 is never known. */
static int64_t
nanoseconds(const struct timespec * ts)
{

	const int64_t seconds = ts->tv_sec;

	if (seconds > INT64_MAX / 1000000000 - 1 || seconds < 0)
		return (-1);
	return (seconds * 1000000000 + ts->tv_nsec);
}

/* ---- saving */

static int
save_entry(struct cf_writer * w, int state, const struct cf_entry * e,
    const struct cf_seen * seen, struct cf_buf * path, struct cf_err * err)
{
	char digest[CF_DIGEST_TEXT_MAX];
	struct cf_seen now;
	int64_t settled = (cf_clock_now() - SETTLED_S) * 1000000000;

	if (cf_look_stat(state, e->path, &now) ||
	    !cf_look_same_file(seen, &now) ||
	    nanoseconds(&now.modified) < 0 || nanoseconds(&now.changed) < 0 ||
	    nanoseconds(&now.modified) > settled)
		return (0);
	path->len = 0;
	cf_manifest_encode(e->path, path);
	cf_digest_print(&e->digest, digest);
	cf_writer_text(w, path->data, path->len);
	cf_writer_int(w, (int64_t)now.device);
	cf_writer_int(w, (int64_t)now.number);
	cf_writer_int(w, (int64_t)now.size);
	cf_writer_int(w, nanoseconds(&now.modified));
	cf_writer_int(w, nanoseconds(&now.changed));
	cf_writer_text(w, digest, strlen(digest));
	return (cf_writer_end(w, err));
}

static int
save_all(struct cf_out * out, int state, const struct cf_look * look,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_writer * w;
	size_t i;
	int rc = -1;

	if ((w = cf_writer_new(out, CF_FORMAT_CSV, 0, err)) == NULL)
		return (-1);
	if (cf_writer_columns(w, columns, NCOLUMNS, err))
		goto done;
	for (i = 0; i < look->found.n; i++) {
		if (look->found.entries[i].type == CF_ENTRY_FILE &&
		    save_entry(w, state, &look->found.entries[i],
		    &look->seen[i], &path, err))
			goto done;
	}
	rc = path.failed ? cf_err_memory(err) : 0;
done:
	cf_writer_free(w);
	cf_buf_free(&path);
	return (rc);
}

int
cf_index_save(const char * state, const struct cf_look * look,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_out * out;
	int fd, rc = -1;

	cf_buf_addf(&path, "%s/%s", state, INDEX);
	fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || cf_buf_string(&path, err) == NULL ||
	    (out = cf_out_open(path.data, err)) == NULL)
		goto done;
	if ((rc = save_all(out, fd, look, err)) == 0)
		rc = cf_out_close(out, err);
	else
		cf_out_abandon(out);
done:
	if (fd != -1)
		close(fd);
	cf_buf_free(&path);
	return (rc);
}

/* ---- applying */

/* Is that field this number? */
static int
is_number(const struct cf_reader * r, size_t column, int64_t want)
{
	struct cf_field f = cf_reader_field(r, column);
	int64_t n;

	return (cf_num_parse_int(f.text, f.len, &n) == CF_NUM_OK &&
	    n == want);
}

/* Use one record of the index. */
static int
apply_record(const struct cf_reader * r, struct cf_look * look,
    unsigned char * known, struct cf_buf * path, struct cf_err * err)
{
	struct cf_field text = cf_reader_field(r, PATH);
	struct cf_field digest = cf_reader_field(r, SHA256);
	const struct cf_entry * e;
	const struct cf_seen * seen;
	size_t i;

	path->len = 0;
	if (cf_manifest_decode(text.text, text.len, path))
		return (path->failed ? cf_err_memory(err) : 0);
	if (cf_buf_string(path, err) == NULL)
		return (-1);
	if ((e = cf_manifest_find(&look->found, path->data)) == NULL ||
	    e->type != CF_ENTRY_FILE)
		return (0);
	i = (size_t)(e - look->found.entries);
	seen = &look->seen[i];
	if (is_number(r, DEVICE, (int64_t)seen->device) &&
	    is_number(r, NUMBER, (int64_t)seen->number) &&
	    is_number(r, SIZE, (int64_t)seen->size) &&
	    is_number(r, MODIFIED, nanoseconds(&seen->modified)) &&
	    is_number(r, CHANGED, nanoseconds(&seen->changed)) &&
	    cf_digest_parse(digest.text, digest.len,
	    &look->found.entries[i].digest) == 0)
		known[i] = 1;
	return (0);
}

int
cf_index_apply(const char * state, struct cf_look * look,
    unsigned char * known, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	struct cf_reader * r = NULL;
	int rc = 0;

	/* Whatever is wrong with the file, it then knows nothing more. */
	cf_buf_addf(&path, "%s/%s", state, INDEX);
	if (cf_buf_string(&path, err) == NULL)
		rc = -1;
	else if (cf_file_read(path.data, INDEX_MAX, &text, NULL) == 0)
		r = cf_reader_memory(text.data, text.len, INDEX, NULL);
	if (r != NULL && cf_reader_header(r, NULL) == 1 &&
	    cf_reader_columns(r) == NCOLUMNS) {
		while (rc == 0 && cf_reader_next(r, NULL) == 1)
			rc = apply_record(r, look, known, &path, err);
	}
	cf_reader_close(r);
	cf_buf_free(&text);
	cf_buf_free(&path);
	return (rc);
}

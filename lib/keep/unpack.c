#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>

#include "base/mem.h"
#include "base/par.h"
#include "keep/layers.h"
#include "keep/unpack.h"

#define READ_SIZE (256 * 1024)
#define BATCH (8 * 1024 * 1024)	/* Bytes of files read at a time. */
#define TAIL_MAX (4 * 1024 * 1024)	/* Bytes behind the last member. */

/* A piece of a file in a batch. */
struct group {
	size_t entry;
	size_t at;		/* In the batch's bytes. */
	size_t len;
	int first;
	int last;
};

struct batch {
	struct cf_buf data;
	struct group * groups;
	size_t n;
	size_t capacity;
};

/* A file that is being hashed and written. */
struct active {
	int fd;			/* -1: not written. */
	crypto_hash_sha256_state state;
};

struct cf_unpack {
	const char * path;
	struct cf_layers * layers;
	struct archive * a;
	struct archive_entry * entry;	/* libarchive's own may be missing. */
	struct cf_err input_err;	/* What the callback met. */
	char * room;		/* READ_SIZE bytes for libarchive. */
	struct cf_manifest manifest;

	/* While running. */
	const struct cf_unpack_job * job;
	size_t next;		/* Entry that comes next. */
	size_t open;		/* The one whose data comes. */
	uint64_t left;		/* Bytes of it to come. */
	int inside;		/* There is such a one. */
	int ended;
	int failed;		/* Reading ended early, for that reason: */
	struct cf_err failure;
	struct batch batches[2];
	struct batch * fill;
	struct batch * work;
	struct active carried_in;	/* Of the first group of a batch. */
	struct active carried;	/* Of the last one. */
};

static int
damaged(const struct cf_unpack * u, const char * member, const char * how,
    struct cf_err * err)
{
	struct cf_place place = { u->path, 0, NULL };

	return (cf_err_data(err, &place, member,
	    member != NULL ? strlen(member) : 0, "%s", how));
}

/* ---- libarchive */

/* libarchive's callback. */
static la_ssize_t
give(struct archive * a, void * cookie, const void ** data)
{
	struct cf_unpack * u = cookie;
	size_t got;

	*data = u->room;
	if (cf_layers_read(u->layers, u->room, READ_SIZE, &got, &u->input_err)) {
		archive_set_error(a, EIO, "%s", "cannot be read");
		return (-1);
	}
	return ((la_ssize_t)got);
}

/* What libarchive reports, or what lay behind it. */
static int
fault(const struct cf_unpack * u, struct cf_err * err)
{

	if (u->input_err.kind != CF_ERR_NONE)
		return (cf_err_copy(err, &u->input_err));
	if (archive_errno(u->a) == ENOMEM)
		return (cf_err_memory(err));
	return (damaged(u, NULL, "not a backup, or damaged", err));
}

/* While it is set up, libarchive says so, or fails without a word. */
static int
lacks_memory(const struct cf_unpack * u)
{

	return (archive_errno(u->a) == ENOMEM || archive_errno(u->a) == 0);
}

static int
open_archive(struct cf_unpack * u, struct cf_err * err)
{

	if ((u->room = cf_mem_array(READ_SIZE, 1, err)) == NULL)
		return (-1);
	if ((u->a = archive_read_new()) == NULL ||
	    (u->entry = archive_entry_new()) == NULL)
		return (cf_err_memory(err));
	/* A libarchive without zstd would run a program of that name. */
	if (archive_read_support_format_tar(u->a) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(u->a) != ARCHIVE_OK)
		return (lacks_memory(u) ? cf_err_memory(err) :
		    cf_err_set(err, CF_ERR_SYSTEM,
		    "libarchive lacks tar or zstd"));
	/* One by one, for archive_read_open passes over what they return. */
	if (archive_read_set_read_callback(u->a, give) != ARCHIVE_OK ||
	    archive_read_set_callback_data(u->a, u) != ARCHIVE_OK ||
	    archive_read_open1(u->a) != ARCHIVE_OK)
		return (lacks_memory(u) ? cf_err_memory(err) : fault(u, err));
	return (0);
}

/* ---- the manifest */

/* The next member's header, which must be a plain file or folder. */
static int
next_member(struct cf_unpack * u, struct archive_entry ** entry,
    struct cf_err * err)
{
	unsigned int type;
	int rc;

	*entry = u->entry;
	rc = archive_read_next_header2(u->a, u->entry);
	if (rc == ARCHIVE_EOF)
		return (0);
	if (rc != ARCHIVE_OK || archive_entry_pathname(*entry) == NULL)
		return (fault(u, err));
	type = archive_entry_filetype(*entry);
	if ((type != AE_IFREG && type != AE_IFDIR) ||
	    archive_entry_hardlink(*entry) != NULL ||
	    archive_entry_symlink(*entry) != NULL)
		return (damaged(u, archive_entry_pathname(*entry),
		    "neither a file nor a folder", err));
	return (1);
}

/* A block of the present member's data; *len = 0 at its end. */
static int
next_data(struct cf_unpack * u, const void ** data, size_t * len,
    uint64_t expected, struct cf_err * err)
{
	la_int64_t offset;
	int rc;

	do {
		rc = archive_read_data_block(u->a, data, len, &offset);
	} while (rc == ARCHIVE_OK && *len == 0);
	if (rc == ARCHIVE_EOF) {
		*len = 0;
		return (0);
	}
	if (rc != ARCHIVE_OK)
		return (fault(u, err));
	if (offset < 0 || (uint64_t)offset != expected)
		return (damaged(u, NULL, "a member with holes", err));
	return (0);
}

static int
read_manifest(struct cf_unpack * u, struct cf_err * err)
{
	struct archive_entry * entry;
	struct cf_buf text = { 0 };
	const void * data;
	size_t len;
	int rc = -1, more;

	if ((more = next_member(u, &entry, err)) < 0)
		return (-1);
	if (more == 0 || archive_entry_filetype(entry) != AE_IFREG ||
	    strcmp(archive_entry_pathname(entry), CF_MANIFEST_NAME) != 0)
		return (damaged(u, NULL, "not a backup: no manifest", err));
	if (archive_entry_size(entry) > CF_KEEP_MANIFEST_MAX)
		return (damaged(u, NULL, "the manifest is too large", err));
	do {
		if (next_data(u, &data, &len, text.len, err))
			goto done;
		cf_buf_add(&text, data, len);
	} while (len > 0 && text.len <= CF_KEEP_MANIFEST_MAX);
	if (text.failed) {
		cf_err_memory(err);
		goto done;
	}
	rc = cf_manifest_parse(&u->manifest, text.data, text.len, u->path,
	    err);
done:
	cf_buf_free(&text);
	return (rc);
}

struct cf_unpack *
cf_unpack_open(const char * path, const struct cf_key * key,
    struct cf_err * err)
{
	struct cf_unpack * u;

	if ((u = cf_mem_array(1, sizeof(*u), err)) == NULL)
		return (NULL);
	u->path = path;
	u->carried.fd = u->carried_in.fd = -1;
	u->fill = &u->batches[0];
	u->work = &u->batches[1];
	if ((u->layers = cf_layers_open(path, key, err)) == NULL ||
	    open_archive(u, err) || read_manifest(u, err))
		goto err0;
	return (u);

err0:
	cf_unpack_close(u);
	return (NULL);
}

const struct cf_manifest *
cf_unpack_manifest(const struct cf_unpack * unpack)
{

	return (&unpack->manifest);
}

/* ---- reading members into a batch */

/* The entry that the next member must be, or NULL at the end. */
static const struct cf_entry *
expected(struct cf_unpack * u)
{
	const struct cf_manifest * m = &u->manifest;
	const struct cf_entry * e;

	for (; u->next < m->n; u->next++) {
		e = &m->entries[u->next];
		if (e->type == CF_ENTRY_FOLDER || (e->type == CF_ENTRY_FILE &&
		    e->base == CF_MANIFEST_HERE))
			return (e);
	}
	return (NULL);
}

static int
is_that(const struct cf_entry * e, struct archive_entry * entry)
{
	const char * path = archive_entry_pathname(entry);
	size_t len = strlen(path);

	if ((archive_entry_filetype(entry) == AE_IFDIR) !=
	    (e->type == CF_ENTRY_FOLDER))
		return (0);
	if (e->type == CF_ENTRY_FOLDER && len > 0 && path[len - 1] == '/')
		len--;
	if (strlen(e->path) != len || memcmp(e->path, path, len) != 0)
		return (0);
	return (e->type == CF_ENTRY_FOLDER ||
	    (archive_entry_size_is_set(entry) &&
	    (uint64_t)archive_entry_size(entry) == e->size));
}

/* Behind the last member there are zeros, not many, and a proper end. */
static int
read_tail(struct cf_unpack * u, struct cf_err * err)
{
	int is_plain = archive_filter_code(u->a, 0) == ARCHIVE_FILTER_NONE;
	size_t got, total = 0, i;

	do {
		if (cf_layers_read(u->layers, u->room, READ_SIZE, &got, err))
			return (-1);
		for (i = 0; is_plain && i < got; i++) {
			if (u->room[i] != '\0')
				return (damaged(u, NULL,
				    "data behind the last member", err));
		}
		total += got;
	} while (got > 0 && total <= TAIL_MAX);
	if (got > 0)
		return (damaged(u, NULL, "data behind the last member", err));
	return (0);
}

static int
next_entry(struct cf_unpack * u, struct cf_err * err)
{
	struct archive_entry * entry;
	const struct cf_entry * e = expected(u);
	int more;

	if ((more = next_member(u, &entry, err)) < 0)
		return (-1);
	if (more == 0) {
		if (e != NULL)
			return (damaged(u, e->path, "cut short before", err));
		u->ended = 1;
		return (read_tail(u, err));
	}
	if (e == NULL || !is_that(e, entry))
		return (damaged(u, archive_entry_pathname(entry),
		    "a member that the manifest does not tell of", err));
	if (e->type == CF_ENTRY_FILE) {
		u->inside = 1;
		u->open = u->next;
		u->left = e->size;
	}
	u->next++;
	return (0);
}

/* Add ${len} bytes of the open entry to the batch. */
static int
add_data(struct cf_unpack * u, const void * data, size_t len,
    struct cf_err * err)
{
	const struct cf_entry * e = &u->manifest.entries[u->open];
	struct batch * b = u->fill;
	struct group * g;

	if (!u->job->want[u->open])
		return (0);
	/* No group must tell of data that is not there. */
	if (cf_buf_reserve(&b->data, len))
		return (cf_err_memory(err));
	if (b->n == 0 || b->groups[b->n - 1].entry != u->open) {
		if (cf_mem_grow(&b->groups, &b->capacity, b->n + 1,
		    sizeof(*b->groups), err))
			return (-1);
		g = &b->groups[b->n++];
		memset(g, 0, sizeof(*g));
		g->entry = u->open;
		g->at = b->data.len;
		g->first = u->left + len == e->size;
	}
	g = &b->groups[b->n - 1];
	g->len += len;
	g->last = u->left == 0;
	cf_buf_add(&b->data, data, len);
	return (0);
}

static int
next_block(struct cf_unpack * u, struct cf_err * err)
{
	const struct cf_entry * e = &u->manifest.entries[u->open];
	const void * data;
	size_t len;

	if (next_data(u, &data, &len, e->size - u->left, err))
		return (-1);
	if (len > u->left || (len == 0 && u->left > 0))
		return (damaged(u, e->path, "not of its size", err));
	/* An empty file comes as its end only. */
	if (len > 0 || e->size == 0) {
		u->left -= len;
		if (add_data(u, data, len, err))
			return (-1);
	}
	u->inside = u->left > 0;
	if (u->job->done != NULL) {
		*u->job->done += len;
		cf_progress_at(u->job->progress, *u->job->done);
	}
	return (0);
}

/*
 * Fill a batch.  A fault ends the reading only: what came before it is still
 * hashed, so that damage is told of the files that have it.
 */
static void
fill(struct cf_unpack * u)
{

	while (!u->ended && u->fill->data.len < BATCH) {
		if (u->inside ? next_block(u, &u->failure) :
		    next_entry(u, &u->failure)) {
			u->failed = 1;
			u->ended = 1;
		}
	}
}

/* ---- hashing and writing a batch */

static int
start_file(const struct cf_unpack * u, const struct cf_entry * e,
    struct active * a, struct cf_err * err)
{

	crypto_hash_sha256_init(&a->state);
	a->fd = -1;
	if (u->job->folder == -1)
		return (0);
	a->fd = openat(u->job->folder, e->path, O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	return (a->fd != -1 ? 0 : cf_err_errno(err, errno, "%s", e->path));
}

static int
write_data(int fd, const char * data, size_t len, const char * path,
    struct cf_err * err)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) < 0) {
			if (errno == EINTR)
				continue;
			return (cf_err_errno(err, errno, "%s", path));
		}
		data += n;
		len -= (size_t)n;
	}
	return (0);
}

/* The file is complete: is it the right one?  Give it its mode. */
static int
end_file(const struct cf_unpack * u, size_t entry, struct active * a,
    struct cf_err * err)
{
	const struct cf_entry * e = &u->manifest.entries[entry];
	struct cf_digest digest;
	int fd = a->fd, is_same;

	a->fd = -1;
	crypto_hash_sha256_final(&a->state, digest.bytes);
	is_same = cf_digest_same(&digest, &e->digest);
	u->job->result[entry] = is_same ? CF_UNPACKED_GOOD : CF_UNPACKED_BAD;
	if (fd == -1)
		return (0);
	if (is_same && fchmod(fd, (mode_t)e->mode)) {
		cf_err_errno(err, errno, "%s", e->path);
		close(fd);
		return (-1);
	}
	if (close(fd))
		return (cf_err_errno(err, errno, "%s", e->path));
	return (is_same ? 0 : damaged(u, e->path, "damaged", err));
}

static int
do_group(struct cf_unpack * u, const struct group * g, struct cf_err * err)
{
	const struct cf_entry * e = &u->manifest.entries[g->entry];
	const char * data;
	struct active a;

	if (g->first) {
		if (start_file(u, e, &a, err))
			return (-1);
	} else {
		a = u->carried_in;
		u->carried_in.fd = -1;
	}
	if (g->len > 0) {
		data = u->work->data.data + g->at;
		crypto_hash_sha256_update(&a.state,
		    (const unsigned char *)data, g->len);
		if (a.fd != -1 &&
		    write_data(a.fd, data, g->len, e->path, err)) {
			close(a.fd);
			return (-1);
		}
	}
	if (g->last)
		return (end_file(u, g->entry, &a, err));
	u->carried = a;
	return (0);
}

/* One item of a round; cf_par_work. */
static int
work(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct cf_unpack * u = cookie;

	(void)thread;
	if (item == 0) {
		fill(u);
		return (0);
	}
	return (do_group(u, &u->work->groups[item - 1], err));
}

/* Was all that was wanted from here good? */
static int
all_good(const struct cf_unpack * u, struct cf_err * err)
{
	const struct cf_entry * e;
	size_t i;

	for (i = 0; i < u->manifest.n; i++) {
		e = &u->manifest.entries[i];
		if (e->type == CF_ENTRY_FILE && e->base == CF_MANIFEST_HERE &&
		    u->job->want[i] &&
		    u->job->result[i] != CF_UNPACKED_GOOD)
			return (damaged(u, e->path, "damaged", err));
	}
	return (0);
}

int
cf_unpack_run(struct cf_unpack * u, const struct cf_unpack_job * job,
    struct cf_err * err)
{
	struct batch * b;

	u->job = job;
	while (!u->ended || u->work->n > 0) {
		if (cf_par_run(1 + u->work->n, job->threads, work, u, err))
			return (-1);
		u->work->n = 0;
		u->work->data.len = 0;
		b = u->work;
		u->work = u->fill;
		u->fill = b;
		u->carried_in = u->carried;
		u->carried.fd = -1;
	}
	if (u->failed && err != NULL)
		*err = u->failure;
	return (u->failed ? -1 : all_good(u, err));
}

void
cf_unpack_close(struct cf_unpack * u)
{
	size_t i;

	if (u == NULL)
		return;
	if (u->a != NULL)
		archive_read_free(u->a);
	archive_entry_free(u->entry);
	cf_layers_close(u->layers);
	if (u->carried.fd != -1)
		close(u->carried.fd);
	if (u->carried_in.fd != -1)
		close(u->carried_in.fd);
	for (i = 0; i < 2; i++) {
		cf_buf_free(&u->batches[i].data);
		free(u->batches[i].groups);
	}
	cf_manifest_free(&u->manifest);
	free(u->room);
	free(u);
}

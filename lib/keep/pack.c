#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "keep/pack.h"

#define BLOCKS 64		/* Of a batch. */
#define BATCH ((size_t)BLOCKS * CF_PACK_BLOCK)
#define ZSTD_BATCH (4 * 1024 * 1024)	/* Of compressed bytes. */
#define READ_SIZE (256 * 1024)
#define MTIME 315532800		/* 1980-01-01; tar(1) doubts older ones. */
#define GZIP_LEVEL 6
#define ZSTD_LEVEL 1

/* What there is twice, so that one is worked on while the other is filled. */
struct batch {
	struct cf_buf raw;	/* As libarchive gave it. */
	struct cf_buf packed[BLOCKS + 1];	/* gzip: one of each block. */
	size_t nblocks;
};

struct pack {
	const struct cf_snapshot * snapshot;
	const char * manifest;
	size_t manifest_len;
	const struct cf_pack_options * options;
	const struct cf_sink * sink;
	struct archive * a;
	struct archive_entry * entry;
	char * room;		/* READ_SIZE bytes. */
	size_t next;		/* Entry to come. */
	size_t open;		/* The one that fd is of. */
	int fd;			/* -1: none. */
	uint64_t left;		/* Bytes of it to come. */
	uint64_t done;		/* Bytes of all so far. */
	size_t batch;		/* Bytes that a batch is filled to. */
	int begun;
	int ended;
	struct batch batches[3];	/* To fill, to compress, to hand on. */
	struct batch * fill;
	struct batch * work;
	struct batch * drain;
	z_stream * z;		/* One for each thread. */
	size_t nz;
};

/* libarchive's callback: take its bytes. */
static la_ssize_t
take(struct archive * a, void * cookie, const void * data, size_t len)
{
	struct pack * p = cookie;

	cf_buf_add(&p->fill->raw, data, len);
	if (p->fill->raw.failed) {
		archive_set_error(a, ENOMEM, "out of memory");
		return (-1);
	}
	return ((la_ssize_t)len);
}

static int
fault(const struct pack * p, struct cf_err * err)
{
	const char * text = archive_error_string(p->a);

	/* For want of memory it says so in its own words, or nothing. */
	return (text == NULL || archive_errno(p->a) == ENOMEM ?
	    cf_err_memory(err) :
	    cf_err_set(err, CF_ERR_SYSTEM, "archive: %s", text));
}

static int
open_archive(struct pack * p, struct cf_err * err)
{
	char level[16];
	int rc = ARCHIVE_OK;

	if ((p->a = archive_write_new()) == NULL ||
	    (p->entry = archive_entry_new()) == NULL)
		return (cf_err_memory(err));
	snprintf(level, sizeof(level), "%d", p->options->level > 0 ?
	    p->options->level : ZSTD_LEVEL);
	if (p->options->pack == CF_LABEL_ZSTD &&
	    (archive_write_add_filter_zstd(p->a) != ARCHIVE_OK ||
	    archive_write_set_filter_option(p->a, "zstd", "compression-level",
	    level) != ARCHIVE_OK))
		rc = ARCHIVE_FATAL;
	if (rc != ARCHIVE_OK ||
	    archive_write_set_format_pax_restricted(p->a) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(p->a, 0) != ARCHIVE_OK ||
	    archive_write_open(p->a, p, NULL, take, NULL) != ARCHIVE_OK)
		return (fault(p, err));
	return (0);
}

static int
is_ascii(const char * s)
{

	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return (*s == '\0');
}

/*
 * The header of a member.  Names are bytes: libarchive warns of those that the
 * C locale has no characters for, and marks them as binary, which is right.
 */
static int
put_header(struct pack * p, const char * path, unsigned int type,
    unsigned int mode, uint64_t size, struct cf_err * err)
{
	int rc;

	archive_entry_clear(p->entry);
	archive_entry_set_pathname(p->entry, path);
	archive_entry_set_filetype(p->entry, type);
	archive_entry_set_perm(p->entry, mode);
	archive_entry_set_size(p->entry, (la_int64_t)size);
	archive_entry_set_mtime(p->entry, MTIME, 0);
	rc = archive_write_header(p->a, p->entry);
	if (rc != ARCHIVE_OK && (rc != ARCHIVE_WARN || is_ascii(path)))
		return (fault(p, err));
	return (0);
}

static int
put_data(struct pack * p, const char * data, size_t len, struct cf_err * err)
{

	if (archive_write_data(p->a, data, len) != (la_ssize_t)len)
		return (fault(p, err));
	return (0);
}

/* The next entry of the manifest that is stored here. */
static int
put_next(struct pack * p, struct cf_err * err)
{
	const struct cf_manifest * m = &p->snapshot->look.found;
	const struct cf_entry * e;

	while (p->next < m->n) {
		e = &m->entries[p->next++];
		if (e->type == CF_ENTRY_FOLDER)
			return (put_header(p, e->path, AE_IFDIR, e->mode, 0,
			    err));
		if (e->type != CF_ENTRY_FILE || e->base != CF_MANIFEST_HERE)
			continue;
		p->open = p->next - 1;
		p->left = e->size;
		if ((p->fd = cf_snapshot_open(p->snapshot, p->open,
		    err)) == -1)
			return (-1);
		return (put_header(p, e->path, AE_IFREG, e->mode, e->size,
		    err));
	}
	p->ended = 1;
	return (archive_write_close(p->a) == ARCHIVE_OK ? 0 : fault(p, err));
}

/*
 * A file has been read to its end: was it the one that the manifest tells of?
 * One that has grown meanwhile is read again, to be sure that it only grew.
 */
static int
check_file(const struct pack * p, struct cf_err * err)
{
	const struct cf_entry * e = &p->snapshot->look.found.entries[p->open];
	struct cf_digest digest;
	struct stat sb;

	if (cf_snapshot_check(p->snapshot, p->open, p->fd, err))
		return (-1);
	if (fstat(p->fd, &sb) == 0 && (uint64_t)sb.st_size == e->size)
		return (0);
	if (lseek(p->fd, 0, SEEK_SET) != 0)
		return (cf_err_errno(err, errno, "%s", e->path));
	if (cf_digest_fd(p->fd, e->size, e->path, &digest, err))
		return (-1);
	if (!cf_digest_same(&digest, &e->digest))
		return (cf_err_set(err, CF_ERR_LATER,
		    "%s: changed while it was read", e->path));
	return (0);
}

/* A piece of the open file, or its end. */
static int
put_piece(struct pack * p, struct cf_err * err)
{
	const char * path = p->snapshot->look.found.entries[p->open].path;
	ssize_t n;
	int rc;

	if (p->left == 0) {
		rc = check_file(p, err);
		close(p->fd);
		p->fd = -1;
		return (rc);
	}
	do {
		n = read(p->fd, p->room, p->left < READ_SIZE ?
		    (size_t)p->left : READ_SIZE);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return (cf_err_errno(err, errno, "%s", path));
	if (n == 0)
		return (cf_err_set(err, CF_ERR_LATER,
		    "%s: became shorter while it was read", path));
	p->left -= (uint64_t)n;
	p->done += (uint64_t)n;
	cf_progress_at(p->options->progress, p->done);
	return (put_data(p, p->room, (size_t)n, err));
}

/* Fill a batch, or what is left of one. */
static int
fill(struct pack * p, struct cf_err * err)
{

	while (!p->ended && p->fill->raw.len < p->batch) {
		if (!p->begun) {
			p->begun = 1;
			if (put_header(p, CF_MANIFEST_NAME, AE_IFREG, 0644,
			    p->manifest_len, err) ||
			    put_data(p, p->manifest, p->manifest_len, err))
				return (-1);
		} else if (p->fd != -1) {
			if (put_piece(p, err))
				return (-1);
		} else if (put_next(p, err)) {
			return (-1);
		}
	}
	return (0);
}

/* ---- gzip */

static int
start_gzip(struct pack * p, struct cf_err * err)
{
	int level = p->options->level > 0 ? p->options->level : GZIP_LEVEL;

	p->z = cf_mem_array(p->options->threads, sizeof(*p->z), err);
	if (p->z == NULL)
		return (-1);
	/* 16: with a header and checksum of gzip, which tells no time. */
	for (; p->nz < p->options->threads; p->nz++) {
		if (deflateInit2(&p->z[p->nz], level, Z_DEFLATED,
		    16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
			return (cf_err_memory(err));
	}
	return (0);
}

/* Compress block ${i} of the batch in work. */
static int
compress_block(struct pack * p, size_t i, size_t thread, struct cf_err * err)
{
	struct batch * b = p->work;
	struct cf_buf * to = &b->packed[i];
	z_stream * z = &p->z[thread];
	size_t at = i * CF_PACK_BLOCK;
	size_t len = b->raw.len - at;
	size_t room;

	/* The last block takes what does not make one more. */
	if (i + 1 < b->nblocks)
		len = CF_PACK_BLOCK;
	if (deflateReset(z) != Z_OK)
		return (cf_err_memory(err));
	room = deflateBound(z, (uLong)len);
	if (cf_buf_reserve(to, room))
		return (cf_err_memory(err));
	z->next_in = (Bytef *)(void *)(b->raw.data + at);
	z->avail_in = (uInt)len;
	z->next_out = (Bytef *)(void *)to->data;
	z->avail_out = (uInt)room;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return (cf_err_set(err, CF_ERR_SYSTEM, "gzip failed"));
	to->len = room - z->avail_out;
	return (0);
}

/* ---- the mill */

static int
hand_on(struct pack * p, struct cf_err * err)
{
	struct batch * b = p->drain;
	size_t i;

	if (p->options->pack == CF_LABEL_ZSTD) {
		if (b->raw.len > 0 && p->sink->put(p->sink->cookie,
		    b->raw.data, b->raw.len, err))
			return (-1);
		b->raw.len = 0;
		return (0);
	}
	for (i = 0; i < b->nblocks; i++) {
		if (p->sink->put(p->sink->cookie, b->packed[i].data,
		    b->packed[i].len, err))
			return (-1);
		b->packed[i].len = 0;
	}
	b->nblocks = 0;
	b->raw.len = 0;
	return (0);
}

/* One item of a round; cf_par_work. */
static int
work(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct pack * p = cookie;

	switch (item) {
	case 0:
		return (hand_on(p, err));
	case 1:
		return (fill(p, err));
	default:
		return (compress_block(p, item - 2, thread, err));
	}
}

/* Rounds, until everything is handed on. */
static int
turn(struct pack * p, struct cf_err * err)
{
	struct batch * b;
	int idle = 0;

	/* After the end, the last batch is compressed, then handed on. */
	while (!p->ended || idle < 2) {
		idle = p->ended ? idle + 1 : 0;
		p->work->nblocks = p->options->pack == CF_LABEL_ZSTD ? 0 :
		    (p->work->raw.len + CF_PACK_BLOCK - 1) / CF_PACK_BLOCK;
		if (p->work->nblocks > BLOCKS)
			p->work->nblocks = BLOCKS;
		if (cf_par_run(2 + p->work->nblocks, p->options->threads,
		    work, p, err))
			return (-1);
		b = p->drain;
		p->drain = p->work;
		p->work = p->fill;
		p->fill = b;
	}
	return (0);
}

static void
end(struct pack * p)
{
	size_t i, j;

	for (i = 0; i < p->nz; i++)
		deflateEnd(&p->z[i]);
	free(p->z);
	if (p->fd != -1)
		close(p->fd);
	for (i = 0; i < 3; i++) {
		cf_buf_free(&p->batches[i].raw);
		for (j = 0; j <= BLOCKS; j++)
			cf_buf_free(&p->batches[i].packed[j]);
	}
	archive_entry_free(p->entry);
	if (p->a != NULL) {
		/* Closing would call take(), with nowhere to put it. */
		archive_write_fail(p->a);
		archive_write_free(p->a);
	}
	free(p->room);
	free(p);
}

int
cf_pack_write(const struct cf_snapshot * snapshot, const char * manifest,
    size_t len, const struct cf_pack_options * options,
    const struct cf_sink * sink, struct cf_err * err)
{
	struct pack * p;
	int rc = -1;

	if ((p = cf_mem_array(1, sizeof(*p), err)) == NULL)
		return (-1);
	p->snapshot = snapshot;
	p->manifest = manifest;
	p->manifest_len = len;
	p->options = options;
	p->sink = sink;
	p->batch = options->pack == CF_LABEL_ZSTD ? ZSTD_BATCH : BATCH;
	p->fd = -1;
	p->fill = &p->batches[0];
	p->work = &p->batches[1];
	p->drain = &p->batches[2];
	if ((p->room = cf_mem_array(READ_SIZE, 1, err)) == NULL ||
	    open_archive(p, err))
		goto done;
	if (options->pack == CF_LABEL_GZIP && start_gzip(p, err))
		goto done;
	rc = turn(p, err);
done:
	end(p);
	return (rc);
}

#include <sys/statvfs.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/par.h"
#include "keep/create.h"
#include "keep/index.h"
#include "keep/pack.h"
#include "keep/seal.h"
#include "keep/unpack.h"

/* ---- hashing */

struct hashing {
	const struct cf_snapshot * snapshot;
	struct cf_entry * entries;
	size_t * order;		/* Entries to hash, the largest first. */
	size_t n;
};

struct sized {
	uint64_t size;
	size_t entry;
};

static int
by_size(const void * a, const void * b)
{
	const struct sized * x = a;
	const struct sized * y = b;

	return ((x->size < y->size) - (x->size > y->size));
}

/* Hash one file; cf_par_work. */
static int
hash(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct hashing * h = cookie;
	size_t i = h->order[item];
	struct cf_entry * e = &h->entries[i];
	int fd, rc;

	(void)thread;
	if ((fd = cf_snapshot_open(h->snapshot, i, err)) == -1)
		return (-1);
	rc = cf_digest_fd(fd, e->size, e->path, &e->digest, err);
	if (rc == 0)
		rc = cf_snapshot_check(h->snapshot, i, fd, err);
	close(fd);
	return (rc);
}

/* The files that are not ${known}, the largest first, so that threads end
 * together. */
static int
order_files(struct hashing * h, size_t n, const unsigned char * known,
    struct cf_err * err)
{
	struct sized * files;
	size_t i;

	if ((files = cf_mem_array(n, sizeof(*files), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		if (h->entries[i].type != CF_ENTRY_FILE || known[i])
			continue;
		files[h->n].size = h->entries[i].size;
		files[h->n++].entry = i;
	}
	qsort(files, h->n, sizeof(*files), by_size);
	h->order = cf_mem_array(h->n, sizeof(*h->order), err);
	for (i = 0; h->order != NULL && i < h->n; i++)
		h->order[i] = files[i].entry;
	free(files);
	return (h->order != NULL ? 0 : -1);
}

/* Set the digest of all files; for a linked backup, from the index if known. */
static int
hash_all(struct cf_create * c, struct cf_err * err)
{
	struct cf_look * look = &c->snapshot.look;
	struct hashing h = { .snapshot = &c->snapshot,
		.entries = look->found.entries };
	unsigned char * known;
	int rc = -1;

	if ((known = cf_mem_array(look->found.n, 1, err)) == NULL)
		return (-1);
	if (c->options->link != NULL &&
	    cf_index_apply(c->options->state, look, known, err))
		goto done;
	if (order_files(&h, look->found.n, known, err) == 0)
		rc = cf_par_run(h.n, c->options->threads, hash, &h, err);
done:
	free(h.order);
	free(known);
	return (rc);
}

/* ---- linking */

/* Name where each file that the previous backup holds, too, is stored. */
static int
link_to(struct cf_manifest * m, const struct cf_manifest * previous,
    const char * name, struct cf_err * err)
{
	const struct cf_entry * p;
	struct cf_entry * e;
	size_t i;

	for (i = 0; i < m->n; i++) {
		e = &m->entries[i];
		if (e->type != CF_ENTRY_FILE)
			continue;
		p = cf_manifest_find(previous, e->path);
		if (p == NULL || p->type != CF_ENTRY_FILE ||
		    p->size != e->size ||
		    !cf_digest_same(&p->digest, &e->digest))
			continue;
		if (p->base == CF_MANIFEST_HERE ? cf_manifest_add_base(m,
		    name, &previous->id, &e->base, err) :
		    cf_manifest_add_base(m, previous->bases[p->base].name,
		    &previous->bases[p->base].id, &e->base, err))
			return (-1);
	}
	if (m->nbases > CF_KEEP_BASES_MAX)
		return (cf_err_set(err, CF_ERR_DATA,
		    "linked to more than %d backups", CF_KEEP_BASES_MAX));
	return (0);
}

static int
link_all(struct cf_create * c, struct cf_err * err)
{
	const char * path = c->options->link;
	const char * slash = strrchr(path, '/');
	struct cf_unpack * previous;
	int rc;

	if ((previous = cf_unpack_open(path, c->options->key, err)) == NULL)
		return (-1);
	rc = link_to(&c->snapshot.look.found, cf_unpack_manifest(previous),
	    slash != NULL ? slash + 1 : path, err);
	cf_unpack_close(previous);
	return (rc);
}

int
cf_create_plan(struct cf_create * c, const struct cf_create_options * options,
    struct cf_err * err)
{
	struct cf_snapshot_options so = { .parts = options->parts,
		.except = options->except, .hold = options->hold };
	const struct cf_entry * e;
	size_t i;

	memset(c, 0, sizeof(*c));
	c->options = options;
	if (cf_snapshot_take(options->state, &so, &c->snapshot, err))
		return (-1);
	if (c->snapshot.look.found.n == 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "%s: holds nothing to back up", options->state));
	if (hash_all(c, err) || (options->link != NULL && link_all(c, err)))
		return (-1);
	for (i = 0; i < c->snapshot.look.found.n; i++) {
		e = &c->snapshot.look.found.entries[i];
		if (e->type != CF_ENTRY_FILE)
			continue;
		c->files++;
		c->bytes += e->size;
		c->stored += e->base == CF_MANIFEST_HERE ? e->size : 0;
	}
	return (0);
}

int
cf_create_check_space(const struct cf_create * c, const char * folder,
    struct cf_err * err)
{
	struct statvfs vfs;
	uint64_t have, need;

	/* Headers, the manifest, and what compressing may add. */
	need = c->stored + c->stored / 1000 +
	    (uint64_t)c->snapshot.look.found.n * 1024 + 65536;
	if (statvfs(folder, &vfs))
		return (cf_err_errno(err, errno, "%s", folder));
	have = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (have >= need)
		return (0);
	return (cf_err_set(err, CF_ERR_SYSTEM, "%s: may need %llu KiB of "
	    "disk, %llu KiB are free", folder,
	    (unsigned long long)(need >> 10),
	    (unsigned long long)(have >> 10)));
}

int
cf_create_write(struct cf_create * c, struct cf_out * out,
    struct cf_create_result * result, struct cf_err * err)
{
	struct cf_pack_options pack = { .pack = c->options->pack,
		.level = c->options->level, .threads = c->options->threads,
		.progress = c->options->progress };
	struct cf_buf manifest = { 0 };
	struct cf_sink_out layer;
	struct cf_sink file = cf_sink_to_out(&layer, out);
	struct cf_sink sink = file;
	struct cf_seal * seal = NULL;
	int rc = -1;

	if (cf_manifest_print(&c->snapshot.look.found, &manifest, err))
		goto done;
	if (manifest.len > CF_KEEP_MANIFEST_MAX) {
		cf_err_set(err, CF_ERR_DATA, "the manifest is too large");
		goto done;
	}
	if (c->options->key != NULL) {
		if ((seal = cf_seal_new(c->options->key, &file, err)) == NULL)
			goto done;
		sink.put = cf_seal_put;
		sink.cookie = seal;
	}
	if (cf_pack_write(&c->snapshot, manifest.data, manifest.len, &pack,
	    &sink, err) || (seal != NULL && cf_seal_end(seal, err)))
		goto done;
	cf_sink_digest(&layer, &result->digest);
	result->bytes = layer.bytes;
	rc = 0;
done:
	cf_seal_free(seal);
	cf_buf_free(&manifest);
	return (rc);
}

int
cf_create_done(struct cf_create * c, struct cf_err * err)
{

	if (cf_snapshot_release(&c->snapshot, err))
		return (-1);
	return (cf_index_save(c->options->state, &c->snapshot.look, err));
}

void
cf_create_end(struct cf_create * c)
{

	cf_snapshot_drop(&c->snapshot);
}

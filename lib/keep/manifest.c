#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "keep/manifest.h"
#include "keep/part.h"
#include "table/writer.h"

static const struct cf_column columns[] = {
#define COLUMN(id, name) { name, NULL, NULL },
	CF_MANIFEST_COLUMNS(COLUMN)
#undef COLUMN
};
#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char * const types[] = CF_MANIFEST_TYPES;

struct cf_entry *
cf_manifest_add(struct cf_manifest * manifest, const char * path,
    enum cf_entry_type type, struct cf_err * err)
{
	struct cf_entry * e;

	if (cf_mem_grow(&manifest->entries, &manifest->capacity,
	    manifest->n + 1, sizeof(*manifest->entries), err))
		return (NULL);
	e = &manifest->entries[manifest->n];
	memset(e, 0, sizeof(*e));
	e->type = type;
	e->base = CF_MANIFEST_HERE;
	if ((e->path = cf_mem_strdup(path, err)) == NULL)
		return (NULL);
	manifest->n++;
	return (e);
}

int
cf_manifest_add_base(struct cf_manifest * manifest, const char * name,
    const struct cf_digest * id, size_t * index, struct cf_err * err)
{
	struct cf_base * base;
	size_t i;

	for (i = 0; i < manifest->nbases; i++) {
		if (strcmp(manifest->bases[i].name, name) == 0) {
			*index = i;
			return (0);
		}
	}
	if (cf_mem_grow(&manifest->bases, &manifest->bases_capacity,
	    manifest->nbases + 1, sizeof(*manifest->bases), err))
		return (-1);
	base = &manifest->bases[manifest->nbases];
	base->id = *id;
	if ((base->name = cf_mem_strdup(name, err)) == NULL)
		return (-1);
	*index = manifest->nbases++;
	return (0);
}

const struct cf_entry *
cf_manifest_find(const struct cf_manifest * manifest, const char * path)
{
	size_t low = 0, high = manifest->n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(path, manifest->entries[middle].path);
		if (order == 0)
			return (&manifest->entries[middle]);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (NULL);
}

void
cf_manifest_bases(const struct cf_manifest * manifest, struct cf_buf * buf)
{
	size_t i;

	for (i = 0; i < manifest->nbases; i++)
		cf_buf_addf(buf, "%s%s", i > 0 ? "," : "",
		    manifest->bases[i].name);
}

/* ---- printing */

/* Bytes of a path that are written %XX, so that an entry is one line. */
static int
is_odd(char c)
{

	return ((unsigned char)c < 0x20 || c == 0x7f || c == '%');
}

void
cf_manifest_encode(const char * path, struct cf_buf * buf)
{

	cf_text_escape(buf, path, strlen(path), is_odd);
}

int
cf_manifest_decode(const char * text, size_t len, struct cf_buf * buf)
{

	return (cf_text_unescape(buf, text, len, is_odd) || buf->failed ?
	    -1 : 0);
}

static void
print_digest(struct cf_writer * w, const struct cf_digest * digest)
{
	char text[CF_DIGEST_TEXT_MAX];

	cf_digest_print(digest, text);
	cf_writer_text(w, text, strlen(text));
}

static int
print_entry(struct cf_writer * w, const struct cf_manifest * m,
    const struct cf_entry * e, struct cf_buf * scratch, struct cf_err * err)
{
	char mode[4];
	size_t i;

	cf_writer_text(w, types[e->type], strlen(types[e->type]));
	scratch->len = 0;
	cf_manifest_encode(e->path, scratch);
	cf_writer_text(w, scratch->data, scratch->len);
	if (e->type == CF_ENTRY_CURRENT) {
		for (i = 0; i < 3; i++)
			cf_writer_missing(w);
		cf_writer_text(w, e->target, strlen(e->target));
		return (cf_writer_end(w, err));
	}
	for (i = 0; i < 4; i++)
		mode[i] = (char)('0' + (e->mode >> (9 - 3 * i) & 7));
	cf_writer_text(w, mode, sizeof(mode));
	if (e->type == CF_ENTRY_FILE) {
		cf_writer_int(w, (int64_t)e->size);
		print_digest(w, &e->digest);
	} else {
		cf_writer_missing(w);
		cf_writer_missing(w);
	}
	if (e->base != CF_MANIFEST_HERE)
		cf_writer_text(w, m->bases[e->base].name,
		    strlen(m->bases[e->base].name));
	else
		cf_writer_missing(w);
	return (cf_writer_end(w, err));
}

/* The first rows: what this is, and what it needs. */
static int
print_head(struct cf_writer * w, const struct cf_manifest * m,
    struct cf_buf * scratch, struct cf_err * err)
{
	size_t i;

	cf_part_print(m->parts, scratch);
	cf_writer_text(w, "cashflow-backup", strlen("cashflow-backup"));
	cf_writer_text(w, scratch->data, scratch->len);
	cf_writer_missing(w);
	cf_writer_int(w, CF_MANIFEST_VERSION);
	cf_writer_missing(w);
	cf_writer_missing(w);
	if (cf_writer_end(w, err))
		return (-1);
	for (i = 0; i < m->nbases; i++) {
		cf_writer_text(w, "base", 4);
		cf_writer_text(w, m->bases[i].name, strlen(m->bases[i].name));
		cf_writer_missing(w);
		cf_writer_missing(w);
		print_digest(w, &m->bases[i].id);
		cf_writer_missing(w);
		if (cf_writer_end(w, err))
			return (-1);
	}
	return (0);
}

/* The last row, over what stands in the buffer from ${start} on. */
static int
print_end(struct cf_manifest * m, struct cf_buf * buf, size_t start,
    struct cf_err * err)
{
	char text[CF_DIGEST_TEXT_MAX];

	cf_digest_of(buf->data + start, buf->len - start, &m->id);
	cf_digest_print(&m->id, text);
	cf_buf_addf(buf, CF_MANIFEST_END "%s" CF_MANIFEST_END_BEHIND, text);
	if (buf->failed)
		return (cf_err_memory(err));
	cf_digest_of(buf->data + start, buf->len - start, &m->id);
	return (0);
}

int
cf_manifest_print(struct cf_manifest * manifest, struct cf_buf * buf,
    struct cf_err * err)
{
	struct cf_buf scratch = { 0 };
	struct cf_writer * w = NULL;
	struct cf_out * out;
	size_t start = buf->len, i;
	int rc = -1;

	if ((out = cf_out_memory(buf, err)) == NULL)
		return (-1);
	if ((w = cf_writer_new(out, CF_FORMAT_CSV, 0, err)) == NULL ||
	    cf_writer_columns(w, columns, NCOLUMNS, err) ||
	    print_head(w, manifest, &scratch, err))
		goto done;
	for (i = 0; i < manifest->n; i++) {
		if (print_entry(w, manifest, &manifest->entries[i], &scratch,
		    err))
			goto done;
	}
	rc = scratch.failed ? cf_err_memory(err) : 0;
done:
	cf_writer_free(w);
	cf_buf_free(&scratch);
	if (rc == 0)
		rc = cf_out_close(out, err);
	else
		cf_out_abandon(out);
	return (rc == 0 ? print_end(manifest, buf, start, err) : -1);
}

void
cf_manifest_free(struct cf_manifest * manifest)
{
	size_t i;

	for (i = 0; i < manifest->n; i++) {
		free(manifest->entries[i].path);
		free(manifest->entries[i].target);
	}
	for (i = 0; i < manifest->nbases; i++)
		free(manifest->bases[i].name);
	free(manifest->entries);
	free(manifest->bases);
	memset(manifest, 0, sizeof(*manifest));
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "keep/label.h"
#include "keep/manifest.h"
#include "keep/part.h"
#include "table/reader.h"
#include "table/writer.h"

#define VERSION 1

static const struct cf_column columns[] = {
	{ "type", NULL, NULL }, { "path", NULL, NULL }, { "mode", NULL, NULL },
	{ "size", NULL, NULL }, { "sha256", NULL, NULL },
	{ "where", NULL, NULL }
};
enum { TYPE, PATH, MODE, SIZE, SHA256, WHERE, NCOLUMNS };

/* The last row: what stands around its digest. */
#define END_BEFORE "end,,,,"
#define END_BEHIND ",\n"
#define END_LEN (sizeof(END_BEFORE) - 1 + 2 * CF_DIGEST_BYTES + \
    sizeof(END_BEHIND) - 1)

static const char * const types[] = { "folder", "file", "current" };
static const char hex[] = "0123456789ABCDEF";

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
	const char * p;

	for (p = path; *p != '\0'; p++) {
		if (is_odd(*p)) {
			cf_buf_add_char(buf, '%');
			cf_buf_add_char(buf, hex[(unsigned char)*p >> 4]);
			cf_buf_add_char(buf, hex[(unsigned char)*p & 15]);
		} else {
			cf_buf_add_char(buf, *p);
		}
	}
}

static int
hex_value(char c)
{
	const char * at = c != '\0' ? strchr(hex, c) : NULL;

	return (at != NULL ? (int)(at - hex) : -1);
}

int
cf_manifest_decode(const char * text, size_t len, struct cf_buf * buf)
{
	size_t i;
	int high, low;
	char c;

	for (i = 0; i < len; i++) {
		c = text[i];
		if (c == '%' && len - i > 2) {
			high = hex_value(text[i + 1]);
			low = hex_value(text[i + 2]);
			c = (char)(unsigned char)(high * 16 + low);
			if (high < 0 || low < 0 || c == '\0' || !is_odd(c))
				return (-1);
			i += 2;
		} else if (is_odd(c)) {
			return (-1);
		}
		cf_buf_add_char(buf, c);
	}
	return (buf->failed ? -1 : 0);
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
	cf_writer_int(w, VERSION);
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
	cf_buf_addf(buf, END_BEFORE "%s" END_BEHIND, text);
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

/* ---- parsing */

struct parse {
	struct cf_manifest * m;
	struct cf_reader * reader;
	struct cf_buf path;	/* Decoded, with its NUL. */
	struct cf_err * err;
};

static int
bad(const struct parse * p, size_t column, const char * reason)
{

	return (cf_reader_bad(p->reader, column, reason, p->err));
}

static int
is_word(struct cf_field f, const char * word)
{

	return (f.len == strlen(word) && memcmp(f.text, word, f.len) == 0);
}

/* Fields that this type of row leaves empty. */
static int
need_empty(const struct parse * p, const int * which, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (cf_reader_field(p->reader, (size_t)which[i]).len > 0)
			return (bad(p, (size_t)which[i], "must be empty"));
	}
	return (0);
}

/* Decode the path field into p->path. */
static int
decode_path(struct parse * p)
{
	struct cf_field f = cf_reader_field(p->reader, PATH);

	p->path.len = 0;
	if (cf_manifest_decode(f.text, f.len, &p->path))
		return (p->path.failed ? cf_err_memory(p->err) :
		    bad(p, PATH, "not a path"));
	if (p->path.len > CF_KEEP_PATH_MAX)
		return (bad(p, PATH, "path too long"));
	return (cf_buf_string(&p->path, p->err) != NULL ? 0 : -1);
}

/* Only names that stay below the folder: no "", ".", "..", none too long. */
static int
check_path(const struct parse * p)
{
	const char * s = p->path.data;
	size_t len, depth = 0;

	for (;; s += len + 1) {
		len = strcspn(s, "/");
		if (len == 0 || (len == 1 && s[0] == '.') ||
		    (len == 2 && s[0] == '.' && s[1] == '.'))
			return (bad(p, PATH, "path is not safe"));
		if (len > CF_KEEP_NAME_MAX || ++depth > CF_KEEP_DEPTH_MAX)
			return (bad(p, PATH, "path too long or too deep"));
		if (s[len] == '\0')
			break;
	}
	if ((cf_part_of(p->path.data) & p->m->parts) == 0)
		return (bad(p, PATH, "path is of no part of this backup"));
	return (0);
}

/* A folder of the manifest must hold it, which stands before it. */
static int
check_order(struct parse * p)
{
	const struct cf_manifest * m = p->m;
	const struct cf_entry * parent;
	char * slash = strrchr(p->path.data, '/');

	if (m->n > 0 && strcmp(m->entries[m->n - 1].path, p->path.data) >= 0)
		return (bad(p, PATH, "paths do not ascend"));
	if (slash == NULL)
		return (0);
	*slash = '\0';
	parent = cf_manifest_find(m, p->path.data);
	*slash = '/';
	if (parent == NULL || parent->type != CF_ENTRY_FOLDER)
		return (bad(p, PATH, "path is in no folder"));
	return (0);
}

static int
parse_mode(const struct parse * p, unsigned int * mode)
{
	struct cf_field f = cf_reader_field(p->reader, MODE);
	size_t i;

	*mode = 0;
	for (i = 0; i < f.len && f.text[i] >= '0' && f.text[i] <= '7'; i++)
		*mode = *mode * 8 + (unsigned int)(f.text[i] - '0');
	if (f.len != 4 || i < 4 || *mode > 0777)
		return (bad(p, MODE, "not a mode"));
	return (0);
}

static int
parse_digest(const struct parse * p, struct cf_digest * digest)
{
	struct cf_field f = cf_reader_field(p->reader, SHA256);

	if (cf_digest_parse(f.text, f.len, digest))
		return (bad(p, SHA256, "not a digest"));
	return (0);
}

static int
parse_file(const struct parse * p, struct cf_entry * e)
{
	struct cf_field size = cf_reader_field(p->reader, SIZE);
	struct cf_field where = cf_reader_field(p->reader, WHERE);
	int64_t n;

	if (cf_num_parse_int(size.text, size.len, &n) != CF_NUM_OK || n < 0 ||
	    (uint64_t)n > CF_KEEP_FILE_MAX)
		return (bad(p, SIZE, "not a size"));
	e->size = (uint64_t)n;
	if (parse_digest(p, &e->digest))
		return (-1);
	if (where.len == 0)
		return (0);
	for (e->base = 0; e->base < p->m->nbases; e->base++) {
		if (is_word(where, p->m->bases[e->base].name))
			return (0);
	}
	return (bad(p, WHERE, "no such base"));
}

/* models/NAME/current, to a folder beside it. */
static int
parse_current(struct parse * p, struct cf_entry * e)
{
	struct cf_field where = cf_reader_field(p->reader, WHERE);
	const char * slash = strchr(e->path, '/');
	const char * last = strrchr(e->path, '/');
	size_t i;

	for (i = 0; i < where.len; i++) {
		if (is_odd(where.text[i]))
			return (bad(p, WHERE, "a link that leads away"));
	}
	if (strncmp(e->path, "models/", 7) != 0 || slash == last ||
	    strchr(slash + 1, '/') != last || strcmp(last, "/current") != 0)
		return (bad(p, PATH, "a link that may not be"));
	if (where.len == 0 || where.len > CF_KEEP_NAME_MAX ||
	    where.text[0] == '.' || is_word(where, "current") ||
	    memchr(where.text, '/', where.len) != NULL)
		return (bad(p, WHERE, "a link that leads away"));
	e->target = cf_mem_strndup(where.text, where.len, p->err);
	return (e->target != NULL ? 0 : -1);
}

static int
parse_entry(struct parse * p, enum cf_entry_type type)
{
	static const int folder_empty[] = { SIZE, SHA256, WHERE };
	static const int current_empty[] = { MODE, SIZE, SHA256 };
	struct cf_entry * e;
	unsigned int mode = 0;

	if (p->m->n == CF_KEEP_ENTRIES_MAX)
		return (bad(p, CF_READER_NONE, "too many entries"));
	if (decode_path(p) || check_path(p) || check_order(p) ||
	    (type != CF_ENTRY_CURRENT && parse_mode(p, &mode)))
		return (-1);
	if ((e = cf_manifest_add(p->m, p->path.data, type, p->err)) == NULL)
		return (-1);
	e->mode = mode;
	switch (type) {
	case CF_ENTRY_FOLDER:
		return (need_empty(p, folder_empty, 3));
	case CF_ENTRY_FILE:
		return (parse_file(p, e));
	default:
		return (parse_current(p, e) ? -1 :
		    need_empty(p, current_empty, 3));
	}
}

static int
parse_base(struct parse * p)
{
	static const int empty[] = { MODE, SIZE, WHERE };
	struct cf_field f = cf_reader_field(p->reader, PATH);
	struct cf_label label;
	struct cf_digest id;
	char name[CF_LABEL_MAX];
	size_t index, before = p->m->nbases;

	if (p->m->n > 0 || before == CF_KEEP_BASES_MAX ||
	    cf_label_parse(f.text, f.len, &label))
		return (bad(p, PATH, "a base that may not be"));
	if (need_empty(p, empty, 3) || parse_digest(p, &id))
		return (-1);
	cf_label_print(&label, name);
	if (cf_manifest_add_base(p->m, name, &id, &index, p->err))
		return (-1);
	return (index == before ? 0 : bad(p, PATH, "base named twice"));
}

static int
parse_row(struct parse * p)
{
	struct cf_field type = cf_reader_field(p->reader, TYPE);
	size_t i;

	if (is_word(type, "base"))
		return (parse_base(p));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (is_word(type, types[i]))
			return (parse_entry(p, (enum cf_entry_type)i));
	}
	return (bad(p, TYPE, "unknown type"));
}

/* The header, and the row that says what this is. */
static int
parse_head(struct parse * p)
{
	static const int empty[] = { MODE, SHA256, WHERE };
	struct cf_field parts;
	size_t i;
	int rc;

	if ((rc = cf_reader_header(p->reader, p->err)) < 0)
		return (-1);
	for (i = 0; rc == 1 && i < NCOLUMNS; i++) {
		if (cf_reader_columns(p->reader) != NCOLUMNS ||
		    strcmp(cf_reader_column(p->reader, i),
		    columns[i].name) != 0)
			rc = 0;
	}
	if (rc == 0 || cf_reader_is_json(p->reader))
		return (bad(p, CF_READER_NONE, "not the manifest of a backup"));
	if ((rc = cf_reader_next(p->reader, p->err)) < 0)
		return (-1);
	if (rc == 0 || !is_word(cf_reader_field(p->reader, TYPE),
	    "cashflow-backup"))
		return (bad(p, CF_READER_NONE, "not the manifest of a backup"));
	if (!is_word(cf_reader_field(p->reader, SIZE), "1"))
		return (bad(p, SIZE, "made by a newer version"));
	parts = cf_reader_field(p->reader, PATH);
	p->path.len = 0;
	cf_buf_add(&p->path, parts.text, parts.len);
	if (cf_buf_string(&p->path, p->err) == NULL)
		return (-1);
	if (cf_part_parse(p->path.data, &p->m->parts, NULL))
		return (bad(p, PATH, "not a list of parts"));
	return (need_empty(p, empty, 3));
}

/* The folder that a link leads to must be there. */
static int
check_links(struct parse * p)
{
	const struct cf_entry * target;
	const struct cf_entry * e;
	size_t i;

	for (i = 0; i < p->m->n; i++) {
		e = &p->m->entries[i];
		if (e->type != CF_ENTRY_CURRENT)
			continue;
		p->path.len = 0;
		cf_buf_addf(&p->path, "%.*s%s",
		    (int)(strlen(e->path) - strlen("current")), e->path,
		    e->target);
		if (cf_buf_string(&p->path, p->err) == NULL)
			return (-1);
		target = cf_manifest_find(p->m, p->path.data);
		if (target == NULL || target->type != CF_ENTRY_FOLDER)
			return (bad(p, CF_READER_NONE,
			    "a link that leads nowhere"));
	}
	return (0);
}

/* Is the last row there, and does it fit all before it? */
static int
check_end(const char * text, size_t len)
{
	struct cf_digest told, is;
	const char * row;

	if (len < END_LEN)
		return (0);
	row = text + len - END_LEN;
	cf_digest_of(text, len - END_LEN, &is);
	return (memcmp(row, END_BEFORE, sizeof(END_BEFORE) - 1) == 0 &&
	    cf_digest_parse(row + sizeof(END_BEFORE) - 1,
	    2 * CF_DIGEST_BYTES, &told) == 0 &&
	    memcmp(text + len - (sizeof(END_BEHIND) - 1), END_BEHIND,
	    sizeof(END_BEHIND) - 1) == 0 && cf_digest_same(&told, &is));
}

int
cf_manifest_parse(struct cf_manifest * manifest, const char * text,
    size_t len, const char * name, struct cf_err * err)
{
	struct parse p = { .m = manifest, .err = err };
	struct cf_place place = { name, 0, NULL };
	int rc = -1, more;

	cf_digest_of(text, len, &manifest->id);
	if (!check_end(text, len))
		return (cf_err_data(err, &place, NULL, 0,
		    "the manifest is damaged, or of something else"));
	p.reader = cf_reader_memory(text, len - END_LEN, name, err);
	if (p.reader == NULL)
		return (-1);
	if (parse_head(&p))
		goto done;
	while ((more = cf_reader_next(p.reader, err)) == 1) {
		if (parse_row(&p))
			goto done;
	}
	if (more == 0 && check_links(&p) == 0)
		rc = 0;
done:
	cf_reader_close(p.reader);
	cf_buf_free(&p.path);
	return (rc);
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

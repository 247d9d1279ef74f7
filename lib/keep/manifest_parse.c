#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "keep/label.h"
#include "keep/manifest.h"
#include "keep/part.h"
#include "table/reader.h"

/*
 * Reading a manifest; what it looks like stands in keep/manifest.h.
 */

#define COLUMN(id, name) id,
enum { CF_MANIFEST_COLUMNS(COLUMN) NCOLUMNS };
#undef COLUMN

#define COLUMN(id, name) name,
static const char * const names[] = { CF_MANIFEST_COLUMNS(COLUMN) };
#undef COLUMN

static const char * const types[] = CF_MANIFEST_TYPES;

#define END_LEN (sizeof(CF_MANIFEST_END) - 1 + 2 * CF_DIGEST_BYTES +	\
    sizeof(CF_MANIFEST_END_BEHIND) - 1)

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
	int same;

	/* A name that a manifest would write otherwise is none of ours. */
	p->path.len = 0;
	same = cf_manifest_decode(where.text, where.len, &p->path) == 0 &&
	    p->path.len == where.len;
	if (p->path.failed)
		return (cf_err_memory(p->err));
	if (!same)
		return (bad(p, WHERE, "a link that leads away"));
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
		    names[i]) != 0)
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
	return (memcmp(row, CF_MANIFEST_END, sizeof(CF_MANIFEST_END) - 1) == 0 &&
	    cf_digest_parse(row + sizeof(CF_MANIFEST_END) - 1,
	    2 * CF_DIGEST_BYTES, &told) == 0 &&
	    memcmp(text + len - (sizeof(CF_MANIFEST_END_BEHIND) - 1), CF_MANIFEST_END_BEHIND,
	    sizeof(CF_MANIFEST_END_BEHIND) - 1) == 0 && cf_digest_same(&told, &is));
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

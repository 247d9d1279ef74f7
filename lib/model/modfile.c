#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/mem.h"
#include "model/modfile.h"

#define MAGIC "CFMODEL\n"
#define HEADER_SIZE 64
#define ENTRY_SIZE 32
#define ALIGN 64
#define NAME_MAX_BYTES 255
#define FOLDER_FILE "/current/model.cfm"

enum section { KIND, NAMES, INPUTS, SCALE, GRID, CALIB, FOREST, INFO,
    SECTIONS };

static const char names[SECTIONS][8] = { "kind", "names", "inputs", "scale",
    "grid", "calib", "forest", "info" };

struct part {
	const unsigned char * data;
	uint64_t size;
	uint64_t offset;
	uint32_t crc;
};

static uint32_t
checksum(const void * data, uint64_t len)
{
	const unsigned char * p = data;
	uLong crc = crc32(0, Z_NULL, 0);
	uInt n;

	while (len > 0) {
		n = len < (1u << 30) ? (uInt)len : 1u << 30;
		crc = crc32(crc, p, n);
		p += n;
		len -= n;
	}
	return ((uint32_t)crc);
}

/* FNV-1a (Fowler, Noll, Vo 1991). */
static uint64_t
hash(const unsigned char * p, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	while (len-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return (h);
}

static int
little_endian(struct cf_err * err)
{
	const uint32_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	if (first != 1)
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "model files need a little-endian machine"));
	return (0);
}

/* ---- writing */

static void
add_u32(struct cf_buf * b, uint32_t x)
{

	cf_buf_add(b, &x, sizeof(x));
}

static void
add_u64(struct cf_buf * b, uint64_t x)
{

	cf_buf_add(b, &x, sizeof(x));
}

static void
add_f64(struct cf_buf * b, const double * x, size_t n)
{

	cf_buf_add(b, x, n * sizeof(*x));
}

static void
save_head(const struct cf_model * m, struct cf_buf * b)
{
	size_t i;

	add_u32(&b[KIND], (uint32_t)m->kind->id);
	add_u32(&b[KIND], m->horizon);
	add_u32(&b[KIND], (uint32_t)m->inputs.n);
	add_u32(&b[KIND], (uint32_t)m->grid.n);
	add_u32(&b[KIND], CF_CALIB_KNOTS);
	add_u32(&b[KIND], 0);
	add_f64(&b[KIND], &m->weight, 1);
	cf_buf_add(&b[NAMES], m->target, strlen(m->target) + 1);
	for (i = 0; i < m->inputs.n; i++) {
		cf_buf_add(&b[NAMES], m->inputs.items[i].name,
		    strlen(m->inputs.items[i].name) + 1);
		add_u32(&b[INPUTS], (uint32_t)m->inputs.items[i].role);
		add_u32(&b[INPUTS], 0);
		add_f64(&b[INPUTS], &m->inputs.items[i].low, 1);
		add_f64(&b[INPUTS], &m->inputs.items[i].high, 1);
	}
}

static void
save_law(const struct cf_model * m, struct cf_buf * b)
{
	const struct cf_scale * s = &m->scale;
	double scalars[6] = { (double)s->n, s->mean_y, s->rows, s->offset,
	    s->low, s->high };

	if (m->kind->is_return) {
		add_f64(&b[SCALE], scalars, 6);
		add_f64(&b[SCALE], s->mean, s->n);
		add_f64(&b[SCALE], s->with_y, s->n);
		add_f64(&b[SCALE], s->products, s->n * s->n);
	}
	add_f64(&b[GRID], m->grid.low, m->grid.n);
	add_f64(&b[GRID], m->grid.high, m->grid.n);
	add_f64(&b[GRID], m->grid.mean, m->grid.n);
	add_f64(&b[GRID], m->grid.share, m->grid.n);
	add_f64(&b[CALIB], m->calib.to, CF_CALIB_KNOTS);
}

static uint64_t
aligned(uint64_t x)
{

	return ((x + ALIGN - 1) / ALIGN * ALIGN);
}

/* Header and table in front of the parts; sets the model's id. */
static void
save_table(struct cf_model * m, struct part * parts, struct cf_buf * head)
{
	struct cf_buf table = { 0 };
	uint64_t at = aligned(HEADER_SIZE + SECTIONS * ENTRY_SIZE), id;
	uint64_t end = at;
	size_t i;

	for (i = 0; i < SECTIONS; i++) {
		parts[i].offset = at;
		cf_buf_add(&table, names[i], sizeof(names[i]));
		add_u64(&table, at);
		add_u64(&table, parts[i].size);
		add_u32(&table, checksum(parts[i].data, parts[i].size));
		add_u32(&table, 0);
		end = at + parts[i].size;
		at = aligned(end);
	}
	id = table.failed ? 0 : hash((const unsigned char *)table.data,
	    table.len);
	snprintf(m->id, sizeof(m->id), "%016llx", (unsigned long long)id);
	cf_buf_add(head, MAGIC, 8);
	add_u32(head, CF_MODFILE_VERSION);
	add_u32(head, SECTIONS);
	add_u64(head, end);
	add_u64(head, id);
	add_u32(head, checksum(table.data, table.len));
	for (i = 0; i < 6; i++)
		add_u32(head, 0);
	add_u32(head, checksum(head->data, head->len));
	cf_buf_add(head, table.data, table.len);
	head->failed |= table.failed;
	cf_buf_free(&table);
}

int
cf_modfile_save(struct cf_model * m, const char * info, struct cf_out * out,
    struct cf_err * err)
{
	static const char zeros[ALIGN] = { 0 };
	struct cf_buf b[SECTIONS];
	struct cf_buf head = { 0 };
	struct part parts[SECTIONS];
	uint64_t at;
	size_t i;
	int failed, rc = 0;

	if (little_endian(err))
		return (-1);
	memset(b, 0, sizeof(b));
	save_head(m, b);
	save_law(m, b);
	cf_buf_add_text(&b[INFO], info);
	for (failed = 0, i = 0; i < SECTIONS; i++) {
		parts[i].data = (const unsigned char *)b[i].data;
		parts[i].size = b[i].len;
		failed |= b[i].failed;
	}
	parts[FOREST].data = m->forest.bytes;
	parts[FOREST].size = m->forest.len;
	save_table(m, parts, &head);
	if (failed || head.failed) {
		rc = cf_err_memory(err);
		goto done;
	}
	cf_out_write(out, head.data, head.len);
	for (at = head.len, i = 0; i < SECTIONS; i++) {
		cf_out_write(out, zeros, (size_t)(parts[i].offset - at));
		cf_out_write(out, parts[i].data, (size_t)parts[i].size);
		at = parts[i].offset + parts[i].size;
	}
done:
	for (i = 0; i < SECTIONS; i++)
		cf_buf_free(&b[i]);
	cf_buf_free(&head);
	return (rc);
}

/* ---- reading */

static int
bad(const char * path, struct cf_err * err, const char * reason)
{
	struct cf_place place = { path, 0, NULL };

	return (cf_err_data(err, &place, NULL, 0, "%s", reason));
}

static uint32_t
get_u32(const unsigned char * p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return (x);
}

static uint64_t
get_u64(const unsigned char * p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return (x);
}

static int
check_header(const unsigned char * p, uint64_t len, const char * path,
    struct cf_err * err)
{

	if (len < HEADER_SIZE + SECTIONS * ENTRY_SIZE ||
	    memcmp(p, MAGIC, 8) != 0)
		return (bad(path, err, "not a model file"));
	if (get_u32(p + 8) > CF_MODFILE_VERSION)
		return (bad(path, err,
		    "model file of a newer version; update cashflow"));
	if (get_u32(p + 60) != checksum(p, 60) ||
	    get_u32(p + 8) != CF_MODFILE_VERSION ||
	    get_u32(p + 12) != SECTIONS)
		return (bad(path, err, "model file is damaged: header"));
	if (get_u64(p + 16) > len)
		return (bad(path, err, "model file is cut short"));
	if (get_u64(p + 16) < len)
		return (bad(path, err,
		    "model file is damaged: bytes behind its end"));
	if (get_u32(p + 32) != checksum(p + HEADER_SIZE,
	    SECTIONS * ENTRY_SIZE))
		return (bad(path, err,
		    "model file is damaged: section table"));
	return (0);
}

static int
read_table(const unsigned char * p, uint64_t len, struct part * parts,
    const char * path, struct cf_err * err)
{
	const unsigned char * e = p + HEADER_SIZE;
	uint64_t at = HEADER_SIZE + SECTIONS * ENTRY_SIZE;
	size_t i;

	for (i = 0; i < SECTIONS; i++, e += ENTRY_SIZE) {
		parts[i].offset = get_u64(e + 8);
		parts[i].size = get_u64(e + 16);
		parts[i].crc = get_u32(e + 24);
		if (memcmp(e, names[i], 8) != 0 || get_u32(e + 28) != 0 ||
		    parts[i].offset != aligned(at) ||
		    parts[i].offset > len ||
		    parts[i].size > len - parts[i].offset)
			return (bad(path, err,
			    "model file is damaged: section table"));
		parts[i].data = p + parts[i].offset;
		at = parts[i].offset + parts[i].size;
		/* The forest is large: it is checked when asked for. */
		if (i != FOREST && checksum(parts[i].data, parts[i].size) !=
		    parts[i].crc) {
			cf_err_set(err, CF_ERR_DATA,
			    "%s: model file is damaged: section %.8s", path,
			    names[i]);
			return (-1);
		}
	}
	return (0);
}

/* Take the next name from the names section. */
static char *
take_name(const struct part * part, uint64_t * at, struct cf_err * err)
{
	const unsigned char * start = part->data + *at;
	const unsigned char * end;
	uint64_t left = part->size - *at;

	end = left > 0 ? memchr(start, '\0', left) : NULL;
	if (end == NULL || end == start || end - start > NAME_MAX_BYTES) {
		cf_err_set(err, CF_ERR_DATA, "bad name");
		return (NULL);
	}
	*at += (uint64_t)(end - start) + 1;
	return (cf_mem_strdup((const char *)start, err));
}

static int
read_inputs(struct cf_model * m, const struct part * parts,
    struct cf_err * err)
{
	const unsigned char * p = parts[INPUTS].data;
	struct cf_input * in;
	uint64_t at = 0;
	size_t n = get_u32(parts[KIND].data + 8), i;

	if (n > CF_INPUTS_MAX || parts[INPUTS].size != n * 24)
		return (cf_err_set(err, CF_ERR_DATA, "inputs"));
	if ((m->target = take_name(&parts[NAMES], &at, err)) == NULL)
		return (-1);
	m->inputs.items = cf_mem_array(n, sizeof(*m->inputs.items), err);
	if (m->inputs.items == NULL)
		return (-1);
	for (i = 0; i < n; i++, p += 24) {
		in = &m->inputs.items[i];
		if ((in->name = take_name(&parts[NAMES], &at, err)) == NULL)
			return (-1);
		m->inputs.n++;
		if (get_u32(p) > CF_ROLE_CALENDAR || get_u32(p + 4) != 0)
			return (cf_err_set(err, CF_ERR_DATA, "role"));
		in->role = (enum cf_role)get_u32(p);
		memcpy(&in->low, p + 8, 8);
		memcpy(&in->high, p + 16, 8);
	}
	return (cf_inputs_arrange(&m->inputs, m->kind, err));
}

static int
read_scale(struct cf_model * m, const struct part * part,
    struct cf_err * err)
{
	struct cf_scale * s = &m->scale;
	double d[6];
	const unsigned char * p = part->data;

	if (!m->kind->is_return)
		return (part->size == 0 ? 0 :
		    cf_err_set(err, CF_ERR_DATA, "scale"));
	if (part->size < sizeof(d))
		return (cf_err_set(err, CF_ERR_DATA, "scale"));
	memcpy(d, p, sizeof(d));
	if (d[0] != (double)m->inputs.nlogs ||
	    part->size != (6 + 2 * m->inputs.nlogs +
	    m->inputs.nlogs * m->inputs.nlogs) * 8)
		return (cf_err_set(err, CF_ERR_DATA, "scale"));
	s->n = m->inputs.nlogs;
	s->mean_y = d[1];
	s->rows = d[2];
	s->offset = d[3];
	s->low = d[4];
	s->high = d[5];
	p += sizeof(d);
	memcpy(s->mean, p, s->n * 8);
	memcpy(s->with_y, p + s->n * 8, s->n * 8);
	memcpy(s->products, p + 2 * s->n * 8, s->n * s->n * 8);
	if (cf_scale_check(s))
		return (cf_err_set(err, CF_ERR_DATA, "scale"));
	return (0);
}

static int
read_law(struct cf_model * m, const struct part * parts, struct cf_err * err)
{
	const unsigned char * k = parts[KIND].data;
	size_t cells = get_u32(k + 12);

	memcpy(&m->weight, k + 24, 8);
	if (!(m->weight >= 0 && m->weight <= 1))
		return (cf_err_set(err, CF_ERR_DATA, "weight"));
	if (cells < 1 || cells > CF_GRID_CELLS_MAX ||
	    parts[GRID].size != cells * 32)
		return (cf_err_set(err, CF_ERR_DATA, "grid"));
	if (cf_grid_alloc(&m->grid, cells, err))
		return (-1);
	memcpy(m->grid.low, parts[GRID].data, cells * 32);
	if (cf_grid_check(&m->grid))
		return (cf_err_set(err, CF_ERR_DATA, "grid"));
	if (get_u32(k + 16) != CF_CALIB_KNOTS ||
	    parts[CALIB].size != sizeof(m->calib.to))
		return (cf_err_set(err, CF_ERR_DATA, "calib"));
	memcpy(m->calib.to, parts[CALIB].data, sizeof(m->calib.to));
	if (cf_calib_check(&m->calib))
		return (cf_err_set(err, CF_ERR_DATA, "calib"));
	return (read_scale(m, &parts[SCALE], err));
}

/* Everything in the sections; errors name only what is wrong. */
static int
read_sections(struct cf_model * m, const struct part * parts,
    struct cf_err * err)
{

	if (parts[KIND].size != 32)
		return (cf_err_set(err, CF_ERR_DATA, "kind"));
	m->kind = cf_kind_by_id(get_u32(parts[KIND].data));
	m->horizon = get_u32(parts[KIND].data + 4);
	if (m->kind == NULL)
		return (cf_err_set(err, CF_ERR_DATA, "kind"));
	if (read_inputs(m, parts, err) || read_law(m, parts, err))
		return (-1);
	m->info = cf_mem_strndup((const char *)parts[INFO].data,
	    (size_t)parts[INFO].size, err);
	if (m->info == NULL)
		return (-1);
	if (parts[FOREST].size == 0)
		return (0);
	if (cf_forest_open(&m->forest, parts[FOREST].data,
	    (size_t)parts[FOREST].size, err))
		return (-1);
	if (m->forest.n_inputs != m->inputs.nderived ||
	    m->forest.n_cells != m->grid.n)
		return (cf_err_set(err, CF_ERR_DATA,
		    "forest does not fit the inputs"));
	return (0);
}

static int
map_file(struct cf_model * m, const char * path, struct cf_err * err)
{
	struct stat sb;
	int fd, rc = 0;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", path));
	if (fstat(fd, &sb)) {
		rc = cf_err_errno(err, errno, "%s", path);
	} else if (!S_ISREG(sb.st_mode) || sb.st_size < HEADER_SIZE) {
		rc = bad(path, err, "not a model file");
	} else {
		m->mapped_len = (size_t)sb.st_size;
		m->mapped = mmap(NULL, m->mapped_len, PROT_READ, MAP_PRIVATE,
		    fd, 0);
		if (m->mapped == MAP_FAILED) {
			m->mapped = NULL;
			rc = cf_err_errno(err, errno, "%s", path);
		}
	}
	close(fd);
	return (rc);
}

/* The file itself, or that of the current model of a folder. */
static char *
file_of(const char * path, struct cf_err * err)
{
	struct cf_buf b = { 0 };
	struct stat sb;

	cf_buf_add_text(&b, path);
	if (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode))
		cf_buf_add_text(&b, FOLDER_FILE);
	if (cf_buf_string(&b, err) == NULL) {
		cf_buf_free(&b);
		return (NULL);
	}
	return (b.data);
}

struct cf_model *
cf_modfile_open(const char * path, struct cf_err * err)
{
	struct part parts[SECTIONS];
	struct cf_model * m;
	char * file;

	if (little_endian(err) || (file = file_of(path, err)) == NULL)
		return (NULL);
	if ((m = cf_mem_array(1, sizeof(*m), err)) == NULL)
		goto err0;
	if (map_file(m, file, err) ||
	    check_header(m->mapped, m->mapped_len, file, err) ||
	    read_table(m->mapped, m->mapped_len, parts, file, err))
		goto err1;
	if (read_sections(m, parts, err)) {
		if (err != NULL && err->kind == CF_ERR_DATA)
			cf_err_prefix(err, "%s: model file is damaged", file);
		goto err1;
	}
	snprintf(m->id, sizeof(m->id), "%016llx", (unsigned long long)
	    get_u64((const unsigned char *)m->mapped + 24));
	free(file);
	return (m);

err1:
	cf_model_free(m);
err0:
	free(file);
	return (NULL);
}

/* Bytes between sections are zero. */
static int
check_padding(const unsigned char * p, uint64_t from, uint64_t to,
    const char * path, struct cf_err * err)
{

	for (; from < to; from++) {
		if (p[from] != 0)
			return (bad(path, err,
			    "model file is damaged: bytes between sections"));
	}
	return (0);
}

int
cf_modfile_verify(const struct cf_model * m, const char * path,
    struct cf_err * err)
{
	const unsigned char * p = m->mapped;
	struct part parts[SECTIONS];
	uint64_t at = HEADER_SIZE + SECTIONS * ENTRY_SIZE;
	size_t i;

	if (check_header(p, m->mapped_len, path, err) ||
	    read_table(p, m->mapped_len, parts, path, err))
		return (-1);
	if (get_u64(p + 24) != hash(p + HEADER_SIZE, SECTIONS * ENTRY_SIZE))
		return (bad(path, err, "model file is damaged: id"));
	for (i = 0; i < SECTIONS; i++) {
		if (check_padding(p, at, parts[i].offset, path, err))
			return (-1);
		at = parts[i].offset + parts[i].size;
	}
	if (checksum(parts[FOREST].data, parts[FOREST].size) !=
	    parts[FOREST].crc)
		return (bad(path, err,
		    "model file is damaged: section forest"));
	if (parts[FOREST].size > 0 && cf_forest_verify(&m->forest, err))
		return (cf_err_prefix(err, "%s: model file is damaged",
		    path));
	return (0);
}

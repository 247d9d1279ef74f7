#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "model/modfile.h"

#define NAME_MAX_BYTES 255
#define FOLDER_FILE "/current/model.cfm"

enum section { KIND, NAMES, INPUTS, SCALE, GRID, CALIB, FOREST, INFO, PATHS,
    SECTIONS };

static const char names[SECTIONS][8] = { "kind", "names", "inputs", "scale",
    "grid", "calib", "forest", "info", "paths" };

static const struct cf_sections_format format = { "CFMODEL\n",
    CF_MODFILE_VERSION, "model file" };

/* ---- writing */

static void
add_u32(struct cf_buf * b, uint32_t x)
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

/* Nothing where there are none. */
static void
save_paths(const struct cf_paths * p, struct cf_buf * b)
{

	if (p->n == 0)
		return;
	add_u32(b, (uint32_t)p->n);
	add_u32(b, (uint32_t)p->horizon);
	cf_buf_add(b, p->items, p->n * sizeof(*p->items));
	cf_buf_add(b, p->pit, p->n * p->horizon * sizeof(*p->pit));
}

int
cf_modfile_save(struct cf_model * m, const char * info, struct cf_out * out,
    struct cf_err * err)
{
	struct cf_section sections[SECTIONS];
	struct cf_buf b[SECTIONS];
	uint64_t id;
	size_t i;
	int failed = 0, rc;

	memset(b, 0, sizeof(b));
	save_head(m, b);
	save_law(m, b);
	cf_buf_add_text(&b[INFO], info);
	save_paths(&m->paths, &b[PATHS]);
	for (i = 0; i < SECTIONS; i++) {
		memcpy(sections[i].name, names[i], sizeof(names[i]));
		sections[i].data = (const unsigned char *)b[i].data;
		sections[i].size = b[i].len;
		failed |= b[i].failed;
	}
	sections[FOREST].data = m->forest.bytes;
	sections[FOREST].size = m->forest.len;
	rc = failed ? cf_err_memory(err) :
	    cf_sections_save(&format, sections, SECTIONS, out, &id, err);
	if (rc == 0)
		snprintf(m->id, sizeof(m->id), "%016llx",
		    (unsigned long long)id);
	for (i = 0; i < SECTIONS; i++)
		cf_buf_free(&b[i]);
	return (rc);
}

/* ---- reading */

static uint32_t
get_u32(const unsigned char * p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return (x);
}

/* Take the next name from the names section. */
static char *
take_name(const struct cf_section * part, uint64_t * at, struct cf_err * err)
{
	const unsigned char * start = part->data + *at;
	const unsigned char * end;
	uint64_t left = part->size - *at;

	end = left > 0 ? memchr(start, '\0', (size_t)left) : NULL;
	if (end == NULL || end == start || end - start > NAME_MAX_BYTES) {
		cf_err_set(err, CF_ERR_DATA, "bad name");
		return (NULL);
	}
	*at += (uint64_t)(end - start) + 1;
	return (cf_mem_strdup((const char *)start, err));
}

static int
read_inputs(struct cf_model * m, const struct cf_section * parts,
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
		if (get_u32(p) > CF_ROLE_DIFFERENCE || get_u32(p + 4) != 0)
			return (cf_err_set(err, CF_ERR_DATA, "role"));
		in->role = (enum cf_role)get_u32(p);
		memcpy(&in->low, p + 8, 8);
		memcpy(&in->high, p + 16, 8);
	}
	return (cf_inputs_arrange(&m->inputs, m->kind, err));
}

static int
read_scale(struct cf_model * m, const struct cf_section * part,
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
read_law(struct cf_model * m, const struct cf_section * parts, struct cf_err * err)
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

static int
read_paths(struct cf_paths * p, const struct cf_section * part,
    struct cf_err * err)
{
	const unsigned char * at = part->data;
	size_t n, horizon;

	if (part->size == 0)
		return (0);
	if (part->size < 8)
		return (cf_err_set(err, CF_ERR_DATA, "paths"));
	n = get_u32(at);
	horizon = get_u32(at + 4);
	if (n < 1 || n > CF_PATHS_MAX || horizon < 1 ||
	    horizon > CF_PATHS_HORIZON_MAX || part->size != 8 +
	    n * sizeof(*p->items) + n * horizon * sizeof(*p->pit))
		return (cf_err_set(err, CF_ERR_DATA, "paths"));
	p->items = cf_mem_array(n, sizeof(*p->items), err);
	p->pit = cf_mem_array(n * horizon, sizeof(*p->pit), err);
	if (p->items == NULL || p->pit == NULL)
		return (-1);
	memcpy(p->items, at + 8, n * sizeof(*p->items));
	memcpy(p->pit, at + 8 + n * sizeof(*p->items),
	    n * horizon * sizeof(*p->pit));
	p->n = n;
	p->horizon = horizon;
	return (0);
}

/* Everything in the sections; errors name only what is wrong. */
static int
read_sections(struct cf_model * m, const struct cf_section * parts,
    struct cf_err * err)
{

	if (parts[KIND].size != 32)
		return (cf_err_set(err, CF_ERR_DATA, "kind"));
	m->kind = cf_kind_by_id(get_u32(parts[KIND].data));
	m->horizon = get_u32(parts[KIND].data + 4);
	if (m->kind == NULL)
		return (cf_err_set(err, CF_ERR_DATA, "kind"));
	if (read_inputs(m, parts, err) || read_law(m, parts, err) ||
	    read_paths(&m->paths, &parts[PATHS], err))
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

char *
cf_modfile_path(const char * path, struct cf_err * err)
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

/* The sections of a model, all but the large forest down to their bytes. */
static int
check_sections(const struct cf_sections * file, const char * path,
    struct cf_err * err)
{
	size_t i;

	for (i = 0; i < SECTIONS; i++) {
		if (file->n != SECTIONS || memcmp(file->items[i].name,
		    names[i], sizeof(names[i])) != 0)
			return (cf_err_set(err, CF_ERR_DATA,
			    "%s: model file is damaged: section table",
			    path));
		if (i != FOREST && cf_sections_check(file, i, path, err))
			return (-1);
	}
	return (0);
}

struct cf_model *
cf_modfile_open_fd(int fd, const char * file, struct cf_err * err)
{
	struct cf_model * m;

	if ((m = cf_mem_array(1, sizeof(*m), err)) == NULL)
		return (NULL);
	if (cf_sections_open_fd(&m->file, &format, fd, file, err) ||
	    check_sections(&m->file, file, err))
		goto err0;
	if (read_sections(m, m->file.items, err)) {
		if (err != NULL && err->kind == CF_ERR_DATA)
			cf_err_prefix(err, "%s: model file is damaged", file);
		goto err0;
	}
	snprintf(m->id, sizeof(m->id), "%016llx",
	    (unsigned long long)m->file.id);
	return (m);

err0:
	cf_model_free(m);
	return (NULL);
}

struct cf_model *
cf_modfile_open(const char * path, struct cf_err * err)
{
	struct cf_model * m = NULL;
	char * file;
	int fd;

	if ((file = cf_modfile_path(path, err)) == NULL)
		return (NULL);
	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) == -1) {
		cf_err_errno(err, errno, "%s", file);
	} else {
		m = cf_modfile_open_fd(fd, file, err);
		close(fd);
	}
	free(file);
	return (m);
}

int
cf_modfile_verify(const struct cf_model * m, const char * path,
    struct cf_err * err)
{

	if (cf_sections_verify(&m->file, path, err))
		return (-1);
	if (m->forest.bytes != NULL && cf_forest_verify(&m->forest, err))
		return (cf_err_prefix(err, "%s: model file is damaged",
		    path));
	return (0);
}

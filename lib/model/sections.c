#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/sections.h"

#define HEADER_SIZE 64
#define ENTRY_SIZE 32
#define ALIGN 64

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
hash(const void * data, size_t len)
{
	const unsigned char * p = data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	while (len-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return (h);
}

static int
little_endian(const struct cf_sections_format * format, struct cf_err * err)
{
	const uint32_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	if (first != 1)
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "a %s needs a little-endian machine", format->what));
	return (0);
}

static uint64_t
aligned(uint64_t x)
{

	return ((x + ALIGN - 1) / ALIGN * ALIGN);
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

/* Place the sections and describe them; return where the file ends. */
static uint64_t
make_table(struct cf_section * sections, size_t n, struct cf_buf * table)
{
	uint64_t at = HEADER_SIZE + n * ENTRY_SIZE;
	struct cf_section * s;

	for (s = sections; s < sections + n; s++) {
		s->offset = aligned(at);
		s->crc = checksum(s->data, s->size);
		cf_buf_add(table, s->name, sizeof(s->name));
		add_u64(table, s->offset);
		add_u64(table, s->size);
		add_u32(table, s->crc);
		add_u32(table, 0);
		at = s->offset + s->size;
	}
	return (at);
}

/* The header, with the table behind it. */
static void
make_head(const struct cf_sections_format * format,
    struct cf_section * sections, size_t n, struct cf_buf * head,
    uint64_t * id)
{
	struct cf_buf table = { 0 };
	uint64_t end = make_table(sections, n, &table);
	size_t i;

	*id = 0;
	if (!table.failed) {
		*id = hash(table.data, table.len);
		cf_buf_add(head, format->magic, 8);
		add_u32(head, format->version);
		add_u32(head, (uint32_t)n);
		add_u64(head, end);
		add_u64(head, *id);
		add_u32(head, checksum(table.data, table.len));
		for (i = 0; i < 6; i++)
			add_u32(head, 0);
		add_u32(head, checksum(head->data, head->len));
		cf_buf_add(head, table.data, table.len);
	}
	head->failed |= table.failed;
	cf_buf_free(&table);
}

int
cf_sections_save(const struct cf_sections_format * format,
    struct cf_section * sections, size_t n, struct cf_out * out,
    uint64_t * id, struct cf_err * err)
{
	static const char zeros[ALIGN] = { 0 };
	struct cf_buf head = { 0 };
	uint64_t at;
	size_t i;
	int rc = 0;

	if (little_endian(format, err))
		return (-1);
	make_head(format, sections, n, &head, id);
	if (head.failed) {
		rc = cf_err_memory(err);
	} else {
		cf_out_write(out, head.data, head.len);
		for (at = head.len, i = 0; i < n; i++) {
			cf_out_write(out, zeros,
			    (size_t)(sections[i].offset - at));
			cf_out_write(out, sections[i].data,
			    (size_t)sections[i].size);
			at = sections[i].offset + sections[i].size;
		}
	}
	cf_buf_free(&head);
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

static uint64_t
get_u64(const unsigned char * p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return (x);
}

/* Report bad data: "PATH: [a] model file REASON". */
static int
bad(const struct cf_sections * s, const char * path, struct cf_err * err,
    const char * before, const char * after)
{
	struct cf_place place = { path, 0, NULL };

	return (cf_err_data(err, &place, NULL, 0, "%s%s%s", before,
	    s->format->what, after));
}

static int
check_header(struct cf_sections * s, const char * path, struct cf_err * err)
{
	const unsigned char * p = s->mapped;

	if (s->len < HEADER_SIZE || memcmp(p, s->format->magic, 8) != 0)
		return (bad(s, path, err, "not a ", ""));
	if (get_u32(p + 8) > s->format->version)
		return (bad(s, path, err, "",
		    " of a newer version; update cashflow"));
	s->n = get_u32(p + 12);
	if (get_u32(p + 60) != checksum(p, 60) ||
	    get_u32(p + 8) != s->format->version ||
	    s->n < 1 || s->n > CF_SECTIONS_MAX)
		return (bad(s, path, err, "", " is damaged: header"));
	if (get_u64(p + 16) > s->len ||
	    s->len < HEADER_SIZE + s->n * ENTRY_SIZE)
		return (bad(s, path, err, "", " is cut short"));
	if (get_u64(p + 16) < s->len)
		return (bad(s, path, err, "",
		    " is damaged: bytes behind its end"));
	if (get_u32(p + 32) != checksum(p + HEADER_SIZE, s->n * ENTRY_SIZE))
		return (bad(s, path, err, "", " is damaged: section table"));
	s->id = get_u64(p + 24);
	return (0);
}

static int
read_table(struct cf_sections * s, const char * path, struct cf_err * err)
{
	const unsigned char * p = s->mapped;
	const unsigned char * e = p + HEADER_SIZE;
	uint64_t at = HEADER_SIZE + s->n * ENTRY_SIZE;
	struct cf_section * section;
	size_t i;

	s->items = cf_mem_array(s->n, sizeof(*s->items), err);
	if (s->items == NULL)
		return (-1);
	for (i = 0; i < s->n; i++, e += ENTRY_SIZE) {
		section = &s->items[i];
		memcpy(section->name, e, sizeof(section->name));
		section->offset = get_u64(e + 8);
		section->size = get_u64(e + 16);
		section->crc = get_u32(e + 24);
		if (get_u32(e + 28) != 0 || section->offset != aligned(at) ||
		    section->offset > s->len ||
		    section->size > s->len - section->offset)
			return (bad(s, path, err, "",
			    " is damaged: section table"));
		section->data = p + section->offset;
		at = section->offset + section->size;
	}
	return (0);
}

static int
map_file(struct cf_sections * s, int fd, const char * path,
    struct cf_err * err)
{
	struct stat sb;
	int rc = 0;

	if (fstat(fd, &sb)) {
		rc = cf_err_errno(err, errno, "%s", path);
	} else if (!S_ISREG(sb.st_mode) || sb.st_size < HEADER_SIZE) {
		rc = bad(s, path, err, "not a ", "");
	} else if ((off_t)(size_t)sb.st_size != sb.st_size) {
		rc = cf_err_errno(err, EFBIG, "%s", path);
	} else {
		s->len = (size_t)sb.st_size;
		s->mapped = mmap(NULL, s->len, PROT_READ, MAP_PRIVATE, fd, 0);
		if (s->mapped == MAP_FAILED) {
			s->mapped = NULL;
			rc = cf_err_errno(err, errno, "%s", path);
		}
	}
	return (rc);
}

int
cf_sections_open(struct cf_sections * s,
    const struct cf_sections_format * format, const char * path,
    struct cf_err * err)
{
	int fd, rc;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		memset(s, 0, sizeof(*s));
		return (cf_err_errno(err, errno, "%s", path));
	}
	rc = cf_sections_open_fd(s, format, fd, path, err);
	close(fd);
	return (rc);
}

int
cf_sections_open_fd(struct cf_sections * s,
    const struct cf_sections_format * format, int fd, const char * path,
    struct cf_err * err)
{

	memset(s, 0, sizeof(*s));
	s->format = format;
	if (little_endian(format, err))
		return (-1);
	if (map_file(s, fd, path, err) || check_header(s, path, err) ||
	    read_table(s, path, err)) {
		cf_sections_close(s);
		return (-1);
	}
	return (0);
}

int
cf_sections_check(const struct cf_sections * s, size_t i, const char * path,
    struct cf_err * err)
{
	const struct cf_section * section = &s->items[i];

	if (checksum(section->data, section->size) != section->crc)
		return (cf_err_set(err, CF_ERR_DATA,
		    "%s: %s is damaged: section %.8s", path, s->format->what,
		    section->name));
	return (0);
}

int
cf_sections_verify(const struct cf_sections * s, const char * path,
    struct cf_err * err)
{
	const unsigned char * p = s->mapped;
	uint64_t at = HEADER_SIZE + s->n * ENTRY_SIZE;
	size_t i;

	if (s->id != hash(p + HEADER_SIZE, s->n * ENTRY_SIZE))
		return (bad(s, path, err, "", " is damaged: id"));
	for (i = 0; i < s->n; i++) {
		for (; at < s->items[i].offset; at++) {
			if (p[at] != 0)
				return (bad(s, path, err, "",
				    " is damaged: bytes between sections"));
		}
		if (cf_sections_check(s, i, path, err))
			return (-1);
		at += s->items[i].size;
	}
	return (0);
}

void
cf_sections_close(struct cf_sections * s)
{

	if (s->mapped != NULL)
		munmap(s->mapped, s->len);
	free(s->items);
	memset(s, 0, sizeof(*s));
}

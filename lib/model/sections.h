#ifndef CF_MODEL_SECTIONS_H_
#define CF_MODEL_SECTIONS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"

/*
 * Files of named sections, to be mapped and used in place: the frame that
 * model files and shard files share.
 *
 *	header, 64 bytes:
 *		8 bytes of magic, u32 version, u32 sections, u64 file size,
 *		u64 id, u32 CRC-32 of the section table, 24 zero bytes,
 *		u32 CRC-32 of the 60 bytes before
 *	section table, 32 bytes each:
 *		name of 8 bytes, u64 offset, u64 size, u32 CRC-32, u32 zero
 *	the sections, each from a multiple of 64 bytes, zeros between
 *
 * All numbers are little-endian.  The id is a hash of the section table, which
 * holds a checksum of every section: so of all content.
 */

#define CF_SECTIONS_MAX 256
#define CF_SECTIONS_NAME 8	/* Bytes of a name, padded with zeros. */

/* A kind of file. */
struct cf_sections_format {
	const char * magic;	/* 8 bytes. */
	uint32_t version;	/* The newest known. */
	const char * what;	/* "model file", for messages. */
};

struct cf_section {
	char name[CF_SECTIONS_NAME];
	const unsigned char * data;
	uint64_t size;
	uint64_t offset;	/* Set by the functions below. */
	uint32_t crc;
};

/* An open file. */
struct cf_sections {
	const struct cf_sections_format * format;
	void * mapped;		/* NULL: nothing is open. */
	size_t len;
	uint64_t id;
	size_t n;
	struct cf_section * items;
};

/**
 * cf_sections_save(format, sections, n, out, id, err):
 * Write a file of ${n} sections, of which name, data and size are given, to
 * ${out}, which the caller closes; set *${id}.  Return 0 or -1.
 */
int cf_sections_save(const struct cf_sections_format * format,
    struct cf_section * sections, size_t n, struct cf_out * out,
    uint64_t * id, struct cf_err * err);

/**
 * cf_sections_open(s, format, path, err):
 * Map ${path} and check its header and section table; ${format} is borrowed.
 * Another kind of file, a newer version, damage, bytes missing or too many are
 * bad data.  Close it by cf_sections_close.  Return 0 or -1.
 */
int cf_sections_open(struct cf_sections * s,
    const struct cf_sections_format * format, const char * path,
    struct cf_err * err);

/**
 * cf_sections_open_fd(s, format, fd, path, err):
 * The same for the file that ${fd} is open on, which may be closed afterwards;
 * ${path} is for messages.
 */
int cf_sections_open_fd(struct cf_sections * s,
    const struct cf_sections_format * format, int fd, const char * path,
    struct cf_err * err);

/**
 * cf_sections_check(s, i, path, err):
 * Check section ${i} against its checksum; ${path} is for messages.  Return 0
 * or -1.
 */
int cf_sections_check(const struct cf_sections * s, size_t i,
    const char * path, struct cf_err * err);

/**
 * cf_sections_verify(s, path, err):
 * Check every byte of the file.  Return 0 or -1.
 */
int cf_sections_verify(const struct cf_sections * s, const char * path,
    struct cf_err * err);

/**
 * cf_sections_close(s):
 * Unmap the file and leave ${s} empty; an empty one is harmless.
 */
void cf_sections_close(struct cf_sections * s);

#endif /* !CF_MODEL_SECTIONS_H_ */

#ifndef CF_KEEP_MANIFEST_H_
#define CF_KEEP_MANIFEST_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "keep/digest.h"
#include "keep/limits.h"

/*
 * The manifest: what a backup holds, as its first member.  A CSV file of one
 * row for each thing, in this order:
 *
 *	type,path,mode,size,sha256,where
 *	cashflow-backup,PARTS,,1,,		1 is the version
 *	base,NAME,,,DIGEST,			a backup that this one needs
 *	folder,PATH,0755,,,
 *	file,PATH,0644,SIZE,DIGEST,		stored here
 *	file,PATH,0644,SIZE,DIGEST,NAME		stored in that base
 *	current,models/NAME/current,,,,ID	a link to make at restore
 *	end,,,,DIGEST,			of all bytes before this row
 *
 * Entries ascend by path, byte by byte, and a folder stands before what lies
 * in it.  In paths, control bytes and % are written %XX.  Nothing tells a time
 * or a place: equal content gives equal bytes.  The SHA-256 of the manifest is
 * the backup's identity, by which one that is linked to it knows it again.
 *
 * Whoever parses a manifest has paths that are safe to make below a folder:
 * relative, of ordinary parts, each below a folder of the manifest itself.
 */

#define CF_MANIFEST_NAME "MANIFEST.csv"	/* Of the member. */
#define CF_MANIFEST_HERE ((size_t)-1)

#define CF_MANIFEST_VERSION 1
#define CF_MANIFEST_COLUMNS(X)						\
	X(TYPE, "type") X(PATH, "path") X(MODE, "mode") X(SIZE, "size")	\
	X(SHA256, "sha256") X(WHERE, "where")
#define CF_MANIFEST_TYPES { "folder", "file", "current" }
#define CF_MANIFEST_END "end,,,,"	/* The last row, then the digest, */
#define CF_MANIFEST_END_BEHIND ",\n"	/* then this. */

enum cf_entry_type { CF_ENTRY_FOLDER, CF_ENTRY_FILE, CF_ENTRY_CURRENT };

struct cf_entry {
	enum cf_entry_type type;
	char * path;		/* Relative to the state. */
	unsigned int mode;	/* Permission bits. */
	uint64_t size;		/* Of a file. */
	struct cf_digest digest;	/* Of a file. */
	size_t base;		/* Index of a file's base, or ..._HERE. */
	char * target;		/* Of a current, else NULL. */
};

struct cf_base {
	char * name;
	struct cf_digest id;
};

/* A zeroed struct is an empty manifest. */
struct cf_manifest {
	uint32_t parts;		/* Set of cf_part. */
	struct cf_entry * entries;
	size_t n;
	size_t capacity;
	struct cf_base * bases;
	size_t nbases;
	size_t bases_capacity;
	struct cf_digest id;	/* Once printed or parsed. */
};

/**
 * cf_manifest_add(manifest, path, type, err):
 * Append an entry with a copy of ${path}, all else zero; the caller keeps the
 * order.  Return it, valid until the next call, or NULL.
 */
struct cf_entry * cf_manifest_add(struct cf_manifest * manifest,
    const char * path, enum cf_entry_type type, struct cf_err * err);

/**
 * cf_manifest_add_base(manifest, name, id, index, err):
 * Set *${index} to the base of that name, appended if it is new.  Return 0 or
 * -1.
 */
int cf_manifest_add_base(struct cf_manifest * manifest, const char * name,
    const struct cf_digest * id, size_t * index, struct cf_err * err);

/**
 * cf_manifest_find(manifest, path):
 * Return the entry of that path, or NULL.
 */
const struct cf_entry * cf_manifest_find(const struct cf_manifest * manifest,
    const char * path);

/**
 * cf_manifest_bases(manifest, buf):
 * Append the names of the bases, separated by commas.
 */
void cf_manifest_bases(const struct cf_manifest * manifest,
    struct cf_buf * buf);

/**
 * cf_manifest_print(manifest, buf, err):
 * Append the text to ${buf} and set the manifest's id.  Return 0 or -1.
 */
int cf_manifest_print(struct cf_manifest * manifest, struct cf_buf * buf,
    struct cf_err * err);

/**
 * cf_manifest_parse(manifest, text, len, name, err):
 * Read the ${len} bytes of ${text} into the empty ${manifest}; ${name} is for
 * messages.  Anything that cf_manifest_print does not write, or that would
 * lead out of a folder, is bad data.  Return 0 or -1; the caller frees the
 * manifest in any case.
 */
int cf_manifest_parse(struct cf_manifest * manifest, const char * text,
    size_t len, const char * name, struct cf_err * err);

/**
 * cf_manifest_encode(path, buf), cf_manifest_decode(text, len, buf):
 * Append ${path} as a manifest writes it; the reverse, which returns 0, or -1
 * for a text that is no such (or out of memory, buf->failed).
 */
void cf_manifest_encode(const char * path, struct cf_buf * buf);
int cf_manifest_decode(const char * text, size_t len, struct cf_buf * buf);

/**
 * cf_manifest_free(manifest):
 * Free the content and leave an empty manifest.
 */
void cf_manifest_free(struct cf_manifest * manifest);

#endif /* !CF_KEEP_MANIFEST_H_ */

#ifndef CF_KEEP_UNPACK_H_
#define CF_KEEP_UNPACK_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "keep/key.h"
#include "keep/manifest.h"

/*
 * Reading an archive, which may be damaged or made to do harm: sealed or not,
 * gzip or zstd, each found by its first bytes.
 *
 * The members must be those that the manifest tells of as stored here, in its
 * order, with its types and sizes, and nothing else: any link, device, FIFO or
 * unknown name ends the reading as damage, and so does what differs from its
 * SHA-256.  So a name that was not checked with the manifest is never used.
 *
 * While one thread reads a batch of members, others hash the last batch and
 * write it to files.
 */

struct cf_unpack;

/* What became of an entry. */
enum cf_unpacked {
	CF_UNPACKED_NOT = 0,	/* Not wanted, or not reached. */
	CF_UNPACKED_GOOD = 1,
	CF_UNPACKED_BAD = 2
};

struct cf_unpack_job {
	const unsigned char * want;	/* One for each entry. */
	unsigned char * result;	/* enum cf_unpacked of each, zeroed. */
	int folder;		/* Write files below it; -1: hash only. */
	size_t threads;
	struct cf_progress * progress;	/* Bytes; may be NULL. */
	uint64_t * done;	/* Bytes so far, for the progress. */
};

/**
 * cf_unpack_open(path, key, err):
 * Open the backup ${path} ("-" is standard input), sealed with ${key} (may be
 * NULL), and read its manifest.  What is no backup, or sealed with another
 * key, is bad data; a sealed one without a key is an error of kind
 * CF_ERR_USAGE.  ${path} and ${key} are borrowed.  Return NULL on failure; the
 * caller ends it with cf_unpack_close.
 */
struct cf_unpack * cf_unpack_open(const char * path, const struct cf_key * key,
    struct cf_err * err);

/**
 * cf_unpack_manifest(unpack):
 * Return the manifest, which belongs to ${unpack}.
 */
const struct cf_manifest * cf_unpack_manifest(const struct cf_unpack * unpack);

/**
 * cf_unpack_run(unpack, job, err):
 * Read everything to its end, once.  Folders must exist where files are to be
 * written; a file gets the mode of the manifest.  When only hashing, a file
 * that differs does not end the reading.  Return 0 when all that was wanted
 * is good, else -1, with job->result telling of each.
 */
int cf_unpack_run(struct cf_unpack * unpack, const struct cf_unpack_job * job,
    struct cf_err * err);

/**
 * cf_unpack_close(unpack):
 * Close and free; NULL is harmless.
 */
void cf_unpack_close(struct cf_unpack * unpack);

#endif /* !CF_KEEP_UNPACK_H_ */

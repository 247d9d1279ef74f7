#ifndef CF_KEEP_CREATE_H_
#define CF_KEEP_CREATE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "base/progress.h"
#include "keep/key.h"
#include "keep/label.h"
#include "keep/snapshot.h"

/*
 * Making a backup: a snapshot of the state, the SHA-256 of its files, what of
 * them the backup before already holds, and the archive.
 */

struct cf_create_options {
	const char * state;
	uint32_t parts;
	const char * except;	/* A folder that is left out, or NULL. */
	int hold;		/* See struct cf_snapshot_options. */
	const char * link;	/* A backup to be linked to, or NULL. */
	const struct cf_key * key;	/* Seals, and opens the link; or NULL. */
	enum cf_label_pack pack;
	int level;		/* 0: the usual one. */
	size_t threads;
	struct cf_progress * progress;	/* Bytes; may be NULL. */
};

struct cf_create {
	const struct cf_create_options * options;
	struct cf_snapshot snapshot;
	size_t files;
	uint64_t bytes;		/* Of all files. */
	uint64_t stored;	/* Of those that the archive will hold. */
};

struct cf_create_result {
	uint64_t bytes;		/* Of the backup. */
	struct cf_digest digest;	/* Of the backup. */
};

/**
 * cf_create_plan(create, options, err):
 * Find out what there is to do; ${options} is borrowed.  The caller ends
 * *${create} with cf_create_end in any case.  Return 0 or -1: of kind
 * CF_ERR_LATER when the state would not hold still.
 */
int cf_create_plan(struct cf_create * create,
    const struct cf_create_options * options, struct cf_err * err);

/**
 * cf_create_check_space(create, folder, err):
 * Is there room in ${folder} for the backup, even if nothing of it can be
 * compressed?  Return 0 or -1.
 */
int cf_create_check_space(const struct cf_create * create,
    const char * folder, struct cf_err * err);

/**
 * cf_create_write(create, out, result, err):
 * Write the backup to ${out}, which the caller closes.  Return 0 or -1.
 */
int cf_create_write(struct cf_create * create, struct cf_out * out,
    struct cf_create_result * result, struct cf_err * err);

/**
 * cf_create_done(create, err):
 * The backup stands: remember what the files were, for a linked one to come.
 * Return 0 or -1.
 */
int cf_create_done(struct cf_create * create, struct cf_err * err);

/**
 * cf_create_end(create):
 * Let go of the snapshot.
 */
void cf_create_end(struct cf_create * create);

#endif /* !CF_KEEP_CREATE_H_ */

#ifndef CF_KEEP_DIARY_H_
#define CF_KEEP_DIARY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "keep/digest.h"

/*
 * The log of a folder of backups, backup_log.txt: one line for each thing that
 * was done there, to be read by people and by cf-backup itself:
 *
 *	TIME ACTION RESULT NAME [KEY=VALUE]... [reason: TEXT]
 *
 * with ACTION create, prune, restore, drill or copy, RESULT ok or failed, and
 * NAME of a backup, or - .  The keys are bytes, seconds, sha256 (of the file),
 * needs (names of backups, by commas).  Lines that are not of this form are
 * passed over.
 */

#define CF_DIARY_NAME "backup_log.txt"

struct cf_diary_line {
	int64_t time_s;
	const char * action;
	int ok;
	const char * name;	/* NULL: "-". */
	uint64_t bytes;		/* 0: not said. */
	double seconds;		/* Negative: not said. */
	const struct cf_digest * digest;	/* NULL: not said. */
	const char * needs;	/* NULL or "": not said. */
	const char * reason;	/* NULL: not said. */
};

/**
 * cf_diary_append(folder, line, err):
 * Append ${line} to the log of ${folder}, durably.  Return 0 or -1.
 */
int cf_diary_append(const char * folder, const struct cf_diary_line * line,
    struct cf_err * err);

/* A log that was read. */
struct cf_diary {
	char * text;		/* What the lines point into. */
	struct cf_diary_line * lines;
	struct cf_digest * digests;
	size_t n;
};

/**
 * cf_diary_read(folder, diary, err):
 * Read the log of ${folder}; that there is none is an empty one.  The caller
 * ends *${diary} with cf_diary_free in any case.  Return 0 or -1.
 */
int cf_diary_read(const char * folder, struct cf_diary * diary,
    struct cf_err * err);

/**
 * cf_diary_find(diary, action, ok, name):
 * Return the last line with this action, result and name (NULL: any), or NULL.
 */
const struct cf_diary_line * cf_diary_find(const struct cf_diary * diary,
    const char * action, int ok, const char * name);

/**
 * cf_diary_free(diary):
 * Free the content.
 */
void cf_diary_free(struct cf_diary * diary);

#endif /* !CF_KEEP_DIARY_H_ */

#ifndef CF_KEEP_SHELF_H_
#define CF_KEEP_SHELF_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "keep/diary.h"
#include "keep/key.h"
#include "keep/label.h"
#include "keep/retain.h"

/*
 * A folder of backups.
 *
 * A file counts as a backup of ours when its name is one of cf-backup's and
 * either its manifest can be read or the log tells that it was made here; a
 * file of that name made by something else is never touched.
 */

enum cf_good { CF_GOOD_UNKNOWN = 0, CF_GOOD_YES, CF_GOOD_NO };

struct cf_shelved {
	char * name;
	struct cf_label label;
	uint64_t bytes;
	int ours;
	int open;		/* The manifest was read; what follows holds: */
	uint32_t parts;
	uint64_t files;
	uint64_t content;	/* Bytes of all files. */
	char * needs;		/* Names by commas; also from the log. */
	enum cf_good good;	/* As far as it was looked at. */
	const struct cf_diary_line * line;	/* Of its making, or NULL. */
};

struct cf_shelf {
	char * folder;
	const struct cf_key * key;
	struct cf_diary diary;
	struct cf_shelved * items;	/* Ascending by time. */
	size_t n;
	size_t capacity;
};

/**
 * cf_shelf_open(folder, key, shelf, err):
 * Look at ${folder}; ${key} (may be NULL) opens sealed backups and is borrowed.
 * The caller ends *${shelf} with cf_shelf_close in any case.  Return 0 or -1.
 */
int cf_shelf_open(const char * folder, const struct cf_key * key,
    struct cf_shelf * shelf, struct cf_err * err);

/**
 * cf_shelf_path(shelf, i, path, err):
 * Append the path of backup ${i} to ${path}.  Return 0 or -1.
 */
int cf_shelf_path(const struct cf_shelf * shelf, size_t i,
    struct cf_buf * path, struct cf_err * err);

/**
 * cf_shelf_needs(shelf, i, j):
 * Does backup ${i} need backup ${j}, as far as is known?  A sealed one of which
 * nothing is known may need any older one.
 */
int cf_shelf_needs(const struct cf_shelf * shelf, size_t i, size_t j);

/**
 * cf_shelf_check(shelf, i, threads, err):
 * Find out whether backup ${i} is good: by its SHA-256 where the log has that,
 * else by its manifest; and with it all that it needs.  Sets its `good`, which
 * is still unknown where neither can be done.  Return 0, or -1 when the system
 * does not let it be known: then nothing must go for its sake.
 */
int cf_shelf_check(struct cf_shelf * shelf, size_t i,
    size_t threads, struct cf_err * err);

/* What is to become of a backup, and why. */
struct cf_verdict {
	int remove;
	struct cf_retain retain;
	size_t needed_by;	/* CF_SHELF_NONE: nothing that stays. */
};
#define CF_SHELF_NONE ((size_t)-1)

/**
 * cf_shelf_plan(shelf, rule, now_s, threads, verdicts, err):
 * Decide for each backup.  Before anything may go, those that stay in its
 * place, and the newest one, are checked; damaged ones do not count, and what
 * a backup that stays needs, stays.  ${verdicts} has shelf->n elements.
 * Return 0 or -1.
 */
int cf_shelf_plan(struct cf_shelf * shelf, const struct cf_retain_rule * rule,
    int64_t now_s, size_t threads, struct cf_verdict * verdicts,
    struct cf_err * err);

/**
 * cf_shelf_prune(shelf, verdicts, removed, err):
 * Remove what is to go, those that need others before these, so that at any
 * moment each backup has what it needs.  Set *${removed}.  Return 0 or -1.
 */
int cf_shelf_prune(const struct cf_shelf * shelf,
    const struct cf_verdict * verdicts, size_t * removed,
    struct cf_err * err);

/**
 * cf_shelf_sweep(folder):
 * Remove the temporaries that killed backups left in ${folder}; the caller is
 * the only one to make backups there.
 */
void cf_shelf_sweep(const char * folder);

/**
 * cf_shelf_close(shelf):
 * Free the content.
 */
void cf_shelf_close(struct cf_shelf * shelf);

#endif /* !CF_KEEP_SHELF_H_ */

#ifndef CF_KEEP_RESTORE_H_
#define CF_KEEP_RESTORE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "keep/key.h"

/*
 * A backup with all that it is linked to: checked, or made into a tree.  The
 * backups that it needs lie in its folder, and must be the very ones that it
 * was linked to.
 */

#define CF_RESTORE_NAMES 10	/* Damaged files that are named. */

struct cf_restore {
	const char * path;	/* The backup; "-" is standard input. */
	const struct cf_key * key;	/* NULL: none. */
	uint32_t only;		/* Set of parts. */
	size_t threads;
	struct cf_progress * progress;	/* Bytes; may be NULL. */
	int any_space;		/* Do not look whether there is room. */
	int no_sync;		/* The tree is only for now. */
};

struct cf_restore_report {
	uint32_t parts;		/* That the backup holds, of those asked. */
	size_t files;
	uint64_t bytes;
	size_t bad;		/* Damaged or missing files. */
	char * names[CF_RESTORE_NAMES];	/* Of the first of these. */
};

/**
 * cf_restore_verify(restore, report, err):
 * Read every byte and compare it with the manifests.  Return 0 when all is
 * good, else -1 with the first fault; the damaged files are in *${report},
 * which the caller ends with cf_restore_report_free in any case.
 */
int cf_restore_verify(const struct cf_restore * restore,
    struct cf_restore_report * report, struct cf_err * err);

/**
 * cf_restore_tree(restore, folder, report, err):
 * Make the tree of the backup in the empty ${folder}, verified and, without
 * no_sync, on the disk.  After failure the folder holds anything.  Return 0 or -1; *${report}
 * as above.
 */
int cf_restore_tree(const struct cf_restore * restore, const char * folder,
    struct cf_restore_report * report, struct cf_err * err);

/**
 * cf_restore_report_free(report):
 * Free the names.
 */
void cf_restore_report_free(struct cf_restore_report * report);

#endif /* !CF_KEEP_RESTORE_H_ */

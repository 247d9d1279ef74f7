#ifndef CF_KEEP_SNAPSHOT_H_
#define CF_KEEP_SNAPSHOT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "keep/look.h"

/*
 * A consistent view of a living state folder.
 *
 * The programs of the suite replace files by rename, or append to them.  So a
 * look at all names, twice, with the same answer (file number, size, time of
 * change), tells what stood there together at the moment between the looks.
 * With the first look each file gets a second name in the folder
 * STATE/state/backup.snapshot, which holds its content fast while the pipeline
 * goes on; only the looking must be quick, not the reading.  A look that
 * differs is followed by the next one; a state that never rests is an error of
 * kind CF_ERR_LATER, upon which the caller may keep its writers out by their
 * lock and try again.
 *
 * Where no second name can be had (another file system, no right to write),
 * the file is read at its place.  In either case it must be, when it is read,
 * what was seen; an appended file may have grown behind that.
 */

struct cf_snapshot {
	char * state;
	char * hold;		/* The folder of second names, or NULL. */
	int state_fd;
	int hold_fd;		/* -1: none. */
	struct cf_look look;	/* What stood there together. */
};

struct cf_snapshot_options {
	uint32_t parts;
	const char * except;	/* A folder that is left out, or NULL. */
	int hold;		/* Give second names; the caller is alone. */
};

/**
 * cf_snapshot_take(state, options, snapshot, err):
 * Look at the ${options}' parts of ${state}.  The caller ends *${snapshot} with
 * cf_snapshot_drop, also after failure.  Return 0 or -1.
 */
int cf_snapshot_take(const char * state,
    const struct cf_snapshot_options * options,
    struct cf_snapshot * snapshot, struct cf_err * err);

/**
 * cf_snapshot_open(snapshot, i, err):
 * Open file ${i} of the snapshot.  Return a descriptor, or -1: of kind
 * CF_ERR_LATER when it is no longer what was seen.
 */
int cf_snapshot_open(const struct cf_snapshot * snapshot, size_t i,
    struct cf_err * err);

/**
 * cf_snapshot_check(snapshot, i, fd, err):
 * Was file ${i} still what was seen, now that it has been read from ${fd}?
 * Return 0 or -1.
 */
int cf_snapshot_check(const struct cf_snapshot * snapshot, size_t i, int fd,
    struct cf_err * err);

/**
 * cf_snapshot_release(snapshot, err):
 * Remove the second names; files can no longer be opened.  Return 0 or -1.
 */
int cf_snapshot_release(struct cf_snapshot * snapshot, struct cf_err * err);

/**
 * cf_snapshot_drop(snapshot):
 * Remove the second names and free everything.
 */
void cf_snapshot_drop(struct cf_snapshot * snapshot);

#endif /* !CF_KEEP_SNAPSHOT_H_ */

#ifndef CF_KEEP_LOOK_H_
#define CF_KEEP_LOOK_H_

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "keep/manifest.h"

/*
 * One look at a state folder: all files, folders and links of its parts by
 * name, with what tells a file from another and from its older self.
 */

struct cf_seen {
	uint64_t device;
	uint64_t number;	/* Of the file, st_ino. */
	uint64_t size;
	struct timespec modified;
	struct timespec changed;
	int held;		/* For cf_snapshot. */
};

/* A zeroed struct is an empty look. */
struct cf_look {
	struct cf_manifest found;	/* Paths, modes, sizes, links. */
	struct cf_seen * seen;	/* One for each entry of found. */
	char ** skipped;	/* Messages: what is left out, and why. */
	size_t nskipped;
	size_t capacity;	/* Of seen. */
	size_t skipped_capacity;
};

/**
 * cf_look_at(look, state, parts, except, err):
 * Look at the ${parts} of ${state}, but not into the folder ${except} (may be
 * NULL).  Temporaries of the suite are not seen; what is neither file, folder
 * nor a link models/NAME/current is skipped, with a message.  Return 0 or -1;
 * the caller ends *${look} with cf_look_free in any case.
 */
int cf_look_at(struct cf_look * look, const char * state, uint32_t parts,
    const char * except, struct cf_err * err);

/**
 * cf_look_same(a, b):
 * Return whether both saw the same: names, modes, links, files of the same
 * number, size and time of modification.
 */
int cf_look_same(const struct cf_look * a, const struct cf_look * b);

/**
 * cf_look_same_file(a, b):
 * Return whether that is the same file, unmodified.
 */
int cf_look_same_file(const struct cf_seen * a, const struct cf_seen * b);

/**
 * cf_look_stat(folder, path, seen):
 * Fill *${seen} for ${path} below the open ${folder}.  Return 0, or -1 when it
 * is no regular file or cannot be looked at.
 */
int cf_look_stat(int folder, const char * path, struct cf_seen * seen);

/**
 * cf_look_free(look):
 * Free the content and leave an empty look.
 */
void cf_look_free(struct cf_look * look);

#endif /* !CF_KEEP_LOOK_H_ */

#ifndef CF_TRACK_ROSTER_H_
#define CF_TRACK_ROSTER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * All models of a registry (track/registry.h), and which of them to keep.
 */

/* A model; what has no model file, such as a training under way, is none. */
struct cf_roster_model {
	char * id;
	int64_t time_s;		/* When its file was written. */
	int64_t bytes;
	int is_current;
	int is_previous;
};

struct cf_roster {
	struct cf_roster_model * items;	/* Oldest first. */
	size_t n;
	size_t capacity;
};

/**
 * cf_roster_list(folder, roster, err):
 * List the models of the registry ${folder}.  Free them by
 * cf_roster_free, also after failure.  Return 0 or -1.
 */
int cf_roster_list(const char * folder, struct cf_roster * roster,
    struct cf_err * err);

/**
 * cf_roster_free(roster):
 * Free what it holds and leave it empty.
 */
void cf_roster_free(struct cf_roster * roster);

/**
 * cf_roster_prune(folder, keep, check, gone, err):
 * Remove all models but the newest ${keep}, the current one and the one before
 * it; with ${check}, remove none.  A model goes in one step: it is renamed to
 * a hidden name first, and what a killed process left of such is removed too.
 * Set ${gone} to those removed; free it by cf_roster_free, also after
 * failure, when it has those that are gone already.  Return 0 or -1.
 */
int cf_roster_prune(const char * folder, size_t keep, int check,
    struct cf_roster * gone, struct cf_err * err);

#endif /* !CF_TRACK_ROSTER_H_ */

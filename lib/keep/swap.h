#ifndef CF_KEEP_SWAP_H_
#define CF_KEEP_SWAP_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Putting a restored tree in the place of a living state.
 *
 * The tree is made in STATE/.restore/new, beside what it will replace.  When
 * it is complete, verified and on the disk, the journal STATE/.restore/journal
 * is written: from then on the restore will be completed.  For each part the
 * old file or folder moves to STATE/.restore/old and the new one takes its
 * place, by rename; then the journal goes, then the old.  If the process is
 * killed before the journal is there, the state is the old one and .restore is
 * litter; after that, cf_swap_resume does the rest, as often as it takes.  A
 * rename that fails is undone with those before it.
 *
 * The caller holds the lock of the state's writers.
 */

/**
 * cf_swap_prepare(state, folder, err):
 * Remove what a killed restore left, make STATE/.restore/new, and append its
 * path to ${folder}.  A journal that is still there is an error of kind
 * CF_ERR_LATER.  Return 0 or -1.
 */
int cf_swap_prepare(const char * state, struct cf_buf * folder,
    struct cf_err * err);

/**
 * cf_swap_commit(state, parts, err):
 * Make the tree prepared the state's ${parts}: what the tree lacks of them is
 * removed.  Return 0 or -1; after failure the state is the old one.
 */
int cf_swap_commit(const char * state, uint32_t parts, struct cf_err * err);

/**
 * cf_swap_pending(state):
 * Return whether there is a journal: a restore that must be resumed.
 */
int cf_swap_pending(const char * state);

/**
 * cf_swap_resume(state, err):
 * Complete the restore of the journal, if there is one.  Return 0 or -1.
 */
int cf_swap_resume(const char * state, struct cf_err * err);

/**
 * cf_swap_clean(state, err):
 * Remove STATE/.restore unless it has a journal.  Return 0 or -1.
 */
int cf_swap_clean(const char * state, struct cf_err * err);

/**
 * cf_swap_remove_tree(path, err):
 * Remove ${path} and all below it, if it is there; links are not followed.
 * Return 0 or -1.
 */
int cf_swap_remove_tree(const char * path, struct cf_err * err);

#endif /* !CF_KEEP_SWAP_H_ */

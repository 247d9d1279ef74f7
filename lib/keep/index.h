#ifndef CF_KEEP_INDEX_H_
#define CF_KEEP_INDEX_H_

#include "base/err.h"
#include "keep/look.h"

/*
 * What files were when they were last hashed: STATE/state/backup.index.  A
 * file that is still the same file, of the same size and times, still has its
 * SHA-256, and a linked backup need not read it.  Losing the index costs only
 * time.
 *
 * A file changed less than two seconds before it was looked at is not put
 * down: it could change again without its times telling.
 */

/**
 * cf_index_save(state, look, err):
 * Put down the files of ${look}, whose digests are known, as they are now in
 * ${state}, after their second names have gone.  Return 0 or -1.
 */
int cf_index_save(const char * state, const struct cf_look * look,
    struct cf_err * err);

/**
 * cf_index_apply(state, look, known, err):
 * Set the digest of each file of ${look} that the index knows, and its flag in
 * ${known}, which has one for each entry and is zeroed.  An index that is not
 * there or damaged knows nothing.  Return 0 or -1 (memory).
 */
int cf_index_apply(const char * state, struct cf_look * look,
    unsigned char * known, struct cf_err * err);

#endif /* !CF_KEEP_INDEX_H_ */

#ifndef CF_TRACK_LINEAGE_H_
#define CF_TRACK_LINEAGE_H_

#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

/*
 * The lineage of a registry: which models were current, one after another.
 * Each promotion and rollback is a line of promotions.ndjson in the folder,
 * appended and synced before the link is changed:
 *
 *	{"time":"2024-01-05T02:00:13Z","action":"promote",
 *	 "id":"20240105T020000Z-17","from":"20231229T020000Z-9",
 *	 "comparison":{...}}
 *
 * (in one line).  Read from the start, a promotion puts a model on top and a
 * rollback takes models off, so that a rollback after a rollback goes one
 * further back.  The link has the last word: a process killed between line and
 * link has promoted nothing, and what is above the current model is left out.
 */
#define CF_LINEAGE_FILE "promotions.ndjson"
#define CF_LINEAGE_FILE_MAX (16 * 1024 * 1024)	/* Bytes. */
#define CF_LINEAGE_PROMOTE "promote"
#define CF_LINEAGE_ROLLBACK "rollback"
#define CF_LINEAGE_REFUSE "refuse"	/* Told only: nothing changes. */

struct cf_lineage {
	char ** ids;		/* The current one is the last. */
	size_t n;
	size_t capacity;
};

/**
 * cf_lineage_append(folder, action, id, from, comparison, err):
 * Note in the registry ${folder} that ${id} becomes current in place of ${from}
 * (NULL: none), and what that rests on (NULL: nothing).  Return 0 or -1.
 */
int cf_lineage_append(const char * folder, const char * action,
    const char * id, const char * from, json_t * comparison,
    struct cf_err * err);

/**
 * cf_lineage_read(folder, current, lineage, err):
 * Read the models that led to ${current} (NULL: none; then there are none).
 * A folder without the file has only that one.  Lines that are no such record
 * are passed over.  Free it by cf_lineage_free, also after failure.  Return 0
 * or -1.
 */
int cf_lineage_read(const char * folder, const char * current,
    struct cf_lineage * lineage, struct cf_err * err);

/**
 * cf_lineage_free(lineage):
 * Free what it holds and leave it empty.
 */
void cf_lineage_free(struct cf_lineage * lineage);

#endif /* !CF_TRACK_LINEAGE_H_ */

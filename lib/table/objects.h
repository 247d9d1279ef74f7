#ifndef CF_TABLE_OBJECTS_H_
#define CF_TABLE_OBJECTS_H_

#include "base/err.h"
#include "table/lines.h"
#include "table/ndjson.h"

/*
 * Records out of JSON documents that are no lines: an array of objects, or the
 * body of the API, which holds one object or an array of them under "data":
 *
 *	[{...}, {...}]		{"data":{...}}		{"data":[{...}]}
 *
 * Line ends may stand anywhere between the pieces, and several documents follow
 * one another.  Only one object is in memory at a time: where it ends is found
 * by counting brackets outside strings; it is then taken apart as a line of
 * NDJSON is.  "data" has to be the first member of a body.
 */
struct cf_objects {
	int is_body;		/* The present document is one. */
	int in_list;		/* Inside its array. */
	int inside;		/* Inside a document. */
	int later;		/* An object of the array was read. */
	int lenient;		/* Pass over other members of a body. */
	int lost;		/* After an error: no way to go on. */
};

/**
 * cf_objects_begin(lines, c, found, err):
 * Set *${found} to whether such a document begins at the window's first byte
 * ${c} that is no blank.  Return 0 or -1.
 */
int cf_objects_begin(struct cf_lines * lines, int c, int * found,
    struct cf_err * err);

/**
 * cf_objects_next(objects, lines, pairs, err):
 * Read the next object.  Return 1, 0 at the end, or -1; then objects->lost
 * tells whether the next call can go on behind what was wrong.
 */
int cf_objects_next(struct cf_objects * objects, struct cf_lines * lines,
    struct cf_pairs * pairs, struct cf_err * err);

#endif /* !CF_TABLE_OBJECTS_H_ */

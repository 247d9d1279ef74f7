#ifndef CF_TABLE_NDJSON_H_
#define CF_TABLE_NDJSON_H_

#include "base/buf.h"
#include "base/err.h"
#include "table/lines.h"

/*
 * Records as newline-delimited JSON: one object a line.  A record is handed
 * over as pairs of names and texts, numbers as their shortest decimal, null as
 * the empty text, so that above this point it is the same whether a record
 * came as CSV or as JSON.  Two nested values that the suite itself writes are
 * flattened to the names they have in CSV:
 *	"interval":[a,b]	interval_low, interval_high
 *	"quantiles":{"P":a}	qP
 */

struct cf_pair {
	size_t name;		/* Offsets of NUL-terminated texts. */
	size_t text;
	size_t len;
};

struct cf_pairs {
	struct cf_pair * items;
	size_t n;
	size_t capacity;
	struct cf_buf texts;
	uint64_t line;
};

/**
 * cf_ndjson_next(lines, pairs, err):
 * Read the next object; blank lines are skipped.  Return 1, 0 at the end, or
 * -1.
 */
int cf_ndjson_next(struct cf_lines * lines, struct cf_pairs * pairs,
    struct cf_err * err);

/**
 * cf_ndjson_object(lines, text, len, pairs, err):
 * Take apart the object in the ${len} bytes of ${text}, which stand at the
 * start of the window.  Return 0 or -1.
 */
int cf_ndjson_object(const struct cf_lines * lines, const char * text,
    size_t len, struct cf_pairs * pairs, struct cf_err * err);

/**
 * cf_ndjson_free(pairs):
 * Free what it holds.
 */
void cf_ndjson_free(struct cf_pairs * pairs);

#endif /* !CF_TABLE_NDJSON_H_ */

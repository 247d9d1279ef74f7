#ifndef CF_TABLE_CSV_H_
#define CF_TABLE_CSV_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/lines.h"

/*
 * Records of comma separated values as in RFC 4180: fields may be quoted, a
 * quote within is doubled, a quoted field may span lines; lines end in LF or
 * CRLF, the last one perhaps in nothing.  Fields are found in place in the
 * window, without a copy.
 */

/* The bytes of a field: borrowed, valid until the next record is read. */
struct cf_field {
	const char * text;
	size_t len;
};

struct cf_fields {
	struct cf_field * items;
	size_t n;
	size_t capacity;
	uint64_t line;		/* Line on which the record begins. */
};

/**
 * cf_csv_next(lines, fields, err):
 * Find the fields of the next record.  Lines without a byte are skipped,
 * unless ${fields} already holds a record of one field, because there an empty
 * line is a missing value.  Return 1, 0 at the end, or -1.
 */
int cf_csv_next(struct cf_lines * lines, struct cf_fields * fields,
    struct cf_err * err);

#endif /* !CF_TABLE_CSV_H_ */

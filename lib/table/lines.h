#ifndef CF_TABLE_LINES_H_
#define CF_TABLE_LINES_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/input.h"

/*
 * A window over the input that always holds the present record whole.  Record
 * parsers (table/csv.h, table/ndjson.h) look at data[start .. end), ask for
 * more when the record does not end there, and move `start` behind it.
 */
struct cf_lines {
	struct cf_input * input;
	char * data;
	size_t capacity;
	size_t start;		/* First byte of the present record. */
	size_t end;		/* Behind the last byte read. */
	int ended;		/* The input has no more bytes. */
	uint64_t line;		/* Line number of data[start]. */
};

/**
 * cf_lines_more(lines, err):
 * Read more bytes behind end, moving the window's content to the front of the
 * buffer first.  At the end of the input set `ended`.  A record beyond
 * CF_LINE_MAX bytes is an error.  Return 0 or -1.
 */
int cf_lines_more(struct cf_lines * lines, struct cf_err * err);

/**
 * cf_lines_first(lines, c, err):
 * Skip a byte order mark, and set *${c} to the first byte that is not a blank
 * or a line end, or -1 if there is none; that byte and what stands before it
 * remain in the window.  Return 0 or -1.
 */
int cf_lines_first(struct cf_lines * lines, int * c, struct cf_err * err);

/**
 * cf_lines_data(lines, column, value, len, err, reason):
 * Report bad data at the present line.  Return -1.
 */
int cf_lines_data(const struct cf_lines * lines, const char * column,
    const char * value, size_t len, struct cf_err * err,
    const char * reason);

#endif /* !CF_TABLE_LINES_H_ */

#ifndef CF_TABLE_WRITER_H_
#define CF_TABLE_WRITER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/out.h"

/*
 * The one writer of records, as CSV or NDJSON.  The columns are named once;
 * then the fields of each record are added in that order.  Numbers print as
 * the shortest text that reads back equal; NaN and infinity are missing: an
 * empty field or null.
 *
 * A column may belong to a group, which matters to NDJSON only: neighbouring
 * columns of one group become one nested value, an object by their keys, or an
 * array where they have none (see table/ndjson.h for the reverse).
 */
struct cf_writer;

enum cf_format { CF_FORMAT_CSV, CF_FORMAT_NDJSON };

struct cf_column {
	const char * name;	/* As in a CSV header. */
	const char * group;	/* NULL: none. */
	const char * key;	/* Within the group; NULL: an array. */
};

/**
 * cf_writer_new(out, format, by_line, err):
 * Write records to ${out}, which stays the caller's to close; with ${by_line}
 * each record is flushed.  With ${out} = NULL they are held in memory until
 * cf_writer_drop.  Return NULL on failure.
 */
struct cf_writer * cf_writer_new(struct cf_out * out, enum cf_format format,
    int by_line, struct cf_err * err);

/**
 * cf_writer_columns(writer, columns, n, err):
 * Name the columns; texts are copied.  CSV's header is written now.  Return 0
 * or -1.
 */
int cf_writer_columns(struct cf_writer * writer,
    const struct cf_column * columns, size_t n, struct cf_err * err);

/**
 * cf_writer_columns_again(writer, columns, n, err):
 * As cf_writer_columns, for the records of a part whose header another writer
 * has written.
 */
int cf_writer_columns_again(struct cf_writer * writer,
    const struct cf_column * columns, size_t n, struct cf_err * err);

/**
 * cf_writer_text(writer, text, len):
 * Add a field of text.  Empty text is written as such (NDJSON: "").
 */
void cf_writer_text(struct cf_writer * writer, const char * text, size_t len);

/**
 * cf_writer_number(writer, x), cf_writer_int(writer, n):
 * Add a number; NaN and infinity are missing.
 */
void cf_writer_number(struct cf_writer * writer, double x);
void cf_writer_int(struct cf_writer * writer, int64_t n);

/**
 * cf_writer_value(writer, text, len):
 * Add a field that came as text from a reader: missing when empty, in NDJSON a
 * number when it reads as one, else text.
 */
void cf_writer_value(struct cf_writer * writer, const char * text, size_t len);

/**
 * cf_writer_string(writer, text):
 * Add ${text}, or a field without a value where it is NULL.
 */
void cf_writer_string(struct cf_writer * writer, const char * text);

/**
 * cf_writer_missing(writer):
 * Add a field without a value.
 */
void cf_writer_missing(struct cf_writer * writer);

/**
 * cf_writer_skip(writer, left):
 * Add fields without values until ${left} columns are left.
 */
void cf_writer_skip(struct cf_writer * writer, size_t left);

/**
 * cf_writer_end(writer, err):
 * End the record, all fields of which were added.  Return 0, or -1 if memory
 * is out, or if output failed (by-line writers only; else closing it tells).
 */
int cf_writer_end(struct cf_writer * writer, struct cf_err * err);

/**
 * cf_writer_held(writer, len), cf_writer_drop(writer):
 * Return the records that a writer without output holds and set *${len} (the
 * text is valid until the next call); forget them.
 */
const char * cf_writer_held(const struct cf_writer * writer, size_t * len);
void cf_writer_drop(struct cf_writer * writer);

/**
 * cf_writer_free(writer):
 * Free it; NULL is harmless.
 */
void cf_writer_free(struct cf_writer * writer);

/**
 * cf_writer_json_text(buf, text, len):
 * Append ${text} as a JSON string with its quotes; bytes that are not UTF-8
 * become U+FFFD.
 */
void cf_writer_json_text(struct cf_buf * buf, const char * text, size_t len);

#endif /* !CF_TABLE_WRITER_H_ */

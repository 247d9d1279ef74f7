#ifndef CF_TABLE_READER_H_
#define CF_TABLE_READER_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/csv.h"

/*
 * The one reader of records: named columns, a record at a time, from CSV or
 * NDJSON, plain or gzip (the first bytes decide all of it), from a file or
 * standard input, in constant memory.
 *
 * For CSV the columns are the header's.  For NDJSON they are the keys of the
 * first record; a later record may lack some (missing), but not have others,
 * unless the columns wanted are named beforehand.  Records of JSON may also
 * stand in an array or in a body of the API (table/objects.h).
 */
struct cf_reader;

/**
 * cf_reader_open(path, err):
 * Open ${path} (NULL or "-": standard input).  Return NULL on failure.
 */
struct cf_reader * cf_reader_open(const char * path, struct cf_err * err);

/**
 * cf_reader_memory(data, len, name, err):
 * The same for the ${len} bytes at ${data}, which must outlive the reader and
 * are not gzip; ${name} is for messages.
 */
struct cf_reader * cf_reader_memory(const char * data, size_t len,
    const char * name, struct cf_err * err);

/**
 * cf_reader_again(reader, data, len):
 * Read other bytes with a reader of cf_reader_memory that has read JSON, as if
 * it were new and wanted the same columns: records that come one by one need
 * no new reader each.
 */
void cf_reader_again(struct cf_reader * reader, const char * data,
    size_t len);

/**
 * cf_reader_want(reader, names, n, lenient, err):
 * Before the header: say that of JSON the ${n} columns ${names} are wanted,
 * whatever a record has; other keys are passed over.  ${lenient} does so too
 * with what a body has beside its data.  CSV keeps its header's columns.
 * Return 0 or -1.
 */
int cf_reader_want(struct cf_reader * reader, const char * const * names,
    size_t n, int lenient, struct cf_err * err);

/**
 * cf_reader_header(reader, err):
 * Read up to the names of the columns.  Return 1, 0 if the input is empty
 * (blanks and line ends count as empty), or -1.
 */
int cf_reader_header(struct cf_reader * reader, struct cf_err * err);

/**
 * cf_reader_name(reader):
 * Return the file's name for messages.
 */
const char * cf_reader_name(const struct cf_reader * reader);

/**
 * cf_reader_is_json(reader):
 * Return whether the records came as NDJSON; known after the header.
 */
int cf_reader_is_json(const struct cf_reader * reader);

/**
 * cf_reader_is_body(reader):
 * Return whether the present record came in a body of the API.
 */
int cf_reader_is_body(const struct cf_reader * reader);

/**
 * cf_reader_unknown(reader):
 * Return the first key of the present record that was not wanted, or NULL.
 */
const char * cf_reader_unknown(const struct cf_reader * reader);

/**
 * cf_reader_columns(reader), cf_reader_column(reader, i):
 * Return the number of columns, and the name of column ${i}.
 */
size_t cf_reader_columns(const struct cf_reader * reader);
const char * cf_reader_column(const struct cf_reader * reader, size_t i);

/**
 * cf_reader_find(reader, name):
 * Return the index of the column called ${name}, or CF_READER_NONE.
 */
size_t cf_reader_find(const struct cf_reader * reader, const char * name);
#define CF_READER_NONE ((size_t)-1)

/**
 * cf_reader_need(reader, name, index, err):
 * Set *${index} to the column called ${name}; if there is none, that is bad
 * data.  Return 0 or -1.
 */
int cf_reader_need(const struct cf_reader * reader, const char * name,
    size_t * index, struct cf_err * err);

/**
 * cf_reader_next(reader, err):
 * Read the next record.  Return 1, 0 at the end, or -1.
 */
int cf_reader_next(struct cf_reader * reader, struct cf_err * err);

/**
 * cf_reader_skip(reader, err):
 * After bad data in cf_reader_next or in a field: go behind the record, so that
 * the next one can be read.  Return 0, or -1 where there is no way to go on:
 * the input itself is damaged, or JSON outside the records.
 */
int cf_reader_skip(struct cf_reader * reader, struct cf_err * err);

/**
 * cf_reader_has(reader, i):
 * Return whether the present record has field ${i} at all, be it empty.
 */
int cf_reader_has(const struct cf_reader * reader, size_t i);

/**
 * cf_reader_field(reader, i):
 * Return field ${i} of the present record; empty means missing.  It is valid
 * until the next call of cf_reader_next.
 */
struct cf_field cf_reader_field(const struct cf_reader * reader, size_t i);

/**
 * cf_reader_number(reader, i, x, err):
 * Set *${x} to field ${i} as a number, NaN when it is missing.  Anything else,
 * also a number that is not finite, is bad data.  Return 0 or -1.
 */
int cf_reader_number(const struct cf_reader * reader, size_t i, double * x,
    struct cf_err * err);

/**
 * cf_reader_day(reader, i, day, err):
 * Set *${day} to field ${i}, which must be a date YYYY-MM-DD.  Return 0 or -1.
 */
int cf_reader_day(const struct cf_reader * reader, size_t i, int32_t * day,
    struct cf_err * err);

/**
 * cf_reader_moment(reader, i, time_s, has_clock, err):
 * As cf_reader_day for a date or date and time (see base/day.h).
 */
int cf_reader_moment(const struct cf_reader * reader, size_t i,
    int64_t * time_s, int * has_clock, struct cf_err * err);

/**
 * cf_reader_line(reader):
 * Return the line on which the present record begins.
 */
uint64_t cf_reader_line(const struct cf_reader * reader);

/**
 * cf_reader_fault_line(reader):
 * After bad data in cf_reader_next or in a field: return the line on which the
 * record begins.
 */
uint64_t cf_reader_fault_line(const struct cf_reader * reader);

/**
 * cf_reader_bad(reader, i, reason, err):
 * Report field ${i} of the present record (CF_READER_NONE: the record) as bad
 * data for ${reason}, with its value.  Return -1.
 */
int cf_reader_bad(const struct cf_reader * reader, size_t i,
    const char * reason, struct cf_err * err);

/**
 * cf_reader_close(reader):
 * Close and free; NULL is harmless.
 */
void cf_reader_close(struct cf_reader * reader);

#endif /* !CF_TABLE_READER_H_ */

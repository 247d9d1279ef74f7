/*
 * records.h: reading records and writing them again, for the fuzzers of CSV and NDJSON.
 *
 * Whatever is read, written in the other form or the same, and read again, is the same table of texts.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "fuzz.h"

#include <ctype.h>

#include "base/buf.h"
#include "table/frame.h"
#include "table/reader.h"
#include "table/writer.h"

/* Read a record's fields in every way that there is. */
static inline void
try_fields(const struct cf_reader *r, size_t i)
{
	struct cf_err err = { 0 };
	int64_t time_s;
	int32_t day;
	double x;
	int has_clock;

	if (cf_reader_number(r, i, &x, &err))
		fuzz_message(&err);
	if (cf_reader_moment(r, i, &time_s, &has_clock, &err))
		FUZZ_HOLDS(cf_reader_day(r, i, &day, &err) == -1);
}

/*
 * records_copy(path, format, out):
 * Append all records of a file, up to its first fault, to out.  Return the number of records, or -1 if there is no header
 * or a fault.
 */
static inline long
records_copy(const char *path, enum cf_format format, struct cf_buf *out)
{
	struct cf_err err = { 0 };
	struct cf_reader *r = cf_reader_open(path, &err);
	struct cf_column *columns = NULL;
	struct cf_writer *w = NULL;
	struct cf_out *o = NULL;
	struct cf_field field;
	long n = -1;
	size_t i, ncolumns;
	int rc;

	FUZZ_HOLDS(r != NULL);
	if ((rc = cf_reader_header(r, &err)) != 1)
		goto done;
	ncolumns = cf_reader_columns(r);
	FUZZ_HOLDS(ncolumns >= 1);
	FUZZ_HOLDS((columns = calloc(ncolumns, sizeof(*columns))) != NULL);
	for (i = 0; i < ncolumns; i++) {
		columns[i].name = cf_reader_column(r, i);
		FUZZ_HOLDS(cf_reader_find(r, columns[i].name) == i);
	}
	FUZZ_HOLDS((o = cf_out_memory(out, NULL)) != NULL);
	FUZZ_HOLDS((w = cf_writer_new(o, format, 0, NULL)) != NULL);
	FUZZ_HOLDS(cf_writer_columns(w, columns, ncolumns, NULL) == 0);
	for (n = 0; (rc = cf_reader_next(r, &err)) == 1; n++) {
		for (i = 0; i < ncolumns; i++) {
			field = cf_reader_field(r, i);
			try_fields(r, i);
			if (field.len == 0)
				cf_writer_missing(w);
			else
				cf_writer_text(w, field.text, field.len);
		}
		FUZZ_HOLDS(cf_writer_end(w, NULL) == 0);
	}
	if (rc == -1)
		n = -1;
done:
	if (rc == -1) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_DATA);
	}
	cf_writer_free(w);
	if (o != NULL)
		FUZZ_HOLDS(cf_out_close(o, NULL) == 0);
	free(columns);
	cf_reader_close(r);
	return (n);
}

/* As a frame for training. */
static inline void
records_frame(const char *path)
{
	struct cf_frame_options options = { .paths = &path, .npaths = 1 };

	cf_frame_free(cf_frame_load(&options, NULL));
}

/*
 * Read, write, read and write again: the second writing is the first.  (Only where the first name begins like one: as a
 * file's first bytes others decide its form.)
 */
static inline void
records_try(const uint8_t *data, size_t size, enum cf_format format)
{
	struct cf_buf first = { 0 }, second = { 0 };
	const char *path = fuzz_file(data, size);
	long n = records_copy(path, format, &first);

	records_frame(path);
	FUZZ_HOLDS(!first.failed);
	if (n >= 0 && first.len > 0 && (format == CF_FORMAT_NDJSON || isalnum((unsigned char)first.data[0]))) {
		FUZZ_HOLDS(records_copy(fuzz_file(first.data, first.len), format, &second) == n);
		FUZZ_HOLDS(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	}
	cf_buf_free(&first);
	cf_buf_free(&second);
}

#endif /* !RECORDS_H */

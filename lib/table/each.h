#ifndef CF_TABLE_EACH_H_
#define CF_TABLE_EACH_H_

#include "base/err.h"
#include "table/reader.h"

/*
 * Going through a file of records from its first to its last: what a loader
 * does that wants columns by their names and takes each record in turn.
 */
typedef int (* cf_each_step)(void * cookie, const struct cf_reader * reader,
    struct cf_err * err);

/**
 * cf_each_record(reader, header, row, cookie, err):
 * Call ${header}, unless it is NULL, when the names of the columns are known,
 * which of an empty file they never are, then ${row} at each record; both
 * return 0, or another value to end it in failure, with ${err} set.  ${reader}
 * may be NULL, as cf_reader_open returns it; it is closed in any case.  Return
 * 0 or -1.
 */
int cf_each_record(struct cf_reader * reader, cf_each_step header,
    cf_each_step row, void * cookie, struct cf_err * err);

#endif /* !CF_TABLE_EACH_H_ */

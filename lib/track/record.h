#ifndef CF_TRACK_RECORD_H_
#define CF_TRACK_RECORD_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Run records: one line of NDJSON for each step that ended, appended to
 * runs/RUN_ID.ndjson and synced before the next step begins.  They are the
 * history that `pipeline.sh status` shows.
 *
 *	{"run":"20240105T020000Z-17","step":"train",
 *	 "start":"2024-01-05T02:00:01Z","end":"2024-01-05T02:00:13Z",
 *	 "duration_s":12.3,"status":0,"signal":null,"timed_out":0,"tries":1,
 *	 "reason":"schedule","log":"log/x.log","command":"cf-train -o ..."}
 *
 * (in one line).  A machine that loses its power may leave a last line
 * without its end: readers skip what is no record, and the next append begins
 * on a line of its own.
 */

#define CF_RECORD_FILE_MAX (16 * 1024 * 1024)	/* Bytes of a file. */

struct cf_record {
	const char * run;
	const char * step;
	int64_t start_s;	/* Moments, UTC. */
	int64_t end_s;
	double duration_s;	/* By a clock that is never set. */
	int status;		/* Exit status, 128 + N for signal N. */
	int signal;		/* That ended the step, 0: none. */
	int timed_out;
	int64_t tries;
	const char * reason;	/* Why it ran, or NULL. */
	const char * log;	/* Name of its log, or NULL. */
	const char * command;	/* As one would type it. */
};

/**
 * cf_record_append(path, record, err):
 * Append ${record} to the file ${path}, durably.  Return 0 or -1.
 */
int cf_record_append(const char * path, const struct cf_record * record,
    struct cf_err * err);

/* What was read; zeroed is empty.  Texts belong to it. */
struct cf_records {
	struct cf_record * items;
	size_t n;
	size_t capacity;
	size_t skipped;		/* Lines that are no record. */
};

/**
 * cf_record_read(path, records, err):
 * Append the records of the file ${path} to ${records}; "-" is standard input.
 * Return 0 or -1, after which ${records} holds what was read.
 */
int cf_record_read(const char * path, struct cf_records * records,
    struct cf_err * err);

/**
 * cf_record_table(records, buf):
 * Append them to ${buf} as a table for people, a line for each.
 */
void cf_record_table(const struct cf_records * records, struct cf_buf * buf);

/**
 * cf_record_free(records):
 * Free what it holds and leave it empty.
 */
void cf_record_free(struct cf_records * records);

#endif /* !CF_TRACK_RECORD_H_ */

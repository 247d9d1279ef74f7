#ifndef CF_TABLE_JSON_H_
#define CF_TABLE_JSON_H_

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/out.h"

/*
 * JSON documents (metrics, run records) are built with Jansson and printed
 * here, because the suite's numbers are the shortest text that reads back
 * equal, which json_dumps does not give.
 */

/**
 * cf_json_watch(void):
 * Once, before the first thread: have Jansson's memory watched, so that what
 * follows can tell text that is wrong from memory that is out.  Jansson itself
 * cannot: it reports the one as the other, and may cut a long number short.
 */
void cf_json_watch(void);

/**
 * cf_json_parse(json, text, len, flags, fault, err):
 * Parse the ${len} bytes of ${text} with Jansson's ${flags}.  Return 0 with
 * *${json} a new reference; 1 if it is not JSON, with *${json} NULL and what
 * is wrong in ${fault}, which may be NULL; or -1 if memory is out.
 */
int cf_json_parse(json_t ** json, const char * text, size_t len,
    size_t flags, json_error_t * fault, struct cf_err * err);

/**
 * cf_json_number(x):
 * Return a new reference to ${x} as JSON: null if it is not finite.  NULL when
 * out of memory.
 */
json_t * cf_json_number(double x);

/**
 * cf_json_text(text, len):
 * Return a new reference to ${text} as JSON: with its bytes masked where it is
 * not UTF-8, as names of files and columns may be.  NULL when out of memory.
 */
json_t * cf_json_text(const char * text, size_t len);

/**
 * cf_json_print(json, buf):
 * Append ${json} to ${buf} on one line, object keys in their order.  If memory
 * was out since the last cf_json_parse, ${buf} fails: a part may be missing.
 */
void cf_json_print(const json_t * json, struct cf_buf * buf);

/**
 * cf_json_line(value, out, err):
 * Write ${value} and a line end to ${out}.  Return 0, or -1 if memory is out;
 * closing ${out} tells whether it was written.
 */
int cf_json_line(const json_t * value, struct cf_out * out,
    struct cf_err * err);

#endif /* !CF_TABLE_JSON_H_ */

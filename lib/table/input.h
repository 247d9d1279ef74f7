#ifndef CF_TABLE_INPUT_H_
#define CF_TABLE_INPUT_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Bytes from a file or standard input, plain or gzip: the first two bytes
 * decide.  A gzip file may hold several members (as `cat a.gz b.gz` makes);
 * one that is cut short or damaged is an error, never a quiet end.
 */
struct cf_input;

/**
 * cf_input_open(path, err):
 * Open ${path}; NULL or "-" is standard input.  Return NULL on failure.
 */
struct cf_input * cf_input_open(const char * path, struct cf_err * err);

/**
 * cf_input_memory(data, len, name, err):
 * Read the ${len} bytes at ${data}, which stay the caller's and must outlive
 * the input; ${name} is for messages.  They are taken as they are, never as
 * gzip.  Return NULL on failure.
 */
struct cf_input * cf_input_memory(const char * data, size_t len,
    const char * name, struct cf_err * err);

/**
 * cf_input_memory_again(input, data, len):
 * Go on with other bytes, under the same name, in an input of
 * cf_input_memory.
 */
void cf_input_memory_again(struct cf_input * input, const char * data,
    size_t len);

/**
 * A source of bytes: put up to ${size} bytes at ${dst} and set *${got}, 0 at the
 * end.  Return 0 or -1.
 */
typedef int cf_input_source(void * cookie, void * dst, size_t size,
    size_t * got, struct cf_err * err);

/**
 * cf_input_from(source, cookie, name, err):
 * Read what ${source} gives, plain or gzip; ${name} is for messages.  Return
 * NULL on failure.
 */
struct cf_input * cf_input_from(cf_input_source * source, void * cookie,
    const char * name, struct cf_err * err);

/**
 * cf_input_name(input):
 * Return the name for messages; "stdin" for standard input.
 */
const char * cf_input_name(const struct cf_input * input);

/**
 * cf_input_read(input, dst, size, got, err):
 * Read up to ${size} bytes to ${dst} and set *${got}; 0 means the end.  A
 * short read is no end.  Return 0 or -1.
 */
int cf_input_read(struct cf_input * input, char * dst, size_t size,
    size_t * got, struct cf_err * err);

/**
 * cf_input_close(input):
 * Close and free; NULL is harmless.
 */
void cf_input_close(struct cf_input * input);

#endif /* !CF_TABLE_INPUT_H_ */

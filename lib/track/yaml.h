#ifndef CF_TRACK_YAML_H_
#define CF_TRACK_YAML_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * As much YAML as MLflow's file store needs: a flat mapping, one key and its
 * scalar in a line.  Text is written in single quotes, which leave everything
 * as it is but the quote itself, doubled; so no text is taken for a number, a
 * date or a boolean.  Text with control characters is not for here.
 */

/**
 * cf_yaml_text(buf, key, value), cf_yaml_int(buf, key, value),
 * cf_yaml_plain(buf, key, value):
 * Append a line: quoted text, an integer, and a word as it is (null, [], {}).
 */
void cf_yaml_text(struct cf_buf * buf, const char * key, const char * value);
void cf_yaml_int(struct cf_buf * buf, const char * key, int64_t value);
void cf_yaml_plain(struct cf_buf * buf, const char * key, const char * value);

/**
 * cf_yaml_find(text, len, key, value, err):
 * Set *${value} to a copy of the scalar of top-level ${key}, which the caller
 * frees, or to NULL if there is none on the key's own line.  Plain, single- and
 * double-quoted scalars are read; of the escapes in double quotes, \" and \\
 * and \/.  Return 0, or -1 when out of memory.
 */
int cf_yaml_find(const char * text, size_t len, const char * key,
    char ** value, struct cf_err * err);

#endif /* !CF_TRACK_YAML_H_ */

#ifndef CF_BASE_MEM_H_
#define CF_BASE_MEM_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Memory in arrays, with sizes that are checked for overflow.  Every array
 * whose length comes from outside is had through here.
 */

/**
 * cf_mem_array(n, size, err):
 * Allocate ${n} zeroed elements of ${size} bytes.  Never NULL on success, even
 * for n = 0.  The caller frees it with free(3).
 */
void * cf_mem_array(size_t n, size_t size, struct cf_err * err);

/**
 * cf_mem_grow(ptr, capacity, need, size, err):
 * Make the array at *${ptr} (NULL or had from here) hold at least ${need}
 * elements of ${size} bytes; *${capacity} is its present room and is updated.
 * Growth is geometric, so appending is O(1) amortised.  New room is not
 * zeroed.  After failure array and capacity are unchanged.  Return 0 or -1.
 */
int cf_mem_grow(void * ptr, size_t * capacity, size_t need, size_t size,
    struct cf_err * err);

/**
 * cf_mem_strdup(s, err), cf_mem_strndup(s, len, err):
 * Return a copy that the caller frees, or NULL.
 */
char * cf_mem_strdup(const char * s, struct cf_err * err);
char * cf_mem_strndup(const char * s, size_t len, struct cf_err * err);

#endif /* !CF_BASE_MEM_H_ */

#ifndef CF_KEEP_LAYERS_H_
#define CF_KEEP_LAYERS_H_

#include <stddef.h>

#include "base/err.h"
#include "keep/key.h"

/*
 * The bytes of a file below its seal and its gzip, if it has them; the first
 * bytes of each layer tell.
 */
struct cf_layers;

/**
 * cf_layers_open(path, key, err):
 * Open ${path} ("-" is standard input).  A sealed file without a ${key} (may
 * be NULL) is an error of kind CF_ERR_USAGE.  ${path} is borrowed.  Return
 * NULL on failure; the caller ends it with cf_layers_close.
 */
struct cf_layers * cf_layers_open(const char * path,
    const struct cf_key * key, struct cf_err * err);

/**
 * cf_layers_read(layers, dst, size, got, err):
 * Read up to ${size} bytes and set *${got}, 0 at the end.  Return 0 or -1.
 */
int cf_layers_read(struct cf_layers * layers, char * dst, size_t size,
    size_t * got, struct cf_err * err);

/**
 * cf_layers_close(layers):
 * Close and free; NULL is harmless.
 */
void cf_layers_close(struct cf_layers * layers);

#endif /* !CF_KEEP_LAYERS_H_ */

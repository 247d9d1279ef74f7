#ifndef CF_FEATURE_NAMES_H_
#define CF_FEATURE_NAMES_H_

#include <stddef.h>

#include "base/err.h"

/*
 * A set of names (symbols), numbered 0, 1, ... in the order in which they came.
 * A zeroed struct is an empty set.
 */
struct cf_names {
	char * texts;		/* One behind the other. */
	size_t texts_len;
	size_t texts_capacity;
	size_t * starts;	/* Name i: texts[starts[i] .. starts[i + 1]). */
	size_t n;
	size_t starts_capacity;
	size_t * table;		/* Open addressing: number + 1, or 0. */
	size_t table_len;	/* A power of two, or 0. */
};

/**
 * cf_names_add(names, text, len, number, err):
 * Set *${number} to the number of a name.  Return 1 if it is new, 0 if it was
 * there, -1 on failure.
 */
int cf_names_add(struct cf_names * names, const char * text, size_t len,
    size_t * number, struct cf_err * err);

/**
 * cf_names_find(names, text, len, number):
 * Set *${number} to the number of a name.  Return 1, or 0 if it is not there.
 */
int cf_names_find(const struct cf_names * names, const char * text, size_t len,
    size_t * number);

/**
 * cf_names_get(names, number, len):
 * Return the bytes of a name and set *${len}.
 */
const char * cf_names_get(const struct cf_names * names, size_t number,
    size_t * len);

/**
 * cf_names_free(names):
 * Free the content and leave an empty set.
 */
void cf_names_free(struct cf_names * names);

#endif /* !CF_FEATURE_NAMES_H_ */

#ifndef CF_BASE_TEXT_H_
#define CF_BASE_TEXT_H_

#include <stddef.h>

/*
 * Questions about text that several rooms ask.
 */

/**
 * cf_text_is_plain(text, len):
 * Return whether the ${len} bytes have no control character, so that they are
 * one line wherever they are put: a header, a record, a log.
 */
int cf_text_is_plain(const char * text, size_t len);

/**
 * cf_text_ends(text, end):
 * Return whether ${text} ends in ${end}.
 */
int cf_text_ends(const char * text, const char * end);

#endif /* !CF_BASE_TEXT_H_ */

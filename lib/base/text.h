#ifndef CF_BASE_TEXT_H_
#define CF_BASE_TEXT_H_

#include <stddef.h>

#include "base/buf.h"

/*
 * Questions about text that several rooms ask, and the escape %XX for bytes
 * that must not stand as they are.
 */

/**
 * cf_text_is_plain(text, len):
 * Return whether the ${len} bytes have no control character, so that they are
 * one line wherever they are put: a header, a record, a log.
 */
int cf_text_is_plain(const char * text, size_t len);

/**
 * cf_text_utf8_len(text, len):
 * Return the length in bytes of the UTF-8 character that begins the ${len} >= 1
 * bytes of ${text}, or 0 if that is none.
 */
size_t cf_text_utf8_len(const char * text, size_t len);

/**
 * cf_text_is_utf8(text, len):
 * Return whether all of ${text} is UTF-8.
 */
int cf_text_is_utf8(const char * text, size_t len);

/**
 * cf_text_ends(text, end):
 * Return whether ${text} ends in ${end}.
 */
int cf_text_ends(const char * text, const char * end);

/**
 * cf_text_escape(buf, text, len, is_odd):
 * Append the text with %XX in the place of each byte that ${is_odd}, as % must
 * be.
 */
void cf_text_escape(struct cf_buf * buf, const char * text, size_t len,
    int (* is_odd)(char c));

/**
 * cf_text_unescape(buf, text, len, is_odd):
 * The reverse.  Return 0, or -1 where cf_text_escape would write no such text,
 * or for a NUL byte.
 */
int cf_text_unescape(struct cf_buf * buf, const char * text, size_t len,
    int (* is_odd)(char c));

#endif /* !CF_BASE_TEXT_H_ */

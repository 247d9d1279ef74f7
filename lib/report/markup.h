#ifndef CF_REPORT_MARKUP_H_
#define CF_REPORT_MARKUP_H_

#include <stddef.h>

#include "base/buf.h"

/**
 * cf_markup_text(buf, text), cf_markup_bytes(buf, text, len):
 * Append text to HTML or SVG so that it is nothing but text, in an element or
 * in a quoted attribute: & < > " ' are written as entities, control characters
 * and bytes that are not UTF-8 as U+FFFD.
 */
void cf_markup_text(struct cf_buf * buf, const char * text);
void cf_markup_bytes(struct cf_buf * buf, const char * text, size_t len);

#endif /* !CF_REPORT_MARKUP_H_ */

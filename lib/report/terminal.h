#ifndef CF_REPORT_TERMINAL_H_
#define CF_REPORT_TERMINAL_H_

#include "base/buf.h"
#include "report/figure.h"

/*
 * The report as text for a terminal: the same rooms and figures, as tables and
 * as bars of signs.  Wide tables lose columns on the right that do not fit and
 * long ones all but their newest rows; what was left out is told.  Text of
 * others (names of symbols, messages) is masked, so that no escape sequence
 * reaches the terminal.
 */

/**
 * cf_terminal(figures, title, width, rows, buf):
 * Append the report, ${width} >= 40 characters wide, with ${rows} rows of each
 * table at most.
 */
void cf_terminal(const struct cf_figures * figures, const char * title,
    size_t width, size_t rows, struct cf_buf * buf);

#endif /* !CF_REPORT_TERMINAL_H_ */

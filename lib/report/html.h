#ifndef CF_REPORT_HTML_H_
#define CF_REPORT_HTML_H_

#include "base/buf.h"
#include "report/figure.h"

/*
 * The report as one HTML file that needs nothing else: no script, no font, no
 * picture from elsewhere, and a content policy that says so.  Its style sheet
 * follows the reader's choice of light or dark, prints on paper, and lets
 * figures flow from one column on a telephone to several on a desk.
 */

/* What stands above and below. */
struct cf_html_frame {
	const char * title;
	const char * made;	/* When, as text. */
	const char * version;
	const char * notice;	/* Of the data's source, NULL: none. */
};

/**
 * cf_html_page(figures, frame, buf):
 * Append the whole page.
 */
void cf_html_page(const struct cf_figures * figures,
    const struct cf_html_frame * frame, struct cf_buf * buf);

#endif /* !CF_REPORT_HTML_H_ */

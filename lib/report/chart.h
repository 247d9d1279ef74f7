#ifndef CF_REPORT_CHART_H_
#define CF_REPORT_CHART_H_

#include "base/buf.h"
#include "report/figure.h"

/*
 * A figure as SVG, in the page: no script, no style of its own but classes,
 * which the page's style sheet colours for light, dark and paper.  The drawing
 * area is small (CF_CHART_WIDTH units), so that its letters are still read
 * when a telephone shows it; what cannot be told apart by colour alone differs
 * by shape (points, dashes, hatching) too.  To a screen reader it is one image
 * with the figure's title; the numbers are in the table beside it.
 */

#define CF_CHART_WIDTH 400
#define CF_CHART_HEIGHT 200
#define CF_CHART_SLANT 50	/* More, where labels stand aslant. */

/**
 * cf_chart_can(figure):
 * Return whether there is something to draw: a kind that is drawn, and two
 * rows with numbers (one, for bars).
 */
int cf_chart_can(const struct cf_figure * figure);

/**
 * cf_chart_draw(figure, buf):
 * Append an <svg> element for a figure of which cf_chart_can is true.
 */
void cf_chart_draw(const struct cf_figure * figure, struct cf_buf * buf);

/**
 * cf_chart_step(span, parts):
 * Return the distance of ticks that people like, 1, 2 or 5 times a power of
 * ten, at which a ${span} > 0 falls into about ${parts} parts.
 */
double cf_chart_step(double span, int parts);

#endif /* !CF_REPORT_CHART_H_ */

#ifndef CF_REPORT_ROOMS_H_
#define CF_REPORT_ROOMS_H_

#include "report/figure.h"

/*
 * The rooms of the report, in the order in which it is read: one row of the
 * table for each.  A room without figures says what it waits for.
 */
struct cf_room {
	enum cf_figure_room room;
	const char * id;	/* Of the page. */
	const char * title;
	const char * about;	/* How to read it. */
	const char * waits;	/* NULL: left out when there is nothing. */
};

/**
 * cf_rooms(n):
 * Return the table and set *${n} to its number of rows.
 */
const struct cf_room * cf_rooms(size_t * n);

#endif /* !CF_REPORT_ROOMS_H_ */

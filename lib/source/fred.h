#ifndef CF_SOURCE_FRED_H_
#define CF_SOURCE_FRED_H_

#include "source/job.h"

/*
 * FRED and ALFRED of the Federal Reserve Bank of St. Louis: series.  With a
 * key, the API (JSON, in pages; with vintages); without one, or when the API
 * refuses the key or does not answer, the CSV behind the site's graphs, which
 * knows the newest vintage only and often is slow.
 *
 * The API refuses a window that touches more than 2000 vintage dates, which all
 * daily series do: their dates are asked for first, and values by stretches of
 * them.  The first row of each stretch seems to begin there; it is told by its
 * value, which is that of the stretch before.
 */
extern const struct cf_source cf_fred;

#define CF_FRED_NOTICE							\
	"This product uses the FRED(R) API but is not endorsed or "	\
	"certified by the Federal Reserve Bank of St. Louis."

#endif /* !CF_SOURCE_FRED_H_ */

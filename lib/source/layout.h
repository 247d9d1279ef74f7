#ifndef CF_SOURCE_LAYOUT_H_
#define CF_SOURCE_LAYOUT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/haul.h"
#include "table/reader.h"

/*
 * CSV as others write it: which column holds what, and how dates and numbers
 * are written.  Columns are known by their names, of which one table holds all
 * spellings met (Alpha Vantage, Yahoo, Stooq in English and Polish, Nasdaq,
 * Cboe, FRED, and the suite's own); the user names others.
 */
enum cf_layout_field {
	CF_LAYOUT_DATE, CF_LAYOUT_SYMBOL, CF_LAYOUT_SERIES,
	CF_LAYOUT_AVAILABLE, CF_LAYOUT_VALUE, CF_LAYOUT_OPEN,
	CF_LAYOUT_HIGH, CF_LAYOUT_LOW, CF_LAYOUT_CLOSE, CF_LAYOUT_VOLUME,
	CF_LAYOUT_ADJUSTED, CF_LAYOUT_DIVIDEND, CF_LAYOUT_SPLIT,
	CF_LAYOUT_FIELDS
};

struct cf_layout {
	size_t column[CF_LAYOUT_FIELDS];	/* Or CF_READER_NONE. */
};

/**
 * cf_layout_find(layout, reader, map, err):
 * Find the columns by the names in the header.  ${map} ("date=Day,close=Last",
 * or NULL) says what a name means before the table does, or that a field of
 * the table is not to be taken ("volume=").  A field that two columns could
 * be is the first.  Return 0, or -1: kind CF_ERR_USAGE for a wrong map.
 */
int cf_layout_find(struct cf_layout * layout, const struct cf_reader * reader,
    const char * map, struct cf_err * err);

/**
 * cf_layout_map_check(map, err):
 * Return 0 if ${map} is well-formed, or -1 (kind CF_ERR_USAGE).
 */
int cf_layout_map_check(const char * map, struct cf_err * err);

/**
 * cf_layout_has(layout, field):
 * Return whether there is such a column.
 */
int cf_layout_has(const struct cf_layout * layout, enum cf_layout_field field);

/**
 * cf_layout_bar(layout, reader, bar, has_clock, err):
 * Set *${bar} from the present record.  The time is as it stands, whatever
 * zone it is in; *${has_clock} is 2 if it says that it is UTC.  Return 1, 0
 * for a row without any price, or -1.
 */
int cf_layout_bar(const struct cf_layout * layout,
    const struct cf_reader * reader, struct cf_haul_bar * bar,
    int * has_clock, struct cf_err * err);

/**
 * cf_layout_point(layout, reader, column, point, err):
 * Set *${point} from the date and ${column} of the present record.  Return 1,
 * 0 when the value is missing, or -1.
 */
int cf_layout_point(const struct cf_layout * layout,
    const struct cf_reader * reader, size_t column,
    struct cf_haul_point * point, struct cf_err * err);

/**
 * cf_layout_time(text, len, time_s, has_clock):
 * Read a date as sources write it: YYYY-MM-DD, MM/DD/YYYY or YYYYMMDD, perhaps
 * with HH:MM or HH:MM:SS behind a blank or T, perhaps with Z (*${has_clock} is
 * 2).  Return 0 or -1.
 */
int cf_layout_time(const char * text, size_t len, int64_t * time_s,
    int * has_clock);

/**
 * cf_layout_number(text, len, x):
 * Read a number as sources write it: perhaps with a dollar sign or commas
 * between thousands; *${x} is NaN for what means missing: nothing, ".", "-",
 * "null", "nan", "N/A", "N/D".  Return 0 or -1.
 */
int cf_layout_number(const char * text, size_t len, double * x);

#endif /* !CF_SOURCE_LAYOUT_H_ */

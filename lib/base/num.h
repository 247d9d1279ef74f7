#ifndef CF_BASE_NUM_H_
#define CF_BASE_NUM_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Number text.  Reading is exact (the double nearest to the decimal, ties to
 * even), printing gives the shortest decimal that reads back equal.  Both are
 * independent of the locale and take tens of nanoseconds.
 *
 * Reading: Clinger's exact case (1990) for short numbers, then the 128-bit
 * product of Eisel and Lemire ("Number Parsing at a Gigabyte per Second",
 * 2021), then strtod(3) for the few that a product cannot decide.  Printing:
 * Schubfach (Giulietti, 2020).  Both use one table of the powers of ten with
 * 128 bits each (base/num_pow10.h), which a unit test computes again exactly.
 */

#define CF_NUM_TEXT_MAX 32	/* Room that any printed number fits in. */

enum cf_num_result {
	CF_NUM_OK = 0,
	CF_NUM_SYNTAX,		/* Not a decimal number. */
	CF_NUM_RANGE		/* Too large for a double. */
};

/**
 * cf_num_parse(text, len, x):
 * Read the ${len} bytes as a decimal number into *${x}:
 *	[+-] digits [. digits] [(e|E) [+-] digits]
 * with digits on at least one side of the point.  No blanks, no hexadecimal,
 * no "nan" or "inf".  Numbers too small for a double become 0 or subnormal.
 * On failure *${x} is unchanged.
 */
enum cf_num_result cf_num_parse(const char * text, size_t len, double * x);

/**
 * cf_num_parse_int(text, len, x):
 * Read the ${len} bytes as a decimal integer: [-] digits, nothing else.
 */
enum cf_num_result cf_num_parse_int(const char * text, size_t len,
    int64_t * x);

/**
 * cf_num_print(x, dst):
 * Write the shortest decimal text that reads back as ${x} to ${dst}, which has
 * CF_NUM_TEXT_MAX bytes, and return its length.  No NUL is written.  Plain
 * notation from 1e-6 to 1e21, else like 1.5e-7.  Zero of either sign is "0".
 * NaN and infinity give "nan", "inf", "-inf", which no record may hold:
 * writers of records print a missing value instead.
 */
size_t cf_num_print(double x, char * dst);

#endif /* !CF_BASE_NUM_H_ */

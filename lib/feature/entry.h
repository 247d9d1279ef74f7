#ifndef CF_FEATURE_ENTRY_H_
#define CF_FEATURE_ENTRY_H_

#include <stddef.h>
#include <stdint.h>

/*
 * How the entries of a ledger are written: amounts and dates as books and banks
 * have them.  Nothing is guessed.  "1,234" is a thousand and more to one and a
 * little over one to another, so signs between digits are bad data until the
 * user has said what the decimal sign is.
 */

/**
 * cf_entry_amount(text, len, decimal, x):
 * Read an amount into *${x}.  ${decimal} is '.' or ',', or 0 for plain numbers
 * as in base/num.h only.  With a decimal sign, digits may stand in groups of
 * three behind the first, parted by the other of the two signs, a blank, an
 * apostrophe, or a no-break space (UTF-8: U+00A0, U+202F), one of them
 * throughout; and a minus may stand behind.  Return 0 or -1.
 */
int cf_entry_amount(const char * text, size_t len, char decimal, double * x);

/**
 * cf_entry_part(text, len, number, money, money_len):
 * Part the entry "EUR -5", "$-5" or "-5 EUR" into the number's text, whose
 * length is returned, at *${number}, and the money's, at *${money} and
 * *${money_len} long, which is 0 where the entry names none.
 */
size_t cf_entry_part(const char * text, size_t len, const char ** number,
    const char ** money, size_t * money_len);

#define CF_ENTRY_FORMAT_MAX 40	/* Bytes of a date format. */

/**
 * cf_entry_check_format(format):
 * Is ${format} a date format?  It has %Y or %y (00 .. 68 are 2000 .. 2068, as
 * in POSIX), %m or %b (English, three letters), and %d, each once; %% is a per
 * cent sign, and other signs stand for themselves.  Return 0 or -1.
 */
int cf_entry_check_format(const char * format);

/**
 * cf_entry_date(text, len, format, day):
 * Read a date of that format into *${day} (see base/day.h).  Numbers may lack
 * leading zeros.  Return 0 or -1.
 */
int cf_entry_date(const char * text, size_t len, const char * format,
    int32_t * day);

#endif /* !CF_FEATURE_ENTRY_H_ */

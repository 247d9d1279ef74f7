#ifndef CF_BASE_ERR_H_
#define CF_BASE_ERR_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Errors.  The library never prints and never exits: whatever can fail takes
 * a `struct cf_err *` as its last argument, fills it at the place where the
 * fault is first seen, and returns -1 or NULL.  Callers above add nothing but
 * the place (cf_err_place) if they know it better; the program prints the
 * text once and exits with the status of the kind.
 *
 * The text has the form of the suite's messages without the program's name:
 *	FILE:LINE: column "C": REASON: "VALUE"
 * in which every part but the reason is optional.  Text taken from input is
 * masked (control and non-ASCII bytes become ?) and shortened.  Whatever its
 * parts are, no message holds a control character.
 */

/* The kinds are the exit statuses of the suite; see cashflow(7). */
enum cf_err_kind {
	CF_ERR_NONE = 0,
	CF_ERR_NO = 1,		/* The answer is no. */
	CF_ERR_USAGE = 2,	/* Wrong options or configuration. */
	CF_ERR_DATA = 3,	/* Bad input; a retry cannot help. */
	CF_ERR_SYSTEM = 4,	/* I/O, memory, network down. */
	CF_ERR_LATER = 75	/* Quota, lock: try again later. */
};

#define CF_ERR_TEXT_MAX 1024	/* Bytes of a message, with its final NUL. */
#define CF_ERR_VALUE_MAX 60	/* Bytes of input quoted in a message. */

struct cf_err {
	enum cf_err_kind kind;
	char text[CF_ERR_TEXT_MAX];
	/* Of cf_err_data: where in the text they stand, for who answers in
	 * another form than a line of text. */
	uint16_t column;	/* Column's name; 0: none is named. */
	uint16_t column_len;
	uint16_t reason;	/* The reason and what follows it. */
};

/* Where in the input a fault lies.  Zero or NULL parts are left out. */
struct cf_place {
	const char *file;	/* Name as the user gave it. */
	uint64_t line;		/* From 1. */
	const char *column;	/* Column name. */
};

/**
 * cf_err_set(err, kind, fmt, ...):
 * Fill ${err} (which may be NULL) with ${kind} and the formatted text.
 * Return -1, so that `return (cf_err_set(...));` reads well.
 */
int cf_err_set(struct cf_err * err, enum cf_err_kind kind, const char * fmt,
    ...) __attribute__((format(printf, 3, 4)));

/**
 * cf_err_errno(err, errnum, fmt, ...):
 * As cf_err_set with kind CF_ERR_SYSTEM and ": " and the system's reason for
 * ${errnum} appended.  Return -1.
 */
int cf_err_errno(struct cf_err * err, int errnum, const char * fmt, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * cf_err_memory(err):
 * As cf_err_set, for memory that could not be had.  Return -1.
 */
int cf_err_memory(struct cf_err * err);

/**
 * cf_err_data(err, place, value, value_len, fmt, ...):
 * Fill ${err} with kind CF_ERR_DATA, the ${place} (may be NULL), the reason
 * and, unless ${value} is NULL, the offending ${value_len} bytes, masked and
 * shortened.  Return -1.
 */
int cf_err_data(struct cf_err * err, const struct cf_place * place,
    const char * value, size_t value_len, const char * fmt, ...)
    __attribute__((format(printf, 5, 6)));

/**
 * cf_err_prefix(err, fmt, ...):
 * Put the formatted text and ": " in front of the message in ${err}.
 * Return -1.
 */
int cf_err_prefix(struct cf_err * err, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_err_copy(err, from):
 * Fill ${err} (which may be NULL) with what ${from} holds.  Return -1.
 */
int cf_err_copy(struct cf_err * err, const struct cf_err * from);

/**
 * cf_err_mask(dst, dst_size, src, src_len):
 * Copy ${src_len} bytes to ${dst} as printable ASCII: other bytes become `?`;
 * what does not fit is replaced by `...`.  ${dst} is NUL-terminated.
 * ${dst_size} is at least 4.
 */
void cf_err_mask(char * dst, size_t dst_size, const char * src,
    size_t src_len);

/**
 * cf_err_plain(text):
 * Replace the control characters of ${text}, in ASCII and UTF-8, by `?`, so
 * that a terminal shows it as it stands and does nothing.
 */
void cf_err_plain(char * text);

/**
 * cf_err_worse(a, b):
 * Return the status that a program reports of two: 4 beats 3 beats 75 beats 2
 * beats 1 beats 0.
 */
int cf_err_worse(int a, int b);

/*
 * That these always return -1 is written so that a compiler or analyzer that
 * sees one file at a time knows it too.
 */
static inline int
cf_err_minus_one(int rc)
{

	(void)rc;
	return (-1);
}

#define cf_err_set(...) cf_err_minus_one((cf_err_set)(__VA_ARGS__))
#define cf_err_errno(...) cf_err_minus_one((cf_err_errno)(__VA_ARGS__))
#define cf_err_memory(err) cf_err_minus_one((cf_err_memory)(err))
#define cf_err_data(...) cf_err_minus_one((cf_err_data)(__VA_ARGS__))
#define cf_err_copy(err, from) cf_err_minus_one((cf_err_copy)(err, from))
#define cf_err_prefix(...) cf_err_minus_one((cf_err_prefix)(__VA_ARGS__))

#endif /* !CF_BASE_ERR_H_ */

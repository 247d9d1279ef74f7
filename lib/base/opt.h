#ifndef CF_BASE_OPT_H_
#define CF_BASE_OPT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Options: one table per program drives parsing, range checks, --help and
 * (through --help) the test that compares a program with its man page.
 *
 * The rules are POSIX's with long names added: options come before operands;
 * short ones may be grouped; `--` ends them; long ones are written in full, as
 * `--name value` or `--name=value`.  Given twice is an error except for lists,
 * because the one who wrote it meant something that one of them does not do.
 * An empty argument is an error as well: it is what a shell makes of a variable
 * that was never set.
 */

enum cf_opt_type {
	CF_OPT_FLAG,		/* int: set to 1. */
	CF_OPT_TEXT,		/* const char *: borrowed from argv. */
	CF_OPT_INT,		/* int64_t, within min .. max. */
	CF_OPT_NUMBER,		/* double, within min .. max. */
	CF_OPT_CHOICE,		/* const char *: one of `choices`. */
	CF_OPT_LIST,		/* struct cf_opt_list: may be given often. */
	CF_OPT_HELP,		/* No value: -h. */
	CF_OPT_VERSION		/* No value: -V. */
};

struct cf_opt {
	char letter;		/* Short name, or 0. */
	const char * name;	/* Long name; NULL ends the table. */
	const char * arg;	/* Name of its argument in --help, or NULL. */
	enum cf_opt_type type;
	void * value;		/* Holds the default before parsing. */
	double min;
	double max;
	const char * choices;	/* "a|b|c" */
	const char * help;	/* One line. */
};

struct cf_opt_list {
	const char ** items;	/* Borrowed from argv. */
	size_t n;
	size_t capacity;
};

/**
 * cf_opt_parse(opts, argc, argv, operand, asked, err):
 * Read the options of ${argv}.  Set *${operand} to the index of the first
 * operand (argc if none).  Set *${asked} to CF_OPT_HELP or CF_OPT_VERSION if
 * that option stands anywhere among them (the rest is then ignored), else to
 * CF_OPT_FLAG.  Values are stored only if all options are right.  Return 0, or
 * -1 with an error of kind CF_ERR_USAGE.
 */
int cf_opt_parse(const struct cf_opt * opts, int argc, char * const * argv,
    int * operand, enum cf_opt_type * asked, struct cf_err * err);

/**
 * cf_opt_is_choice(choices, word):
 * Return whether ${word} is one of ${choices}, which has the form "a|b|c".
 */
int cf_opt_is_choice(const char * choices, const char * word);

/**
 * cf_opt_bad(err, name, value, reason):
 * Fill ${err} for option --${name} in the words of cf_opt_parse: for values
 * that only the one who uses them can check.  ${value} may be NULL.  Return -1.
 */
int cf_opt_bad(struct cf_err * err, const char * name, const char * value,
    const char * reason);

/**
 * cf_opt_help(opts, buf):
 * Append one line for each option to ${buf}, with its default.
 */
void cf_opt_help(const struct cf_opt * opts, struct cf_buf * buf);

/**
 * cf_opt_table(opts, buf):
 * Append the table to ${buf} for programs to read, as what makes completions
 * for shells: a line for each option, of fields separated by tabs, "-" where
 * there is none:
 *	option LETTER NAME ARGUMENT TYPE CHOICES HELP
 */
void cf_opt_table(const struct cf_opt * opts, struct cf_buf * buf);

/**
 * cf_opt_list_free(list):
 * Free what a list option gathered.
 */
void cf_opt_list_free(struct cf_opt_list * list);

#endif /* !CF_BASE_OPT_H_ */

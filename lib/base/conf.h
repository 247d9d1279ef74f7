#ifndef CF_BASE_CONF_H_
#define CF_BASE_CONF_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Configuration: lines KEY=value, as cashflow.conf(5) tells and as systemd's
 * EnvironmentFile takes them.  Nothing is expanded or evaluated.  A value in
 * single or double quotes loses them; a # at the start of a line begins a
 * comment.  The last line of a key counts.
 *
 * The file is the first found of: the one named, $CF_CONF,
 * $CF_HOME/cashflow.conf, /etc/cashflow/cashflow.conf, .env.  A variable of
 * the environment with the key's name goes before any file, and the
 * catalogue's default comes last.  An empty variable counts as none.
 */

/* One row of the catalogue of keys. */
struct cf_conf_key {
	const char * name;
	const char * fallback;	/* Default; NULL for none. */
	const char * choices;	/* "a|b|c", or NULL. */
	int is_number;		/* min .. max hold. */
	double min;
	double max;
	const char * help;
};

struct cf_conf;

/**
 * cf_conf_keys(n):
 * Return the catalogue and set *${n} to its number of rows.
 */
const struct cf_conf_key * cf_conf_keys(size_t * n);

/**
 * cf_conf_load(path, err):
 * Read the configuration of ${path}, or of the first file found when it is
 * NULL; that none exists is no error.  Wrong lines and values of known keys
 * are (kind CF_ERR_USAGE, with file and line).  The caller frees the result by
 * cf_conf_free.  Return NULL on failure.
 */
struct cf_conf * cf_conf_load(const char * path, struct cf_err * err);

/**
 * cf_conf_path(conf):
 * Return the name of the file that was read, or NULL if none was found.
 */
const char * cf_conf_path(const struct cf_conf * conf);

/**
 * cf_conf_get(conf, key):
 * Return the value of ${key} by the order above, or NULL.  The text belongs to
 * ${conf} or the environment.
 */
const char * cf_conf_get(const struct cf_conf * conf, const char * key);

/**
 * cf_conf_passed():
 * Return the names, up to NULL, of variables that programs read from their
 * environment, secrets among them.  A file may hold them, as an .env does;
 * they are no keys, so that nothing here prints them, and reach a program only
 * through the environment that cf-run --env makes for it.
 */
const char * const * cf_conf_passed(void);

/**
 * cf_conf_print(conf, buf):
 * Append the value of each key of the catalogue that has one, as a line
 * KEY=value that sh(1) takes.
 */
void cf_conf_print(const struct cf_conf * conf, struct cf_buf * buf);

/**
 * cf_conf_unknown(conf, i):
 * Return the name of the ${i}-th key in the file that neither the catalogue
 * nor cf_conf_passed knows, or NULL when there are no more.
 */
const char * cf_conf_unknown(const struct cf_conf * conf, size_t i);

/**
 * cf_conf_free(conf):
 * Free it; NULL is harmless.
 */
void cf_conf_free(struct cf_conf * conf);

#endif /* !CF_BASE_CONF_H_ */

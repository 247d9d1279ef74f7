#ifndef CF_CMD_TELL_H_
#define CF_CMD_TELL_H_

#include "main.h"

/*
 * What cf-run tells of without running anything: the configuration, and what
 * run records hold.  Each function prints on stdout and returns the status to
 * return from main().
 */

/**
 * cf_tell_conf(m, config, keys, quiet):
 * Print the value of each of ${keys} (up to NULL), which must be keys of the
 * catalogue: a secret in the environment is not to be shown.  Without keys,
 * print all that have a value as KEY=value for sh(1).  Status 1 when a key has
 * none.
 */
int cf_tell_conf(const struct cf_main * m, const char * config,
    char * const * keys, int quiet);

/**
 * cf_tell_conf_file(m, config, quiet):
 * Print the name of the configuration file; status 1 when there is none.
 */
int cf_tell_conf_file(const struct cf_main * m, const char * config,
    int quiet);

/**
 * cf_tell_records(m, files, quiet):
 * Print the run records of ${files} (up to NULL; none: standard input) as a
 * table.
 */
int cf_tell_records(const struct cf_main * m, char * const * files,
    int quiet);

/**
 * cf_tell_figures(m, files, out, quiet):
 * Write what they come to as metrics to the file ${out}, "-" for stdout.
 */
int cf_tell_figures(const struct cf_main * m, char * const * files,
    const char * out, int quiet);

/**
 * cf_tell_step(m, config, quiet):
 * Put what the configuration holds for programs (cf_conf_passed) into the
 * environment, for a step to find.
 */
int cf_tell_step(const struct cf_main * m, const char * config, int quiet);

#endif /* !CF_CMD_TELL_H_ */

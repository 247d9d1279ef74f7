#ifndef CF_CMD_GIVEN_H_
#define CF_CMD_GIVEN_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * What options may give and something else tells where they do not: the state
 * folder, its models, and the time.
 */

/**
 * cf_given_state(state, config, err):
 * Return the state folder, to be freed: ${state}, else CF_HOME of the
 * configuration ${config} (NULL: the first found).  Where ${state} is given no
 * configuration is read: it may be what is about to be restored.  NULL on
 * failure.
 */
char * cf_given_state(const char * state, const char * config,
    struct cf_err * err);

/**
 * cf_given_models(config, folder, err):
 * Add the folder of models when none is named to ${folder}: models/market of
 * the state folder by ${config} (NULL: the first found).  Return 0 or -1.
 */
int cf_given_models(const char * config, struct cf_buf * folder,
    struct cf_err * err);

/**
 * cf_given_now(now, now_s, err):
 * Set *${now_s} to the moment ${now}, YYYY-MM-DDTHH:MM:SSZ, or where it is NULL
 * to the clock's.  A wrong one is a fault of the option --now.  Return 0 or -1.
 */
int cf_given_now(const char * now, int64_t * now_s, struct cf_err * err);

#endif /* !CF_CMD_GIVEN_H_ */

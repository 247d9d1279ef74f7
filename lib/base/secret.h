#ifndef CF_BASE_SECRET_H_
#define CF_BASE_SECRET_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Secrets: API keys and tokens.  They come from outside the argument list and
 * the configuration file, because both are read by others: a secret called
 * NAME is the first found of
 *	the variable NAME,
 *	the file that the variable NAME_FILE names,
 *	the file NAME in the folder $CREDENTIALS_DIRECTORY (systemd.exec(5)).
 * (cf-run --env makes variables of what a configuration file holds of them, for
 * those who keep an .env file; that is not done here.)
 * An empty variable counts as none.  Line ends and blanks around the secret do
 * not belong to it.
 *
 * What a server sends may hold the secret it was given.  Such text is shown or
 * kept only after cf_secret_mask.
 */

#define CF_SECRET_MAX 4096	/* Bytes. */

/**
 * cf_secret_load(name, secret, err):
 * Set *${secret} to the secret ${name}, which the caller ends with
 * cf_secret_free, or to NULL if there is none.  A file that was named and
 * cannot be read, an empty file, and a secret with control characters are
 * errors of kind CF_ERR_USAGE, which never quote it.  Return 0 or -1.
 */
int cf_secret_load(const char * name, char ** secret, struct cf_err * err);

/**
 * cf_secret_mask(text, len, secret):
 * Overwrite each occurrence of ${secret} in the ${len} bytes of ${text}, in
 * upper or lower case, by asterisks.  A NULL or empty secret does nothing.
 * Return their number.
 */
size_t cf_secret_mask(char * text, size_t len, const char * secret);

/**
 * cf_secret_free(secret):
 * Overwrite and free it; NULL is harmless.
 */
void cf_secret_free(char * secret);

#endif /* !CF_BASE_SECRET_H_ */

#ifndef CF_KEEP_KEY_H_
#define CF_KEEP_KEY_H_

#include <stdint.h>

#include "base/err.h"

/*
 * What opens a seal: a key of 32 random bytes from a file, for machines, or a
 * passphrase, for people, from which Argon2id makes such a key.  Neither is
 * ever shown, and memory that held it is overwritten.
 */

#define CF_KEY_BYTES 32
#define CF_KEY_SALT_BYTES 16

struct cf_key {
	unsigned char bytes[CF_KEY_BYTES];	/* Of a file. */
	char * passphrase;	/* NULL: the bytes count. */
	uint64_t ops;		/* What sealing by passphrase costs: */
	uint64_t memory;	/* passes, and bytes of memory. */
};

/**
 * cf_key_read(path, key, err):
 * Read a key file: 32 bytes, or 64 hexadecimal digits and perhaps a line end.
 * *${key} needs cf_key_wipe.  Anything else is an error of kind CF_ERR_USAGE.
 * Return 0 or -1.
 */
int cf_key_read(const char * path, struct cf_key * key, struct cf_err * err);

/**
 * cf_key_phrase(passphrase, cost, key, err):
 * Make *${key} of a copy of ${passphrase}, at the ${cost} "interactive",
 * "moderate" or "sensitive" of libsodium.  Return 0 or -1.
 */
int cf_key_phrase(const char * passphrase, const char * cost,
    struct cf_key * key, struct cf_err * err);
#define CF_KEY_COSTS "interactive|moderate|sensitive"

/**
 * cf_key_master(key, salt, ops, memory, master, err):
 * Set ${master}[CF_KEY_BYTES] to the key's bytes, or to what Argon2id makes of
 * the passphrase with these parameters.  The caller overwrites it.  Return 0
 * or -1.
 */
int cf_key_master(const struct cf_key * key, const unsigned char * salt,
    uint64_t ops, uint64_t memory, unsigned char * master,
    struct cf_err * err);

/**
 * cf_key_wipe(key):
 * Overwrite and free it; a zeroed key is harmless.
 */
void cf_key_wipe(struct cf_key * key);

#endif /* !CF_KEEP_KEY_H_ */

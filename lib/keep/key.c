#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/file.h"
#include "base/mem.h"
#include "keep/key.h"

#define HEX_MAX (2 * CF_KEY_BYTES)

int
cf_key_read(const char * path, struct cf_key * key, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	size_t n = 0, len;
	int rc = -1;

	memset(key, 0, sizeof(*key));
	if (cf_file_read(path, HEX_MAX + 2, &text, err)) {
		if (err != NULL && err->kind == CF_ERR_DATA)
			cf_err_set(err, CF_ERR_USAGE, "%s: not a key: want 32 "
			    "bytes or 64 hexadecimal digits", path);
		goto done;
	}
	len = text.len;
	while (len > HEX_MAX && (text.data[len - 1] == '\n' ||
	    text.data[len - 1] == '\r'))
		len--;
	if (len == CF_KEY_BYTES) {
		memcpy(key->bytes, text.data, CF_KEY_BYTES);
		rc = 0;
	} else if (len == HEX_MAX && sodium_hex2bin(key->bytes, CF_KEY_BYTES,
	    text.data, len, NULL, &n, NULL) == 0 && n == CF_KEY_BYTES) {
		rc = 0;
	} else {
		cf_err_set(err, CF_ERR_USAGE, "%s: not a key: want 32 bytes "
		    "or 64 hexadecimal digits", path);
	}
done:
	if (text.data != NULL)
		sodium_memzero(text.data, text.capacity);
	cf_buf_free(&text);
	if (rc)
		cf_key_wipe(key);
	return (rc);
}

int
cf_key_phrase(const char * passphrase, const char * cost,
    struct cf_key * key, struct cf_err * err)
{

	memset(key, 0, sizeof(*key));
	if (*passphrase == '\0')
		return (cf_err_set(err, CF_ERR_USAGE, "empty passphrase"));
	if (strcmp(cost, "interactive") == 0) {
		key->ops = crypto_pwhash_OPSLIMIT_INTERACTIVE;
		key->memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;
	} else if (strcmp(cost, "sensitive") == 0) {
		key->ops = crypto_pwhash_OPSLIMIT_SENSITIVE;
		key->memory = crypto_pwhash_MEMLIMIT_SENSITIVE;
	} else {
		key->ops = crypto_pwhash_OPSLIMIT_MODERATE;
		key->memory = crypto_pwhash_MEMLIMIT_MODERATE;
	}
	key->passphrase = cf_mem_strdup(passphrase, err);
	return (key->passphrase != NULL ? 0 : -1);
}

int
cf_key_master(const struct cf_key * key, const unsigned char * salt,
    uint64_t ops, uint64_t memory, unsigned char * master,
    struct cf_err * err)
{

	if (key->passphrase == NULL) {
		memcpy(master, key->bytes, CF_KEY_BYTES);
		return (0);
	}
	if (memory > SIZE_MAX || crypto_pwhash(master, CF_KEY_BYTES,
	    key->passphrase, strlen(key->passphrase), salt, ops,
	    (size_t)memory, crypto_pwhash_ALG_ARGON2ID13))
		return (cf_err_set(err, CF_ERR_SYSTEM, "Argon2id could not "
		    "have %llu MiB of memory",
		    (unsigned long long)(memory >> 20)));
	return (0);
}

void
cf_key_wipe(struct cf_key * key)
{

	if (key->passphrase != NULL)
		sodium_memzero(key->passphrase, strlen(key->passphrase));
	free(key->passphrase);
	sodium_memzero(key, sizeof(*key));
}

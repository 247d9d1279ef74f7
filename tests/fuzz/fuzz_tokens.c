#include "fuzz.h"

#include <sodium.h>

#include "keep/key.h"
#include "serve/token.h"

/*
 * Secrets that others hand over.  The first byte says what: t the file of tokens, and behind the cut a token that is asked
 * for, a an Authorization field, k a key file.
 */

static void
tokens(const uint8_t *data, size_t size)
{
	struct fuzz_part parts[2];
	struct cf_err err = { 0 };
	struct cf_tokens *t;
	const char *name;
	char *chosen;

	fuzz_parts(data, size, parts, 2);
	chosen = fuzz_text(parts[1].data, parts[1].size);
	t = cf_token_load(fuzz_file(parts[0].data, parts[0].size), parts[1].size > 0 ? chosen : NULL, &err);
	if (t == NULL) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_USAGE);
	} else if (parts[1].size > 0) {
		name = cf_token_check(t, chosen, strlen(chosen));
		FUZZ_HOLDS(cf_token_count(t) >= 1 && name != NULL);
	} else {
		/* Nobody can make a token from a hash. */
		FUZZ_HOLDS(cf_token_check(t, (const char *)data, size < 100 ? size : 100) == NULL);
	}
	cf_token_free(t);
	free(chosen);
}

static void
authorization(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), room[200];
	struct cf_field field = { text, size };
	const char *token;
	size_t len = 0;

	token = cf_token_of(&field, room, sizeof(room), &len);
	if (token != NULL)
		FUZZ_HOLDS((token >= text && token + len <= text + size) || (token >= room && token + len <= room + sizeof(room)));
	free(text);
}

static void
key(const uint8_t *data, size_t size)
{
	struct cf_key k = { .passphrase = NULL };
	struct cf_err err = { 0 };

	if (cf_key_read(fuzz_file(data, size), &k, &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_USAGE);
	} else {
		FUZZ_HOLDS(size == CF_KEY_BYTES || size >= 2 * CF_KEY_BYTES);
		FUZZ_HOLDS(size != CF_KEY_BYTES || memcmp(k.bytes, data, size) == 0);
	}
	cf_key_wipe(&k);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{

	if (size < 1 || sodium_init() < 0)
		return (0);
	if (data[0] == 't')
		tokens(data + 1, size - 1);
	else if (data[0] == 'a')
		authorization(data + 1, size - 1);
	else if (data[0] == 'k')
		key(data + 1, size - 1);
	return (0);
}

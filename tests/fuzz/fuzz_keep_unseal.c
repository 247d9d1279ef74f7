#include "fuzz.h"

#include <sodium.h>

#include "../unit/keep_bytes.h"

#include "base/buf.h"
#include "keep/seal.h"

/*
 * Seals.  The first byte says what the rest is:
 *	s	a sealed file as it is
 *	h	what follows a good header
 *	p	plaintext, sealed and opened again; the second byte is a bit to flip in it, or 255 for none
 */

static int
open_all(const struct cf_key *key, const uint8_t *data, size_t len, struct cf_buf *out)
{
	struct bytes b = { data, len, 0 };
	struct cf_unseal *u = cf_seal_open(key, give, &b, "x", NULL);
	char room[5000];
	size_t got;
	int rc = u != NULL ? 0 : -1;

	do {
		got = 0;
		if (rc == 0 && (rc = cf_seal_read(u, room, sizeof(room), &got, NULL)) == 0)
			cf_buf_add(out, room, got);
	} while (rc == 0 && got > 0);
	cf_seal_close(u);
	return (rc);
}

static void
seal_all(const struct cf_key *key, const uint8_t *data, size_t len, struct cf_buf *out)
{
	struct cf_sink sink = { put, out };
	struct cf_seal *s = cf_seal_new(key, &sink, NULL);

	FUZZ_HOLDS(s != NULL && cf_seal_put(s, data, len, NULL) == 0 && cf_seal_end(s, NULL) == 0);
	cf_seal_free(s);
}

/* What was sealed comes back; with a bit flipped, nothing wrong does. */
static void
both_ways(const struct cf_key *key, int flip, const uint8_t *data, size_t len)
{
	struct cf_buf sealed = { 0 }, out = { 0 };
	size_t bit;

	seal_all(key, data, len, &sealed);
	if (flip != 255) {
		bit = (size_t)flip * sealed.len * 8 / 255;
		sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ (1 << bit % 8));
	}
	FUZZ_HOLDS((open_all(key, (const uint8_t *)sealed.data, sealed.len, &out) == 0) == (flip == 255));
	FUZZ_HOLDS(out.len == len || flip != 255);
	FUZZ_HOLDS(out.len <= len && (out.len == 0 || memcmp(out.data, data, out.len) == 0));
	cf_buf_free(&sealed);
	cf_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_key key = { .passphrase = NULL };
	struct cf_buf whole = { 0 }, out = { 0 };

	if (size < 2 || sodium_init() < 0)
		return (0);
	if (data[0] == 'p') {
		both_ways(&key, data[1], data + 2, size - 2);
		return (0);
	}
	if (data[0] == 'h') {
		seal_all(&key, NULL, 0, &whole);
		whole.len = CF_SEAL_HEADER;
	}
	cf_buf_add(&whole, data + 1, size - 1);
	/* Nobody can make a seal without the key. */
	FUZZ_HOLDS(open_all(&key, (const uint8_t *)whole.data, whole.len, &out) == -1 && out.len == 0);
	cf_buf_free(&whole);
	cf_buf_free(&out);
	return (0);
}

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "keep/limits.h"
#include "keep/seal.h"

#define MAGIC "CFSEAL\n\001"	/* The last byte is the version. */
#define MAGIC_LEN 8
#define CONTEXT "cf-seal1"
#define EXTRA crypto_secretstream_xchacha20poly1305_ABYTES
#define STREAM_HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL
#define MESSAGE crypto_secretstream_xchacha20poly1305_TAG_MESSAGE

/* Where things stand in the header. */
#define AT_HOW 8
#define AT_CHUNK 12
#define AT_OPS 16
#define AT_MEMORY 24
#define AT_SALT 32
#define AT_STREAM 48
#define AT_TAG 72
#define TAG_BYTES 32

enum how { BY_FILE = 0, BY_PHRASE = 1 };

struct keys {
	unsigned char header[crypto_generichash_KEYBYTES];
	unsigned char stream[crypto_secretstream_xchacha20poly1305_KEYBYTES];
};

struct cf_seal {
	const struct cf_sink * to;
	crypto_secretstream_xchacha20poly1305_state stream;
	unsigned char header[CF_SEAL_HEADER];
	int begun;		/* A chunk has gone. */
	size_t len;		/* Held in plain. */
	unsigned char plain[CF_SEAL_CHUNK];
	unsigned char sealed[CF_SEAL_CHUNK + EXTRA];
};

struct cf_unseal {
	cf_input_source * from;
	void * cookie;
	const char * name;
	crypto_secretstream_xchacha20poly1305_state stream;
	unsigned char header[CF_SEAL_HEADER];
	int begun;
	int ended;		/* FINAL was read, and nothing behind it. */
	size_t chunk;
	size_t start;		/* plain[start .. end) is to be read. */
	size_t end;
	unsigned char * plain;	/* chunk bytes */
	unsigned char * sealed;	/* chunk + EXTRA + 1 bytes */
};

static void
put_number(unsigned char * dst, uint64_t x, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		dst[i] = (unsigned char)(x >> 8 * i & 0xff);
}

static uint64_t
get_number(const unsigned char * src, size_t bytes)
{
	uint64_t x = 0;

	while (bytes > 0)
		x = x << 8 | src[--bytes];
	return (x);
}

/* The two keys for what the header says. */
static int
derive(const struct cf_key * key, const unsigned char * header,
    struct keys * keys, struct cf_err * err)
{
	unsigned char master[CF_KEY_BYTES];
	int rc;

	rc = cf_key_master(key, header + AT_SALT,
	    get_number(header + AT_OPS, 8), get_number(header + AT_MEMORY, 8),
	    master, err);
	if (rc == 0 && (crypto_kdf_derive_from_key(keys->header,
	    sizeof(keys->header), 1, CONTEXT, master) ||
	    crypto_kdf_derive_from_key(keys->stream, sizeof(keys->stream), 2,
	    CONTEXT, master)))
		rc = cf_err_set(err, CF_ERR_SYSTEM, "no key can be derived");
	sodium_memzero(master, sizeof(master));
	return (rc);
}

static void
tag_of(const unsigned char * header, const struct keys * keys,
    unsigned char * tag)
{

	crypto_generichash(tag, TAG_BYTES, header, AT_TAG, keys->header,
	    sizeof(keys->header));
}

int
cf_seal_is(const void * data, size_t len)
{

	return (len >= MAGIC_LEN && memcmp(data, MAGIC, MAGIC_LEN - 1) == 0);
}

/* ---- sealing */

struct cf_seal *
cf_seal_new(const struct cf_key * key, const struct cf_sink * to,
    struct cf_err * err)
{
	struct cf_seal * s;
	struct keys keys;
	unsigned char * h;

	if ((s = cf_mem_array(1, sizeof(*s), err)) == NULL)
		return (NULL);
	s->to = to;
	h = s->header;
	memcpy(h, MAGIC, MAGIC_LEN);
	put_number(h + AT_CHUNK, CF_SEAL_CHUNK, 4);
	if (key->passphrase != NULL) {
		put_number(h + AT_HOW, BY_PHRASE, 4);
		put_number(h + AT_OPS, key->ops, 8);
		put_number(h + AT_MEMORY, key->memory, 8);
		randombytes_buf(h + AT_SALT, CF_KEY_SALT_BYTES);
	}
	if (derive(key, h, &keys, err))
		goto err0;
	crypto_secretstream_xchacha20poly1305_init_push(&s->stream,
	    h + AT_STREAM, keys.stream);
	tag_of(h, &keys, h + AT_TAG);
	sodium_memzero(&keys, sizeof(keys));
	if (to->put(to->cookie, h, CF_SEAL_HEADER, err))
		goto err0;
	return (s);

err0:
	cf_seal_free(s);
	return (NULL);
}

/* Seal what is held as one chunk. */
static int
push(struct cf_seal * s, unsigned char tag, struct cf_err * err)
{

	crypto_secretstream_xchacha20poly1305_push(&s->stream, s->sealed,
	    NULL, s->plain, s->len, s->begun ? NULL : s->header,
	    s->begun ? 0 : CF_SEAL_HEADER, tag);
	s->begun = 1;
	if (s->to->put(s->to->cookie, s->sealed, s->len + EXTRA, err))
		return (-1);
	s->len = 0;
	return (0);
}

int
cf_seal_put(void * seal, const void * data, size_t len, struct cf_err * err)
{
	struct cf_seal * s = seal;
	const unsigned char * p = data;
	size_t n;

	while (len > 0) {
		/* A full chunk waits until it is known not to be the last. */
		if (s->len == CF_SEAL_CHUNK && push(s, MESSAGE, err))
			return (-1);
		n = CF_SEAL_CHUNK - s->len;
		if (n > len)
			n = len;
		memcpy(s->plain + s->len, p, n);
		s->len += n;
		p += n;
		len -= n;
	}
	return (0);
}

int
cf_seal_end(struct cf_seal * seal, struct cf_err * err)
{

	return (push(seal, FINAL, err));
}

void
cf_seal_free(struct cf_seal * seal)
{

	if (seal == NULL)
		return;
	sodium_memzero(seal, sizeof(*seal));
	free(seal);
}

/* ---- opening */

static int
damaged(const struct cf_unseal * u, const char * how, struct cf_err * err)
{
	struct cf_place place = { u->name, 0, NULL };

	return (cf_err_data(err, &place, NULL, 0, "%s", how));
}

/* Read until ${size} bytes or the end. */
static int
fill(const struct cf_unseal * u, unsigned char * dst, size_t size,
    size_t * len, struct cf_err * err)
{
	size_t got;

	*len = 0;
	do {
		if (u->from(u->cookie, dst + *len, size - *len, &got, err))
			return (-1);
		*len += got;
	} while (got > 0 && *len < size);
	return (0);
}

/* Does the header say anything that sealing would not? */
static int
check_header(const struct cf_unseal * u, const struct cf_key * key,
    struct cf_err * err)
{
	static const unsigned char zero[AT_STREAM - AT_OPS];
	const unsigned char * h = u->header;
	uint64_t how = get_number(h + AT_HOW, 4);
	uint64_t ops = get_number(h + AT_OPS, 8);
	uint64_t memory = get_number(h + AT_MEMORY, 8);

	if (h[MAGIC_LEN - 1] != MAGIC[MAGIC_LEN - 1])
		return (damaged(u, "sealed by a newer version", err));
	if (u->chunk < CF_SEAL_CHUNK_MIN || u->chunk > CF_SEAL_CHUNK_MAX ||
	    how > BY_PHRASE)
		return (damaged(u, "the header of the seal is damaged", err));
	if (how == BY_FILE && memcmp(h + AT_OPS, zero, sizeof(zero)) != 0)
		return (damaged(u, "the header of the seal is damaged", err));
	if (how == BY_PHRASE && (ops < crypto_pwhash_OPSLIMIT_MIN ||
	    ops > CF_SEAL_OPS_MAX || memory < crypto_pwhash_MEMLIMIT_MIN ||
	    memory > CF_SEAL_MEMORY_MAX))
		return (damaged(u, "the seal wants more of Argon2id than is "
		    "allowed, or is damaged", err));
	if ((how == BY_PHRASE) != (key->passphrase != NULL))
		return (damaged(u, how == BY_PHRASE ?
		    "sealed with a passphrase, not with a key file" :
		    "sealed with a key file, not with a passphrase", err));
	return (0);
}

static int
read_header(struct cf_unseal * u, const struct cf_key * key,
    struct cf_err * err)
{
	unsigned char tag[TAG_BYTES];
	struct keys keys;
	size_t len;
	int rc = 0;

	if (fill(u, u->header, CF_SEAL_HEADER, &len, err))
		return (-1);
	if (!cf_seal_is(u->header, len))
		return (damaged(u, "not a sealed file", err));
	if (len < CF_SEAL_HEADER)
		return (damaged(u, "sealed data is cut short", err));
	u->chunk = (size_t)get_number(u->header + AT_CHUNK, 4);
	if (check_header(u, key, err) || derive(key, u->header, &keys, err))
		return (-1);
	tag_of(u->header, &keys, tag);
	if (sodium_memcmp(tag, u->header + AT_TAG, TAG_BYTES) != 0 ||
	    crypto_secretstream_xchacha20poly1305_init_pull(&u->stream,
	    u->header + AT_STREAM, keys.stream))
		rc = damaged(u, "wrong key, or the header of the seal is "
		    "damaged", err);
	sodium_memzero(&keys, sizeof(keys));
	return (rc);
}

struct cf_unseal *
cf_seal_open(const struct cf_key * key, cf_input_source * from,
    void * cookie, const char * name, struct cf_err * err)
{
	struct cf_unseal * u;

	if ((u = cf_mem_array(1, sizeof(*u), err)) == NULL)
		return (NULL);
	u->from = from;
	u->cookie = cookie;
	u->name = name;
	if (read_header(u, key, err) ||
	    (u->plain = cf_mem_array(u->chunk, 1, err)) == NULL ||
	    (u->sealed = cf_mem_array(u->chunk + EXTRA + 1, 1, err)) == NULL) {
		cf_seal_close(u);
		return (NULL);
	}
	return (u);
}

/* Read and verify one chunk. */
static int
pull(struct cf_unseal * u, struct cf_err * err)
{
	unsigned long long plain_len;
	unsigned char tag, extra;
	size_t len, behind = 0;

	if (fill(u, u->sealed, u->chunk + EXTRA, &len, err))
		return (-1);
	if (len < EXTRA)
		return (damaged(u, "sealed data is cut short", err));
	if (crypto_secretstream_xchacha20poly1305_pull(&u->stream, u->plain,
	    &plain_len, &tag, u->sealed, len, u->begun ? NULL : u->header,
	    u->begun ? 0 : CF_SEAL_HEADER))
		return (damaged(u, len < u->chunk + EXTRA ?
		    "sealed data is damaged or cut short" :
		    "sealed data is damaged", err));
	u->begun = 1;
	if (tag == FINAL) {
		if (fill(u, &extra, 1, &behind, err))
			return (-1);
		u->ended = 1;
	} else if (tag != MESSAGE || len < u->chunk + EXTRA) {
		return (damaged(u, "sealed data is cut short", err));
	}
	if (behind > 0)
		return (damaged(u, "data behind the end of the seal", err));
	u->start = 0;
	u->end = (size_t)plain_len;
	return (0);
}

int
cf_seal_read(void * unseal, void * dst, size_t size, size_t * got,
    struct cf_err * err)
{
	struct cf_unseal * u = unseal;
	size_t n;

	*got = 0;
	while (u->start == u->end && !u->ended) {
		if (pull(u, err))
			return (-1);
	}
	n = u->end - u->start;
	if (n > size)
		n = size;
	if (n > 0)
		memcpy(dst, u->plain + u->start, n);
	u->start += n;
	*got = n;
	return (0);
}

void
cf_seal_close(struct cf_unseal * unseal)
{

	if (unseal == NULL)
		return;
	if (unseal->plain != NULL)
		sodium_memzero(unseal->plain, unseal->chunk);
	free(unseal->plain);
	free(unseal->sealed);
	sodium_memzero(unseal, sizeof(*unseal));
	free(unseal);
}

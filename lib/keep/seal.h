#ifndef CF_KEEP_SEAL_H_
#define CF_KEEP_SEAL_H_

#include <stddef.h>

#include "base/err.h"
#include "keep/key.h"
#include "keep/sink.h"
#include "table/input.h"

/*
 * Seals: a stream encrypted and authenticated by libsodium's secretstream
 * (XChaCha20-Poly1305), so that a backup or a ledger can lie anywhere.
 *
 *	header, 104 bytes, numbers little-endian:
 *		 0  "CFSEAL\n", u8 version 1
 *		 8  u32 how the key is had: 0 key file, 1 Argon2id
 *		12  u32 bytes of plaintext in a chunk
 *		16  u64 passes, u64 bytes of memory of Argon2id, else 0
 *		32  16 bytes salt of Argon2id, else 0
 *		48  24 bytes header of the secretstream
 *		72  32 bytes BLAKE2b of bytes 0 .. 71 under the header's key
 *	chunks: each 17 bytes longer than its plaintext; all are full but the
 *	last, which carries the tag FINAL and ends the file
 *
 * The master key gives two (crypto_kdf, context "cf-seal1"): 1 for the header,
 * 2 for the stream.  The header's own tag tells a wrong key from damage, and
 * the header is also additional data of the first chunk: what it says is
 * authenticated twice before a byte of plaintext leaves.  A chunk leaves when
 * its tag was verified; only after FINAL, with nothing behind it, is a stream
 * complete: one that is cut anywhere, even between chunks, is an error.
 */

#define CF_SEAL_HEADER 104
#define CF_SEAL_CHUNK (64 * 1024)	/* What sealing uses. */

/**
 * cf_seal_is(data, len):
 * Return whether the first bytes of a file are those of a sealed one.
 */
int cf_seal_is(const void * data, size_t len);

/**
 * cf_seal_new(key, to, err):
 * Seal what is put, under ${key}, into ${to}, which is borrowed.  Return NULL
 * on failure; the caller frees the seal with cf_seal_free.
 */
struct cf_seal * cf_seal_new(const struct cf_key * key,
    const struct cf_sink * to, struct cf_err * err);

/**
 * cf_seal_put(seal, data, len, err):
 * Seal ${len} bytes; fits struct cf_sink.  Return 0 or -1.
 */
int cf_seal_put(void * seal, const void * data, size_t len,
    struct cf_err * err);

/**
 * cf_seal_end(seal, err):
 * Put the last chunk.  Return 0 or -1.
 */
int cf_seal_end(struct cf_seal * seal, struct cf_err * err);

/**
 * cf_seal_free(seal):
 * Overwrite and free it; NULL is harmless.
 */
void cf_seal_free(struct cf_seal * seal);

/**
 * cf_seal_open(key, from, cookie, name, err):
 * Read the header of the sealed stream that ${from} gives; both and ${name},
 * for messages, are borrowed.  What is no sealed stream, was sealed with
 * another key, or is damaged is bad data.  Return NULL on failure; the caller
 * ends it with cf_seal_close.
 */
struct cf_unseal * cf_seal_open(const struct cf_key * key,
    cf_input_source * from, void * cookie, const char * name,
    struct cf_err * err);

/**
 * cf_seal_read(unseal, dst, size, got, err):
 * Read verified plaintext; fits cf_input_source.  Return 0 or -1.
 */
int cf_seal_read(void * unseal, void * dst, size_t size, size_t * got,
    struct cf_err * err);

/**
 * cf_seal_close(unseal):
 * Overwrite and free it; NULL is harmless.
 */
void cf_seal_close(struct cf_unseal * unseal);

#endif /* !CF_KEEP_SEAL_H_ */

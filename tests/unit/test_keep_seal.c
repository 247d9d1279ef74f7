#include <string.h>

#include "test_keep_state.h"

#include "keep/limits.h"
#include "keep_bytes.h"
#include "keep/seal.h"

/* The test vectors of cf-backup(5). */
static const char by_file[] =
    "43465345414c0a01000000000000010000000000000000000000000000000000"
    "00000000000000000000000000000000c14f022a5d180320cd7ebf3e9c6dbdc5"
    "8587362862476bd44c8c504c22755406d891b4b1890141d78ec74b6b0ac86716"
    "dcec6adaf9b619acc7822109ec7faa35ee1f8ed1a443a2baf529a7256cf30a75"
    "e5abad303544e015a080650d21dc40f0837d4b19b2d5";
static const char by_phrase[] =
    "43465345414c0a01010000000000010002000000000000000000000400000000"
    "0c25302318c65da8eb1cace803a0c84266675e871cdfa241389fe9f33c4b7350"
    "4eb5a8b3a46d60d152c1fbaf7927498df02a2909cfe41ff887f6938d6d0edccd"
    "5a3bec7ea831bf5a79056c41c058e6887e80d1a132a1854ac9794c7e13f0fea5"
    "25f1944800db269ec0d9377f35527732e51bc36e3f6d";
static const char vector_text[] = "date,amount\n2024-02-29,-12.5\n";

/* Open the bytes; what came out is in ${out}, also after failure. */
static int
open_bytes(const struct cf_key *key, const void *data, size_t len, size_t most, struct cf_buf *out, struct cf_err *err)
{
	struct bytes b = { data, len, most };
	struct cf_unseal *u;
	char room[1000];
	size_t got;
	int rc = 0;

	out->len = 0;
	if ((u = cf_seal_open(key, give, &b, "x", err)) == NULL)
		return (-1);
	do {
		rc = cf_seal_read(u, room, sizeof(room), &got, err);
		if (rc == 0)
			cf_buf_add(out, room, got);
	} while (rc == 0 && got > 0);
	cf_seal_close(u);
	return (rc);
}

/* Seal the bytes, put in pieces of ${piece}. */
static void
seal_bytes(const struct cf_key *key, const char *data, size_t len, size_t piece, struct cf_buf *out)
{
	struct cf_sink sink = { put, out };
	struct cf_seal *s;
	size_t at, n;

	ck_assert_ptr_nonnull(s = cf_seal_new(key, &sink, NULL));
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		ck_assert_int_eq(cf_seal_put(s, data + at, n, NULL), 0);
	}
	ck_assert_int_eq(cf_seal_end(s, NULL), 0);
	cf_seal_free(s);
}

static size_t
from_hex(const char *hex, unsigned char *data, size_t size)
{
	size_t len;

	ck_assert_int_eq(sodium_hex2bin(data, size, hex, strlen(hex), NULL, &len, NULL), 0);
	return (len);
}

START_TEST(vectors)
{
	struct cf_key key = state_key(), phrase;
	struct cf_buf out = { 0 };
	unsigned char data[400];
	size_t len;

	ck_assert_int_ge(sodium_init(), 0);
	len = from_hex(by_file, data, sizeof(data));
	ck_assert_int_eq(open_bytes(&key, data, len, 0, &out, NULL), 0);
	ck_assert_str_eq(cf_buf_string(&out, NULL), vector_text);
	ck_assert_int_eq(cf_key_phrase("correct horse", "interactive", &phrase, NULL), 0);
	len = from_hex(by_phrase, data, sizeof(data));
	ck_assert_int_eq(open_bytes(&phrase, data, len, 0, &out, NULL), 0);
	ck_assert_str_eq(cf_buf_string(&out, NULL), vector_text);
	cf_key_wipe(&phrase);
	cf_buf_free(&out);
}
END_TEST

/* The same with nothing but libsodium, by the words of cf-backup(5). */
START_TEST(by_the_page)
{
	unsigned char data[400], plain[400], tag[32], k1[32], k2[32], kind;
	struct cf_key key = state_key();
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned long long n;
	size_t len;

	ck_assert_int_ge(sodium_init(), 0);
	len = from_hex(by_file, data, sizeof(data));
	ck_assert_int_eq(crypto_kdf_derive_from_key(k1, 32, 1, "cf-seal1", key.bytes), 0);
	ck_assert_int_eq(crypto_kdf_derive_from_key(k2, 32, 2, "cf-seal1", key.bytes), 0);
	crypto_generichash(tag, 32, data, 72, k1, 32);
	ck_assert_mem_eq(tag, data + 72, 32);
	ck_assert_int_eq(crypto_secretstream_xchacha20poly1305_init_pull(&state, data + 48, k2), 0);
	ck_assert_int_eq(crypto_secretstream_xchacha20poly1305_pull(&state, plain, &n, &kind, data + 104, len - 104, data,
	    104), 0);
	ck_assert_int_eq(kind, 3);
	ck_assert_uint_eq(n, strlen(vector_text));
	ck_assert_mem_eq(plain, vector_text, (size_t)n);
}
END_TEST

START_TEST(all_sizes)
{
	static const size_t sizes[] = { 0, 1, 1000, CF_SEAL_CHUNK - 1, CF_SEAL_CHUNK, CF_SEAL_CHUNK + 1, 2 * CF_SEAL_CHUNK,
		2 * CF_SEAL_CHUNK + 7 };
	static const size_t pieces[] = { 1, 1000, CF_SEAL_CHUNK, 1 << 20 };
	static char data[2 * CF_SEAL_CHUNK + 7];
	struct cf_key key = state_key();
	struct cf_buf sealed = { 0 }, out = { 0 };

	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(data, sizeof(data));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (size_t j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
			sealed.len = 0;
			seal_bytes(&key, data, sizes[i], pieces[j], &sealed);
			/* An empty file has one chunk, a full one no empty one behind it. */
			ck_assert_uint_eq(sealed.len, CF_SEAL_HEADER + sizes[i] + 17 *
			    (sizes[i] == 0 ? 1 : (sizes[i] + CF_SEAL_CHUNK - 1) / CF_SEAL_CHUNK));
			ck_assert_int_eq(open_bytes(&key, sealed.data, sealed.len, pieces[j], &out, NULL), 0);
			ck_assert_uint_eq(out.len, sizes[i]);
			ck_assert(out.len == 0 || memcmp(out.data, data, out.len) == 0);
		}
	}
	cf_buf_free(&sealed);
	cf_buf_free(&out);
}
END_TEST

/* Cut at any byte, it is never taken for complete, and what came out was right. */
START_TEST(every_truncation)
{
	static char data[2 * CF_SEAL_CHUNK];
	struct cf_key key = state_key();
	struct cf_buf sealed = { 0 }, out = { 0 };
	struct cf_err err;
	size_t len, step;

	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(data, sizeof(data));
	seal_bytes(&key, data, 3000, 3000, &sealed);
	for (len = 0; len < sealed.len; len++) {
		ck_assert_int_eq(open_bytes(&key, sealed.data, len, 0, &out, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_uint_eq(out.len, 0);
	}
	/* Several chunks: near their borders each byte, else some. */
	sealed.len = 0;
	seal_bytes(&key, data, sizeof(data), sizeof(data), &sealed);
	for (len = 0; len < sealed.len; len += step) {
		step = (len + 40 - CF_SEAL_HEADER) % (CF_SEAL_CHUNK + 17) < 80 ? 1 : 997;
		ck_assert_int_eq(open_bytes(&key, sealed.data, len, 0, &out, &err), -1);
		ck_assert(out.len == 0 || memcmp(out.data, data, out.len) == 0);
		ck_assert_uint_lt(out.len, sizeof(data));
	}
	/* And nothing may stand behind the end. */
	cf_buf_add_char(&sealed, 'x');
	ck_assert_int_eq(open_bytes(&key, sealed.data, sealed.len, 0, &out, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "behind the end"));
	ck_assert_uint_eq(out.len, CF_SEAL_CHUNK);
	cf_buf_free(&sealed);
	cf_buf_free(&out);
}
END_TEST

START_TEST(every_bit)
{
	struct cf_key key = state_key();
	struct cf_buf out = { 0 };
	struct cf_err err;
	unsigned char data[400];
	size_t len;

	ck_assert_int_ge(sodium_init(), 0);
	len = from_hex(by_file, data, sizeof(data));
	for (size_t bit = 0; bit < 8 * len; bit++) {
		data[bit / 8] ^= (unsigned char)(1u << bit % 8);
		ck_assert_int_eq(open_bytes(&key, data, len, 0, &out, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_uint_eq(out.len, 0);
		data[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	cf_buf_free(&out);
}
END_TEST

/* Chunks left out, doubled or changed about. */
START_TEST(chunks_in_disorder)
{
	enum { CHUNK = CF_SEAL_CHUNK + 17 };
	static const struct {
		int order[4];
		int n;
	} cases[] = { { { 0, 2 }, 2 }, { { 1, 2 }, 2 }, { { 1, 0, 2 }, 3 }, { { 0, 0, 2 }, 3 }, { { 0, 1 }, 2 }, { { 2 }, 1 },
		{ { 0, 1, 1, 2 }, 4 } };
	static char data[3 * CF_SEAL_CHUNK];
	struct cf_key key = state_key();
	struct cf_buf sealed = { 0 }, other = { 0 }, out = { 0 };
	struct cf_err err;

	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(data, sizeof(data));
	seal_bytes(&key, data, sizeof(data), sizeof(data), &sealed);
	ck_assert_uint_eq(sealed.len, CF_SEAL_HEADER + 3 * CHUNK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		other.len = 0;
		cf_buf_add(&other, sealed.data, CF_SEAL_HEADER);
		for (int j = 0; j < cases[i].n; j++)
			cf_buf_add(&other, sealed.data + CF_SEAL_HEADER + cases[i].order[j] * CHUNK, CHUNK);
		ck_assert_int_eq(open_bytes(&key, other.data, other.len, 0, &out, &err), -1);
	}
	cf_buf_free(&sealed);
	cf_buf_free(&other);
	cf_buf_free(&out);
}
END_TEST

START_TEST(keys)
{
	const char *folder = state_folder();
	struct cf_key key = state_key(), other, phrase;
	struct cf_buf sealed = { 0 }, out = { 0 };
	struct cf_err err;

	seal_bytes(&key, "abc", 3, 3, &sealed);
	other = key;
	other.bytes[31] ^= 1;
	ck_assert_int_eq(open_bytes(&other, sealed.data, sealed.len, 0, &out, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "wrong key"));
	ck_assert_int_eq(cf_key_phrase("x", "interactive", &phrase, NULL), 0);
	ck_assert_int_eq(open_bytes(&phrase, sealed.data, sealed.len, 0, &out, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "sealed with a key file"));
	cf_key_wipe(&phrase);
	ck_assert_int_eq(cf_key_phrase("", "interactive", &phrase, &err), -1);

	/* Two seals of the same bytes have nothing in common. */
	out.len = 0;
	seal_bytes(&key, "abc", 3, 3, &out);
	ck_assert_int_ne(memcmp(out.data + 48, sealed.data + 48, 24), 0);

	state_file(folder, "hex", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
	ck_assert_int_eq(cf_key_read(state_path(folder, "hex"), &other, NULL), 0);
	ck_assert_mem_eq(other.bytes, key.bytes, 32);
	ck_assert_int_eq(cf_file_write(state_path(folder, "raw"), key.bytes, 32, NULL), 0);
	ck_assert_int_eq(cf_key_read(state_path(folder, "raw"), &other, NULL), 0);
	ck_assert_mem_eq(other.bytes, key.bytes, 32);
	static const char *const bad[] = { "", "short", "0001", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0011223344556677889900" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		state_file(folder, "bad", bad[i]);
		ck_assert_int_eq(cf_key_read(state_path(folder, "bad"), &other, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
		ck_assert_ptr_null(strstr(err.text, "0001"));
	}
	ck_assert_int_eq(cf_key_read(state_path(folder, "none"), &other, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	cf_buf_free(&sealed);
	cf_buf_free(&out);
}
END_TEST

/* Headers that would have us take much memory or time are refused before that. */
START_TEST(greedy_headers)
{
	static const struct {
		size_t at;
		unsigned char byte;
	} cases[] = { { 7, 2 }, { 8, 2 }, { 10, 1 }, { 15, 1 }, { 12, 1 }, { 16, 17 }, { 17, 1 }, { 23, 1 }, { 27, 0x41 },
		{ 28, 1 }, { 31, 0xff } };
	struct cf_key phrase;
	struct cf_buf out = { 0 };
	struct cf_err err;
	unsigned char data[400];
	size_t len;

	ck_assert_int_ge(sodium_init(), 0);
	ck_assert_int_eq(cf_key_phrase("correct horse", "interactive", &phrase, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = from_hex(by_phrase, data, sizeof(data));
		if (cases[i].at == 12)
			memset(data + 12, 0xff, 4);
		data[cases[i].at] = cases[i].byte;
		ck_assert_int_eq(open_bytes(&phrase, data, len, 0, &out, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
	}
	cf_key_wipe(&phrase);
	cf_buf_free(&out);
}
END_TEST

UNIT_MAIN("keep_seal", vectors, by_the_page, all_sizes, every_truncation, every_bit, chunks_in_disorder, keys, greedy_headers)

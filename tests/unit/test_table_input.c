#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include "unit.h"

#include "base/buf.h"
#include "base/rng.h"
#include "table/input.h"

#include "feature_files.h"

#define BIG 300000

/* Text that packs neither well nor badly. */
static char *
text_of(size_t len)
{
	struct cf_rng rng = cf_rng_stream(5, CF_RNG_TEST, 0);
	char *text = malloc(len);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + cf_rng_below(&rng, 9));
	return (text);
}

/* Pack a text as one gzip member behind what is in *packed. */
static void
pack(const char *text, size_t len, struct cf_buf *packed)
{
	z_stream z = { 0 };

	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	ck_assert_int_eq(cf_buf_reserve(packed, len + 1000), 0);
	z.next_in = (unsigned char *)(uintptr_t)text;
	z.avail_in = (uInt)len;
	z.next_out = (unsigned char *)packed->data + packed->len;
	z.avail_out = (uInt)(packed->capacity - packed->len);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed->len += z.total_out;
	deflateEnd(&z);
}

/* Read a file in pieces of so many bytes; compare with the text.  Return 0 or -1. */
static int
reads(const char *path, size_t piece, const char *text, size_t len, struct cf_err *err)
{
	struct cf_input *input = cf_input_open(path, err);
	char *dst = malloc(piece);
	size_t got = 0, done = 0;
	int rc;

	ck_assert_ptr_nonnull(input);
	while ((rc = cf_input_read(input, dst, piece, &got, err)) == 0 && got > 0) {
		ck_assert_uint_le(done + got, len);
		ck_assert_mem_eq(dst, text + done, got);
		done += got;
	}
	if (rc == 0) {
		ck_assert_uint_eq(done, len);
		/* The end stays the end. */
		ck_assert_int_eq(cf_input_read(input, dst, piece, &got, err), 0);
		ck_assert_uint_eq(got, 0);
	}
	free(dst);
	cf_input_close(input);
	return (rc);
}

START_TEST(plain_and_packed)
{
	static const size_t lens[] = { 0, 1, 2, 3, 65535, 65536, 65537, BIG };
	static const size_t pieces[] = { 1, 7, 65536, 1000000 };
	char *text = text_of(BIG);
	struct cf_err err;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct cf_buf packed = { 0 };

		put("plain", text, lens[i]);
		pack(text, lens[i], &packed);
		put("packed", packed.data, packed.len);
		for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
			ck_assert_int_eq(reads("plain", pieces[k], text, lens[i], &err), 0);
			ck_assert_int_eq(reads("packed", pieces[k], text, lens[i], &err), 0);
		}
		cf_buf_free(&packed);
	}
	free(text);
}
END_TEST

START_TEST(members)
{
	char *text = text_of(BIG);
	struct cf_buf packed = { 0 };
	struct cf_err err;
	size_t at = 0;

	/* Members of all sizes, empty ones among them. */
	for (size_t i = 0; i < 60; i++) {
		size_t n = i % 3 == 0 ? 0 : i * 83;

		pack(text + at, n, &packed);
		at += n;
	}
	put("members", packed.data, packed.len);
	ck_assert_int_eq(reads("members", 1000, text, at, &err), 0);
	ck_assert_int_eq(reads("members", 1, text, at, &err), 0);
	cf_buf_free(&packed);
	free(text);
}
END_TEST

START_TEST(cut_short)
{
	char *text = text_of(3000);
	struct cf_buf packed = { 0 };
	struct cf_err err;

	pack(text, 3000, &packed);
	for (size_t n = 2; n < packed.len; n++) {
		put("cut", packed.data, n);
		ck_assert_int_eq(reads("cut", 1000, text, 3000, &err), -1);
		ck_assert_str_eq(err.text, "cut: gzip data is cut short");
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
	}
	cf_buf_free(&packed);
	free(text);
}
END_TEST

START_TEST(damaged)
{
	char *text = text_of(3000);
	struct cf_buf packed = { 0 };
	struct cf_err err;
	size_t found = 0;

	/* Flip each byte in turn: what is packed, its checksum and its length tell of it. */
	pack(text, 3000, &packed);
	for (size_t i = 10; i < packed.len; i++) {
		packed.data[i] = (char)(packed.data[i] ^ 0x10);
		put("damaged", packed.data, packed.len);
		packed.data[i] = (char)(packed.data[i] ^ 0x10);
		struct cf_input *input = cf_input_open("damaged", NULL);
		char dst[4000];
		size_t got;
		int rc;

		do {
			rc = cf_input_read(input, dst, sizeof(dst), &got, &err);
		} while (rc == 0 && got > 0);
		found += rc != 0;
		cf_input_close(input);
	}
	ck_assert_uint_eq(found, packed.len - 10);

	/* Something else behind the end. */
	cf_buf_add_text(&packed, "and so on");
	put("damaged", packed.data, packed.len);
	ck_assert_int_eq(reads("damaged", 4000, text, 3000, &err), -1);
	ck_assert_str_eq(err.text, "damaged: gzip data is damaged");
	cf_buf_free(&packed);
	free(text);
}
END_TEST

START_TEST(not_to_be_read)
{
	struct cf_input *input;
	struct cf_err err;
	char dst[10];
	size_t got;

	ck_assert_ptr_null(cf_input_open("none", &err));
	ck_assert_str_eq(err.text, "none: No such file or directory");
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert(mkdir("folder", 0777) == 0);
	input = cf_input_open("folder", &err);
	if (input != NULL) {
		ck_assert_int_eq(cf_input_read(input, dst, sizeof(dst), &got, &err), -1);
		cf_input_close(input);
	}
	ck_assert_str_eq(err.text, "folder: Is a directory");
}
END_TEST

UNIT_MAIN("table_input", plain_and_packed, members, cut_short, damaged, not_to_be_read)

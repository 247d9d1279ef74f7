#include "fuzz.h"

#include <zlib.h>

#include "base/buf.h"
#include "table/input.h"

/*
 * Compressed input.  The first byte says in how many members the rest is packed, the two behind it which bit of the file is
 * flipped, or where it is cut; with 0 and 0 what is read is what was packed.
 */

static void
pack(const uint8_t *data, size_t size, struct cf_buf *out)
{
	z_stream z;
	uint8_t room[4096];

	memset(&z, 0, sizeof(z));
	FUZZ_HOLDS(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	do {
		z.next_out = room;
		z.avail_out = sizeof(room);
		deflate(&z, Z_FINISH);
		cf_buf_add(out, room, sizeof(room) - z.avail_out);
	} while (z.avail_out == 0);
	deflateEnd(&z);
}

/* Read all; return whether there was no fault. */
static int
unpack(const char *path, size_t piece, struct cf_buf *out)
{
	struct cf_err err = { 0 };
	struct cf_input *in = cf_input_open(path, &err);
	char room[5000];
	size_t got = 1;
	int rc = in == NULL ? -1 : 0;

	while (rc == 0 && got > 0 && (rc = cf_input_read(in, room, piece, &got, &err)) == 0)
		cf_buf_add(out, room, got);
	if (rc != 0)
		fuzz_message(&err);
	cf_input_close(in);
	return (rc == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cf_buf packed = { 0 }, out = { 0 };
	size_t members, place, at, n;

	if (size < 3)
		return (0);
	members = 1 + data[0] % 4;
	place = data[1] | (size_t)data[2] << 8;
	data += 3;
	size -= 3;
	for (size_t i = 0; i < members; i++) {
		at = size * i / members;
		n = size * (i + 1) / members - at;
		pack(data + at, n, &packed);
	}
	FUZZ_HOLDS(!packed.failed);
	if (place % 2 == 1)
		packed.len = place / 2 % packed.len;
	else if (place != 0)
		packed.data[place / 16 % packed.len] ^= (char)(1 << place / 2 % 8);
	/* What does not begin like gzip is plain. */
	if (packed.len < 2 || memcmp(packed.data, "\x1f\x8b", 2) != 0)
		goto done;
	if (unpack(fuzz_file(packed.data, packed.len), 1 + place % 5000, &out)) {
		/* A cut between two members is none. */
		FUZZ_HOLDS(out.len == size || (place % 2 == 1 && out.len < size));
		FUZZ_HOLDS(out.len == 0 || memcmp(out.data, data, out.len) == 0);
	} else
		FUZZ_HOLDS(place != 0);
done:
	FUZZ_HOLDS(!out.failed);
	cf_buf_free(&packed);
	cf_buf_free(&out);
	return (0);
}

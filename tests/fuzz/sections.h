/*
 * sections.h: changes of files of sections (model/sections.h), with their checksums made right or left as they are.
 */
#ifndef SECTIONS_H
#define SECTIONS_H

#include "fuzz.h"

#include <zlib.h>

#define SECTIONS_HEADER 64
#define SECTIONS_ENTRY 32

static inline void
sections_sum(uint8_t *at, const uint8_t *from, uint64_t len)
{
	uint32_t sum = (uint32_t)crc32(crc32(0, Z_NULL, 0), from, (uInt)len);

	memcpy(at, &sum, 4);
}

/* Make all checksums right, so that what lies behind them is reached. */
static inline void
sections_mend(uint8_t *bytes, size_t len)
{
	uint32_t n;
	uint64_t offset, size;

	memcpy(&n, bytes + 12, 4);
	for (uint32_t i = 0; i < n && SECTIONS_HEADER + (i + 1) * (size_t)SECTIONS_ENTRY <= len; i++) {
		memcpy(&offset, bytes + SECTIONS_HEADER + i * SECTIONS_ENTRY + 8, 8);
		memcpy(&size, bytes + SECTIONS_HEADER + i * SECTIONS_ENTRY + 16, 8);
		if (offset <= len && size <= len - offset)
			sections_sum(bytes + SECTIONS_HEADER + i * SECTIONS_ENTRY + 24, bytes + offset, size);
	}
	if (SECTIONS_HEADER + n * (uint64_t)SECTIONS_ENTRY <= len)
		sections_sum(bytes + 32, bytes + SECTIONS_HEADER, n * (uint64_t)SECTIONS_ENTRY);
	sections_sum(bytes + 60, bytes, 60);
}

/*
 * sections_change(good, good_len, data, size, right):
 * Return a copy of a good file, to be freed, with these changes, three bytes each: place (two bytes) and what is added there;
 * with ${right}, the checksums are made right.
 */
static inline uint8_t *
sections_change(const void *good, size_t good_len, const uint8_t *data, size_t size, int right)
{
	uint8_t *bytes = malloc(good_len + 1);

	FUZZ_HOLDS(bytes != NULL && good_len >= SECTIONS_HEADER);
	memcpy(bytes, good, good_len);
	for (size_t i = 0; i + 2 < size; i += 3)
		bytes[(data[i] | (size_t)data[i + 1] << 8) % good_len] += data[i + 2];
	if (right)
		sections_mend(bytes, good_len);
	return (bytes);
}

#endif /* !SECTIONS_H */

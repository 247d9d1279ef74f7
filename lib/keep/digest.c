#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/mem.h"
#include "keep/digest.h"

#define ROOM (256 * 1024)

void
cf_digest_of(const void * data, size_t len, struct cf_digest * digest)
{

	crypto_hash_sha256(digest->bytes, data, len);
}

int
cf_digest_fd(int fd, uint64_t size, const char * name,
    struct cf_digest * digest, struct cf_err * err)
{
	crypto_hash_sha256_state state;
	unsigned char * data;
	ssize_t n;
	int rc = -1;

	if ((data = cf_mem_array(ROOM, 1, err)) == NULL)
		return (-1);
	crypto_hash_sha256_init(&state);
	while (size > 0) {
		n = read(fd, data, size < ROOM ? (size_t)size : ROOM);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			cf_err_errno(err, errno, "%s", name);
			goto done;
		}
		if (n == 0) {
			cf_err_set(err, CF_ERR_LATER,
			    "%s: became shorter while it was read", name);
			goto done;
		}
		crypto_hash_sha256_update(&state, data,
		    (unsigned long long)n);
		size -= (uint64_t)n;
	}
	crypto_hash_sha256_final(&state, digest->bytes);
	rc = 0;
done:
	free(data);
	return (rc);
}

void
cf_digest_print(const struct cf_digest * digest, char * text)
{

	sodium_bin2hex(text, CF_DIGEST_TEXT_MAX, digest->bytes,
	    CF_DIGEST_BYTES);
}

int
cf_digest_parse(const char * text, size_t len, struct cf_digest * digest)
{
	static const char hex[] = "0123456789abcdef";
	const char * high;
	const char * low;
	size_t i;

	if (len != 2 * CF_DIGEST_BYTES || memchr(text, '\0', len) != NULL)
		return (-1);
	for (i = 0; i < CF_DIGEST_BYTES; i++) {
		high = strchr(hex, text[2 * i]);
		low = strchr(hex, text[2 * i + 1]);
		if (high == NULL || low == NULL)
			return (-1);
		digest->bytes[i] = (unsigned char)((high - hex) * 16 +
		    (low - hex));
	}
	return (0);
}

int
cf_digest_same(const struct cf_digest * a, const struct cf_digest * b)
{

	return (memcmp(a->bytes, b->bytes, CF_DIGEST_BYTES) == 0);
}

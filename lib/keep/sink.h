#ifndef CF_KEEP_SINK_H_
#define CF_KEEP_SINK_H_

#include <stddef.h>
#include <stdint.h>

#include <sodium.h>

#include "base/err.h"
#include "base/out.h"
#include "keep/digest.h"

/*
 * Where bytes go, one layer behind the other: the archive into the seal, the
 * seal into the file.
 */
struct cf_sink {
	/* Take ${len} bytes; return 0 or -1. */
	int (* put)(void * cookie, const void * data, size_t len,
	    struct cf_err * err);
	void * cookie;
};

/* The last layer: an output, with its length and SHA-256. */
struct cf_sink_out {
	struct cf_out * out;
	uint64_t bytes;
	crypto_hash_sha256_state state;
};

/**
 * cf_sink_to_out(layer, out):
 * Return a sink that writes to ${out} and counts in *${layer}.
 */
struct cf_sink cf_sink_to_out(struct cf_sink_out * layer,
    struct cf_out * out);

/**
 * cf_sink_digest(layer, digest):
 * Set *${digest} to that of all that was put.  Once.
 */
void cf_sink_digest(struct cf_sink_out * layer, struct cf_digest * digest);

#endif /* !CF_KEEP_SINK_H_ */

#include "keep/sink.h"

static int
put(void * cookie, const void * data, size_t len, struct cf_err * err)
{
	struct cf_sink_out * layer = cookie;

	crypto_hash_sha256_update(&layer->state, data, len);
	layer->bytes += len;
	cf_out_write(layer->out, data, len);
	/* A full disk is told now, not after all the work. */
	return (cf_out_flush(layer->out, err));
}

struct cf_sink
cf_sink_to_out(struct cf_sink_out * layer, struct cf_out * out)
{
	struct cf_sink sink = { put, layer };

	layer->out = out;
	layer->bytes = 0;
	crypto_hash_sha256_init(&layer->state);
	return (sink);
}

void
cf_sink_digest(struct cf_sink_out * layer, struct cf_digest * digest)
{

	crypto_hash_sha256_final(&layer->state, digest->bytes);
}

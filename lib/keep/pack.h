#ifndef CF_KEEP_PACK_H_
#define CF_KEEP_PACK_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "keep/label.h"
#include "keep/sink.h"
#include "keep/snapshot.h"

/*
 * Writing an archive: the manifest, then folders and files in its order, as a
 * pax archive (libarchive) through gzip or zstd.
 *
 * gzip goes in blocks of CF_PACK_BLOCK bytes, each a member of its own, which
 * threads compress independently of one another: the bytes do not depend on
 * their number, and gzip(1) reads the file like any other.  While one batch of
 * blocks is compressed, one thread reads the next from the files and another
 * hands the last on to the sink.  zstd is libarchive's own filter, overlapped
 * with the sink in the same way.
 *
 * Members carry no times, owners or anything else of the machine: the same
 * content gives the same bytes.
 */

#define CF_PACK_BLOCK (256 * 1024)

struct cf_pack_options {
	enum cf_label_pack pack;
	int level;		/* 0: 6 of gzip, 1 of zstd. */
	size_t threads;
	struct cf_progress * progress;	/* Bytes of files; may be NULL. */
};

/**
 * cf_pack_write(snapshot, manifest, len, options, sink, err):
 * Write the archive of the files of ${snapshot} whose base is ..._HERE, behind
 * the text of their manifest, to ${sink}.  Return 0 or -1.
 */
int cf_pack_write(const struct cf_snapshot * snapshot, const char * manifest,
    size_t len, const struct cf_pack_options * options,
    const struct cf_sink * sink, struct cf_err * err);

#endif /* !CF_KEEP_PACK_H_ */

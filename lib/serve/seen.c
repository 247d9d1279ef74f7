#include <sys/stat.h>

#include <string.h>

#include "serve/seen.h"

static int64_t
ns(const struct timespec * t)
{

	return ((int64_t)t->tv_sec * 1000000000 + t->tv_nsec);
}

int
cf_seen_look(struct cf_seen * seen, const char * path)
{
	struct cf_seen now;
	struct stat sb;
	int changed;

	memset(&now, 0, sizeof(now));
	if (stat(path, &sb) == 0) {
		now.there = 1;
		now.dev = sb.st_dev;
		now.ino = sb.st_ino;
		now.size = sb.st_size;
		now.mtime_ns = ns(&sb.st_mtim);
		now.ctime_ns = ns(&sb.st_ctim);
	}
	changed = now.there != seen->there || now.dev != seen->dev ||
	    now.ino != seen->ino || now.size != seen->size ||
	    now.mtime_ns != seen->mtime_ns || now.ctime_ns != seen->ctime_ns;
	*seen = now;
	return (changed);
}

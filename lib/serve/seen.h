#ifndef CF_SERVE_SEEN_H_
#define CF_SERVE_SEEN_H_

#include <sys/types.h>

#include <stdint.h>

/*
 * Whether a file is still the one seen last: the same inode with the same size
 * and times.  Files of the state folder are replaced by renames, so a new one
 * has another inode; one that is changed in place has another time.
 */
struct cf_seen {
	int there;
	dev_t dev;
	ino_t ino;
	off_t size;
	int64_t mtime_ns;
	int64_t ctime_ns;
};

/**
 * cf_seen_look(seen, path):
 * Look at ${path}.  Return 1 if it is another file than at the last look, or
 * has come or gone (then seen->there is 0), 0 if not.  A zeroed struct has seen
 * no file.
 */
int cf_seen_look(struct cf_seen * seen, const char * path);

#endif /* !CF_SERVE_SEEN_H_ */

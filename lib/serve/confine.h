#ifndef CF_SERVE_CONFINE_H_
#define CF_SERVE_CONFINE_H_

#include <stddef.h>

#include "base/err.h"

/*
 * Giving up rights, for the case that a request finds a fault: after the
 * sockets are open the server needs to read some folders and to write its state
 * folder and log, and nothing else.
 *
 * Privileges go by --user.  Access to files goes by Landlock, where the kernel
 * has it (Linux 5.13), asked for by its raw system calls because the C library
 * has none for them; where it is missing nothing is said, for the server runs
 * as well without.  Under the address sanitizer, which reads files of its own,
 * it is left out.
 */

/**
 * cf_confine_user(name, err):
 * Become the user ${name} with that user's groups; only root can.  Return 0 or
 * -1.
 */
int cf_confine_user(const char * name, struct cf_err * err);

struct cf_confine_path {
	const char * path;	/* File or folder with all below; may lack. */
	int write;		/* Also to make, write, remove. */
};

/**
 * cf_confine_files(paths, n, err):
 * From now on this process and what it starts may use files below these only.
 * Return 1 if the kernel does so, 0 if it cannot, or -1.
 */
int cf_confine_files(const struct cf_confine_path * paths, size_t n,
    struct cf_err * err);

#endif /* !CF_SERVE_CONFINE_H_ */

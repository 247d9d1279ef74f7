#ifndef CF_BASE_FOLDER_H_
#define CF_BASE_FOLDER_H_

#include <stddef.h>

#include "base/err.h"

/*
 * The names in a folder, all of them, in the order of their bytes: what a
 * program makes of them does not depend on how a file system keeps them, and
 * may remove or rename them on the way.
 */
struct cf_folder {
	char ** names;		/* Neither "." nor "..". */
	size_t n;
	size_t capacity;
};

/**
 * cf_folder_read(path, folder, err):
 * Read the names in the folder ${path}.  Return 0, 1 if there is no such
 * folder, which has no names, or -1.  Free with cf_folder_free in any case.
 */
int cf_folder_read(const char * path, struct cf_folder * folder,
    struct cf_err * err);

/**
 * cf_folder_read_fd(fd, path, folder, err):
 * The same of an open folder, which stays open; ${path} is for messages.
 */
int cf_folder_read_fd(int fd, const char * path, struct cf_folder * folder,
    struct cf_err * err);

/**
 * cf_folder_free(folder):
 * Free the names and leave none.
 */
void cf_folder_free(struct cf_folder * folder);

#endif /* !CF_BASE_FOLDER_H_ */

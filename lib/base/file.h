#ifndef CF_BASE_FILE_H_
#define CF_BASE_FILE_H_

#include <signal.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Files as wholes: a temporary that becomes the file in one step, whole small
 * files read into memory, durable appends, folders, locks.  Whatever happens
 * (a kill, a full disk, the power), a name holds the old bytes or the new.
 */

/**
 * cf_file_temporary(path, temporary, err):
 * Make an empty temporary beside ${path} with the mode of the file that stands
 * there, else 0666 less the umask.  Set *${temporary} to its name, to be freed
 * by the caller.  Return its descriptor, or -1.
 */
int cf_file_temporary(const char * path, char ** temporary,
    struct cf_err * err);

/**
 * cf_file_commit(fd, temporary, path, err):
 * Sync ${fd}, close it, rename ${temporary} to ${path}, sync the folder.  On
 * failure the temporary is removed.  ${fd} is closed in any case.  Return 0 or
 * -1.
 */
int cf_file_commit(int fd, const char * temporary, const char * path,
    struct cf_err * err);

/**
 * cf_file_sync_folder(path, err):
 * Make a rename or a new name in the folder of ${path} durable.  Return 0 or
 * -1.
 */
int cf_file_sync_folder(const char * path, struct cf_err * err);

/**
 * cf_file_hold(old), cf_file_release(old):
 * Between these the thread takes no signal: one that ends the program would
 * leave behind what is made under another name and renamed at once.  ${old}
 * keeps what was let through before.
 */
void cf_file_hold(sigset_t * old);
void cf_file_release(const sigset_t * old);

/**
 * cf_file_write(path, data, len, err):
 * Make ${path} hold these bytes, in one step and durably; signals wait
 * meanwhile, for there are few of them.  Return 0 or -1.
 */
int cf_file_write(const char * path, const void * data, size_t len,
    struct cf_err * err);

/**
 * cf_file_append(path, data, len, err):
 * Append the bytes in one write and sync, under a lock on the file.  If the
 * file's last line has no end (a writer was killed), a line end comes first.
 * What cannot be written whole is taken back.  Return 0 or -1.
 */
int cf_file_append(const char * path, const void * data, size_t len,
    struct cf_err * err);

/**
 * cf_file_read(path, max_bytes, buf, err):
 * Append the content of ${path} to ${buf}; a file of more than ${max_bytes} is
 * an error.  Return 0 or -1.
 */
int cf_file_read(const char * path, size_t max_bytes, struct cf_buf * buf,
    struct cf_err * err);

/**
 * cf_file_make_folders(path, err):
 * Make folder ${path} and those above it where they are missing.  Return 0 or
 * -1.
 */
int cf_file_make_folders(const char * path, struct cf_err * err);

/**
 * cf_file_check_folder(path, err):
 * Check that the folder in which ${path} would be made is there and may be
 * written to, so that long work does not end in vain.  Return 0 or -1.
 */
int cf_file_check_folder(const char * path, struct cf_err * err);

/**
 * cf_file_lock(path, wait, err):
 * Take an exclusive lock on the file ${path}, which is made if missing.  With
 * ${wait} = 0, a lock held elsewhere is an error of kind CF_ERR_LATER.  Return
 * a descriptor to close for release, or -1.  The lock ends with the process
 * in any case.
 */
int cf_file_lock(const char * path, int wait, struct cf_err * err);

#endif /* !CF_BASE_FILE_H_ */

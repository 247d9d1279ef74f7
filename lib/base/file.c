#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define TRIES 100		/* For a free temporary name. */

/* The length of the folder part of a path, without the last slash; 0: none. */
static size_t
folder_len(const char * path)
{
	const char * slash = strrchr(path, '/');

	if (slash == NULL)
		return (0);
	return (slash == path ? 1 : (size_t)(slash - path));
}

int
cf_file_temporary(const char * path, char ** temporary, struct cf_err * err)
{
	struct cf_buf name = { 0 };
	struct stat sb;
	size_t folder = folder_len(path);
	const char * base = strrchr(path, '/');
	mode_t mode = 0666;
	int fd = -1, i;

	base = base != NULL ? base + 1 : path;
	for (i = 0; i < TRIES && fd == -1; i++) {
		name.len = 0;
		cf_buf_add(&name, path, folder);
		if (folder > 0 && path[folder - 1] != '/')
			cf_buf_add_char(&name, '/');
		cf_buf_addf(&name, ".%s.%ld.%d.tmp", base, (long)getpid(), i);
		if (cf_buf_string(&name, err) == NULL)
			goto err0;
		fd = open(name.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    mode);
		if (fd == -1 && errno != EEXIST)
			break;
	}
	if (fd == -1) {
		cf_err_errno(err, errno, "%s", path);
		goto err0;
	}
	/* Keep the mode of what is replaced; failing that is no fault. */
	if (stat(path, &sb) == 0 && fchmod(fd, sb.st_mode & 07777) != 0)
		errno = 0;
	*temporary = name.data;
	return (fd);

err0:
	cf_buf_free(&name);
	return (-1);
}

/* The folder of a path, "." if it has none; to be freed. */
static char *
folder_of(const char * path, struct cf_err * err)
{
	size_t len = folder_len(path);

	return (len > 0 ? cf_mem_strndup(path, len, err) :
	    cf_mem_strdup(".", err));
}

int
cf_file_check_folder(const char * path, struct cf_err * err)
{
	char * folder;
	int rc = 0;

	if ((folder = folder_of(path, err)) == NULL)
		return (-1);
	if (access(folder, W_OK | X_OK))
		rc = cf_err_errno(err, errno, "%s", path);
	free(folder);
	return (rc);
}

int
cf_file_sync_folder(const char * path, struct cf_err * err)
{
	char * folder;
	int fd, rc = 0;

	if ((folder = folder_of(path, err)) == NULL)
		return (-1);
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		rc = cf_err_errno(err, errno, "%s", folder);
	} else {
		/* Some file systems cannot sync a folder, and say EINVAL. */
		if (fsync(fd) && errno != EINVAL)
			rc = cf_err_errno(err, errno, "%s", folder);
		close(fd);
	}
	free(folder);
	return (rc);
}

int
cf_file_commit(int fd, const char * temporary, const char * path,
    struct cf_err * err)
{

	if (fsync(fd)) {
		cf_err_errno(err, errno, "%s", path);
		close(fd);
		goto err0;
	}
	if (close(fd)) {
		cf_err_errno(err, errno, "%s", path);
		goto err0;
	}
	if (rename(temporary, path)) {
		cf_err_errno(err, errno, "%s", path);
		goto err0;
	}
	return (cf_file_sync_folder(path, err));

err0:
	unlink(temporary);
	return (-1);
}

static int
write_all(int fd, const char * data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) < 0) {
			if (errno == EINTR)
				continue;
			return (-1);
		}
		data += n;
		len -= (size_t)n;
	}
	return (0);
}

void
cf_file_hold(sigset_t * old)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, old);
}

void
cf_file_release(const sigset_t * old)
{

	pthread_sigmask(SIG_SETMASK, old, NULL);
}

static int
write_held(const char * path, const void * data, size_t len,
    struct cf_err * err)
{
	char * temporary;
	int fd, rc;

	if ((fd = cf_file_temporary(path, &temporary, err)) == -1)
		return (-1);
	if (write_all(fd, data, len)) {
		rc = cf_err_errno(err, errno, "%s", path);
		close(fd);
		unlink(temporary);
	} else {
		rc = cf_file_commit(fd, temporary, path, err);
	}
	free(temporary);
	return (rc);
}

int
cf_file_write(const char * path, const void * data, size_t len,
    struct cf_err * err)
{
	sigset_t old;
	int rc;

	cf_file_hold(&old);
	rc = write_held(path, data, len, err);
	cf_file_release(&old);
	return (rc);
}

/* Lock the whole file; fcntl locks end with the process, however it ends. */
static int
lock_fd(int fd, int wait)
{
	struct flock lock;
	int rc;

	memset(&lock, 0, sizeof(lock));
	lock.l_type = F_WRLCK;
	lock.l_whence = SEEK_SET;
	do {
		rc = fcntl(fd, wait ? F_SETLKW : F_SETLK, &lock);
	} while (rc == -1 && errno == EINTR);
	return (rc);
}

/* The last byte of a file of that size. */
static int
last_byte(int fd, off_t size, char * last)
{
	ssize_t n;

	while ((n = pread(fd, last, 1, size - 1)) == -1 && errno == EINTR)
		continue;
	return (n == 1 ? 0 : -1);
}

int
cf_file_append(const char * path, const void * data, size_t len,
    struct cf_err * err)
{
	struct stat sb;
	char last = '\n';
	int fd;

	sb.st_size = -1;
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1)
		return (cf_err_errno(err, errno, "%s", path));
	if (lock_fd(fd, 1) || fstat(fd, &sb))
		goto err0;
	if (sb.st_size > 0 && last_byte(fd, sb.st_size, &last))
		goto err0;
	if (last != '\n' && write_all(fd, "\n", 1))
		goto err0;
	if (write_all(fd, data, len) || fsync(fd))
		goto err0;
	if (close(fd))
		return (cf_err_errno(err, errno, "%s", path));
	return (0);

err0:
	cf_err_errno(err, errno, "%s", path);
	/* If that cannot be either, the next append begins a line of its own. */
	while (sb.st_size >= 0 && ftruncate(fd, sb.st_size) == -1 &&
	    errno == EINTR)
		continue;
	close(fd);
	return (-1);
}

int
cf_file_read(const char * path, size_t max_bytes, struct cf_buf * buf,
    struct cf_err * err)
{
	size_t start = buf->len;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", path));
	for (;;) {
		if (cf_buf_reserve(buf, 16384)) {
			cf_err_memory(err);
			goto err0;
		}
		n = read(fd, buf->data + buf->len, buf->capacity - buf->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			cf_err_errno(err, errno, "%s", path);
			goto err0;
		}
		if (n == 0)
			break;
		buf->len += (size_t)n;
		if (buf->len - start > max_bytes) {
			cf_err_set(err, CF_ERR_DATA,
			    "%s: larger than %zu bytes", path, max_bytes);
			goto err0;
		}
	}
	close(fd);
	return (0);

err0:
	close(fd);
	return (-1);
}

int
cf_file_make_folders(const char * path, struct cf_err * err)
{
	struct stat sb;
	char * copy;
	char * p;
	int rc = 0;

	if ((copy = cf_mem_strdup(path, err)) == NULL)
		return (-1);
	for (p = copy + 1; copy[0] != '\0'; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char c = *p;
		*p = '\0';
		if (mkdir(copy, 0777) && (errno != EEXIST ||
		    stat(copy, &sb) || !S_ISDIR(sb.st_mode))) {
			rc = cf_err_errno(err, errno, "%s", copy);
			break;
		}
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return (rc);
}

int
cf_file_lock(const char * path, int wait, struct cf_err * err)
{
	int fd;

	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)) == -1)
		return (cf_err_errno(err, errno, "%s", path));
	if (lock_fd(fd, wait)) {
		if (errno == EACCES || errno == EAGAIN)
			cf_err_set(err, CF_ERR_LATER,
			    "%s: locked by another process", path);
		else
			cf_err_errno(err, errno, "%s", path);
		close(fd);
		return (-1);
	}
	return (fd);
}

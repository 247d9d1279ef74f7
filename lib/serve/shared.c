#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "serve/shared.h"

#define VERSION 2

static const char magic[8] = "CFSERVE\n";
static const int statuses[] = CF_SHARED_STATUSES;
static const uint64_t bounds[] = CF_SHARED_BOUNDS;

_Static_assert(sizeof(statuses) / sizeof(statuses[0]) + 1 == CF_SHARED_NSTATUS,
    "places of statuses");
_Static_assert(sizeof(bounds) / sizeof(bounds[0]) == CF_SHARED_NBOUNDS,
    "places of bounds");
_Static_assert((CF_SHARED_BUCKETS & (CF_SHARED_BUCKETS - 1)) == 0,
    "buckets are found by a mask");

void *
cf_shared_memory(size_t size, struct cf_err * err)
{
	void * p;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    /* cppcheck-suppress invalidFunctionArg */
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		cf_err_errno(err, errno, "shared memory");
		return (NULL);
	}
	return (p);
}

static void
begin(struct cf_shared_file * f)
{

	memcpy(f->magic, magic, sizeof(magic));
	f->version = VERSION;
	f->size = sizeof(*f);
	randombytes_buf(f->key, sizeof(f->key));
}

/* Map the file if it is one of ours: 1, 0 if not, -1 on failure. */
static int
map(struct cf_shared * s, const char * path, struct cf_err * err)
{
	struct stat sb;
	int fd, rc = 0;

	if ((fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		return (errno == ENOENT ? 0 :
		    cf_err_errno(err, errno, "%s", path));
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    (size_t)sb.st_size == sizeof(*s->file)) {
		s->size = sizeof(*s->file);
		s->file = mmap(NULL, s->size, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
		if (s->file == MAP_FAILED) {
			s->file = NULL;
			rc = cf_err_errno(err, errno, "%s", path);
		} else if (memcmp(s->file->magic, magic, sizeof(magic)) != 0 ||
		    s->file->version != VERSION || s->file->size != s->size) {
			cf_shared_close(s);
		} else {
			rc = 1;
		}
	}
	close(fd);
	return (rc);
}

/* Put a new file in its place. */
static int
make(const char * path, struct cf_err * err)
{
	struct cf_shared_file * fresh;
	mode_t mask;
	int rc;

	if ((fresh = cf_mem_array(1, sizeof(*fresh), err)) == NULL)
		return (-1);
	begin(fresh);
	mask = umask(077);
	rc = cf_file_write(path, fresh, sizeof(*fresh), err);
	umask(mask);
	free(fresh);
	return (rc);
}

int
cf_shared_open(struct cf_shared * s, const char * path, struct cf_err * err)
{
	struct cf_buf lock = { 0 };
	int fd, rc;

	memset(s, 0, sizeof(*s));
	if (sodium_init() < 0)
		return (cf_err_set(err, CF_ERR_SYSTEM, "no random numbers"));
	if (path == NULL) {
		s->file = cf_shared_memory(sizeof(*s->file), err);
		if (s->file == NULL)
			return (-1);
		s->size = sizeof(*s->file);
		begin(s->file);
		return (0);
	}
	if ((rc = map(s, path, err)) != 0)
		return (rc == 1 ? 0 : -1);

	/* Of several who find none, one makes it. */
	cf_buf_addf(&lock, "%s.lock", path);
	if (cf_buf_string(&lock, err) == NULL ||
	    (fd = cf_file_lock(lock.data, 1, err)) == -1) {
		cf_buf_free(&lock);
		return (-1);
	}
	if ((rc = map(s, path, err)) == 0 && (rc = make(path, err)) == 0 &&
	    (rc = map(s, path, err)) == 0)
		rc = cf_err_set(err, CF_ERR_SYSTEM, "%s: not kept", path);
	close(fd);
	cf_buf_free(&lock);
	return (rc == 1 ? 0 : -1);
}

void
cf_shared_count(struct cf_shared * s, enum cf_shared_counter counter,
    uint64_t n)
{

	atomic_fetch_add_explicit(&s->file->counters[counter], n,
	    memory_order_relaxed);
}

void
cf_shared_request(struct cf_shared * s, size_t route,
    enum cf_head_method method, int status, uint64_t latency_us)
{
	size_t i = 0, k = 0;

	while (i < CF_SHARED_NSTATUS - 1 && statuses[i] != status)
		i++;
	while (k < CF_SHARED_NBOUNDS && latency_us > bounds[k])
		k++;
	atomic_fetch_add_explicit(&s->file->requests[route][method][i], 1,
	    memory_order_relaxed);
	atomic_fetch_add_explicit(&s->file->latency[k], 1,
	    memory_order_relaxed);
	atomic_fetch_add_explicit(&s->file->latency_us, latency_us,
	    memory_order_relaxed);
}

uint64_t
cf_shared_hash(const struct cf_shared * s, const void * data, size_t len)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t x;

	_Static_assert(crypto_shorthash_KEYBYTES == CF_SHARED_KEY, "key");
	crypto_shorthash(hash, data, len, s->file->key);
	memcpy(&x, hash, sizeof(x));
	return (x != 0 ? x : 1);
}

int
cf_shared_status(size_t i)
{

	return (i < CF_SHARED_NSTATUS - 1 ? statuses[i] : 0);
}

void
cf_shared_close(struct cf_shared * s)
{

	if (s->file != NULL)
		munmap(s->file, s->size);
	s->file = NULL;
}

/*
 * A library to be preloaded that makes one call of a program fail, or tells which calls there are to fail.
 *
 *	LD_PRELOAD=faults.so CF_FAULT_PROGRAM=cf-x CF_FAULT_LOG=calls cf-x ...
 *	LD_PRELOAD=faults.so CF_FAULT_PROGRAM=cf-x CF_FAULT_LOG=calls CF_FAULT=write:3:ENOSPC cf-x ...
 *
 * CF_FAULT_PROGRAM	the last part of argv[0] of the program meant; what it starts is left alone, what it forks is not
 * CF_FAULT		KIND:N:WHAT: the N-th call of a kind does not happen but fails with WHAT, an error's name; N+ is the
 *			N-th and all later ones, N% each N-th.  WHAT may also be `short` (one byte is read or written) or
 *			the name of a signal that the process gets right before the call, which then happens.  Of `clock`
 *			it is the number of seconds by which the time of day jumps: clock:3+:-3600.
 * CF_FAULT_LOG		a file to append to, made by the caller: without CF_FAULT a line "KIND N PLACE" for each call, where
 *			PLACE stands for the innermost calls on the stack; with it a line for each fault injected.
 *
 * Kinds and their calls are the table below.  What counts are calls made on behalf of the program, its libraries
 * included: nothing before main, and nothing that the dynamic loader calls.  Calls that the C library makes within
 * itself are not seen, as those of stdio, in which the suite writes messages only; its allocations are.
 *
 * Each call is counted in the process that makes it, all threads together; after fork the counts go on from where they
 * stood.  The N-th call fails in the first process only: one fault, one message.  Signals, N+ and N% are for what is
 * forked as well.
 *
 * Valgrind puts its own malloc in place of this one, unless it is told --soname-synonyms=somalloc=nouserintercepts.
 */
#define _GNU_SOURCE

#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEPTH 12	/* of the stack, in a PLACE */

enum kind { MALLOC, READ, WRITE, FSYNC, RENAME, OPEN, MMAP, CLOCK, KINDS };

static const char *const kinds[KINDS] = { "malloc", "read", "write", "fsync", "rename", "open", "mmap", "clock" };

static const struct {
	const char *name;
	int error;
	int signal;
} whats[] = {
	{ "ENOMEM", ENOMEM, 0 },
	{ "EIO", EIO, 0 },
	{ "ENOSPC", ENOSPC, 0 },
	{ "EMFILE", EMFILE, 0 },
	{ "EINTR", EINTR, 0 },
	{ "EACCES", EACCES, 0 },
	{ "short", 0, 0 },
	{ "KILL", 0, SIGKILL },
	{ "TERM", 0, SIGTERM },
	{ "INT", 0, SIGINT },
};

static atomic_ulong counts[KINDS];
static atomic_int counting;	/* between main and the end */
static int log_fd = -1;
static int fault_kind = -1;
static int fault_mode;		/* 0, '+' or '%' */
static unsigned long fault_n;
static size_t fault_what;
static long fault_jump_s;
static pid_t first;		/* the process that main began in */
static uintptr_t loader_from, loader_to;
static _Thread_local int inside;

/* The dynamic loader's own segments. */
static int
find_loader(struct dl_phdr_info *info, size_t size, void *cookie)
{
	int i;

	(void)size;
	(void)cookie;
	if (info->dlpi_name == NULL || strstr(info->dlpi_name, "/ld-") == NULL)
		return (0);
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD)
			continue;
		if (loader_to == 0 || from < loader_from)
			loader_from = from;
		if (from + p->p_memsz > loader_to)
			loader_to = from + p->p_memsz;
	}
	return (1);
}

static int
wrong(const char *text)
{
	fprintf(stderr, "faults.so: CF_FAULT: not KIND:N:WHAT: %s\n", text);
	_exit(99);
}

static void
parse(const char *text)
{
	const char *p = strchr(text, ':');
	const char *what;
	char *end;
	size_t i;

	for (i = 0; i < KINDS && fault_kind == -1; i++) {
		if (p != NULL && strlen(kinds[i]) == (size_t)(p - text) && strncmp(kinds[i], text, (size_t)(p - text)) == 0)
			fault_kind = (int)i;
	}
	if (fault_kind == -1)
		wrong(text);
	fault_n = strtoul(p + 1, &end, 10);
	if (*end == '+' || *end == '%')
		fault_mode = *end++;
	if (fault_n == 0 || *end != ':')
		wrong(text);
	what = end + 1;
	if (fault_kind == CLOCK) {
		fault_jump_s = strtol(what, &end, 10);
		if (*end != '\0')
			wrong(text);
		what = "short";
	}
	for (i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		if (strcmp(whats[i].name, what) == 0) {
			fault_what = i;
			return;
		}
	}
	wrong(text);
}

/* Begin, if this is the program that is meant. */
static void
begin(const char *argv0)
{
	const char *program = getenv("CF_FAULT_PROGRAM");
	const char *fault = getenv("CF_FAULT");
	const char *log = getenv("CF_FAULT_LOG");
	const char *slash = argv0 != NULL ? strrchr(argv0, '/') : NULL;
	void *frames[DEPTH];

	if (argv0 == NULL || program == NULL || strcmp(program, slash != NULL ? slash + 1 : argv0) != 0)
		return;
	if (fault != NULL && *fault != '\0')
		parse(fault);
	if (log != NULL) {
		/* out of the way of the program's own numbers, which a small limit may leave little room for */
		int fd = open(log, O_WRONLY | O_APPEND | O_CLOEXEC);

		log_fd = fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 200);
		if (fd != -1)
			close(fd);
	}
	first = getpid();
	dl_iterate_phdr(find_loader, NULL);
	/* the first call loads a library */
	backtrace(frames, DEPTH);
	counting = 1;
}

/* PLACE: a hash of the return addresses behind the first few, which are of this library. */
static unsigned long
place(void)
{
	void *frames[DEPTH];
	int i, n = backtrace(frames, DEPTH);
	uint64_t h = 14695981039346656037u;	/* FNV-1a */

	for (i = 3; i < n; i++)
		h = (h ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
	return ((unsigned long)h);
}

static void
note(enum kind kind, unsigned long n)
{
	char line[80];
	int len;

	if (log_fd == -1)
		return;
	len = snprintf(line, sizeof(line), "%s %lu %lx\n", kinds[kind], n, fault_kind == -1 ? place() : 0ul);
	if (write(log_fd, line, (size_t)len) != len)
		_exit(99);
}

static int
meant(enum kind kind, unsigned long n)
{
	if ((int)kind != fault_kind)
		return (0);
	if (fault_mode == '+')
		return (n >= fault_n);
	if (fault_mode == '%')
		return (n % fault_n == 0);
	return (n == fault_n && (whats[fault_what].signal != 0 || getpid() == first));
}

/*
 * A call of this kind, made from ${caller}: count it.  Returns 0: let it happen; 1: it fails, errno is set; 2: it is
 * short.
 */
static int
hit(enum kind kind, const void *caller)
{
	unsigned long n;
	int e = errno, failing = 0;

	if (!counting || inside || ((uintptr_t)caller >= loader_from && (uintptr_t)caller < loader_to))
		return (0);
	inside = 1;
	n = ++counts[kind];
	if (fault_kind == -1) {
		note(kind, n);
	} else if (meant(kind, n)) {
		note(kind, n);
		if (whats[fault_what].signal != 0)
			raise(whats[fault_what].signal);
		else
			failing = whats[fault_what].error != 0 ? 1 : 2;
	}
	errno = failing == 1 ? whats[fault_what].error : e;
	inside = 0;
	return (failing);
}

#define HIT(kind) hit(kind, __builtin_return_address(0))

/* ---- where main begins */

typedef int main_function(int, char **, char **);

static main_function *real_main;

static int
main_wrapped(int argc, char **argv, char **envp)
{
	begin(argc > 0 ? argv[0] : NULL);
	return (real_main(argc, argv, envp));
}

int __libc_start_main(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

/* The function of that name behind this library, as the type of ${to} has it. */
#define NEXT(to, name) do {								\
	void *symbol = dlsym(RTLD_NEXT, name);						\
	memcpy(&(to), &symbol, sizeof(to));						\
} while (0)

int
__libc_start_main(main_function *program, int argc, char **argv, void (*init)(void), void (*fini)(void),
    void (*rtld_fini)(void), void *stack_end)
{
	int (*next)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

	NEXT(next, "__libc_start_main");
	real_main = program;
	return (next(main_wrapped, argc, argv, init, fini, rtld_fini, stack_end));
}

/* ---- memory */

/* What dlsym itself may want while the functions are looked up; never given back. */
static _Alignas(16) char early[8192];
static size_t early_used;

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_reallocarray)(void *, size_t, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static int (*next_posix_memalign)(void **, size_t, size_t);
static void (*next_free)(void *);
static _Thread_local int looking;

static int
ready(void)
{
	if (next_free != NULL)
		return (1);
	if (looking)
		return (0);
	looking = 1;
	NEXT(next_malloc, "malloc");
	NEXT(next_calloc, "calloc");
	NEXT(next_realloc, "realloc");
	NEXT(next_reallocarray, "reallocarray");
	NEXT(next_aligned_alloc, "aligned_alloc");
	NEXT(next_posix_memalign, "posix_memalign");
	NEXT(next_free, "free");
	looking = 0;
	return (1);
}

static void *
take_early(size_t size)
{
	void *p = early + early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(early) - early_used)
		abort();
	early_used += size;
	return (p);
}

void *
malloc(size_t size)
{
	if (!ready())
		return (take_early(size));
	return (HIT(MALLOC) ? NULL : next_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	if (!ready())
		return (take_early(n * size));
	return (HIT(MALLOC) ? NULL : next_calloc(n, size));
}

void *
realloc(void *p, size_t size)
{
	if (!ready())
		return (take_early(size));
	return (HIT(MALLOC) ? NULL : next_realloc(p, size));
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	ready();
	return (HIT(MALLOC) ? NULL : next_reallocarray(p, n, size));
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	ready();
	return (HIT(MALLOC) ? NULL : next_aligned_alloc(alignment, size));
}

int
posix_memalign(void **p, size_t alignment, size_t size)
{
	ready();
	return (HIT(MALLOC) ? ENOMEM : next_posix_memalign(p, alignment, size));
}

void
free(void *p)
{
	if ((uintptr_t)p >= (uintptr_t)early && (uintptr_t)p < (uintptr_t)early + sizeof(early))
		return;
	if (ready())
		next_free(p);
}

/* ---- files: each looks up what it stands before, which costs little beside the call */

#define FAIL_OR(kind, failure, type, name, types)					\
	type (*next) types;								\
	int how = HIT(kind);								\
											\
	if (how == 1)									\
		return (failure);							\
	NEXT(next, name)

ssize_t
read(int fd, void *data, size_t n)
{
	FAIL_OR(READ, -1, ssize_t, "read", (int, void *, size_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n));
}

ssize_t
pread(int fd, void *data, size_t n, off_t at)
{
	FAIL_OR(READ, -1, ssize_t, "pread", (int, void *, size_t, off_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n, at));
}

ssize_t
pread64(int fd, void *data, size_t n, off64_t at)
{
	FAIL_OR(READ, -1, ssize_t, "pread64", (int, void *, size_t, off64_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n, at));
}

ssize_t
readv(int fd, const struct iovec *pieces, int n)
{
	FAIL_OR(READ, -1, ssize_t, "readv", (int, const struct iovec *, int));
	return (next(fd, pieces, how == 2 ? 1 : n));
}

ssize_t
write(int fd, const void *data, size_t n)
{
	FAIL_OR(WRITE, -1, ssize_t, "write", (int, const void *, size_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n));
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t at)
{
	FAIL_OR(WRITE, -1, ssize_t, "pwrite", (int, const void *, size_t, off_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n, at));
}

ssize_t
pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	FAIL_OR(WRITE, -1, ssize_t, "pwrite64", (int, const void *, size_t, off64_t));
	return (next(fd, data, how == 2 && n > 1 ? 1 : n, at));
}

ssize_t
writev(int fd, const struct iovec *pieces, int n)
{
	FAIL_OR(WRITE, -1, ssize_t, "writev", (int, const struct iovec *, int));
	return (next(fd, pieces, how == 2 ? 1 : n));
}

int
fsync(int fd)
{
	FAIL_OR(FSYNC, -1, int, "fsync", (int));
	return (next(fd));
}

int
fdatasync(int fd)
{
	FAIL_OR(FSYNC, -1, int, "fdatasync", (int));
	return (next(fd));
}

int
rename(const char *from, const char *to)
{
	FAIL_OR(RENAME, -1, int, "rename", (const char *, const char *));
	return (next(from, to));
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	FAIL_OR(RENAME, -1, int, "renameat", (int, const char *, int, const char *));
	return (next(from_fd, from, to_fd, to));
}

/* the mode of a file that may be made */
#define MODE_OF(flags) __extension__ ({							\
	mode_t mode_ = 0;								\
	if ((flags) & (O_CREAT | O_TMPFILE)) {						\
		va_list ap_;								\
		va_start(ap_, flags);							\
		mode_ = (mode_t)va_arg(ap_, int);					\
		va_end(ap_);								\
	}										\
	mode_;										\
})

int
open(const char *path, int flags, ...)
{
	FAIL_OR(OPEN, -1, int, "open", (const char *, int, ...));
	return (next(path, flags, MODE_OF(flags)));
}

int
open64(const char *path, int flags, ...)
{
	FAIL_OR(OPEN, -1, int, "open64", (const char *, int, ...));
	return (next(path, flags, MODE_OF(flags)));
}

int
openat(int folder, const char *path, int flags, ...)
{
	FAIL_OR(OPEN, -1, int, "openat", (int, const char *, int, ...));
	return (next(folder, path, flags, MODE_OF(flags)));
}

int
openat64(int folder, const char *path, int flags, ...)
{
	FAIL_OR(OPEN, -1, int, "openat64", (int, const char *, int, ...));
	return (next(folder, path, flags, MODE_OF(flags)));
}

FILE *
fopen(const char *path, const char *mode)
{
	FAIL_OR(OPEN, NULL, FILE *, "fopen", (const char *, const char *));
	return (next(path, mode));
}

FILE *
fopen64(const char *path, const char *mode)
{
	FAIL_OR(OPEN, NULL, FILE *, "fopen64", (const char *, const char *));
	return (next(path, mode));
}

void *
mmap(void *at, size_t size, int protection, int flags, int fd, off_t from)
{
	FAIL_OR(MMAP, MAP_FAILED, void *, "mmap", (void *, size_t, int, int, int, off_t));
	return (next(at, size, protection, flags, fd, from));
}

void *
mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t from)
{
	FAIL_OR(MMAP, MAP_FAILED, void *, "mmap64", (void *, size_t, int, int, int, off64_t));
	return (next(at, size, protection, flags, fd, from));
}

/* ---- the time of day */

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int (*next)(clockid_t, struct timespec *);
	int rc, how = clock == CLOCK_REALTIME ? HIT(CLOCK) : 0;

	NEXT(next, "clock_gettime");
	rc = next(clock, t);
	if (rc == 0 && how == 2)
		t->tv_sec += fault_jump_s;
	return (rc);
}

time_t
time(time_t *to)
{
	time_t (*next)(time_t *);
	time_t t;
	int how = HIT(CLOCK);

	NEXT(next, "time");
	t = next(NULL) + (how == 2 ? fault_jump_s : 0);
	if (to != NULL)
		*to = t;
	return (t);
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	int (*next)(struct timeval *, void *);
	int rc, how = HIT(CLOCK);

	NEXT(next, "gettimeofday");
	rc = next(t, zone);
	if (rc == 0 && how == 2)
		t->tv_sec += fault_jump_s;
	return (rc);
}

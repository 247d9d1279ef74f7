/*
 * fuzz.h: what the fuzzers share.  Include it first: it asks for memfd_create(2).
 */
#ifndef FUZZ_H
#define FUZZ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold ends the fuzzer, and the input is kept. */
#define FUZZ_HOLDS(x) do {						\
	if (!(x)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #x);	\
		abort();						\
	}								\
} while (0)

/*
 * fuzz_file(data, size):
 * Return the name of a file in memory that holds these bytes; the next call replaces them.
 */
static inline const char *
fuzz_file(const void *data, size_t size)
{
	static char name[40];
	static int fd = -1;

	if (fd == -1) {
		FUZZ_HOLDS((fd = memfd_create("fuzz", MFD_CLOEXEC)) != -1);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	FUZZ_HOLDS(ftruncate(fd, 0) == 0);
	FUZZ_HOLDS(pwrite(fd, data, size, 0) == (ssize_t)size);
	return (name);
}

#endif /* !FUZZ_H */

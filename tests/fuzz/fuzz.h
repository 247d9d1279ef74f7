/*
 * fuzz.h: what the fuzzers share.  Include it first: it asks for memfd_create(2).
 *
 * A fuzzer is the function LLVMFuzzerTestOneInput of a file fuzz_NAME.c.  clang's libFuzzer calls it with inputs that it
 * finds (`make fuzz`), and main.c with the seeds and changes of them (`make check`).  Whatever the bytes are, it has to come
 * back, and what FUZZ_HOLDS claims has to hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sys/mman.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "keep/swap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold ends the fuzzer, and the input is kept. */
#define FUZZ_HOLDS(x) do {						\
	if (!(x)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #x);	\
		abort();						\
	}								\
} while (0)

/* Between the parts of an input that has several: a byte that no text has. */
#define FUZZ_CUT '\f'

/* A part of an input. */
struct fuzz_part {
	const uint8_t *data;
	size_t size;
};

/*
 * fuzz_parts(data, size, parts, n):
 * Cut the input into ${n} parts; those that are not there are empty.
 */
static inline void
fuzz_parts(const uint8_t *data, size_t size, struct fuzz_part *parts, size_t n)
{
	const uint8_t *cut;

	for (size_t i = 0; i < n; i++) {
		cut = i + 1 < n && size > 0 ? memchr(data, FUZZ_CUT, size) : NULL;
		parts[i].data = data;
		parts[i].size = cut != NULL ? (size_t)(cut - data) : size;
		data += parts[i].size + (cut != NULL);
		size -= parts[i].size + (cut != NULL);
	}
}

/*
 * fuzz_text(data, size):
 * Return the bytes as a string of their own, so that reading on shows; to be freed.
 */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_HOLDS(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return (text);
}

/* A message says something, fits, and nothing in it reaches a terminal as a control. */
static inline void
fuzz_message(const struct cf_err *err)
{

	FUZZ_HOLDS(err->kind != CF_ERR_NONE);
	FUZZ_HOLDS(err->text[0] != '\0' && strlen(err->text) < sizeof(err->text));
	for (const char *s = err->text; *s != '\0'; s++)
		FUZZ_HOLDS((unsigned char)*s >= ' ' && *s != 0x7f);
}

/*
 * fuzz_folder():
 * Return the name of a folder of this process; fuzz_put keeps files in it.
 */
static char fuzz_folder_name[200];

static inline void
fuzz_remove_folder(void)
{

	cf_swap_remove_tree(fuzz_folder_name, NULL);
}

static inline const char *
fuzz_folder(void)
{
	const char *top = getenv("TMPDIR");

	if (fuzz_folder_name[0] == '\0') {
		snprintf(fuzz_folder_name, sizeof(fuzz_folder_name), "%.150s/fuzz.XXXXXX", top != NULL ? top : "/tmp");
		FUZZ_HOLDS(mkdtemp(fuzz_folder_name) != NULL);
		atexit(fuzz_remove_folder);
	}
	return (fuzz_folder_name);
}

/*
 * fuzz_put(name, data, size):
 * Make the file ${name} of that folder hold these bytes and return its path, valid for the next seven calls.
 */
static inline const char *
fuzz_put(const char *name, const void *data, size_t size)
{
	static char paths[8][300];
	static unsigned int next;
	char *path = paths[next++ % 8];
	int fd;

	snprintf(path, sizeof(paths[0]), "%s/%s", fuzz_folder(), name);
	FUZZ_HOLDS((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) != -1);
	FUZZ_HOLDS(write(fd, data, size) == (ssize_t)size);
	FUZZ_HOLDS(close(fd) == 0);
	return (path);
}

#define FUZZ_FILES 6

/*
 * fuzz_file_at(i, data, size), fuzz_file(data, size):
 * Return the name of file number ${i}, or 0, that holds these bytes, in memory where the system can; the next call with this
 * number replaces them.
 */
static inline const char *
fuzz_file_at(size_t i, const void *data, size_t size)
{
	static char names[FUZZ_FILES][40];

	FUZZ_HOLDS(i < FUZZ_FILES);
#ifdef MFD_CLOEXEC
	static int fds[FUZZ_FILES];

	if (names[i][0] == '\0') {
		FUZZ_HOLDS((fds[i] = memfd_create("fuzz", MFD_CLOEXEC)) != -1);
		snprintf(names[i], sizeof(names[i]), "/proc/self/fd/%d", fds[i]);
	}
	FUZZ_HOLDS(ftruncate(fds[i], 0) == 0);
	FUZZ_HOLDS(size == 0 || pwrite(fds[i], data, size, 0) == (ssize_t)size);
	return (names[i]);
#else
	snprintf(names[i], sizeof(names[i]), "file-%zu", i);
	return (fuzz_put(names[i], data, size));
#endif
}

static inline const char *
fuzz_file(const void *data, size_t size)
{

	return (fuzz_file_at(0, data, size));
}

#endif /* !FUZZ_H */

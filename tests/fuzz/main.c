/*
 * main.c: a fuzzer without libFuzzer: `fuzz_NAME PATH...` gives it every file named or in a folder named, as it is and
 * changed: cut short, with a byte overwritten, taken out or put in, a piece copied elsewhere.  The changes are the same in
 * every run and with every compiler.  FUZZ_CHANGES says how many of each file (50).
 *
 * It finds less than libFuzzer, which sees what code an input reaches; it is there so that each fuzzer runs in `make check`,
 * and with every sanitizer, valgrind and machine that the tests run with.
 */
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>

#include "base/buf.h"
#include "base/file.h"

#define FILE_MAX (1024 * 1024)

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static struct {
	const char *path;
	unsigned long change;
	unsigned long inputs;
	const char *name;
} now;

/* Steele, Vigna: splitmix64. */
static uint64_t
draw(uint64_t *state, uint64_t below)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return ((z ^ (z >> 31)) % below);
}

/* Bytes that parsers look for. */
static char
special(uint64_t *state)
{
	static const char bytes[] = ",\"\n\r\\{}[]:=%#-+.eE019 \0\t\f\177\200\377";

	return (bytes[draw(state, sizeof(bytes) - 1)]);
}

static void
change(struct cf_buf *b, uint64_t *state)
{
	size_t at, from, n;
	char c = draw(state, 2) == 0 ? special(state) : (char)draw(state, 256);

	if (b->len == 0) {
		cf_buf_add_char(b, c);
		return;
	}
	at = (size_t)draw(state, b->len);
	switch (draw(state, 6)) {
	case 0:
		b->len = at;
		break;
	case 1:
		b->data[at] = (char)(b->data[at] ^ (1 << draw(state, 8)));
		break;
	case 2:
		memmove(b->data + at, b->data + at + 1, b->len - at - 1);
		b->len--;
		break;
	case 3:
		cf_buf_add_char(b, c);
		memmove(b->data + at + 1, b->data + at, b->len - at - 1);
		b->data[at] = c;
		break;
	case 4:
		from = (size_t)draw(state, b->len);
		n = (size_t)draw(state, 32);
		n = n < b->len - at ? n : b->len - at;
		n = n < b->len - from ? n : b->len - from;
		memmove(b->data + at, b->data + from, n);
		break;
	default:
		b->data[at] = c;
	}
}

/* Give the bytes, in memory of just that size. */
static void
give(const struct cf_buf *b)
{
	uint8_t *copy = malloc(b->len > 0 ? b->len : 1);

	FUZZ_HOLDS(copy != NULL && !b->failed);
	if (b->len > 0)
		memcpy(copy, b->data, b->len);
	LLVMFuzzerTestOneInput(copy, b->len);
	free(copy);
	now.inputs++;
}

static void
try_file(const char *path, unsigned long changes)
{
	struct cf_buf file = { 0 }, b = { 0 };
	struct cf_err err;
	uint64_t state = 1;

	if (cf_file_read(path, FILE_MAX, &file, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(4);
	}
	now.path = path;
	now.change = 0;
	give(&file);
	for (now.change = 1; now.change <= changes; now.change++) {
		b.len = 0;
		cf_buf_add(&b, file.data, file.len);
		for (uint64_t n = 1 + draw(&state, 4); n > 0; n--)
			change(&b, &state);
		give(&b);
	}
	cf_buf_free(&file);
	cf_buf_free(&b);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{

	return (strcmp((*a)->d_name, (*b)->d_name));
}

/* In the order of the names, so that a fuzzer with a memory sees the same in every run. */
static void
try_path(const char *path, unsigned long changes)
{
	struct dirent **names;
	char inside[1000];
	int n = scandir(path, &names, NULL, by_name);

	if (n == -1) {
		try_file(path, changes);
		return;
	}
	for (int i = 0; i < n; i++) {
		snprintf(inside, sizeof(inside), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			try_file(inside, changes);
		free(names[i]);
	}
	free(names);
}

/* Where it happened. */
static void
on_abort(int sig)
{
	char text[600];
	int len = snprintf(text, sizeof(text), "%s: in change %lu of %.400s\n", now.name, now.change, now.path);

	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) == -1)
		_exit(4);
	signal(sig, SIG_DFL);
	raise(sig);
}

int
main(int argc, char **argv)
{
	const char *changes = getenv("FUZZ_CHANGES");
	void (*before)(int);

	now.name = argv[0];
	now.path = "";
	signal(SIGABRT, on_abort);
	/* A sanitizer's own says more. */
	if ((before = signal(SIGSEGV, on_abort)) != SIG_DFL)
		signal(SIGSEGV, before);
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		try_path(argv[i], changes != NULL ? strtoul(changes, NULL, 10) : 50);
	printf("%lu inputs\n", now.inputs);
	return (now.inputs > 0 ? 0 : 1);
}

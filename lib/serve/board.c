#include <sys/resource.h>
#include <sys/time.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/board.h"
#include "serve/shared.h"

#define SET(place, x) \
	atomic_store_explicit(&(place), (uint64_t)(x), memory_order_relaxed)

struct cf_board *
cf_board_new(size_t workers, size_t slots, int64_t start_s,
    struct cf_err * err)
{
	struct cf_board * b;
	char * room;
	size_t head = workers * sizeof(*b->rows);

	if ((b = cf_mem_array(1, sizeof(*b), err)) == NULL)
		return (NULL);
	room = cf_shared_memory(head + workers * slots * sizeof(*b->slot),
	    err);
	if (room == NULL) {
		free(b);
		return (NULL);
	}
	b->workers = workers;
	b->slots = slots;
	b->start_s = start_s;
	b->rows = (struct cf_board_row *)(void *)room;
	b->slot = (_Atomic uint64_t *)(void *)(room + head);
	return (b);
}

void
cf_board_wipe(struct cf_board * b, size_t worker)
{
	struct cf_board_row * row = &b->rows[worker];
	size_t i;

	SET(row->pid, 0);
	SET(row->beat_s, 0);
	SET(row->cpu_us, 0);
	SET(row->rss, 0);
	SET(row->open, 0);
	for (i = 0; i < b->slots; i++)
		SET(b->slot[worker * b->slots + i], 0);
}

/* Pages in use, where /proc says so, else the most there ever were. */
static uint64_t
resident(const struct rusage * usage)
{
	char text[128];
	const char * second;
	ssize_t n = -1;
	int fd;

	if ((fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) != -1) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (n > 0) {
		/* The size in pages, then how many of them are in memory. */
		text[n] = '\0';
		if ((second = strchr(text, ' ')) != NULL)
			return (strtoull(second, NULL, 10) *
			    (uint64_t)sysconf(_SC_PAGESIZE));
	}
	return ((uint64_t)usage->ru_maxrss * 1024);
}

static uint64_t
us(const struct timeval * t)
{

	return ((uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec);
}

void
cf_board_figures(struct cf_board * b, size_t worker)
{
	struct cf_board_row * row = &b->rows[worker];
	struct rusage usage;

	SET(row->pid, getpid());
	SET(row->beat_s, cf_clock_ms() / 1000);
	if (getrusage(RUSAGE_SELF, &usage))
		return;
	SET(row->cpu_us, us(&usage.ru_utime) + us(&usage.ru_stime));
	SET(row->rss, resident(&usage));
}

void
cf_board_enter(struct cf_board * b, size_t worker, size_t slot,
    uint64_t address)
{

	SET(b->slot[worker * b->slots + slot], address);
	atomic_fetch_add_explicit(&b->rows[worker].open, 1,
	    memory_order_relaxed);
}

void
cf_board_leave(struct cf_board * b, size_t worker, size_t slot)
{

	SET(b->slot[worker * b->slots + slot], 0);
	atomic_fetch_sub_explicit(&b->rows[worker].open, 1,
	    memory_order_relaxed);
}

size_t
cf_board_count(const struct cf_board * b, uint64_t address, size_t * all)
{
	size_t i, k, n = 0, open, found;

	*all = 0;
	for (i = 0; i < b->workers; i++) {
		open = (size_t)atomic_load_explicit(&b->rows[i].open,
		    memory_order_relaxed);
		*all += open;
		/* Slots are taken from the front: look no further than needed. */
		for (k = found = 0; k < b->slots && found < open; k++) {
			uint64_t who = atomic_load_explicit(
			    &b->slot[i * b->slots + k], memory_order_relaxed);

			found += who != 0;
			n += who == address;
		}
	}
	return (n);
}

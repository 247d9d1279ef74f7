#ifndef CF_BASE_PROGRESS_H_
#define CF_BASE_PROGRESS_H_

#include <stdint.h>

/*
 * A progress line for work that lasts: what is done, at what rate, and the
 * time left where the total is known.  It is drawn on a descriptor that the
 * program gives, only if that is a terminal and only after a second, at most
 * five times a second, and is wiped at the end.
 */
struct cf_progress {
	int fd;			/* -1: never drawn. */
	const char * unit;	/* "rows", "trees". */
	uint64_t total;		/* 0: not known. */
	double start_s;		/* Monotonic clock. */
	double drawn_s;		/* When last drawn, 0 if never. */
};

/**
 * cf_progress_start(progress, fd, unit, total):
 * Begin; ${fd} = -1 draws nothing.  ${unit} is borrowed.
 */
void cf_progress_start(struct cf_progress * progress, int fd,
    const char * unit, uint64_t total);

/**
 * cf_progress_at(progress, done):
 * ${done} of the total are done now.  Cheap enough to be called every few
 * thousand rows.  NULL is harmless.
 */
void cf_progress_at(struct cf_progress * progress, uint64_t done);

/**
 * cf_progress_end(progress):
 * Wipe the line if there is one.
 */
void cf_progress_end(struct cf_progress * progress);

#endif /* !CF_BASE_PROGRESS_H_ */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/progress.h"

#define WAIT_S 1.0		/* Before the first drawing. */
#define REDRAW_S 0.2

void
cf_progress_start(struct cf_progress * progress, int fd, const char * unit,
    uint64_t total)
{

	progress->fd = fd != -1 && isatty(fd) ? fd : -1;
	progress->unit = unit;
	progress->total = total;
	progress->start_s = progress->fd != -1 ? cf_clock_s() : 0.0;
	progress->drawn_s = 0.0;
}

void
cf_progress_at(struct cf_progress * progress, uint64_t done)
{
	char line[128];
	double now, spent, rate;
	int len;

	if (progress == NULL || progress->fd == -1)
		return;
	now = cf_clock_s();
	spent = now - progress->start_s;
	if (spent < WAIT_S || now - progress->drawn_s < REDRAW_S)
		return;
	rate = (double)done / spent;
	len = snprintf(line, sizeof(line), "\r%llu %s, %.0f/s",
	    (unsigned long long)done, progress->unit, rate);
	if (len > 0 && (size_t)len < sizeof(line) && progress->total > 0 &&
	    rate > 0 && done <= progress->total)
		len += snprintf(line + len, sizeof(line) - (size_t)len,
		    ", %.0f %%, %.0f s left",
		    100.0 * (double)done / (double)progress->total,
		    (double)(progress->total - done) / rate);
	if (len <= 0 || (size_t)len + 4 > sizeof(line))
		return;
	memcpy(line + len, "\033[K", 3);

	/* A terminal that went away only loses its line. */
	if (write(progress->fd, line, (size_t)len + 3) == -1)
		progress->fd = -1;
	progress->drawn_s = now;
}

void
cf_progress_end(struct cf_progress * progress)
{

	if (progress->fd != -1 && progress->drawn_s > 0.0 &&
	    write(progress->fd, "\r\033[K", 4) == -1)
		progress->fd = -1;
	progress->drawn_s = 0.0;
}

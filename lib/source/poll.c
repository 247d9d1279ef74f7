#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "source/poll.h"
#include "source/task.h"

#define LOOK_MS 60000		/* A wait is cut into such pieces. */

static int
run(const struct cf_poll * p, int * status, double * pace_s,
    struct cf_err * err)
{
	struct cf_fetch * fetch;
	int rc;

	*status = 0;
	if ((fetch = cf_fetch_new(p->options, p->hooks, err)) == NULL)
		return (-1);
	if ((rc = cf_fetch_add_all(fetch, p->operands, err)) == 0) {
		p->outlet->columns |= cf_fetch_columns(fetch);
		*pace_s = cf_fetch_pace(fetch);
		if (!p->check)
			rc = cf_fetch_run(fetch, status, err);
	}
	cf_fetch_free(fetch);
	return (rc);
}

int
cf_poll_once(const struct cf_poll * p, int * status, struct cf_err * err)
{
	double pace_s;

	return (run(p, status, &pace_s, err));
}

/* Wait until that moment.  Return 1 when ${fd} can be read before. */
static int
pause_until(double end_s, int fd, struct cf_err * err)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	double left_ms;
	int rc;

	while ((left_ms = (end_s - cf_clock_s()) * 1000) > 0) {
		rc = poll(&wait, 1, left_ms < LOOK_MS ? (int)left_ms + 1 :
		    LOOK_MS);
		if (rc > 0)
			return (1);
		if (rc < 0 && errno != EINTR)
			return (cf_err_errno(err, errno, "poll"));
	}
	return (0);
}

int
cf_poll_follow(const struct cf_poll * p, int * status, struct cf_err * err)
{
	const struct cf_fetch_hooks * h = p->hooks;
	double pace_s = 0, start_s;
	char text[80];
	int rc, first;

	for (first = 1;; first = 0) {
		start_s = cf_clock_s();
		rc = run(p, status, &pace_s, err);
		if (rc == 0 && cf_out_flush(p->outlet->out, err))
			rc = -1;
		if (rc != 0)
			return (rc);
		if (first && (*status == CF_ERR_USAGE ||
		    *status == CF_ERR_DATA))
			return (0);
		if (pace_s < p->follow_s)
			pace_s = p->follow_s;
		else if (first) {
			snprintf(text, sizeof(text), "polling every %.0f s, "
			    "so that the day's quota lasts", pace_s);
			h->say(h->cookie, 0, text);
		}
		if (*status != 0) {
			snprintf(text, sizeof(text),
			    "the poll failed; the next is in %.0f s",
			    pace_s);
			h->say(h->cookie, 0, text);
		}
		if ((rc = pause_until(start_s + pace_s,
		    p->options->stop_fd, err)) != 0)
			return (rc);
	}
}

#define _GNU_SOURCE		/* sched_getaffinity, where there. */

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/par.h"

struct job {
	pthread_mutex_t lock;	/* Guards the rest. */
	size_t next;
	size_t items;
	size_t failed_item;
	int failed;
	struct cf_err err;	/* Of failed_item. */
	cf_par_work * work;
	void * cookie;
};

struct worker {
	struct job * job;
	size_t thread;
	pthread_t id;
};

size_t
cf_par_threads(size_t asked)
{
	long n;
#ifdef CPU_COUNT
	cpu_set_t set;

	if (asked == 0 && sched_getaffinity(0, sizeof(set), &set) == 0 &&
	    CPU_COUNT(&set) > 0)
		return ((size_t)CPU_COUNT(&set));
#endif
	if (asked > 0)
		return (asked);
	n = sysconf(_SC_NPROCESSORS_ONLN);
	return (n > 0 ? (size_t)n : 1);
}

/* Take the next item; return 0 when there is none or something failed. */
static int
take(struct job * job, size_t * item)
{
	int have;

	pthread_mutex_lock(&job->lock);
	have = !job->failed && job->next < job->items;
	if (have)
		*item = job->next++;
	pthread_mutex_unlock(&job->lock);
	return (have);
}

static void
report(struct job * job, size_t item, const struct cf_err * err)
{

	pthread_mutex_lock(&job->lock);
	if (!job->failed || item < job->failed_item) {
		job->failed = 1;
		job->failed_item = item;
		job->err = *err;
	}
	pthread_mutex_unlock(&job->lock);
}

static void *
run(void * cookie)
{
	struct worker * w = cookie;
	struct cf_err err;
	size_t item;

	while (take(w->job, &item)) {
		memset(&err, 0, sizeof(err));
		if (w->job->work(w->job->cookie, item, w->thread, &err))
			report(w->job, item, &err);
	}
	return (NULL);
}

int
cf_par_run(size_t items, size_t threads, cf_par_work * work, void * cookie,
    struct cf_err * err)
{
	struct job job = { .items = items, .work = work, .cookie = cookie };
	struct worker * workers;
	size_t i, started;
	int rc = 0;

	if (threads > items)
		threads = items;
	if (threads == 0)
		return (0);
	if ((workers = cf_mem_array(threads, sizeof(*workers), err)) == NULL)
		return (-1);
	pthread_mutex_init(&job.lock, NULL);

	/* A thread that cannot be had is no failure: the others do its work. */
	for (started = 1; started < threads; started++) {
		workers[started].job = &job;
		workers[started].thread = started;
		if (pthread_create(&workers[started].id, NULL, run,
		    &workers[started]))
			break;
	}
	workers[0].job = &job;
	run(&workers[0]);
	for (i = 1; i < started; i++)
		pthread_join(workers[i].id, NULL);

	if (job.failed) {
		if (err != NULL)
			*err = job.err;
		rc = -1;
	}
	pthread_mutex_destroy(&job.lock);
	free(workers);
	return (rc);
}

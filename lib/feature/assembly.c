#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feature/assembly.h"

enum stage { EMPTY, FILLED, BEGUN, DONE, FAILED };

struct slot {
	enum stage stage;
	int continues;
	struct cf_err err;	/* FAILED: why. */
};

/* Piece number p lies in slot p % slots, from filling to draining. */
struct line {
	const struct cf_assembly * assembly;
	pthread_mutex_t lock;	/* Guards the rest. */
	pthread_cond_t change;	/* Of any of it. */
	uint64_t filled;	/* Pieces filled so far. */
	uint64_t taken;		/* Pieces that a thread has taken on. */
	uint64_t begun;		/* Pieces before this have done step one, */
	uint64_t drained;	/* and before this are drained. */
	int stop;		/* Take on nothing more. */
	uint64_t failed;	/* The lowest piece that failed, or UINT64_MAX. */
	struct slot * slots;
};

static struct slot *
slot_of(const struct line * l, uint64_t piece)
{

	return (&l->slots[piece % l->assembly->slots]);
}

/* The first step of a piece has ended, well or badly. */
static void
step_one_ended(struct line * l, uint64_t piece, enum stage stage)
{

	slot_of(l, piece)->stage = stage;
	if (stage == FAILED && piece < l->failed)
		l->failed = piece;
	while (l->begun < l->filled && (slot_of(l, l->begun)->stage != FILLED))
		l->begun++;
	pthread_cond_broadcast(&l->change);
}

/* Do both steps of a piece.  The lock is held, but not while working. */
static void
work(struct line * l, uint64_t piece)
{
	const struct cf_assembly * o = l->assembly;
	struct slot * s = slot_of(l, piece);
	size_t number = (size_t)(piece % o->slots);
	int rc;

	while (s->continues && l->begun < piece && l->failed > piece &&
	    !l->stop)
		pthread_cond_wait(&l->change, &l->lock);
	if (l->stop || l->failed < piece) {
		/* Never drained, for what is before it has failed. */
		step_one_ended(l, piece, FAILED);
		return;
	}
	pthread_mutex_unlock(&l->lock);
	rc = o->first(o->cookie, piece, number, &s->err);
	pthread_mutex_lock(&l->lock);
	step_one_ended(l, piece, rc == 0 ? BEGUN : FAILED);
	if (rc == 0) {
		pthread_mutex_unlock(&l->lock);
		rc = o->second(o->cookie, piece, number, &s->err);
		pthread_mutex_lock(&l->lock);
		s->stage = rc == 0 ? DONE : FAILED;
		if (rc != 0 && piece < l->failed)
			l->failed = piece;
	}
	pthread_cond_broadcast(&l->change);
}

static void *
worker(void * cookie)
{
	struct line * l = cookie;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		while (l->taken == l->filled && !l->stop)
			pthread_cond_wait(&l->change, &l->lock);
		if (l->stop)
			break;
		work(l, l->taken++);
	}
	pthread_mutex_unlock(&l->lock);
	return (NULL);
}

/*
 * Get the oldest piece drained, lending a hand where work waits.  The lock is
 * held, but not while draining.
 */
static int
drain_one(struct line * l, struct cf_err * err)
{
	const struct cf_assembly * o = l->assembly;
	struct slot * s = slot_of(l, l->drained);
	int rc;

	while (s->stage != DONE && s->stage != FAILED) {
		if (l->taken < l->filled)
			work(l, l->taken++);
		else
			pthread_cond_wait(&l->change, &l->lock);
	}
	if (s->stage == FAILED) {
		*err = s->err;
		return (-1);
	}
	pthread_mutex_unlock(&l->lock);
	rc = o->drain(o->cookie, l->drained, (size_t)(l->drained % o->slots),
	    err);
	pthread_mutex_lock(&l->lock);
	s->stage = EMPTY;
	l->drained++;
	return (rc);
}

/* Fill the next piece.  The lock is held, but not while filling. */
static int
fill_one(struct line * l, struct cf_err * err)
{
	const struct cf_assembly * o = l->assembly;
	struct slot * s = slot_of(l, l->filled);
	int rc;

	pthread_mutex_unlock(&l->lock);
	s->continues = 0;
	memset(&s->err, 0, sizeof(s->err));
	rc = o->fill(o->cookie, l->filled, (size_t)(l->filled % o->slots),
	    &s->continues, err);
	pthread_mutex_lock(&l->lock);
	if (rc == 1) {
		s->stage = FILLED;
		l->filled++;
		pthread_cond_broadcast(&l->change);
	}
	return (rc);
}

/* The caller's thread.  The lock is held. */
static int
run(struct line * l, struct cf_err * err)
{
	struct cf_err later;
	int rc;

	for (;;) {
		if (l->filled - l->drained == l->assembly->slots &&
		    drain_one(l, err))
			return (-1);
		if ((rc = fill_one(l, &later)) != 1)
			break;
		/* Alone, there is nothing to be gained by waiting. */
		if (l->assembly->threads == 1 && drain_one(l, err))
			return (-1);
	}
	while (l->drained < l->filled) {
		if (drain_one(l, err))
			return (-1);
	}
	if (rc < 0)
		*err = later;
	return (rc);
}

int
cf_assembly_run(const struct cf_assembly * assembly, struct cf_err * err)
{
	struct line l = { .assembly = assembly, .failed = UINT64_MAX };
	struct cf_err fault = { 0 };
	pthread_t * ids;
	size_t i, started = 0;
	int rc = -1;

	l.slots = cf_mem_array(assembly->slots, sizeof(*l.slots), err);
	ids = cf_mem_array(assembly->threads, sizeof(*ids), err);
	if (l.slots == NULL || ids == NULL)
		goto done;
	pthread_mutex_init(&l.lock, NULL);
	pthread_cond_init(&l.change, NULL);

	/* A thread that cannot be had is no failure: the others do its work. */
	for (; started + 1 < assembly->threads; started++) {
		if (pthread_create(&ids[started], NULL, worker, &l))
			break;
	}
	pthread_mutex_lock(&l.lock);
	if ((rc = run(&l, &fault)) != 0 && err != NULL)
		*err = fault;
	l.stop = 1;
	pthread_cond_broadcast(&l.change);
	pthread_mutex_unlock(&l.lock);
	for (i = 0; i < started; i++)
		pthread_join(ids[i], NULL);
	pthread_cond_destroy(&l.change);
	pthread_mutex_destroy(&l.lock);
done:
	free(ids);
	free(l.slots);
	return (rc);
}

#ifndef CF_SERVE_CREW_H_
#define CF_SERVE_CREW_H_

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "risk/measure.h"
#include "serve/board.h"
#include "serve/shared.h"
#include "serve/watch.h"

/*
 * The workers and their master.  The master answers no request; it starts the
 * workers, puts another in the place of one that died, looks for new models,
 * and hands on what signals ask for.  So whatever befalls a worker costs the
 * requests that it had in hand and nothing else.
 *
 * Master and worker talk over a pair of sockets: orders of one fixed size, a
 * new model's with its open file.  When the master goes, the socket ends, and
 * the workers finish what they have.
 */
enum cf_crew_what {
	CF_CREW_MODEL = 1,	/* A new model: fd, mtime_s. */
	CF_CREW_TROUBLE,	/* The newest model is no good: text. */
	CF_CREW_RELOAD,		/* Tokens, certificates, log; measure. */
	CF_CREW_DRAIN
};

struct cf_crew_order {
	uint32_t what;
	uint32_t zero;
	int64_t mtime_s;
	/* Its rule of sizing is at the same place in all that were forked. */
	struct cf_measure_params measure;
	char text[CF_ERR_TEXT_MAX];
};

/* What the master needs; all borrowed. */
struct cf_crew {
	size_t workers;
	struct cf_board * board;
	struct cf_shared * shared;
	struct cf_watch * watch;
	int signals;		/* Numbers of signals come here as bytes. */
	int64_t drain_s;	/* For requests under way at the end. */
	int verbose;		/* Also note what is as it should be. */

	/* In a new process: be worker ${worker}, whose orders come on
	 * ${control}.  Return its exit status. */
	int (*work)(void * cookie, size_t worker, int control);
	/* On HUP: read again what there is to be read, for the workers started
	 * from now on, and so that a mistake is told once and changes nothing.
	 * ${measure} is from the configuration, which workers cannot read.
	 * Return 0 or -1. */
	int (*reread)(void * cookie, struct cf_measure_params * measure,
	    struct cf_err * err);
	/* Something to be told to who watches the log. */
	void (*note)(void * cookie, const char * text);
	void * cookie;
};

/**
 * cf_crew_run(crew, err):
 * Start the workers and care for them until TERM or INT.  Return 0 or -1.
 */
int cf_crew_run(struct cf_crew * crew, struct cf_err * err);

/**
 * cf_crew_receive(control, order, fd, err):
 * In a worker: receive an order; *${fd} is the file that came with it, or -1.
 * Return 1, 0 if the master is gone, or -1.
 */
int cf_crew_receive(int control, struct cf_crew_order * order, int * fd,
    struct cf_err * err);

#endif /* !CF_SERVE_CREW_H_ */

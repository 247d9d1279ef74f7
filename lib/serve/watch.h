#ifndef CF_SERVE_WATCH_H_
#define CF_SERVE_WATCH_H_

#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "serve/seen.h"

/*
 * Looks whether the model's file has been replaced, and by what.
 *
 * A model that answers must not change under the server, but a file can: it may
 * be cut short or overwritten in place by mistake, and reading a mapped page
 * that is gone kills the reader.  So a new file is copied to one without a name
 * in the state folder, every byte of the copy is verified, and the copy is what
 * the workers map: one for all of them, in the page cache, as the file itself
 * would be.
 */
struct cf_watch {
	char * file;			/* models/market/current/model.cfm */
	const char * folder;		/* For copies; borrowed. */
	struct cf_seen seen;
	int looked;
};

/**
 * cf_watch_start(watch, model, folder, err):
 * Watch ${model}, a file or a folder models/NAME.  Return 0 or -1.
 */
int cf_watch_start(struct cf_watch * watch, const char * model,
    const char * folder, struct cf_err * err);

/**
 * cf_watch_look(watch, fd, mtime_s, err):
 * If there is another file than at the last look, copy and verify it.  Return 1
 * with the copy open as *${fd} and the file's time, 0 if nothing is new, -1 with
 * the reason if what is new is no good; nothing is then done until it changes.
 */
int cf_watch_look(struct cf_watch * watch, int * fd, int64_t * mtime_s,
    struct cf_err * err);

/**
 * cf_watch_open(watch, mtime_s, err):
 * For a process that serves one connection: open the model in place.  Its bytes
 * are verified unless the stamp in the folder says that this very file was
 * before.  Return it with its time, to be freed by the caller, or NULL.
 */
struct cf_model * cf_watch_open(struct cf_watch * watch, int64_t * mtime_s,
    struct cf_err * err);

/**
 * cf_watch_end(watch):
 * Free what it holds.
 */
void cf_watch_end(struct cf_watch * watch);

#endif /* !CF_SERVE_WATCH_H_ */

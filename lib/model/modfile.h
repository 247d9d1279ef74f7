#ifndef CF_MODEL_MODFILE_H_
#define CF_MODEL_MODFILE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "model/model.h"

/*
 * The model file, cf-model(5): a file of sections (model/sections.h) with the
 * magic "CFMODEL\n".  It is mapped and its largest section, the forest, used in
 * place; the others are small and copied.
 *
 *	kind	u32 kind, horizon, inputs, cells, knots, zero; f64 weight
 *	names	the target's and then the inputs' names, each with its NUL
 *	inputs	for each: u32 role, u32 zero, f64 low, f64 high
 *	scale	struct cf_scale: f64 n, mean_y, rows, offset, low, high, then
 *		mean[n], with_y[n], products[n][n]
 *	grid	f64 low[cells], high[cells], mean[cells], share[cells]
 *	calib	f64 to[knots]
 *	forest	the forest image, forest/forest.h; empty without trees
 *	info	metrics and provenance, JSON
 *
 * Opening checks the header, the table, and all sections but the forest down
 * to their checksums, and of the forest what keeps traversal inside it; so a
 * damaged file cannot crash a reader.  Verifying checks every byte.
 *
 * Nothing in the file tells a time: equal inputs give equal bytes and id.
 */

#define CF_MODFILE_VERSION 1

/**
 * cf_modfile_save(model, info, out, err):
 * Write ${model} with the JSON text ${info} to ${out}, which the caller closes,
 * and set model->id.  Return 0 or -1.
 */
int cf_modfile_save(struct cf_model * model, const char * info,
    struct cf_out * out, struct cf_err * err);

/**
 * cf_modfile_open(path, err):
 * Open the model file ${path}, or the file `current/model.cfm` below it where
 * it is a folder models/NAME.  A file that is no model, of a newer version, or
 * damaged is bad data.  Return NULL on failure; the caller frees the model
 * with cf_model_free.
 */
struct cf_model * cf_modfile_open(const char * path, struct cf_err * err);

/**
 * cf_modfile_open_fd(fd, path, err):
 * The same for the model file that ${fd} is open on, which may be closed
 * afterwards; ${path} is for messages.
 */
struct cf_model * cf_modfile_open_fd(int fd, const char * path,
    struct cf_err * err);

/**
 * cf_modfile_path(path, err):
 * Return the name of the file that cf_modfile_open opens, to be freed by the
 * caller, or NULL.
 */
char * cf_modfile_path(const char * path, struct cf_err * err);

/**
 * cf_modfile_verify(model, path, err):
 * Check every byte of an opened model; ${path} is for messages.  Return 0 or
 * -1.
 */
int cf_modfile_verify(const struct cf_model * model, const char * path,
    struct cf_err * err);

#endif /* !CF_MODEL_MODFILE_H_ */

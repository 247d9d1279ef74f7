#ifndef CF_FACE_FAULT_H_
#define CF_FACE_FAULT_H_

#include "base/err.h"
#include "face/cf.h"

/*
 * The library's errors as callers from outside see them.
 */

/**
 * cf_fault(error, err):
 * Tell the caller what ${err} has: fill ${error}, which may be NULL.  Return
 * -1.
 */
int cf_fault(struct cf_error * error, const struct cf_err * err);

#endif /* !CF_FACE_FAULT_H_ */

#ifndef CF_FEATURE_LIST_H_
#define CF_FEATURE_LIST_H_

#include "base/err.h"
#include "base/out.h"
#include "table/writer.h"

/**
 * cf_list_write(out, format, err):
 * Write the catalogue of indicators as records name, parameters, role, inputs,
 * rows (up to the first value, with the default parameters), about, formula,
 * source.  Return 0 or -1.
 */
int cf_list_write(struct cf_out * out, enum cf_format format,
    struct cf_err * err);

#endif /* !CF_FEATURE_LIST_H_ */

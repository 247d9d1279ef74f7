#include <string.h>

#include "face/fault.h"

_Static_assert(CF_ERROR_TEXT == CF_ERR_TEXT_MAX, "size of a message");

int
cf_fault(struct cf_error * error, const struct cf_err * err)
{

	if (error == NULL)
		return (-1);
	error->status = err->kind == CF_ERR_USAGE ? CF_STATUS_USAGE :
	    err->kind == CF_ERR_DATA ? CF_STATUS_DATA : CF_STATUS_SYSTEM;
	memcpy(error->text, err->text, sizeof(error->text));
	return (-1);
}

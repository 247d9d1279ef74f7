#include <stddef.h>

#include "table/each.h"

int
cf_each_record(struct cf_reader * reader, cf_each_step header,
    cf_each_step row, void * cookie, struct cf_err * err)
{
	int rc;

	if (reader == NULL)
		return (-1);
	rc = cf_reader_header(reader, err);
	if (rc == 1 && header != NULL && header(cookie, reader, err))
		rc = -1;
	while (rc == 1 && (rc = cf_reader_next(reader, err)) == 1) {
		if (row(cookie, reader, err))
			rc = -1;
	}
	cf_reader_close(reader);
	return (rc);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "risk/listed.h"
#include "table/each.h"

struct loading {
	struct cf_listed * listed;
	const char * columns[2];	/* Name and value. */
	size_t at[2];
};

static int
find(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct loading * l = cookie;

	return (cf_reader_need(reader, l->columns[0], &l->at[0], err) ||
	    cf_reader_need(reader, l->columns[1], &l->at[1], err));
}

static int
take(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	const struct loading * l = cookie;
	struct cf_listed * listed = l->listed;
	struct cf_field name = cf_reader_field(reader, l->at[0]);
	size_t number;
	double x;
	int rc;

	if (name.len == 0)
		return (cf_reader_bad(reader, l->at[0], "missing", err));
	if (cf_reader_number(reader, l->at[1], &x, err))
		return (-1);
	if (isnan(x))
		return (cf_reader_bad(reader, l->at[1], "missing", err));
	rc = cf_names_add(&listed->names, name.text, name.len, &number, err);
	if (rc == 0)
		return (cf_reader_bad(reader, l->at[0], "given twice", err));
	if (rc == -1 || cf_mem_grow(&listed->values, &listed->capacity,
	    number + 1, sizeof(*listed->values), err))
		return (-1);
	listed->values[number] = x;
	return (0);
}

int
cf_listed_load(struct cf_listed * listed, const char * path,
    const char * name, const char * value, struct cf_err * err)
{
	struct loading l = { .listed = listed, .columns = { name, value } };

	memset(listed, 0, sizeof(*listed));
	return (cf_each_record(cf_reader_open(path, err), find, take, &l,
	    err));
}

void
cf_listed_free(struct cf_listed * listed)
{

	cf_names_free(&listed->names);
	free(listed->values);
	memset(listed, 0, sizeof(*listed));
}

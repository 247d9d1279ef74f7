#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "risk/purse.h"
#include "table/reader.h"

static int
read_record(struct cf_purse * p, const struct cf_reader * file,
    size_t account, size_t amount, size_t * capacity, struct cf_err * err)
{
	struct cf_field name = cf_reader_field(file, account);
	size_t number;
	double x;
	int rc;

	if (name.len == 0)
		return (cf_reader_bad(file, account, "missing", err));
	if (cf_reader_number(file, amount, &x, err))
		return (-1);
	if (isnan(x))
		return (cf_reader_bad(file, amount, "missing", err));
	rc = cf_names_add(&p->names, name.text, name.len, &number, err);
	if (rc == 0)
		return (cf_reader_bad(file, account, "twice", err));
	if (rc == -1 || cf_mem_grow(&p->amounts, capacity, p->names.n,
	    sizeof(*p->amounts), err))
		return (-1);
	p->amounts[number] = x;
	return (0);
}

int
cf_purse_load(struct cf_purse * p, const char * text, const char * what,
    struct cf_err * err)
{
	struct cf_reader * file;
	size_t account, amount, capacity = 0;
	int rc;

	memset(p, 0, sizeof(*p));
	p->what = what;
	if (cf_num_parse(text, strlen(text), &p->single) == CF_NUM_OK) {
		p->is_single = 1;
		return (0);
	}
	if ((file = cf_reader_open(text, err)) == NULL)
		return (-1);
	if ((rc = cf_reader_header(file, err)) > 0) {
		rc = cf_reader_need(file, "account", &account, err) ||
		    cf_reader_need(file, "amount", &amount, err) ? -1 : 0;
		while (rc == 0 && (rc = cf_reader_next(file, err)) == 1)
			rc = read_record(p, file, account, amount, &capacity,
			    err);
	}
	cf_reader_close(file);
	return (rc);
}

int
cf_purse_get(const struct cf_purse * p, const char * name, size_t len,
    double * amount, struct cf_err * err)
{
	size_t number;

	*amount = p->single;
	if (p->is_single)
		return (0);
	if (!cf_names_find(&p->names, name, len, &number))
		return (cf_err_data(err, NULL, name, len,
		    "option %s: no amount for the account", p->what));
	*amount = p->amounts[number];
	return (0);
}

void
cf_purse_free(struct cf_purse * p)
{

	cf_names_free(&p->names);
	free(p->amounts);
	memset(p, 0, sizeof(*p));
}

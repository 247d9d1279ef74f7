#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "risk/portfolio.h"
#include "table/reader.h"

static int
add_holding(struct cf_portfolio * p, struct cf_reader * reader, size_t symbol,
    size_t weight, struct cf_err * err)
{
	struct cf_field name = cf_reader_field(reader, symbol);
	size_t number;
	double w;
	int rc;

	if (name.len == 0)
		return (cf_reader_bad(reader, symbol, "missing", err));
	if (cf_reader_number(reader, weight, &w, err))
		return (-1);
	if (isnan(w))
		return (cf_reader_bad(reader, weight, "missing", err));
	rc = cf_names_add(&p->names, name.text, name.len, &number, err);
	if (rc == 0)
		return (cf_reader_bad(reader, symbol, "given twice", err));
	if (rc == -1 || cf_mem_grow(&p->weight, &p->capacity, number + 1,
	    sizeof(*p->weight), err))
		return (-1);
	p->weight[number] = w;
	return (0);
}

static int
read_holdings(struct cf_portfolio * p, struct cf_reader * reader,
    struct cf_err * err)
{
	size_t symbol, weight, i;
	double gross = 0;
	int rc;

	if ((rc = cf_reader_header(reader, err)) == -1)
		return (-1);
	if (rc == 1 && (cf_reader_need(reader, "symbol", &symbol, err) ||
	    cf_reader_need(reader, "weight", &weight, err)))
		return (-1);
	while (rc == 1 && (rc = cf_reader_next(reader, err)) == 1) {
		if (add_holding(p, reader, symbol, weight, err))
			return (-1);
	}
	for (i = 0; i < p->names.n; i++)
		gross += fabs(p->weight[i]);
	for (i = 0; i < p->names.n && gross > 0; i++)
		p->weight[i] /= gross;
	if (rc == 0 && !(gross > 0 && isfinite(gross)))
		return (cf_err_set(err, CF_ERR_DATA, "%s: %s",
		    cf_reader_name(reader), gross > 0 ?
		    "weights too large" : "no holdings"));
	return (rc);
}

struct cf_portfolio *
cf_portfolio_load(const char * path, struct cf_err * err)
{
	struct cf_reader * reader;
	struct cf_portfolio * p;
	int rc;

	if ((p = cf_mem_array(1, sizeof(*p), err)) == NULL)
		return (NULL);
	if ((reader = cf_reader_open(path, err)) == NULL)
		goto err0;
	rc = read_holdings(p, reader, err);
	cf_reader_close(reader);
	if (rc == 0)
		return (p);

err0:
	cf_portfolio_free(p);
	return (NULL);
}

void
cf_portfolio_free(struct cf_portfolio * p)
{

	if (p == NULL)
		return;
	cf_names_free(&p->names);
	free(p->weight);
	free(p);
}

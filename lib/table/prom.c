#include <math.h>

#include "table/prom.h"

static const char * const types[] = { "gauge", "counter", "histogram" };

/* Text with the escapes of the format; a quote only needs one in a label. */
static void
add_escaped(struct cf_buf * buf, const char * text, int quote)
{
	const char * p;

	for (p = text; *p != '\0'; p++) {
		if (*p == '\n')
			cf_buf_add_text(buf, "\\n");
		else if (*p == '\\' || (*p == '"' && quote))
			cf_buf_addf(buf, "\\%c", *p);
		else
			cf_buf_add_char(buf, *p);
	}
}

void
cf_prom_metric(struct cf_buf * buf, const char * name, enum cf_prom_type type,
    const char * help)
{

	cf_buf_addf(buf, "# HELP %s ", name);
	add_escaped(buf, help, 0);
	cf_buf_addf(buf, "\n# TYPE %s %s\n", name, types[type]);
}

void
cf_prom_sample(struct cf_buf * buf, const char * name,
    const struct cf_prom_label * labels, size_t n, double x)
{
	size_t i;

	cf_buf_add_text(buf, name);
	for (i = 0; i < n; i++) {
		cf_buf_addf(buf, "%c%s=\"", i == 0 ? '{' : ',',
		    labels[i].name);
		add_escaped(buf, labels[i].value, 1);
		cf_buf_add_char(buf, '"');
	}
	cf_buf_add_text(buf, n > 0 ? "} " : " ");
	/* A sign before "nan" is a parse error. */
	if (isnan(x))
		cf_buf_add_text(buf, "NaN");
	else if (isinf(x))
		cf_buf_add_text(buf, x > 0 ? "+Inf" : "-Inf");
	else
		cf_buf_add_number(buf, x);
	cf_buf_add_char(buf, '\n');
}

void
cf_prom_value(struct cf_buf * buf, const char * name, enum cf_prom_type type,
    const char * help, double x)
{

	cf_prom_metric(buf, name, type, help);
	cf_prom_sample(buf, name, NULL, 0, x);
}

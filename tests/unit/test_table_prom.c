#include <math.h>
#include <string.h>

#include "unit.h"

#include "table/prom.h"

START_TEST(text)
{
	static const struct cf_prom_label labels[] = { { "path", "C:\\x\"y\nz" }, { "code", "200" } };
	struct cf_buf buf = { 0 };

	cf_prom_value(&buf, "a_bytes", CF_PROM_GAUGE, "Back\\slash, \"quote\", line\nend.", 0.1);
	cf_prom_metric(&buf, "b_total", CF_PROM_COUNTER, "Of b.");
	cf_prom_sample(&buf, "b_total", labels, 2, 3);
	cf_prom_sample(&buf, "b_total", labels + 1, 1, -0.0);
	cf_prom_metric(&buf, "c", CF_PROM_GAUGE, "");
	cf_prom_sample(&buf, "c", NULL, 0, -NAN);
	cf_prom_sample(&buf, "c", NULL, 0, INFINITY);
	cf_prom_sample(&buf, "c", NULL, 0, -INFINITY);
	ck_assert_str_eq(cf_buf_string(&buf, NULL),
	    "# HELP a_bytes Back\\\\slash, \"quote\", line\\nend.\n# TYPE a_bytes gauge\na_bytes 0.1\n"
	    "# HELP b_total Of b.\n# TYPE b_total counter\n"
	    "b_total{path=\"C:\\\\x\\\"y\\nz\",code=\"200\"} 3\nb_total{code=\"200\"} 0\n"
	    "# HELP c \n# TYPE c gauge\nc NaN\nc +Inf\nc -Inf\n");
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("table_prom", text)

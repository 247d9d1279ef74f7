#include <string.h>

#include "base/day.h"
#include "base/opt.h"
#include "source/ask.h"
#include "source/layout.h"

static int
read_day(const char * name, const char * text, int32_t * day,
    struct cf_err * err)
{

	if (text == NULL || cf_day_parse(text, strlen(text), day) == 0)
		return (0);
	return (cf_opt_bad(err, name, text, "not a date YYYY-MM-DD"));
}

/* "YYYY-MM" */
static int
check_month(const char * month, struct cf_err * err)
{
	char text[] = "YYYY-MM-01";
	int32_t day;

	if (strlen(month) == 7) {
		memcpy(text, month, 7);
		if (cf_day_parse(text, 10, &day) == 0)
			return (0);
	}
	return (cf_opt_bad(err, "month", month, "not YYYY-MM"));
}

int
cf_ask_check(struct cf_job_ask * ask, const struct cf_ask_texts * texts,
    struct cf_err * err)
{

	ask->from = CF_DAY_MIN;
	ask->to = ask->as_of = CF_DAY_MAX;
	if (read_day("from", texts->from, &ask->from, err) ||
	    read_day("to", texts->to, &ask->to, err) ||
	    read_day("as-of", texts->as_of, &ask->as_of, err) ||
	    cf_layout_map_check(ask->map, err))
		return (-1);
	if (ask->month != NULL && check_month(ask->month, err))
		return (-1);
	if (ask->from > ask->to)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "--from lies behind --to"));
	if (ask->to_store && texts->as_of != NULL && !ask->vintages)
		return (cf_err_set(err, CF_ERR_USAGE, "--as-of with --store "
		    "would put old values in the place of new ones; "
		    "--vintages keeps both"));
	return (0);
}

#include <string.h>

#include "base/day.h"
#include "base/num.h"
#include "http/limits.h"
#include "http/retry.h"

double
cf_retry_wait(double first_s, int tries, struct cf_rng * rng)
{
	double wait_s = first_s;

	while (--tries > 0 && wait_s < CF_HTTP_WAIT_MAX_S)
		wait_s *= 2;
	if (wait_s > CF_HTTP_WAIT_MAX_S)
		wait_s = CF_HTTP_WAIT_MAX_S;
	return (wait_s * (1 - 0.5 * cf_rng_uniform(rng)));
}

/* Read "DD Mon YYYY HH:MM:SS GMT". */
static int
parse_date(const char * text, int64_t * time_s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[] = "YYYY-MM-DDTHH:MM:SSZ";
	int has_clock, i;

	if (strlen(text) != 24 || strcmp(text + 20, " GMT") != 0 ||
	    text[2] != ' ' || text[6] != ' ' || text[11] != ' ')
		return (-1);
	for (i = 0; i < 12; i++) {
		if (strncmp(months + 3 * i, text + 3, 3) == 0)
			break;
	}
	if (i == 12)
		return (-1);
	memcpy(iso, text + 7, 4);
	iso[5] = (char)('0' + (i + 1) / 10);
	iso[6] = (char)('0' + (i + 1) % 10);
	memcpy(iso + 8, text, 2);
	memcpy(iso + 11, text + 12, 8);
	return (cf_day_parse_moment(iso, sizeof(iso) - 1, time_s,
	    &has_clock));
}

int
cf_retry_after(const char * text, int64_t now_s, double * wait_s)
{
	const char * comma = strchr(text, ',');
	int64_t time_s, seconds;

	if (cf_num_parse_int(text, strlen(text), &seconds) == CF_NUM_OK)
		*wait_s = (double)seconds;
	else if (comma != NULL && comma[1] == ' ' &&
	    parse_date(comma + 2, &time_s) == 0)
		*wait_s = (double)(time_s - now_s);
	else
		return (-1);
	if (*wait_s < 0)
		*wait_s = 0;
	if (*wait_s > CF_HTTP_RETRY_AFTER_MAX_S)
		*wait_s = CF_HTTP_RETRY_AFTER_MAX_S;
	return (0);
}

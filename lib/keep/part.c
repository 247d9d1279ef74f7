#include <string.h>

#include "keep/part.h"

static const struct {
	const char * name;
	const char * top;
} parts[] = {
#define CF_PART_ROW(id, name, top) { name, top },
	CF_PARTS(CF_PART_ROW)
#undef CF_PART_ROW
};

const char *
cf_part_top(enum cf_part part)
{

	return (parts[part].top);
}

int
cf_part_parse(const char * list, uint32_t * set, struct cf_err * err)
{
	const char * p = list;
	size_t len, i;

	*set = 0;
	while (*(p += strspn(p, ", ")) != '\0') {
		len = strcspn(p, ", ");
		for (i = 0; i < CF_PART_COUNT; i++) {
			if (strlen(parts[i].name) == len &&
			    memcmp(parts[i].name, p, len) == 0)
				break;
		}
		if (i == CF_PART_COUNT)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "unknown part: \"%.*s\"", len < 60 ? (int)len : 60,
			    p));
		*set |= 1u << i;
		p += len;
	}
	if (*set == 0)
		return (cf_err_set(err, CF_ERR_USAGE, "no part named"));
	return (0);
}

void
cf_part_print(uint32_t set, struct cf_buf * buf)
{
	const char * blank = "";
	size_t i;

	for (i = 0; i < CF_PART_COUNT; i++) {
		if ((set & 1u << i) == 0)
			continue;
		cf_buf_addf(buf, "%s%s", blank, parts[i].name);
		blank = " ";
	}
}

uint32_t
cf_part_of(const char * path)
{
	size_t len = strcspn(path, "/"), i;

	for (i = 0; i < CF_PART_COUNT; i++) {
		if (strlen(parts[i].top) == len &&
		    memcmp(parts[i].top, path, len) == 0)
			return (1u << i);
	}
	return (0);
}

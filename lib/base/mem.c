#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void *
cf_mem_array(size_t n, size_t size, struct cf_err * err)
{
	void * p = NULL;

	/* calloc(0) may return NULL. */
	n += n == 0;
	size += size == 0;
	if (n <= SIZE_MAX / 2 / size)
		p = calloc(n, size);
	if (p == NULL)
		cf_err_memory(err);
	return (p);
}

int
cf_mem_grow(void * ptr, size_t * capacity, size_t need, size_t size,
    struct cf_err * err)
{
	size_t room = *capacity;
	void * p;
	void * grown;

	if (need <= room)
		return (0);
	if (need > SIZE_MAX / 2 / size)
		return (cf_err_memory(err));
	if (room < 16)
		room = 16;
	while (room < need)
		room += room / 2;
	if (room > SIZE_MAX / 2 / size)
		room = need;

	/* ptr is the address of a pointer of some type: copy it as bytes. */
	memcpy(&p, ptr, sizeof(p));
	if ((grown = realloc(p, room * size)) == NULL)
		return (cf_err_memory(err));
	memcpy(ptr, &grown, sizeof(grown));
	*capacity = room;
	return (0);
}

char *
cf_mem_strdup(const char * s, struct cf_err * err)
{

	return (cf_mem_strndup(s, strlen(s), err));
}

char *
cf_mem_strndup(const char * s, size_t len, struct cf_err * err)
{
	char * copy;

	if (len == SIZE_MAX || (copy = malloc(len + 1)) == NULL) {
		cf_err_memory(err);
		return (NULL);
	}
	memcpy(copy, s, len);
	copy[len] = '\0';
	return (copy);
}

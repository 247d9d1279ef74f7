#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feature/names.h"

/* FNV-1a (Fowler, Noll, Vo 1991), its high bits folded in. */
static size_t
hash(const char * text, size_t len)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < len; i++) {
		h ^= (unsigned char)text[i];
		h *= UINT64_C(1099511628211);
	}
	return ((size_t)(h ^ h >> 32));
}

const char *
cf_names_get(const struct cf_names * names, size_t number, size_t * len)
{

	*len = names->starts[number + 1] - names->starts[number];
	return (names->texts + names->starts[number]);
}

/* The slot that holds a name, or the empty one where it belongs. */
static size_t
slot_of(const struct cf_names * names, const char * text, size_t len)
{
	size_t mask = names->table_len - 1;
	size_t slot = hash(text, len) & mask;
	const char * held;
	size_t held_len;

	for (; names->table[slot] != 0; slot = (slot + 1) & mask) {
		held = cf_names_get(names, names->table[slot] - 1, &held_len);
		if (held_len == len && memcmp(held, text, len) == 0)
			break;
	}
	return (slot);
}

/* Keep the table at most half full. */
static int
make_room(struct cf_names * names, struct cf_err * err)
{
	size_t * old = names->table;
	const char * text;
	size_t room, i, len;

	if (names->n + 1 <= names->table_len / 2)
		return (0);
	room = names->table_len > 0 ? 2 * names->table_len : 64;
	names->table = cf_mem_array(room, sizeof(*names->table), err);
	if (names->table == NULL) {
		names->table = old;
		return (-1);
	}
	free(old);
	names->table_len = room;
	for (i = 0; i < names->n; i++) {
		text = cf_names_get(names, i, &len);
		names->table[slot_of(names, text, len)] = i + 1;
	}
	return (0);
}

int
cf_names_add(struct cf_names * names, const char * text, size_t len,
    size_t * number, struct cf_err * err)
{
	size_t slot;

	if (make_room(names, err))
		return (-1);
	slot = slot_of(names, text, len);
	if (names->table[slot] != 0) {
		*number = names->table[slot] - 1;
		return (0);
	}
	if (cf_mem_grow(&names->texts, &names->texts_capacity,
	    names->texts_len + len, 1, err) ||
	    cf_mem_grow(&names->starts, &names->starts_capacity, names->n + 2,
	    sizeof(*names->starts), err))
		return (-1);
	memcpy(names->texts + names->texts_len, text, len);
	names->starts[names->n] = names->texts_len;
	names->texts_len += len;
	*number = names->n++;
	names->starts[names->n] = names->texts_len;
	names->table[slot] = names->n;
	return (1);
}

int
cf_names_find(const struct cf_names * names, const char * text, size_t len,
    size_t * number)
{
	size_t slot;

	if (names->n == 0)
		return (0);
	slot = slot_of(names, text, len);
	if (names->table[slot] == 0)
		return (0);
	*number = names->table[slot] - 1;
	return (1);
}

void
cf_names_free(struct cf_names * names)
{

	free(names->texts);
	free(names->starts);
	free(names->table);
	memset(names, 0, sizeof(*names));
}

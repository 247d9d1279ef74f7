#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "serve/memo.h"

/* Words, because what is read while it is written must be atomic. */
#define WORDS ((CF_MEMO_SLOT - 16) / 8)

struct slot {
	_Atomic uint64_t turn;		/* Odd: being written; 0: empty. */
	_Atomic uint64_t hash;
	_Atomic uint64_t words[WORDS];
};

/* What the words of a slot hold, one behind the other: */
struct head {
	uint32_t query;			/* lengths, */
	uint32_t body;
	uint32_t answer;
	uint32_t records;
	uint64_t settings;
	char model[24];			/* then query, body, answer. */
};

struct cf_memo {
	const struct cf_shared * shared;
	size_t n;
	struct slot * slots;
};

struct cf_memo *
cf_memo_new(size_t slots, const struct cf_shared * shared,
    struct cf_err * err)
{
	struct cf_memo * m;

	if ((m = cf_mem_array(1, sizeof(*m), err)) == NULL)
		return (NULL);
	m->shared = shared;
	m->n = slots;
	m->slots = cf_shared_memory(slots * sizeof(*m->slots), err);
	if (m->slots == NULL) {
		free(m);
		return (NULL);
	}
	return (m);
}

/* Copy n bytes from the words from byte `at` on. */
static void
copy_out(const struct slot * s, size_t at, char * dst, size_t n)
{
	uint64_t word;
	size_t take;

	while (n > 0) {
		word = atomic_load_explicit(&s->words[at / 8],
		    memory_order_relaxed);
		take = 8 - at % 8 < n ? 8 - at % 8 : n;
		memcpy(dst, (const char *)&word + at % 8, take);
		dst += take;
		at += take;
		n -= take;
	}
}

static int
is_key(const struct cf_memo_key * key, const struct head * h,
    const char * text)
{

	return (h->query == key->query_len && h->body == key->body_len &&
	    h->settings == key->settings &&
	    strncmp(h->model, key->model, sizeof(h->model)) == 0 &&
	    memcmp(text, key->query, h->query) == 0 &&
	    memcmp(text + h->query, key->body, h->body) == 0);
}

int
cf_memo_find(struct cf_memo * m, struct cf_memo_key * key,
    struct cf_buf * out)
{
	char text[CF_MEMO_SLOT];
	struct slot * s;
	struct head h;
	uint64_t turn;
	size_t len;

	key->hash = cf_shared_hash(m->shared, key->body, key->body_len) ^
	    cf_shared_hash(m->shared, key->query, key->query_len);
	s = &m->slots[key->hash % m->n];
	turn = atomic_load_explicit(&s->turn, memory_order_acquire);
	if (turn == 0 || turn % 2 == 1 || atomic_load_explicit(&s->hash,
	    memory_order_relaxed) != key->hash)
		return (0);
	copy_out(s, 0, (char *)&h, sizeof(h));
	len = (size_t)h.query + h.body + h.answer;
	/* Half-written lengths may say anything. */
	if (h.query > CF_MEMO_SLOT || h.body > CF_MEMO_SLOT ||
	    h.answer > CF_MEMO_SLOT || len > WORDS * 8 - sizeof(h))
		return (0);
	copy_out(s, sizeof(h), text, len);
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&s->turn, memory_order_relaxed) != turn ||
	    !is_key(key, &h, text))
		return (0);
	cf_buf_add(out, text + h.query + h.body, h.answer);
	key->records = h.records;
	return (!out->failed);
}

void
cf_memo_keep(struct cf_memo * m, const struct cf_memo_key * key,
    const char * answer, size_t len)
{
	struct slot * s = &m->slots[key->hash % m->n];
	uint64_t words[WORDS];
	struct head h;
	uint64_t turn;
	char * p = (char *)words;
	size_t i, n;

	n = sizeof(h) + key->query_len + key->body_len + len;
	if (n > sizeof(words) || strlen(key->model) >= sizeof(h.model))
		return;
	memset(&h, 0, sizeof(h));
	h.query = (uint32_t)key->query_len;
	h.body = (uint32_t)key->body_len;
	h.answer = (uint32_t)len;
	h.records = key->records;
	h.settings = key->settings;
	memcpy(h.model, key->model, strlen(key->model));
	words[(n - 1) / 8] = 0;
	memcpy(p, &h, sizeof(h));
	p += sizeof(h);
	memcpy(p, key->query, key->query_len);
	p += key->query_len;
	memcpy(p, key->body, key->body_len);
	memcpy(p + key->body_len, answer, len);

	turn = atomic_load_explicit(&s->turn, memory_order_relaxed);
	if (turn % 2 == 1 || !atomic_compare_exchange_strong_explicit(&s->turn,
	    &turn, turn + 1, memory_order_acquire, memory_order_relaxed))
		return;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&s->hash, key->hash, memory_order_relaxed);
	for (i = 0; i < (n + 7) / 8; i++)
		atomic_store_explicit(&s->words[i], words[i],
		    memory_order_relaxed);
	atomic_store_explicit(&s->turn, turn + 2, memory_order_release);
}

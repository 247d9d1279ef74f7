#include "model.h"
#include "../unit/serve_world.h"

/*
 * A connection: its bytes come whole and in pieces, and each way must give the same answers, but for their dates.  The first
 * byte says how large the pieces are; from 128 on, what follows is the body of a request to /predict.  No answer is a 5xx.
 */

/* A small model, which answers. */
static void
make_holder(void)
{

	FUZZ_HOLDS(cf_holder_take(&W.service.holder, model_make(model_data("holding", "cash_flow", 0)), 0, NULL) == 0);
	W.service.measure.sizing = cf_sizing_by_name("kelly");
}

/* Answers without the lines that depend on when they were given. */
static void
check(struct cf_buf *all)
{
	char *p = all->data, *date;

	FUZZ_HOLDS(!all->failed);
	if (all->len == 0)
		return;
	FUZZ_HOLDS(cf_buf_string(all, NULL) != NULL);
	p = all->data;
	FUZZ_HOLDS(strncmp(p, "HTTP/1.1 ", 9) == 0);
	while ((date = strstr(p, "\r\nDate: ")) != NULL) {
		memset(date + 8, '-', 29);
		p = date + 8;
	}
	p = all->data;
	while ((date = strstr(p, "\"timestamp\":\"")) != NULL) {
		memset(date + 13, '-', 20);
		p = date + 13;
	}
}

/* By the counters: texts of answers may quote anything. */
static void
check_statuses(void)
{
	for (size_t route = 0; route < CF_SHARED_ROUTES; route++)
		for (size_t method = 0; method < CF_HEAD_METHODS; method++)
			for (size_t i = 0; i < CF_SHARED_NSTATUS; i++)
				FUZZ_HOLDS(cf_shared_status(i) < 500 || W.shared.file->requests[route][method][i] == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int ready;
	struct cf_buf whole = { 0 }, cut = { 0 }, request = { 0 };
	size_t a, b;

	if (!ready) {
		FUZZ_HOLDS(world_begin() == 0);
		make_holder();
		ready = 1;
	}
	if (size < 1)
		return (0);
	if (data[0] >= 128)
		cf_buf_addf(&request, "POST /predict HTTP/1.1\r\nHost: x\r\n" WORLD_AUTH "Content-Length: %zu\r\n\r\n", size - 1);
	cf_buf_add(&request, data + 1, size - 1);
	FUZZ_HOLDS(!request.failed);
	a = world_feed(request.data, request.len, request.len + 1, 1, &whole);
	b = world_feed(request.data, request.len, 1 + data[0] % 64, 1, &cut);
	/* Behind an error less may be read in pieces, never answered otherwise. */
	FUZZ_HOLDS(b <= a || a == b);
	/* The counters that /metrics tells have gone on. */
	if (memmem(data, size, "/metrics", 8) == NULL) {
		check(&whole);
		check(&cut);
		FUZZ_HOLDS(whole.len == cut.len);
		FUZZ_HOLDS(whole.len == 0 || memcmp(whole.data, cut.data, whole.len) == 0);
	}
	check_statuses();
	cf_buf_free(&whole);
	cf_buf_free(&cut);
	cf_buf_free(&request);
	return (0);
}

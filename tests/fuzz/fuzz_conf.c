#include "fuzz.h"

#include "base/conf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cf_conf_key *keys;
	struct cf_err err = { 0 };
	struct cf_conf *conf = cf_conf_load(fuzz_file(data, size), &err);
	struct cf_buf text = { 0 };
	size_t n;

	if (conf == NULL) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_USAGE);
		return (0);
	}
	keys = cf_conf_keys(&n);
	for (size_t i = 0; i < n; i++)
		cf_conf_get(conf, keys[i].name);
	for (size_t i = 0; cf_conf_unknown(conf, i) != NULL; i++)
		FUZZ_HOLDS(strlen(cf_conf_unknown(conf, i)) > 0);
	cf_conf_print(conf, &text);
	FUZZ_HOLDS(cf_buf_string(&text, NULL) != NULL);
	cf_buf_free(&text);
	cf_conf_free(conf);
	return (0);
}

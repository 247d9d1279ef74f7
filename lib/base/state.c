#include <string.h>

#include "base/state.h"
#include "base/text.h"

static const struct {
	const char * before;
	const char * behind;	/* NULL: the kind is one file. */
} kinds[] = {
#define CF_STATE_ROW(id, before, behind) { before, behind },
	CF_STATE_KINDS(CF_STATE_ROW)
#undef CF_STATE_ROW
};

/* All bytes but those that may stand in a file's name anywhere. */
static int
is_odd(char c)
{

	return (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-'));
}

int
cf_state_encode(struct cf_buf * buf, const char * name, struct cf_err * err)
{
	size_t len = strlen(name), start = buf->len;

	if (len == 0)
		return (cf_err_set(err, CF_ERR_DATA, "empty name"));
	cf_text_escape(buf, name, len, is_odd);
	if (buf->len - start > CF_STATE_NAME_MAX) {
		buf->len = start;
		return (cf_err_data(err, NULL, name, len,
		    "name too long for a file"));
	}
	return (buf->failed ? cf_err_memory(err) : 0);
}

int
cf_state_decode(struct cf_buf * buf, const char * text, size_t len,
    struct cf_err * err)
{
	size_t start = buf->len;

	if (len == 0 || cf_text_unescape(buf, text, len, is_odd)) {
		buf->len = start;
		return (cf_err_data(err, NULL, text, len,
		    "not the name of a state file"));
	}
	return (buf->failed ? cf_err_memory(err) : 0);
}

int
cf_state_path(struct cf_buf * path, const char * home,
    enum cf_state_kind kind, const char * name, struct cf_err * err)
{

	cf_buf_addf(path, "%s/%s", home, kinds[kind].before);
	if (kinds[kind].behind != NULL) {
		if (cf_state_encode(path, name, err))
			return (-1);
		cf_buf_add_text(path, kinds[kind].behind);
	}
	return (path->failed ? cf_err_memory(err) : 0);
}

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "base/num.h"
#include "base/out.h"
#include "base/state.h"
#include "http/cache.h"

#define HEAD_MAX 2048		/* Bytes before the body. */
#define MAGIC "cashflow cache 1\n"

static int
entry_path(struct cf_buf * path, const char * folder, const char * name,
    struct cf_err * err)
{

	cf_buf_addf(path, "%s/", folder);
	if (cf_state_encode(path, name, err))
		return (-1);
	return (cf_buf_string(path, err) == NULL ? -1 : 0);
}

static unsigned long
checksum(const char * data, size_t len)
{

	return (crc32(crc32(0, NULL, 0), (const unsigned char *)data,
	    (uInt)len));
}

/* Copy the value of the line "${name} VALUE" of the head. */
static int
head_value(const char * head, const char * name, char * dst, size_t dst_size)
{
	const char * p = strstr(head, name);
	size_t len;

	if (p == NULL)
		return (-1);
	p += strlen(name);
	len = strcspn(p, "\n");
	if (len >= dst_size)
		return (-1);
	memcpy(dst, p, len);
	dst[len] = '\0';
	return (0);
}

static int
head_number(const char * head, const char * name, int64_t * x)
{
	char text[32];

	if (head_value(head, name, text, sizeof(text)))
		return (-1);
	return (cf_num_parse_int(text, strlen(text), x) == CF_NUM_OK ? 0 : -1);
}

/* Take the file in ${entry}->body apart.  Return 1, or 0 when it is none. */
static int
parse(struct cf_cache_entry * entry)
{
	struct cf_buf * b = &entry->body;
	char head[HEAD_MAX];
	size_t head_len = b->len < HEAD_MAX - 1 ? b->len : HEAD_MAX - 1;
	const char * end;
	int64_t length, crc;

	if (b->len < sizeof(MAGIC) || memcmp(b->data, MAGIC,
	    sizeof(MAGIC) - 1) != 0)
		return (0);
	memcpy(head, b->data, head_len);
	head[head_len] = '\0';
	if ((end = strstr(head, "\n\n")) == NULL)
		return (0);
	head_len = (size_t)(end + 2 - head);
	head[head_len] = '\0';
	if (head_number(head, "\nchecked ", &entry->checked_s) ||
	    head_number(head, "\nlength ", &length) ||
	    head_number(head, "\ncrc32 ", &crc) ||
	    head_value(head, "\netag ", entry->etag, sizeof(entry->etag)) ||
	    head_value(head, "\nmodified ", entry->modified,
	    sizeof(entry->modified)))
		return (0);
	b->len -= head_len;
	memmove(b->data, b->data + head_len, b->len);
	return (length == (int64_t)b->len &&
	    crc == (int64_t)checksum(b->data, b->len));
}

int
cf_cache_load(const char * folder, const char * name,
    struct cf_cache_entry * entry, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int rc = -1;

	memset(entry, 0, sizeof(*entry));
	if (entry_path(&path, folder, name, err))
		goto done;
	if (access(path.data, F_OK) != 0 && errno == ENOENT) {
		rc = 0;
		goto done;
	}
	if (cf_file_read(path.data, CF_HTTP_BODY_MAX * 32 + HEAD_MAX,
	    &entry->body, err))
		goto done;
	rc = parse(entry);
done:
	if (rc != 1)
		cf_buf_free(&entry->body);
	cf_buf_free(&path);
	return (rc);
}

int
cf_cache_store(const char * folder, const char * name,
    const struct cf_cache_entry * entry, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_out * out;
	char head[HEAD_MAX];
	int rc = -1;

	if (cf_file_make_folders(folder, err) ||
	    entry_path(&path, folder, name, err))
		goto done;
	snprintf(head, sizeof(head), MAGIC "checked %lld\nlength %zu\n"
	    "crc32 %lu\netag %s\nmodified %s\n\n",
	    (long long)entry->checked_s, entry->body.len,
	    checksum(entry->body.data, entry->body.len), entry->etag,
	    entry->modified);
	if ((out = cf_out_open(path.data, err)) == NULL)
		goto done;
	cf_out_text(out, head);
	cf_out_write(out, entry->body.data, entry->body.len);
	rc = cf_out_close(out, err);
done:
	cf_buf_free(&path);
	return (rc);
}

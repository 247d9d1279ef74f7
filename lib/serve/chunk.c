#include "serve/chunk.h"
#include "serve/limits.h"

enum state { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER,
    TRAILER_LF };

static int
refuse(struct cf_head_fault * fault, int status, const char * reason)
{

	fault->status = status;
	fault->reason = reason;
	return (-1);
}

static int
hex(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}

/* A byte of a chunk's size or of what stands behind it. */
static int
take_size(struct cf_chunk * k, char c, size_t max,
    struct cf_head_fault * fault)
{

	if (k->state == SIZE && hex(c) >= 0) {
		/* No size that passes the test can overflow. */
		k->left = k->left * 16 + (size_t)hex(c);
		k->digits++;
		return (k->left <= max && k->digits <= 16 ? 0 :
		    refuse(fault, 413, "the body is too long"));
	}
	if (k->digits == 0)
		return (refuse(fault, 400, "a chunk without a size"));
	if (c == '\r') {
		k->state = SIZE_LF;
		return (0);
	}
	/* Blanks and extensions: nothing that ends a line. */
	if ((k->state == SIZE && c != ';' && c != ' ' && c != '\t') ||
	    ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
		return (refuse(fault, 400, "a chunk's size is no number"));
	k->state = EXTENSION;
	return (++k->extra <= CF_SERVE_CHUNK_EXTRA_MAX ? 0 :
	    refuse(fault, 431, "extensions of chunks are too long"));
}

/* A byte that only ends something. */
static int
take_end(struct cf_chunk * k, char c, struct cf_head_fault * fault)
{

	if (c != (k->state == DATA_CR ? '\r' : '\n'))
		return (refuse(fault, 400, "a chunk does not end where it "
		    "should"));
	if (k->state == DATA_CR) {
		k->state = DATA_LF;
	} else if (k->state == SIZE_LF) {
		k->state = k->left > 0 ? DATA : TRAILER;
		k->line = 0;
	} else {
		k->state = SIZE;
		k->left = k->digits = 0;
	}
	return (0);
}

/* A byte behind the last chunk.  Return 1 at the end. */
static int
take_trailer(struct cf_chunk * k, char c, struct cf_head_fault * fault)
{

	if (++k->extra > CF_SERVE_CHUNK_EXTRA_MAX)
		return (refuse(fault, 431, "trailers are too long"));
	if (k->state == TRAILER_LF) {
		if (c != '\n')
			return (refuse(fault, 400,
			    "a carriage return that ends no line"));
		if (k->line == 0)
			return (1);
		k->state = TRAILER;
		k->line = 0;
	} else if (c == '\r') {
		k->state = TRAILER_LF;
	} else if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f) {
		return (refuse(fault, 400, "a control character in a trailer"));
	} else {
		k->line++;
	}
	return (0);
}

int
cf_chunk_take(struct cf_chunk * k, const char * data, size_t len,
    size_t * taken, struct cf_buf * body, size_t max,
    struct cf_head_fault * fault)
{
	size_t i = 0, n;
	int rc = 0;

	while (i < len && rc == 0) {
		switch ((enum state)k->state) {
		case SIZE:
		case EXTENSION:
			rc = take_size(k, data[i++], max, fault);
			break;
		case DATA:
			n = len - i < k->left ? len - i : k->left;
			if (body->len + k->left > max)
				return (refuse(fault, 413,
				    "the body is too long"));
			cf_buf_add(body, data + i, n);
			i += n;
			if ((k->left -= n) == 0)
				k->state = DATA_CR;
			break;
		case SIZE_LF:
		case DATA_CR:
		case DATA_LF:
			rc = take_end(k, data[i++], fault);
			break;
		case TRAILER:
		case TRAILER_LF:
			rc = take_trailer(k, data[i++], fault);
			break;
		}
	}
	*taken = i;
	return (rc);
}

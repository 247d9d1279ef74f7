#ifndef CF_KEEP_LABEL_H_
#define CF_KEEP_LABEL_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Names of backups: backup_YYYYMMDD_HHMMSS.tar.gz or .tar.zst, sealed ones
 * with .sealed behind.  The moment is UTC, so that no clock change in spring
 * or autumn gives two backups one name or puts them out of order.
 */

#define CF_LABEL_MAX 48		/* Bytes of a name, with its NUL. */

enum cf_label_pack { CF_LABEL_GZIP, CF_LABEL_ZSTD };

struct cf_label {
	int64_t time_s;
	enum cf_label_pack pack;
	int sealed;
};

/**
 * cf_label_print(label, name):
 * Write the name to ${name}, which has CF_LABEL_MAX bytes.
 */
void cf_label_print(const struct cf_label * label, char * name);

/**
 * cf_label_parse(name, len, label):
 * Read a name.  Return 0, or -1 when cf_label_print writes no such.
 */
int cf_label_parse(const char * name, size_t len, struct cf_label * label);

#endif /* !CF_KEEP_LABEL_H_ */

#ifndef CF_SOURCE_USERFILE_H_
#define CF_SOURCE_USERFILE_H_

#include "source/job.h"

/*
 * Files that a user has: downloads of Alpha Vantage, Yahoo, Stooq, Nasdaq,
 * Cboe, FRED, or any CSV or NDJSON with a date, whose columns a map names.
 * Such a file is bars if it has a close, else a series.
 *
 * An operand is FILE or ID=FILE.  Without an ID it is the symbol or series that
 * the file names itself, FRED's column, or the file's name less its endings.
 * A file with several symbols is as many jobs, each of which reads it.
 */
extern const struct cf_source cf_userfile;

/* The jobs that an operand stands for. */
struct cf_userfile_ids {
	char ** ids;		/* NULL: job.id is found when it is read. */
	size_t n;
	size_t capacity;
	unsigned int columns;	/* As in struct cf_haul, by the header. */
	int several;		/* The file holds several. */
};

#define CF_USERFILE_IDS_MAX 100000

/**
 * cf_userfile_expand(arg, ask, ids, err):
 * Look through the file and set *${ids}, to be freed by cf_userfile_free.
 * Standard input is not looked at.  Return 0 or -1.
 */
int cf_userfile_expand(const char * arg, const struct cf_job_ask * ask,
    struct cf_userfile_ids * ids, struct cf_err * err);

/**
 * cf_userfile_free(ids):
 * Free what it holds.
 */
void cf_userfile_free(struct cf_userfile_ids * ids);

#endif /* !CF_SOURCE_USERFILE_H_ */

#ifndef CF_TABLE_LIMITS_H_
#define CF_TABLE_LIMITS_H_

/*
 * Bounds on what is read from outside.  Every record reader keeps them and
 * says so when they are passed; cf-csv(5) documents them.
 */
#define CF_LINE_MAX (8 * 1024 * 1024)	/* Bytes of a record. */
#define CF_COLUMNS_MAX 4096		/* Columns of a file. */
#define CF_NAME_MAX 255			/* Bytes of a column's name. */

#endif /* !CF_TABLE_LIMITS_H_ */

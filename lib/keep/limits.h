#ifndef CF_KEEP_LIMITS_H_
#define CF_KEEP_LIMITS_H_

/*
 * Bounds on what is read from backups, sealed files and the log beside them.
 * All of it may come from a stranger; cf-backup(5) documents them.
 */
#define CF_KEEP_MANIFEST_MAX (256u * 1024 * 1024) /* Bytes of a manifest. */
#define CF_KEEP_ENTRIES_MAX 4000000	/* Files and folders of a backup. */
#define CF_KEEP_FILE_MAX ((uint64_t)1 << 50) /* Bytes of a file. */
#define CF_KEEP_PATH_MAX 3800		/* Bytes of a path within the state. */
#define CF_KEEP_NAME_MAX 255		/* Bytes of one of its parts. */
#define CF_KEEP_DEPTH_MAX 64		/* Folders within folders. */
#define CF_KEEP_BASES_MAX 1000		/* Backups that one is linked to. */
#define CF_KEEP_LOG_MAX (256u * 1024 * 1024) /* Bytes of backup_log.txt. */

#define CF_SEAL_CHUNK_MIN 1024		/* Bytes of plaintext in a chunk. */
#define CF_SEAL_CHUNK_MAX (16 * 1024 * 1024)
#define CF_SEAL_OPS_MAX 16		/* Passes of Argon2id. */
#define CF_SEAL_MEMORY_MAX ((uint64_t)1 << 30) /* Bytes that it may take. */

#endif /* !CF_KEEP_LIMITS_H_ */

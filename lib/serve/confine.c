#define _GNU_SOURCE		/* syscall, setgroups, O_PATH */

#include <sys/stat.h>
#include <sys/types.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "serve/confine.h"

int
cf_confine_user(const char * name, struct cf_err * err)
{
	struct passwd * pw;

	errno = 0;
	/* There is but one thread. */
	/* cppcheck-suppress getpwnamCalled */
	if ((pw = getpwnam(name)) == NULL)
		return (errno != 0 ? cf_err_errno(err, errno, "%s", name) :
		    cf_err_set(err, CF_ERR_USAGE, "no such user: \"%.60s\"",
		    name));
	if (initgroups(name, pw->pw_gid) || setgid(pw->pw_gid) ||
	    setuid(pw->pw_uid))
		return (cf_err_errno(err, errno, "becoming user %s", name));
	if (pw->pw_uid != 0 && setuid(0) == 0)
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "user %s can become root again", name));
	return (0);
}

#if defined(__SANITIZE_ADDRESS__)
#define CONFINE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE 0
#endif
#endif
#if !defined(CONFINE) && defined(__linux__) && defined(PR_SET_NO_NEW_PRIVS)
#define CONFINE 1
#endif

#if defined(CONFINE) && CONFINE

/* Of linux/landlock.h, which old systems lack; the numbers are the same on all
 * architectures. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define ASK_VERSION 1
#define PATH_BENEATH 1

#define EXECUTE ((uint64_t)1 << 0)
#define WRITE_FILE ((uint64_t)1 << 1)
#define READ_FILE ((uint64_t)1 << 2)
#define READ_DIR ((uint64_t)1 << 3)
#define REMOVE_DIR ((uint64_t)1 << 4)
#define REMOVE_FILE ((uint64_t)1 << 5)
#define MAKE_REG ((uint64_t)1 << 8)
#define MAKE_ALL ((uint64_t)0x7f << 6)	/* Whatever can be made. */
#define REFER ((uint64_t)1 << 13)	/* From version 2. */
#define TRUNCATE ((uint64_t)1 << 14)	/* From version 3. */

#define READ (READ_FILE | READ_DIR)
#define WRITE (READ | WRITE_FILE | REMOVE_FILE | MAKE_REG)

struct ruleset {
	uint64_t handled;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

static int
add_rule(int set, const struct cf_confine_path * p, uint64_t handled,
    struct cf_err * err)
{
	struct beneath rule;
	struct stat sb;
	int rc = 0;

	memset(&rule, 0, sizeof(rule));
	if ((rule.fd = open(p->path, O_PATH | O_CLOEXEC)) == -1)
		return (0);
	rule.allowed = (p->write ? WRITE | TRUNCATE : READ) & handled;
	if (fstat(rule.fd, &sb) == 0 && !S_ISDIR(sb.st_mode))
		rule.allowed &= READ_FILE | WRITE_FILE | TRUNCATE;
	if (syscall(ADD_RULE, set, PATH_BENEATH, &rule, 0))
		rc = cf_err_errno(err, errno, "confining to %s", p->path);
	close(rule.fd);
	return (rc);
}

int
cf_confine_files(const struct cf_confine_path * paths, size_t n,
    struct cf_err * err)
{
	struct ruleset attr = { EXECUTE | WRITE | REMOVE_DIR | MAKE_ALL };
	long version;
	size_t i;
	int set, rc = 0;

	version = syscall(CREATE_RULESET, NULL, (size_t)0, ASK_VERSION);
	if (version < 1)
		return (0);
	if (version >= 2)
		attr.handled |= REFER;
	if (version >= 3)
		attr.handled |= TRUNCATE;
	set = (int)syscall(CREATE_RULESET, &attr, sizeof(attr), 0);
	if (set == -1)
		return (cf_err_errno(err, errno, "confining"));
	for (i = 0; i < n && rc == 0; i++)
		rc = add_rule(set, &paths[i], attr.handled, err);
	if (rc == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(RESTRICT_SELF, set, 0)))
		rc = cf_err_errno(err, errno, "confining");
	close(set);
	return (rc == 0 ? 1 : -1);
}

#else

int
cf_confine_files(const struct cf_confine_path * paths, size_t n,
    struct cf_err * err)
{

	(void)paths;
	(void)n;
	(void)err;
	return (0);
}

#endif

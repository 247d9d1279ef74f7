#ifndef CF_SERVE_NOTIFY_H_
#define CF_SERVE_NOTIFY_H_

#include <stdint.h>

/*
 * What a service manager wants to hear, sd_notify(3): a datagram of lines
 * VARIABLE=value to the socket that NOTIFY_SOCKET names.  Without that variable
 * nothing is said.
 */

/**
 * cf_notify(text):
 * Send ${text}, as "READY=1" or "STATUS=...".  That nobody listens is no
 * fault.
 */
void cf_notify(const char * text);

/**
 * cf_notify_watchdog():
 * Return every how many milliseconds to send "WATCHDOG=1", half of what the
 * manager allows; 0: it does not ask this process to.
 */
int64_t cf_notify_watchdog(void);

#endif /* !CF_SERVE_NOTIFY_H_ */

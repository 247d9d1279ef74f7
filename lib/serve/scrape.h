#ifndef CF_SERVE_SCRAPE_H_
#define CF_SERVE_SCRAPE_H_

#include "serve/service.h"

/**
 * cf_scrape(service, now_s, buf):
 * Append all counters as Prometheus text: what all processes have counted
 * (serve/shared.h), the figures of the workers added up (serve/board.h), and
 * the model.  Four metrics have an alias without cashflow_, the names of an
 * older program that dashboards may know.
 */
void cf_scrape(struct cf_service * service, int64_t now_s,
    struct cf_buf * buf);

#endif /* !CF_SERVE_SCRAPE_H_ */

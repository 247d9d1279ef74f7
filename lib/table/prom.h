#ifndef CF_TABLE_PROM_H_
#define CF_TABLE_PROM_H_

#include "base/buf.h"

/*
 * Prometheus text, format 0.0.4, as the textfile collector takes it and a
 * scrape gets it.  A metric is named once, with its help and type, and then has
 * its samples; numbers are the shortest text that reads back equal.  No time
 * stamps: a textfile with one is dropped whole.  A failure of memory sticks in
 * the buffer.
 */

enum cf_prom_type { CF_PROM_GAUGE, CF_PROM_COUNTER, CF_PROM_HISTOGRAM };

struct cf_prom_label {
	const char * name;
	const char * value;	/* Any text; escaped here. */
};

/**
 * cf_prom_metric(buf, name, type, help):
 * Begin a metric.
 */
void cf_prom_metric(struct cf_buf * buf, const char * name,
    enum cf_prom_type type, const char * help);

/**
 * cf_prom_sample(buf, name, labels, n, x):
 * Append a sample of ${name}, which is the metric's name, with _bucket, _sum
 * or _count behind it in a histogram, with ${n} labels.
 */
void cf_prom_sample(struct cf_buf * buf, const char * name,
    const struct cf_prom_label * labels, size_t n, double x);

/**
 * cf_prom_value(buf, name, type, help, x):
 * A metric with one sample without labels.
 */
void cf_prom_value(struct cf_buf * buf, const char * name,
    enum cf_prom_type type, const char * help, double x);

#endif /* !CF_TABLE_PROM_H_ */

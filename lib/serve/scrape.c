#include <stdio.h>
#include <string.h>

#include "base/num.h"

#include "serve/route.h"
#include "serve/scrape.h"
#include "table/prom.h"

#define NAME_ROOM 80

static double
get(const _Atomic uint64_t * place)
{

	return ((double)atomic_load_explicit(place, memory_order_relaxed));
}

/* The counter of each route, method and status that has been answered. */
static void
add_requests(const struct cf_shared_file * f, const char * name,
    struct cf_buf * buf)
{
	struct cf_prom_label labels[3] = { { "path", NULL },
	    { "method", NULL }, { "status", NULL } };
	const struct cf_route * rows;
	char status[16];
	size_t n, i, m, k;
	double x;

	cf_prom_metric(buf, name, CF_PROM_COUNTER, "Requests answered.");
	rows = cf_route_rows(&n);
	for (i = 0; i < n; i++) {
		for (m = 0; m < CF_HEAD_METHODS; m++) {
			for (k = 0; k < CF_SHARED_NSTATUS; k++) {
				x = get(&f->requests[i][m][k]);
				if (!(x > 0))
					continue;
				snprintf(status, sizeof(status), "%d",
				    cf_shared_status(k));
				labels[0].value = rows[i].path;
				labels[1].value = cf_head_method_name(
				    (enum cf_head_method)m);
				labels[2].value = cf_shared_status(k) != 0 ?
				    status : "other";
				cf_prom_sample(buf, name, labels, 3, x);
			}
		}
	}
}

static void
add_latency(const struct cf_shared_file * f, const char * name,
    struct cf_buf * buf)
{
	static const double bounds[] = CF_SHARED_BOUNDS;
	struct cf_prom_label le = { "le", NULL };
	char part[NAME_ROOM], bound[CF_NUM_TEXT_MAX + 1];
	double sum = 0;
	size_t k;

	cf_prom_metric(buf, name, CF_PROM_HISTOGRAM,
	    "Time from a whole request to its answer.");
	snprintf(part, sizeof(part), "%s_bucket", name);
	le.value = bound;
	for (k = 0; k <= CF_SHARED_NBOUNDS; k++) {
		sum += get(&f->latency[k]);
		if (k < CF_SHARED_NBOUNDS)
			bound[cf_num_print(bounds[k] / 1e6, bound)] = '\0';
		else
			snprintf(bound, sizeof(bound), "+Inf");
		cf_prom_sample(buf, part, &le, 1, sum);
	}
	snprintf(part, sizeof(part), "%s_sum", name);
	cf_prom_sample(buf, part, NULL, 0, get(&f->latency_us) / 1e6);
	snprintf(part, sizeof(part), "%s_count", name);
	cf_prom_sample(buf, part, NULL, 0, sum);
}

static void
add_counters(const struct cf_shared_file * f, struct cf_buf * buf)
{
	static const struct {
		const char * name;
		struct cf_prom_label label;
		const char * help;	/* NULL: of the metric before. */
	} rows[] = {
#define ROW(id, name, label, value, help)				\
		{ "cashflow_" name "_total", { label, value }, help },
		CF_SHARED_COUNTERS(ROW)
#undef ROW
	};
	size_t i;

	for (i = 0; i < CF_SHARED_N; i++) {
		if (rows[i].help != NULL)
			cf_prom_metric(buf, rows[i].name, CF_PROM_COUNTER,
			    rows[i].help);
		cf_prom_sample(buf, rows[i].name, &rows[i].label,
		    *rows[i].label.name != '\0', get(&f->counters[i]));
	}
	cf_prom_value(buf, "predictions_total", CF_PROM_COUNTER,
	    "As cashflow_predictions_total.",
	    get(&f->counters[CF_SHARED_PREDICTIONS]));
	cf_prom_value(buf, "health_checks_total", CF_PROM_COUNTER,
	    "As cashflow_health_checks_total.",
	    get(&f->counters[CF_SHARED_HEALTH_CHECKS]));
}

static void
add_model(const struct cf_holder * h, int64_t now_s, struct cf_buf * buf)
{
	struct cf_prom_label label = { "model", NULL };

	cf_prom_value(buf, "cashflow_model_loaded", CF_PROM_GAUGE,
	    "Whether there is a model.", h->model != NULL);
	cf_prom_value(buf, "cashflow_model_degraded", CF_PROM_GAUGE,
	    "Whether a newer model was no good.", *h->trouble != '\0');
	if (h->model == NULL)
		return;
	label.value = h->model->id;
	cf_prom_metric(buf, "cashflow_model_info", CF_PROM_GAUGE,
	    "The model that answers.");
	cf_prom_sample(buf, "cashflow_model_info", &label, 1, 1);
	cf_prom_value(buf, "cashflow_model_modified_timestamp_seconds",
	    CF_PROM_GAUGE, "When the model's file was written.",
	    (double)h->mtime_s);
	cf_prom_value(buf, "cashflow_model_age_seconds", CF_PROM_GAUGE,
	    "How long ago that was.", (double)(now_s - h->mtime_s));
}

static void
add_processes(const struct cf_board * b, struct cf_buf * buf)
{
	double workers = 0, open = 0, rss = 0, cpu_us = 0;
	size_t i;

	for (i = 0; i < b->workers; i++) {
		workers += get(&b->rows[i].pid) > 0;
		open += get(&b->rows[i].open);
		rss += get(&b->rows[i].rss);
		cpu_us += get(&b->rows[i].cpu_us);
	}
	cf_prom_value(buf, "cashflow_workers", CF_PROM_GAUGE,
	    "Processes that answer.", workers);
	cf_prom_value(buf, "cashflow_connections_open", CF_PROM_GAUGE,
	    "Connections that are open.", open);
	cf_prom_value(buf, "process_resident_memory_bytes", CF_PROM_GAUGE,
	    "Resident memory of all workers; what they share counts for each.",
	    rss);
	cf_prom_value(buf, "process_cpu_seconds_total", CF_PROM_COUNTER,
	    "User and system time of the workers there are.", cpu_us / 1e6);
	cf_prom_value(buf, "process_start_time_seconds", CF_PROM_GAUGE,
	    "When the server was started.", (double)b->start_s);
}

void
cf_scrape(struct cf_service * s, int64_t now_s, struct cf_buf * buf)
{
	const struct cf_shared_file * f = s->shared->file;

	add_requests(f, "cashflow_requests_total", buf);
	add_requests(f, "requests_total", buf);
	add_latency(f, "cashflow_request_latency_seconds", buf);
	add_latency(f, "request_latency_seconds", buf);
	add_counters(f, buf);
	add_model(&s->holder, now_s, buf);
	if (s->board != NULL)
		add_processes(s->board, buf);
}

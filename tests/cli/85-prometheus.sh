#!/bin/sh
# What Prometheus gets: rules and their tests, the examples of configuration, and every metric that a program exposes.
. "$CF_TOP/tests/cli/lib.sh"
command -v promtool >/dev/null || skip 'promtool is not installed (tests/deps.sh monitor)'

cp -r "$CF_TOP/data/prometheus" rules
cd rules || exit 1

# ---- rules
out='*'
check 'rules' 0 promtool check rules --lint=all --lint-fatal cashflow.rules.yml
for t in cashflow.test.yml cashflow.days.test.yml; do
	out='*'
	check "$t" 0 promtool test rules "$t"
done

# each alert is tested firing and quiet, and README.md tells what to do
awk '
	FILENAME ~ /rules.yml/ && $2 == "alert:" { alert[$3] }
	FILENAME ~ /test.yml/ && $1 == "alertname:" { name = $2 }
	FILENAME ~ /test.yml/ && $1 == "exp_alerts:" { if ($2 == "[]") quiet[name]; else fires[name] }
	END { for (a in alert) {
		if (!(a in fires)) print a ": not tested firing"
		if (!(a in quiet)) print a ": not tested quiet"
		n++
	}
	if (n < 20) print n " alerts"
	}' cashflow.rules.yml cashflow.test.yml cashflow.days.test.yml >untested.txt
check 'each alert is tested firing and quiet' 0 cat untested.txt
sed -n 's/^ *- alert: //p' cashflow.rules.yml | while read -r a; do
	grep -q "^\*\*$a\*\*" "$CF_TOP/README.md" || echo "$a"
done >untold.txt
check 'README.md tells of each what to do' 0 cat untold.txt

# the tests see what is wrong: each threshold that is not 0, 1 or 2, changed
cp cashflow.rules.yml whole.yml
for change in 's/mean5m > 2$/mean5m > 4/' 's/ratio5m > 0.05/ratio5m > 0.2/' 's/ratio5m > 0.05/ratio5m > 0.01/' \
    's/drop_ratio > 0.10/drop_ratio > 0.2/' 's/:ratio < 0.85/:ratio < 0.9/' 's/:ratio5m > 0.8$/:ratio5m > 0.95/' \
    's/memory:ratio > 0.8$/memory:ratio > 0.3/' 's/filesystem:ratio > 0.8/filesystem:ratio > 0.95/' 's/!~"tmpfs|/!~"/' \
    's/!= 75/!= 74/' 's/up{job="cashflow"} == 0/up{job="cashflow"} >= 0/'; do
	[ -z "${CF_FLAVOUR:-}" ] || break	# nothing of ours runs here
	sed "$change" whole.yml >cashflow.rules.yml
	out='*' err='*'
	check "the tests see $change" 1 promtool test rules cashflow.test.yml
done
cp whole.yml cashflow.rules.yml

# ---- examples of configuration
out='*'
check 'prometheus.yml' 0 promtool check config prometheus.yml
if command -v amtool >/dev/null; then
	out='*'
	check 'alertmanager.yml' 0 amtool check-config alertmanager.yml
	for route in critical:webhook,mail warning:mail; do
		out=${route#*:} err='*'
		check "where ${route%:*} goes" 0 amtool config routes test --config.file=alertmanager.yml "severity=${route%:*}"
	done
else
	skip_one 'alertmanager.yml' 'amtool is not installed (tests/deps.sh monitor)'
fi
cd ..

# ---- everything exposed: cf-run --prom, cf-drift --prom, cf-backup, cf-serve
CF_HOME=$PWD/state
export CF_HOME
mkdir -p state/models/market/one state/metrics state/runs state/features
cf-features --horizon 5 -o state/features/market.csv "$CF_TOP/data/sample/bars.csv"
cf-train -q --trees 5 --folds 2 -o state/models/market/one/model.cfm state/features/market.csv >state/models/market/one/metrics.json
cf-model promote one
cf-run --run one --step train --record state/runs/one.ndjson -- true
cf-run --run one --step run --record state/runs/one.ndjson -- true
cf-run --prom -o state/metrics/pipeline.prom state/runs/one.ndjson
cf-predict -m state/models/market --format ndjson -o forecasts.ndjson state/features/market.csv
cf-drift data -q --reference state/features/market.csv --prom state/metrics/drift-data.prom state/features/market.csv >/dev/null
cf-drift performance -q --metrics state/models/market/one/metrics.json --outcomes state/features/market.csv \
    --prom state/metrics/drift-performance.prom forecasts.ndjson >/dev/null
cf-backup create -q >/dev/null
cf-backup drill -q >/dev/null
cf-serve --listen ./api.sock -j 1 2>serve.log &
server=$!
trap 'kill $server 2>/dev/null; cf_at_exit $?' EXIT
for i in $(seq 100); do
	curl -s -o health.txt --unix-socket api.sock http://x/health && break
	sleep 0.1
done
curl -s -o serve.prom --unix-socket api.sock http://x/metrics
kill "$server"
for f in state/metrics/pipeline.prom state/metrics/drift-data.prom state/metrics/drift-performance.prom \
    state/metrics/backup.prom serve.prom; do
	check "${f##*/} is written" 0 test -s "$f"
	in_file=$f
	check "${f##*/} is as it should be" 0 promtool check metrics
	# what promtool passes: the same series twice
	sed -n 's/^\([^#].*\) [^ ]*$/\1/p' "$f" | sort | uniq -d >twice.txt
	check "${f##*/}: no series twice" 0 cat twice.txt
done
# in two files of one collector: one series in one of them only, one metric with one help
cat state/metrics/*.prom | sed -n 's/^\([^#].*\) [^ ]*$/\1/p' | sort | uniq -d >twice.txt
check 'no series in two files' 0 cat twice.txt
cat state/metrics/*.prom | grep '^# ' | sort -u | awk '{ print $2, $3 }' | uniq -d >twice.txt
check 'no metric with two helps or types' 0 cat twice.txt

# rules name no metric that nothing exposes (fetch and copies need a network; node_ and up are not ours)
cat state/metrics/*.prom serve.prom | sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' | sort -u >exposed.txt
grep -Eho '\bcashflow_[a-z_]+' rules/cashflow.rules.yml | sort -u | grep -Ev '^cashflow_(recording|alerts|backup_copy_success)$' |
    sed 's/_\(bucket\|sum\|count\)$//' | sort -u | comm -23 - exposed.txt >unknown.txt
check 'rules are of metrics that there are' 0 cat unknown.txt
finish

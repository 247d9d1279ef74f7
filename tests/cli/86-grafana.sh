#!/bin/sh
# The dashboards in data/grafana: each query returns data from a real Prometheus that scrapes cf-serve and, by
# node_exporter, the metrics of a demo run; a server that stops and starts again is seen.  All on 127.0.0.1, on free
# ports, ended by their numbers.
. "$CF_TOP/tests/cli/lib.sh"
[ -z "${CF_FLAVOUR:-}" ] || skip 'tested without sanitizers only'
for p in prometheus prometheus-node-exporter curl; do
	command -v $p >/dev/null || skip "$p is not installed (tests/deps.sh monitor)"
done
[ -x "$CF_B/tests/unit/test_http_server" ] || skip 'the unit tests are not built'
dashboards=$CF_TOP/data/grafana/dashboards

# ---- the files: one data source everywhere, IDs once, nothing wider than the page
for f in "$dashboards"/*.json; do
	name=${f##*/}
	out='cashflow'
	check "$name: the data source that is provisioned" 0 sh -c "sed -n '/\"type\": \"prometheus\"/{n;s/.*\"uid\": \"\(.*\)\".*/\1/p;}' '$f' | sort -u"
	awk '
		/^   "id": / { if (seen[$2]++) print "panel " $2 " twice" }
		/"uid": "cashflow-/ { uid = $2; gsub(/[",]/, "", uid) }
		/"w": / { w = $2 + 0 }
		/"x": / { x = $2 + 0; if (x + w > 24) print "too wide: " x + w }
		END { if (uid == "" || FILENAME !~ uid ".json$") print "uid " uid }' "$f" >faults.txt
	check "$name: panels" 0 cat faults.txt
done
check 'the provisioned data source' 0 grep -q 'uid: cashflow$' "$CF_TOP/data/grafana/provisioning/datasources/cashflow.yml"

# ---- what is scraped
pids=''
cf_grafana_end() {
	status=$?
	for p in $pids; do
		kill "$p" 2>/dev/null
	done
	for p in $pids; do
		wait "$p" 2>/dev/null
	done
	cf_at_exit "$status"
}
trap cf_grafana_end EXIT

# free_port FILE: a port that is free now, into FILE
free_port() {
	"$CF_B/tests/unit/test_http_server" --serve "$1" >/dev/null 2>&1 &
	free_pid=$!
	while [ ! -s "$1" ]; do sleep 0.02; done
	kill $free_pid
	wait $free_pid 2>/dev/null
}
free_port serve.port
free_port node.port
free_port prom.port
serve=127.0.0.1:$(cat serve.port)
node=127.0.0.1:$(cat node.port)
prom=127.0.0.1:$(cat prom.port)

# until SECONDS COMMAND...: try until it succeeds
until_done() {
	left=$(($1 * 10))
	shift
	while ! "$@" >until.out 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || return 1
		sleep 0.1
	done
}

CF_HOME=$PWD/state
export CF_HOME
mkdir state
cp "$CF_TOP/pipeline.sh" .
ln -s "$CF_TOP/data" data
table=state/features/market.csv
out='*' err='*'
check 'a demo run' 0 env CF_BIN="$CF_B" TREES=20 sh ./pipeline.sh demo short
check 'has its forecasts as metrics' 0 grep -q '^cashflow_forecast_interval_high{symbol="SIMGOLD",horizon="5"} ' \
    state/metrics/forecast.prom
in_file=state/metrics/forecast.prom
[ ! -x "$(command -v promtool)" ] || check 'which are as they should be' 0 promtool check metrics
cf-predict -m state/models/market --format ndjson -o forecasts.ndjson $table
out='*'
check 'drift' 0 cf-drift data -q --reference $table --prom state/metrics/drift-data.prom $table
out='*'
check 'performance' 0 cf-drift performance -q --metrics state/models/market/current/metrics.json --outcomes $table \
    --prom state/metrics/drift-performance.prom forecasts.ndjson
check 'the report' 0 cf-report -q -C state -o report.html --outcomes $table --prom state/metrics/report.prom forecasts.ndjson
out='*' err='*'
check 'a backup' 0 cf-backup create -q
out='*' err='*'
check 'a drill' 0 cf-backup drill -q

start_serve() {
	cf-serve --listen "$serve" -j 1 --cache 64 2>>serve.log &
	serve_pid=$!
	pids="$pids $serve_pid"
	until_done 10 curl -sf "http://$serve/health"
}
prometheus-node-exporter --web.listen-address="$node" --collector.textfile.directory="$PWD/state/metrics" 2>node.log &
pids="$pids $!"
cp -r "$CF_TOP/data/prometheus" rules
sed -e "s/127.0.0.1:8000/$serve/; s/127.0.0.1:9100/$node/; s/_interval: .*/_interval: 1s/" -e '/^alerting:/,/^$/d' \
    "$CF_TOP/data/prometheus/prometheus.yml" >rules/prometheus.yml
start_serve
prometheus --config.file=rules/prometheus.yml --storage.tsdb.path=prom.data --web.listen-address="$prom" 2>prom.log &
pids="$pids $!"
check 'Prometheus starts' 0 until_done 20 curl -sf "http://$prom/-/ready"

# traffic: forecasts twice over, so that the cache is asked; a wrong token
traffic() {
	for i in 1 2 3; do
		curl -s -o answer.txt -H "Authorization: Bearer $(cat state/state/api-token)" -d '{"symbol":"SIMGOLD"}' \
		    "http://$serve/predict"
		curl -s -o refused.txt -H 'Authorization: Bearer wrong' -d '{"symbol":"SIMGOLD"}' "http://$serve/predict"
	done
}
traffic
check 'a forecast' 0 grep -q '"prediction":' answer.txt

# query EXPR: the answer of Prometheus
query() {
	curl -s "http://$prom/api/v1/query" --data-urlencode "query=$1"
}
# has_data EXPR: is there a series with a number?
has_data() {
	query "$1" >answer.json
	grep -q '"status":"success"' answer.json && sed 's/"value":\[[^]]*"NaN"\]//g' answer.json | grep -q '"value":\['
}
until_done 15 has_data 'rate(cashflow_predictions_total[5m]) and cashflow:requests:rate5m'
traffic
sleep 2

# ---- every query of every panel
for f in "$dashboards"/*.json; do
	name=${f##*/}
	sed -n '/"panels": /,$s/^ *"expr": "\(.*\)",*$/\1/p' "$f" | sed 's/\\"/"/g; s/\$__rate_interval/1m/g' >queries.txt
	check "$name has queries" 0 test "$(wc -l <queries.txt)" -ge 10
	while IFS= read -r q; do
		case $q in
		ALERTS*)	continue ;;	# there are none while all is well; see below
		esac
		until_done 5 has_data "$q" || {
			echo "$q"
			cut -c 1-300 answer.json
		}
	done <queries.txt >silent.txt
	check "$name: every query has data" 0 cat silent.txt
	sed -n 's/^ *"expr": "\(ALERTS.*\)",*$/\1/p' "$f" | sed 's/\\"/"/g' | head -n 1 >annotation.txt
	query "$(cat annotation.txt)" >answer.json
	check "$name: the alerts as annotations" 0 grep -q '"status":"success"' answer.json
done
curl -s "http://$prom/api/v1/rules" >rules.json
check 'no rule fails' 1 grep -q '"health":"err"' rules.json
check 'nor is the collector in trouble' 0 until_done 10 has_data 'node_textfile_scrape_error == 0'

# ---- what the panel of alerts shows: none, a symbol over its limit, and further down a server that is away
alerts=$(sed -n 's/^ *"expr": "\(ALERTS.*risk_flag.*\)",*$/\1/p' "$dashboards/cashflow-business.json" | sed 's/\\"/"/g')
# of_alerts TEXT: the answer to the panel's query has it
of_alerts() {
	query "$alerts" >answer.json
	grep -q "$1" answer.json
}
sed 's/^\(cashflow_forecast_risk_flag.*\) 1$/\1 0/' state/metrics/forecast.prom >calm.prom
mv calm.prom state/metrics/forecast.prom
check 'no alert of a symbol' 0 until_done 10 sh -c "! curl -s 'http://$prom/api/v1/query' \
    --data-urlencode 'query=cashflow_forecast_risk_flag == 1' | grep -q '\"symbol\"'"
sed 's/^\(cashflow_forecast_risk_flag{symbol="SIMGOLD".*\) 0$/\1 1/' state/metrics/forecast.prom >flagged.prom
mv flagged.prom state/metrics/forecast.prom
check 'a symbol over its limit' 0 until_done 10 of_alerts '"symbol":"SIMGOLD"'

# ---- stopped and started again
before=$(curl -s "http://$serve/metrics" | sed -n 's/^cashflow_predictions_total //p')
kill "$serve_pid"
wait "$serve_pid" 2>/dev/null
check 'a server that stops is seen' 0 until_done 10 has_data 'up{job="cashflow"} == 0'
check 'the panel of alerts has it' 0 until_done 10 of_alerts '"alertname":"CashflowDown"'
check 'its alert waits' 0 until_done 10 has_data 'ALERTS{alertname="CashflowDown",alertstate="pending"}'
start_serve
check 'one that starts again is seen' 0 until_done 10 has_data 'up{job="cashflow"} == 1'
check 'the alert is over' 1 has_data 'ALERTS{alertname="CashflowDown"} and on () (up{job="cashflow"} == 0)'
out=$before
check 'its counters go on' 0 sh -c "curl -s http://$serve/metrics | sed -n 's/^cashflow_predictions_total //p'"
finish

#!/bin/sh
# Each program but cf-backup with calls that fail: memory, reading, writing, syncing, renaming, opening, mapping.
# faults.sh tells what must hold.  CF_POINTS calls of a kind (tests/long: all).
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/faults.sh"

now=2024-03-01T00:00:00Z
unset API_TOKEN CF_HOME CF_CONF MODEL_PATH LISTEN_FDS

small_files

# ---- fetch

give_fetch
faults fetch cf-fetch -q --now $now --store st csv X=x.csv

give http
if [ -x "$CF_B/tests/unit/test_http_server" ]; then
	. "$CF_TOP/tests/cli/fetch.sh"
	rules '- symbol=IBM 200 body-ibm'
	: >loop.log
	# the quota counts what was sent; libcurl may lose the query, for which there is no answer
	# and the clock of --now goes on from there
	scratch=st/state/fetch/alphavantage also=3 hide='s/^checked [0-9]*$/checked/'
	faults http cf-fetch -q --base-url "$url" --now $now --spacing 0 --retries 0 --per-day 0 --store st alphavantage IBM
	scratch='' also='' hide=''
	give load
	rules '- * 200 body-ibm'
	hide='s/"[a-z_]*seconds\{0,1\}":[0-9.e-]*/S/g; s/"latency_ms":{[^}]*}/L/'
	# what libcurl has no memory for, as to connect, may be a request that failed
	answers='"failed":[1-9]'
	faults load cf-load -n 3 -c 1 --format ndjson "$url/x"
	hide='' answers=''
fi

# ---- features, train, predict, drift

give features bars.csv vix.csv
echo old >given/features/f.csv
faults features cf-features -j 1 --series vix.csv -o f.csv bars.csv
give sort bars.csv
faults sort cf-features -j 1 --sort --format ndjson bars.csv
give ledger ledger.csv
faults ledger cf-features -q -j 1 --ledger --horizon 3 -o f.csv ledger.csv
give train features.csv.gz
echo old >given/train/m.cfm
faults train cf-train -q --trees 3 --folds 2 -j 1 -o m.cfm --forecasts walked.csv features.csv.gz
give predict m.cfm features.csv
echo old >given/predict/p.csv
faults predict cf-predict -m m.cfm --quantiles 0.1,0.9 --explain -o p.csv features.csv
give filter m.cfm
cp made/features.csv given/filter/stdin
faults filter cf-predict -m m.cfm --format ndjson
give drift features.csv
echo old >given/drift/d.prom
faults drift cf-drift data -q -j 1 --reference features.csv --prom d.prom features.csv
give performance features.csv forecasts.ndjson m.json
faults performance cf-drift performance -q -j 1 --metrics m.json --outcomes features.csv -o d.ndjson forecasts.ndjson

# ---- registry

give model
mkdir -p given/model/r/a given/model/r/b given/model/r/c
given_id=
for id in a b c; do
	given_id=x$given_id
	cp made/m.cfm given/model/r/$id/model.cfm
	cp made/m.json given/model/r/$id/metrics.json
	touch -d "2024-01-0${#given_id}" given/model/r/$id/model.cfm
done
(cd given/model && cf-model promote -m r a && cf-model promote -m r b)
hide='s/20[0-9-]*T[0-9:]*Z/TIME/g'
faults model cf-model promote -m r c
cp -R given/model given/rollback
faults rollback cf-model rollback -m r
cp -R given/model given/prune
faults prune cf-model prune -m r --keep 1
cp -R given/model given/list
faults list cf-model list -q -m r --format csv -o list.csv
hide=''
give describe m.cfm
faults describe cf-model describe m.cfm
give verify m.cfm
faults verify cf-model verify -v m.cfm
give export m.cfm
echo old >given/export/m.pmml
faults export cf-model export --format pmml -o m.pmml m.cfm
cp -R given/model given/mlflow
hide="s/^utc_time_created: .*/CREATED/; s/1[0-9]\{12\}/MILLISECONDS/g; s/20[0-9-]*T[0-9:]*Z/TIME/g"
# glibc's look for the name of a user does not look at what two of its allocations return
theirs='134 139'
[ -z "${CF_WRAP:-}" ] || theirs=99
faults mlflow cf-model mlflow -q -m r --store runs --experiment x a
hide='' theirs=''

# ---- runs

give run features.csv
printf 'old\n' >given/run/log
printf '{"run":"r0","step":"x"}\n' >given/run/rec
loose='log rec'
also=126
faults run cf-run --run r1 --lock lock --log log --record rec -o out -- sh -c 'cat features.csv; echo said >&2'
loose='' also=''
give runs
cp made/runs.ndjson given/runs/rec
faults runs cf-run --list rec
printf 'TREES=10\nCF_HOME=home\n' >given/runs/cashflow.conf
faults runs cf-run --conf --config cashflow.conf TREES

# ---- report

give report
mkdir -p given/report/st/predictions/market given/report/st/features given/report/st/runs given/report/st/drift \
    given/report/st/models/market/m1 given/report/st/metrics
cp made/forecasts.ndjson given/report/st/predictions/market/2024-02-28.ndjson
cp made/features.csv given/report/st/features/market.csv
cp made/runs.ndjson given/report/st/runs/r1.ndjson
cp made/m.cfm given/report/st/models/market/m1/model.cfm
cp made/m.json given/report/st/models/market/m1/metrics.json
ln -s m1 given/report/st/models/market/current
echo '{"test":"psi","feature":"rsi","state":"drift","value":0.4}
{"test":"summary","state":"drift"}' >given/report/st/drift/2024-02-28.ndjson
echo old >given/report/page.html
faults report cf-report -C st --now $now --prom st/metrics/report.prom -o page.html
cp -R given/report given/text
faults text cf-report -C st --now $now --format text

# ---- serve: one request, in the ways of inetd

give serve m.cfm
API_TOKEN=tested_0123456789abcdef
export API_TOKEN
record='{"stock_price":50,"volatility":0.012,"rsi":50}'
printf 'POST /predict HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s' \
    "$API_TOKEN" ${#record} "$record" >given/serve/stdin
answers='^HTTP/1.1 5'
scratch='home/state/serve-counters home/state/serve-verified'
hide='s/^Date: .*/Date: D/; s/^X-Request-Id: .*/X-Request-Id: X/'
CF_HOME=home
export CF_HOME
faults serve cf-serve -q -m m.cfm

finish

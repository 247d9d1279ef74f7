#!/bin/sh
# pipeline.sh: run, retrain, status, logs, check, notify and the short demo; fetching, failing steps, resuming, the lock,
# signals, kills; and cf-model, which it uses.
. "$CF_TOP/tests/cli/lib.sh"

# as installed, with the sample, and programs from PATH
mkdir -p bin share/cashflow
cp "$CF_TOP/pipeline.sh" bin/
cp -r "$CF_TOP/data/sample" "$CF_TOP/data/pipeline" share/cashflow/
PATH=$PWD/bin:$PATH
# few trees and features, so that it does not take long
export TREES=4 FEATURES=stock_price,volatility,rsi,vix,garman_klass_10

# steps status N: the table of steps, without what is told behind it
cat >bin/steps <<'END'
#!/bin/sh
pipeline.sh "$@" | sed '/^$/,$d'
END
chmod +x bin/steps

# ---- demo

out_file='' err='*' out='*'
check 'demo' 0 env CF_HOME=demo pipeline.sh demo short
cp got.out demo.out
sed -e 's/ *[0-9.-]* \.\. *[0-9.]*/ LOW .. HIGH/' -e 's/[0-9]\{8\}T[0-9]\{6\}Z-[0-9]*/RUN/' demo.out >seen
out=8
check 'a line for each symbol' 0 grep -c '^SIM[A-Z]* *2023-12-29  *5 ' seen
out='demo/predictions/market/2023-12-29.ndjson'
check 'and where the results lie' 0 sh -c 'sed -n "s/^forecasts  *//p" demo.out'
out=8
check 'the forecasts' 0 sh -c 'wc -l <demo/predictions/market/2023-12-29.ndjson | tr -d " "'
check 'the model' 0 test -s demo/models/market/current/model.cfm
check 'its metrics' 0 test -s demo/models/market/current/metrics.json
out='demo
features
latest
predict
prune
report
run
first training
train
promote
mlflow'
check 'the steps' 0 sh -c 'CF_HOME=demo steps status >seen
    for why in demo "first training"; do
        echo "$why"; awk -v why="$why" "/  done / && \$0 ~ why \"\$\" { print \$2 }" seen
    done'
out='*' err='*'
check 'demo again' 0 env CF_HOME=demo pipeline.sh demo short
out=1
check 'starts anew' 0 sh -c 'ls demo/runs | wc -l | tr -d " "'
mkdir full
: >full/mine
err='pipeline.sh: full: not empty and not a former demo; name another folder in CF_HOME'
check 'demo touches nothing else' 2 env CF_HOME=full pipeline.sh demo short
out=mine
check 'nothing at all' 0 ls -A full
mkdir hollow
out='*' err='*'
check 'demo in an empty folder' 0 env CF_HOME=hollow pipeline.sh demo short
out='*' err='*'
check 'demo without CF_HOME' 0 pipeline.sh demo short
check 'goes to ./cashflow-demo' 0 test -f cashflow-demo/.cashflow-demo

# ---- run

awk -F, 'NR == 1 || $1 == "SIMBANK" || $1 == "SIMTECH"' share/cashflow/sample/bars.csv >bars.csv
cp share/cashflow/sample/series.csv .
printf 'CF_HOME=home\nBARS=bars.csv\nSERIES=series.csv\n' >my.conf
check 'check' 0 pipeline.sh --config my.conf check
check 'check has written nothing' 1 test -e home
err='pipeline.sh: all in place'
check 'run -n is check' 0 pipeline.sh -n -v --config=my.conf run
check 'run' 0 pipeline.sh --config my.conf --reason 'by hand' run
out=2
check 'its forecasts' 0 sh -c 'cat home/predictions/market/*.ndjson | wc -l | tr -d " "'
out=6
check 'its reason' 0 sh -c 'steps --config my.conf status 1 | grep -c "by hand\$"'
check 'every record is one' 0 sh -c 'cf-run --list home/runs/* >/dev/null'
check 'run again' 0 pipeline.sh --config my.conf run
out=1
check 'no training is due' 0 sh -c 'ls -d home/models/market/2* | wc -l | tr -d " "'
check 'retrain' 0 pipeline.sh --config my.conf --reason 'just so' retrain
out=2
check 'two models' 0 sh -c 'ls -d home/models/market/2* | wc -l | tr -d " "'
for last in home/runs/*.ndjson; do :; done
last=$(basename "$last" .ndjson)
out=$last
check 'the newest is current' 0 sh -c 'cd -P home/models/market/current && basename "$(pwd)"'
out='*'
check 'the same features, the same forecasts' 0 sh -c 'cmp home/models/market/2*/model.cfm'

# ---- what goes wrong

err='pipeline.sh: no prices: set BARS, or put CSV files into none/raw/bars'
check 'no prices' 2 env CF_HOME=none pipeline.sh check
printf 'CF_HOME=home\nTREES=0\n' >bad.conf
err='cf-run: bad.conf:2: TREES: out of range: "0"'
check 'a wrong configuration' 2 env TREES= pipeline.sh --config bad.conf run
cp my.conf other.conf
echo 'TREE=1' >>other.conf
err='cf-run: other.conf: unknown key: TREE'
check 'an unknown key' 0 pipeline.sh --config other.conf check
check 'an unknown key, quietly' 0 pipeline.sh -q --config other.conf check
for wrong in 'run x' 'status 0' 'status x' 'status 1 2' 'fly' '' '--config' '-n demo'; do
	err='*'
	check "wrong: $wrong" 2 sh -c "pipeline.sh $wrong"
done
err='pipeline.sh: no run in nowhere yet'
check 'no history' 1 env CF_HOME=nowhere pipeline.sh status

# a failing step: its message, its status; what was there stays in use
sed '5s/[0-9]*\.[0-9]*/abc/' bars.csv >broken.csv
printf 'CF_HOME=home\nBARS=broken.csv\nSERIES=series.csv\n' >broken.conf
before=$(ls home/predictions/market/*; cat home/models/market/current/metrics.json)
err='*'
check 'a step that fails ends the run with its status' 3 pipeline.sh --config broken.conf run
cp got.err failed.err
out='cf-features: broken.csv:5: column "open": not a number: "abc"'
check 'its message' 0 grep '^cf-features: ' failed.err
out='pipeline.sh: step features ended with status 3; log: home/log/RUN.features.log'
check 'the log is named' 0 sh -c "sed -n 's/[0-9]*T[0-9]*Z-[0-9]*/RUN/; /^pipeline.sh: /p' failed.err"
out='features failed
run failed'
check 'it is recorded' 0 sh -c 'CF_HOME=home steps status 1 | awk "/^2/ { print \$2, \$6 }"'
after=$(ls home/predictions/market/*; cat home/models/market/current/metrics.json)
check 'and the rest stays as it was' 0 test "$before" = "$after"

# one run at a time
cf-run --lock home/state/lock -- sh -c 'echo x >held; until [ -e release ]; do sleep 0.05; done' &
until [ -s held ]; do sleep 0.05; done
err='cf-run: home/state/lock: locked by another process'
check 'one run at a time' 75 pipeline.sh --config my.conf run
cf-run --lock demo/state/lock -- sh -c 'echo x >held2; until [ -e release ]; do sleep 0.05; done' &
until [ -s held2 ]; do sleep 0.05; done
err='cf-run: demo/state/lock: locked by another process'
check 'nor a demo beside one' 75 env CF_HOME=demo pipeline.sh demo short
: >release
wait

# ---- what is due: the model learned from outcomes up to 2023-12-21

# trained CONF: why the last run has trained, nothing if it has not
trained() {
	steps --config "$1" status 1 | sed -n 's/^.*  train .*  done  *//p'
}
awk -F, 'NR == 1 || $2 <= "2023-12-05"' bars.csv >then.csv
printf 'CF_HOME=due\nBARS=then.csv\n' >due.conf
check 'a run' 0 pipeline.sh --config due.conf run
out='first training'
check 'trains when there is no model' 0 trained due.conf
awk -F, 'NR == 1 || $2 <= "2023-12-11"' bars.csv >then.csv
check 'a few days later' 0 pipeline.sh --config due.conf run
check 'none is due' 0 trained due.conf
out='next     training with the outcomes of 2023-12-05'
check 'status tells when' 0 sh -c 'CF_HOME=due pipeline.sh status | grep ^next'
awk -F, 'NR == 1 || $2 <= "2023-12-12"' bars.csv >then.csv
check 'a week later' 0 pipeline.sh --config due.conf run
out='outcomes of 7 days since the last training'
check 'it is due' 0 trained due.conf
echo TREES=5 >>due.conf
check 'with other settings' 0 env TREES= pipeline.sh --config due.conf run
out='trees is 5, was 4'
check 'it is due' 0 trained due.conf
echo TREES=4 >>due.conf

# ---- drift: prices that begin to move eight times as much, a quarter before their end

few=$FEATURES
FEATURES=model
drifting='NR > 1 && $2 > "2023-09-14" { for (i = 3; i <= 6; i++) $i = sprintf("%.4f", 50 * ($i / 50) ^ 8) } { print }'
awk -F, -v OFS=, 'NR == 1 || $2 <= "2023-12-08"' bars.csv | awk -F, -v OFS=, "$drifting" >then.csv
printf 'CF_HOME=drift\nBARS=then.csv\nRETRAIN_DAYS=200\n' >drift.conf
awk -F, 'NR == 1 || $2 <= "2023-09-14"' then.csv >quiet.csv
check 'a first run' 0 env BARS=quiet.csv pipeline.sh --config drift.conf run
check 'a quiet day' 0 env BARS=quiet.csv pipeline.sh --config drift.conf run
check 'no drift, no training' 0 trained drift.conf
out='ok'
check 'the findings say so' 0 sh -c 'sed -n "s/.*\"data\",\"test\":\"summary\".*\"state\":\"\([a-z]*\)\".*/\1/p" drift/drift/2023-09-14.ndjson'
check 'with drift, but right after a training' 0 env RETRAIN_PAUSE=150 pipeline.sh --config drift.conf run
check 'no training' 0 trained drift.conf
out='drift-data no'
check 'but it is told' 0 sh -c 'CF_HOME=drift steps status 1 | awk "/  drift-data  / { print \$2, \$6 }"'
check 'with drift' 0 pipeline.sh --config drift.conf run
out=1
check 'a training, with the reason' 0 sh -c 'CF_HOME=drift steps status 1 | grep -c "  train  .* drift: [a-z]"'
out=2
check 'findings of both kinds' 0 sh -c 'grep -c "\"summary\"" drift/drift/2023-12-08.ndjson'
if command -v promtool >/dev/null; then
	for kind in data performance; do
		in_file=drift/metrics/drift-$kind.prom
		check "metrics of drift, $kind" 0 promtool check metrics
	done
fi

FEATURES=$few

# forecasts that do not hold: intervals of 1 % width, on all days of the last months
printf 'CF_HOME=miss\nBARS=bars.csv\nRETRAIN_DAYS=36500\nRETRAIN_PAUSE=0\n' >miss.conf
check 'a first run' 0 pipeline.sh --config miss.conf run
check 'forecasts of the year before' 0 pipeline.sh --config miss.conf backfill 2023-03-01 2023-12-28
check 'they hold' 0 pipeline.sh --config miss.conf run
check 'no training' 0 trained miss.conf
for f in miss/predictions/market/2023-1*.ndjson; do
	sed 's/"interval":\[[^]]*\]/"interval":[100.2,100.3]/' "$f" >wrong.ndjson
	mv wrong.ndjson "$f"
done
check 'they do not hold' 0 pipeline.sh --config miss.conf run
out='drift: accuracy 0.0'
check 'below the threshold: a training' 0 sh -c 'CF_HOME=miss steps status 1 | grep "  train  " | grep -o "drift: accuracy 0\.0"'

# ---- as of a day of the past: the same as if there were nothing behind it

printf 'CF_HOME=asof\nBARS=bars.csv\nSERIES=series.csv\n' >asof.conf
awk -F, 'NR == 1 || $2 <= "2023-06-15"' bars.csv >cut.csv
awk -F, 'NR == 1 || $3 <= "2023-06-15"' series.csv >cutseries.csv
printf 'CF_HOME=cut\nBARS=cut.csv\nSERIES=cutseries.csv\n' >cut.conf
check 'as of a day' 0 pipeline.sh --config asof.conf --as-of 2023-06-15 run
check 'a run on what there was on that day' 0 pipeline.sh --config cut.conf run
for f in predictions/market/2023-06-15.ndjson features/market.csv features/latest.csv models/market/current/model.cfm; do
	check "they give the same $f" 0 cmp "cut/$f" "asof/$f"
done
out=1
check 'its name tells' 0 sh -c 'ls asof/runs | grep -c "asof20230615\.ndjson$"'
err='pipeline.sh: --as-of 2023-06-14: asof has forecasts of 2023-06-15 already; name another folder in CF_HOME'
check 'time goes forward' 2 pipeline.sh -q --config asof.conf --as-of=2023-06-14 run

# ---- forecasts of past days

printf 'CF_HOME=past\nBARS=bars.csv\nSERIES=series.csv\n' >past.conf
check 'backfill' 0 pipeline.sh --config past.conf backfill 2023-06-03 2023-06-15
out='2023-06-05.ndjson 2023-06-06.ndjson 2023-06-07.ndjson 2023-06-08.ndjson 2023-06-09.ndjson 2023-06-12.ndjson 2023-06-13.ndjson 2023-06-14.ndjson 2023-06-15.ndjson'
check 'forecasts of each day that has bars' 0 sh -c 'cd past/predictions/market && echo *'
out='as of 2023-06-03
as of 2023-06-10'
check 'by models of what was known a week before at most' 0 sh -c \
    'CF_HOME=past steps status 1 | sed -n "s/^.*  past-train .*  done  *//p"'
check 'no model is in the registry' 0 sh -c '! ls past/models/market | grep .'
check 'and nothing is left' 0 test ! -e past/state/backfill
sed 's/home=past/home=past2/; s/CF_HOME=.*/CF_HOME=past2/; s/=bars/=cut/; s/=series/=cutseries/' past.conf >past2.conf
check 'backfill, on what there was on the last day' 0 pipeline.sh --config past2.conf backfill 2023-06-03 2023-06-15
check 'the same forecasts' 0 diff -r past/predictions past2/predictions
cp -r past/predictions before
rm past/predictions/market/2023-06-0[67].ndjson past/predictions/market/2023-06-14.ndjson
echo mine >past/predictions/market/2023-06-13.ndjson
echo mine >before/market/2023-06-13.ndjson
check 'backfill, where some days are missing' 0 pipeline.sh --config past.conf backfill 2023-06-03 2023-06-15
check 'gives them, and touches no other' 0 diff -r past/predictions before
printf 'CF_HOME=past3\nBARS=bars.csv\nSERIES=series.csv\n' >past3.conf
check 'backfill of one day' 0 pipeline.sh --config past3.conf backfill 2023-06-15 2023-06-15
check 'is what a first run would have forecast on that day' 0 cmp past3/predictions/market/2023-06-15.ndjson \
    asof/predictions/market/2023-06-15.ndjson
err='*'
check 'backfill of days without bars' 1 pipeline.sh --config past3.conf backfill 2031-01-01 2031-02-01
for wrong in 'backfill' 'backfill 2023-06-15' 'backfill 2023-02-29 2023-03-01' 'backfill x y' '--resume backfill 2023-06-15 2023-06-16' \
    'logs a b c' 'logs ../x' 'retrain x' '--as-of soon run' '--as-of 2023-13-01 run' '--as-of 2023-06-15 --resume run' 'demo long' \
    'notify a b'; do
	err='*'
	check "wrong: $wrong" 2 sh -c "pipeline.sh $wrong"
done

# ---- fetching, here from files

printf 'CF_HOME=fetched\nFETCH=csv bars.csv series.csv\n' >fetch.conf
check 'check: what is to be fetched' 0 pipeline.sh --config fetch.conf check
check 'a run that fetches first' 0 pipeline.sh -q --config fetch.conf run
out='SIMBANK.csv SIMTECH.csv'
check 'has stored it' 0 sh -c 'cd fetched/raw/bars && echo *'
check 'and forecasts the same' 0 sh -c 'cf-predict -m home/models/market/current/model.cfm --format ndjson fetched/features/latest.csv >a
    cf-predict -m home/models/market/current/model.cfm --format ndjson home/features/latest.csv >b; cmp a b'
mkdir fetcher
# fetching STATUS: a cf-fetch that ends so, unless it does not know its key
fetching() {
	cat >fetcher/cf-fetch <<-END
	#!/bin/sh
	[ "\$FRED_API_KEY" = hush ] || exit 2
	exit $1
	END
	chmod +x fetcher/cf-fetch
}
echo FRED_API_KEY=hush >>fetch.conf
echo STEP_RETRIES=0 >>fetch.conf
fetching 75
err='pipeline.sh: fetch ended with status 75: going on with older data'
check 'a quota used up' 0 env PATH="$PWD/fetcher:$PATH" pipeline.sh --config fetch.conf run
fetching 4
err='pipeline.sh: fetch ended with status 4: going on with older data
pipeline.sh: not all went well, see above'
check 'no network' 4 env PATH="$PWD/fetcher:$PATH" pipeline.sh --config fetch.conf run
out='fetch failed
features done
latest done
drift-data done
drift-performance done
predict done
prune done
report done
run failed'
check 'forecasts are made all the same' 0 sh -c 'CF_HOME=fetched steps status 1 | awk "/^2/ { print \$2, \$6 }"'
fetching 2
err='*'
check 'a fault in FETCH' 2 env PATH="$PWD/fetcher:$PATH" pipeline.sh --config fetch.conf run
sed 's/=fetched/=empty/' fetch.conf >empty.conf
fetching 75
err='*'
check 'a quota used up, and no data yet' 75 env PATH="$PWD/fetcher:$PATH" pipeline.sh --config empty.conf run

# ---- MLflow

printf 'CF_HOME=flow\nBARS=bars.csv\nSTEP_RETRIES=0\n' >flow.conf
check 'a training' 0 pipeline.sh --config flow.conf run
out=2
check 'is told in mlruns' 0 sh -c 'ls flow/mlruns/*/*/meta.yaml | wc -l | tr -d " "'
err='cf-model: MLflow: 127.0.0.1:9: Couldn'"'"'t connect to server
pipeline.sh: mlflow ended with status 75: it is told with the next training'
check 'a server that is not there' 0 env MLFLOW_TRACKING_URI=http://127.0.0.1:9 pipeline.sh --config flow.conf retrain
out='mlflow failed
predict done'
check 'forecasts are made all the same' 0 sh -c 'CF_HOME=flow steps status 1 | awk "/  mlflow |  predict / { print \$2, \$6 }"'

# ---- resuming

mkdir fault
cat >fault/cf-predict <<'END'
#!/bin/sh
echo no luck >&2
exit 3
END
chmod +x fault/cf-predict
printf 'CF_HOME=res\nBARS=bars.csv\n' >res.conf
err='*'
check 'a run that fails' 3 env PATH="$PWD/fault:$PATH" pipeline.sh --config res.conf run
out=1
check 'its log tells' 0 sh -c 'CF_HOME=res pipeline.sh logs | grep -cx "no luck"'
out=1
check 'so does the log of the step' 0 sh -c 'CF_HOME=res pipeline.sh logs "$(ls res/runs | sed s/.ndjson//)" predict | grep -cx "no luck"'
err="pipeline.sh: no such run: \"x\""
check 'no such log' 1 env CF_HOME=res pipeline.sh logs x
check 'go on with it' 0 pipeline.sh --config res.conf --resume run
out='features done
latest done
train done
promote done
mlflow done
predict failed
run failed
predict done
prune done
report done
run done'
check 'at the step where it ended' 0 sh -c 'CF_HOME=res steps status | awk "/^2/ { print \$2, \$6 }"'
err='*'
check 'there is nothing to go on with' 0 pipeline.sh -v --config res.conf --resume run
out=11
check 'and nothing is done' 0 sh -c 'cat res/runs/* | wc -l | tr -d " "'
err='*'
check 'a run that fails' 3 env PATH="$PWD/fault:$PATH" pipeline.sh --config res.conf run
sleep 1
touch bars.csv
check 'go on with it, with other prices' 0 pipeline.sh --config res.conf --resume run
out='features done
latest done
drift-data done
drift-performance done
predict done
prune done
report done
run done'
check 'as a new run' 0 sh -c 'CF_HOME=res steps status 1 | awk "/^2/ { print \$2, \$6 }"'

# ---- metrics, and telling somebody

if command -v promtool >/dev/null; then
	in_file=res/metrics/pipeline.prom
	check 'metrics of the runs' 0 promtool check metrics
fi
out='cashflow_pipeline_status 0'
check 'they tell of the last run' 0 grep '^cashflow_pipeline_status' res/metrics/pipeline.prom
out='cashflow_pipeline_status 2'
check 'of one that failed, too' 0 grep '^cashflow_pipeline_status' fetched/metrics/pipeline.prom
check 'nobody is told without NOTIFY' 0 pipeline.sh --config res.conf notify
printf '%s\n' 'NOTIFY=cat >"told.$CF_WHAT"; grep -q predict "told.$CF_WHAT"' >>res.conf
check 'a command of the user is run' 0 pipeline.sh --config res.conf notify my.service
out=run
check 'it gets the last run' 0 sh -c 'sed -n "s/^2[^ ]*  \(run\) .*/\1/p" told.my.service | tail -n 1'
check 'old records and logs go' 0 sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11; do
    cp res/runs/2*.ndjson "res/runs/1999010${i}T000000Z-1.ndjson" 2>/dev/null || for f in res/runs/2*; do cp "$f" "res/runs/1999010${i}T000000Z-1.ndjson"; done
    : >"res/log/1999010${i}T000000Z-1.predict.log"; done; KEEP_RUNS=10 pipeline.sh --config res.conf run'
out=10
check 'but for the last ones' 0 sh -c 'ls res/runs | wc -l | tr -d " "'
out=6
check 'with their logs' 0 sh -c 'ls res/log | grep -c ^1999'

# ---- stopped and killed: slow steps, by a cf-train that waits first

mkdir slow
train=$(command -v cf-train)
cat >slow/cf-train <<END
#!/bin/sh
echo x >$PWD/training
sleep 4220
exec $train "\$@"
END
chmod +x slow/cf-train
PATH=$PWD/slow:$PATH pipeline.sh --config my.conf retrain &
runner=$!
until [ -s training ]; do sleep 0.05; done
kill $runner
wait $runner
check 'SIGTERM ends the step and the run' 0 test $? = 143
out='features done
latest done
train signal 15
retrain failed (143)'
check 'both are recorded' 0 sh -c \
    'CF_HOME=home steps status 1 | awk "/^2/ { s = \$2; \$1 = \$2 = \$3 = \$4 = \$5 = \"\"; print s \$0 }" | sed "s/  */ /g; s/ manual//"'
rm -f training
PATH=$PWD/slow:$PATH pipeline.sh --config my.conf retrain &
runner=$!
until [ -s training ]; do sleep 0.05; done
kill -9 $runner
wait $runner 2>/dev/null
check 'a run after one that was killed' 0 pipeline.sh --config my.conf run
check 'it leaves no half file' 0 sh -c '! find home -name ".*.tmp" | grep .'
out='*'
check 'nor a model folder without a model' 0 sh -c 'ls home/models/market/*/model.cfm home/models/market/*/metrics.json'

# ---- cf-model

mkdir -p m/a m/b
cp home/models/market/current/model.cfm m/a/
check 'promote' 0 cf-model promote -m m a
check 'the link' 0 test m/current/model.cfm -ef m/a/model.cfm
check 'promote, check only' 1 sh -c 'cf-model promote -n -m m b 2>/dev/null'
err='cf-model: m/b/model.cfm: No such file or directory'
check 'no model there' 1 cf-model promote -m m b
check 'the old one stays' 0 test m/current/model.cfm -ef m/a/model.cfm
err='cf-model: not the ID of a model: "../a"'
check 'no ID' 2 cf-model promote -m m ../a
out='' err='cf-model: '"$last"' is current'
check 'the folder of the configuration' 0 cf-model promote -v --config my.conf "$last"
for wrong in '' 'promote' 'promote a b' 'demote a' '-m m promote a'; do
	err='*'
	check "cf-model, wrong: $wrong" 2 sh -c "cf-model $wrong"
done

finish

#!/bin/sh
# pipeline.sh: run, status, check and demo; failing steps, the lock, signals, kills; and cf-model, which it uses.
. "$CF_TOP/tests/cli/lib.sh"

# as installed, with the sample, and programs from PATH
mkdir -p bin share/cashflow
cp "$CF_TOP/pipeline.sh" bin/
cp -r "$CF_TOP/data/sample" share/cashflow/
PATH=$PWD/bin:$PATH
export TREES=4

# ---- demo

out_file='' err='*' out='*'
check 'demo' 0 env CF_HOME=demo pipeline.sh demo
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
train
promote
predict
run'
check 'the steps' 0 sh -c 'echo demo; CF_HOME=demo pipeline.sh status | awk "NR > 1 && /  done  *demo\$/ { print \$2 }"'
out='*' err='*'
check 'demo again' 0 env CF_HOME=demo pipeline.sh demo
out=1
check 'starts anew' 0 sh -c 'ls demo/runs | wc -l | tr -d " "'
mkdir full
: >full/mine
err='pipeline.sh: full: not empty and not a former demo; name another folder in CF_HOME'
check 'demo touches nothing else' 2 env CF_HOME=full pipeline.sh demo
out=mine
check 'nothing at all' 0 ls -A full
mkdir hollow
out='*' err='*'
check 'demo in an empty folder' 0 env CF_HOME=hollow pipeline.sh demo
out='*' err='*'
check 'demo without CF_HOME' 0 pipeline.sh demo
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
out=5
check 'its reason' 0 sh -c 'pipeline.sh --config my.conf status 1 | grep -c "by hand\$"'
check 'every record is one' 0 sh -c 'cf-run --list home/runs/* >/dev/null'
sleep 1
check 'run again' 0 pipeline.sh --config my.conf run
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
sleep 1
err='*'
check 'a step that fails ends the run with its status' 3 pipeline.sh --config broken.conf run
cp got.err failed.err
out='cf-features: broken.csv:5: column "open": not a number: "abc"'
check 'its message' 0 grep '^cf-features: ' failed.err
out='pipeline.sh: step features ended with status 3; log: home/log/RUN.features.log'
check 'the log is named' 0 sh -c "sed -n 's/[0-9]*T[0-9]*Z-[0-9]*/RUN/; /^pipeline.sh: /p' failed.err"
out='features failed
run failed'
check 'it is recorded' 0 sh -c 'CF_HOME=home pipeline.sh status 1 | awk "NR > 1 { print \$2, \$6 }"'
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
check 'nor a demo beside one' 75 env CF_HOME=demo pipeline.sh demo
: >release
wait

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
PATH=$PWD/slow:$PATH pipeline.sh --config my.conf run &
runner=$!
until [ -s training ]; do sleep 0.05; done
kill $runner
wait $runner
check 'SIGTERM ends the step and the run' 0 test $? = 143
out='train signal 15
run failed (143)'
check 'both are recorded' 0 sh -c \
    'CF_HOME=home pipeline.sh status 1 | awk "/train|run / { s = \$2; \$1 = \$2 = \$3 = \$4 = \$5 = \"\"; print s \$0 }" | sed "s/  */ /g; s/ manual//"'
rm -f training
PATH=$PWD/slow:$PATH pipeline.sh --config my.conf run &
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

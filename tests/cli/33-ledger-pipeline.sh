#!/bin/sh
# pipeline.sh and ledgers: a state with a ledger alone, a bad ledger beside a good one.
. "$CF_TOP/tests/cli/lib.sh"

run() { CF_BIN=$CF_B CF_HOME=$PWD/state sh "$CF_TOP/pipeline.sh" -q "$@"; }
mkdir -p state/raw/ledger
awk -F, 'NR == 1 || $1 >= "2022-06-01"' "$CF_TOP/data/sample/ledger.csv" >state/raw/ledger/firm.csv
out='*' err='*'
check 'a run without prices' 0 run run
out=168
check 'forecasts of every account' 0 sh -c 'cat state/predictions/ledger-firm/2023-12-30.ndjson | wc -l | tr -d " "'
out='"kind":"amount" "backtest":'
check 'a model in use, with its backtest' 0 sh -c \
	'grep -o "\"kind\":\"amount\"\|\"backtest\":" state/models/ledger-firm/current/metrics.json | paste -s -d " " -'
cp -R state/models/ledger-firm/current/model.cfm first.cfm
printf 'date,amount\n2023-01-01,much\n' >state/raw/ledger/bad.csv
out='*' err='*'
check 'a bad ledger is told of' 3 run run
out=ok
check 'the good one went on, and its model stayed' 0 sh -c \
	'cmp first.cfm state/models/ledger-firm/current/model.cfm && test ! -e state/models/ledger-bad/current && echo ok'
rm state/raw/ledger/bad.csv
mkdir state/raw/balance state/raw/floor
cp "$CF_TOP/data/sample/balance.csv" state/raw/balance/firm.csv
cp "$CF_TOP/data/sample/floor.csv" state/raw/floor/firm.csv
out='*' err='*'
check 'retraining' 0 run retrain
out=2
check 'makes another model' 0 sh -c 'ls -d state/models/ledger-firm/*Z* | wc -l | tr -d " "'
out='56'
check 'balances and floors that are known' 0 sh -c \
	'grep "\"account\":\"store\"" state/predictions/ledger-firm/2023-12-30.ndjson | grep -c "\"balance_low\":.*\"p_below_floor\":[01]"'
check 'the report has their way' 0 grep -q 'Balance of the accounts</h2>' state/reports/latest.html
finish

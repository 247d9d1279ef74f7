#!/bin/sh
# Accounts end to end: training of kind amount, forecasts in the account's money, backtest, faults.
. "$CF_TOP/tests/cli/lib.sh"

cf-features -q --ledger --origin-step 17 "$CF_TOP/data/sample/ledger.csv" >f.csv
out='*'
check 'train on accounts' 0 cf-train --trees 25 --folds 3 --backtest -o m.cfm f.csv
cp got.out metrics.json

# is WHAT FILTER FILE: true of the metrics
is() {
	out=true
	check "$1" 0 jq "$2" "$3"
}
is 'the header tells the kind' '.kind == "amount" and .accounts == 3 and .target == "cash_flow"' metrics.json
is 'better than each rival, by the error at nearly every horizon too' '.backtest | (.horizons | length == 56) and
	([.horizons[] | select(.mase > .seasonal_naive.mase or .mase > .weekday_mean.mase or .mase > .theta.mase)] | length <= 5) and
	(.mase < .seasonal_naive.mase and .mase < .weekday_mean.mase and .mase < .theta.mase) and
	(.pinball < .seasonal_naive.pinball and .pinball < .weekday_mean.pinball and .pinball < .theta.pinball)' metrics.json
is 'skill is against the best of them' '.total.pinball as $p | (.skill - (1 - $p.model /
	([$p.unconditional, $p.seasonal_naive, $p.weekday_mean, $p.theta] | min)) | fabs) < 1e-12' metrics.json
is 'the backtest holds the records of all folds but the first' '.backtest.n == .total.n and
	.backtest.n == ([.backtest.horizons[].n] | add)' metrics.json
is 'scores of the whole are those of its parts' '.backtest as $b | ($b.smape -
	([$b.horizons[] | .smape * .n] | add) / $b.n | fabs) < 1e-9' metrics.json
out='*'
check 'without --backtest' 0 cf-train -q --trees 25 --folds 3 -o n.cfm -j 1 f.csv
cp got.out without.json
is 'there is none' 'has("backtest") | not' without.json

# ---- forecasts

check 'forecast' 0 cf-predict -q -m n.cfm --latest --quantiles 0.05,0.5,0.95 -o p.csv f.csv
out='account,date,horizon,target_date,prediction,interval_low,interval_high,level,q0.05,q0.5,q0.95,outside,model'
check 'columns of accounts' 0 sed -n 1p p.csv
out=168
check 'a record for each account and day' 0 sh -c 'sed 1d p.csv | wc -l | tr -d " "'
out=ok
check 'quantiles ascend and are the interval' 0 awk -F, \
	'NR > 1 && ($6 > $10 || $10 > $7 || $6 != $9 || $7 != $11) { bad++ } END { print NR == 169 && !bad ? "ok" : bad }' p.csv
# Money in another unit: everything but keys, level and the model's range goes with it.
awk -F, -v OFS=, 'NR == 1 { print; next } $1 == "store" { $(NF - 2) *= 1024; $(NF - 1) *= 1024; if ($NF != "") $NF *= 1024 } { print }' \
	OFMT=%.17g CONVFMT=%.17g f.csv >g.csv
check 'other units' 0 cf-predict -q -m n.cfm --latest -o q.csv g.csv
out=ok
check 'give forecasts in other units' 0 awk -F, 'NR == FNR { p[FNR] = $5; lo[FNR] = $6; next }
	FNR > 1 { k = $1 == "store" ? 1024 : 1; n++
		if (($5 - k * p[FNR]) ^ 2 > 1e-18 * ($5 ^ 2 + 1) || ($6 - k * lo[FNR]) ^ 2 > 1e-18 * ($6 ^ 2 + 1)) bad++ }
	END { print n == 168 && !bad ? "ok" : n " " bad }' p.csv q.csv
in='account,date,horizon,days_ahead,level,scale
A,2024-01-01,1,1,7,0
B,2024-01-01,1,1,7,
C,2024-01-01,1,1,,1
D,2024-01-01,1,1,7,-1'
out='A,7,7,7
B,,,
C,,,
D,,,'
check 'without a scale the level is certain; without a number of one of them nothing is known' 0 sh -c \
	"cf-predict -q -m n.cfm | sed 1d | cut -d, -f1,4-6"
out='*'
check 'the model says what it is' 0 cf-model describe n.cfm

# ---- faults

err='cf-train: kind amount needs columns level and scale'
check 'no scale' 3 sh -c "cut -d, -f1-54 f.csv | cf-train --kind amount --target mean_7 -o x.cfm"
err='cf-train: option --backtest: for accounts only'
check 'a backtest of bars' 2 sh -c "cf-features -q '$CF_TOP/data/sample/bars.csv' | cf-train --trees 2 --backtest -o x.cfm"
err='cf-train: kind amount needs columns date and horizon'
in='account,x,level,scale,cash_flow
A,1,0,1,2
A,2,0,1,3'
check 'no dates' 3 cf-train -o x.cfm
err='cf-train: too few records with a known target: 0'
in='account,date,horizon,x,level,scale,cash_flow
A,2020-01-01,1,1,0,0,2
A,2020-01-02,1,2,0,0,3'
check 'no account ever moved' 3 cf-train -o x.cfm
finish

#!/bin/sh
# The outlook of accounts: sums by day, week and month, balances, floors, plans, all accounts as one, and faults.
. "$CF_TOP/tests/cli/lib.sh"

sample=$CF_TOP/data/sample
cf-features -q --ledger --origin-step 17 "$sample/ledger.csv" >f.csv
cf-train -q --trees 25 --folds 3 -o m.cfm f.csv >metrics.json
predict() { cf-predict -q -m m.cfm "$@"; }

# ---- sums

out='account,date,horizon,target_date,prediction,interval_low,interval_high,level,model'
check 'columns' 0 sh -c 'cf-predict -q -m m.cfm --latest --per week f.csv | sed -n 1p'
out='operating 2023-12-31 1
operating 2024-01-31 32
operating 2024-02-24 56'
check 'months end with the month, the last with the forecast' 0 sh -c \
	"cf-predict -q -m m.cfm --latest --per month f.csv | awk -F, '/^operating/ { print \$1, \$4, \$3 }'"
out=9
check 'weeks end on Sunday' 0 sh -c "cf-predict -q -m m.cfm --latest --per week f.csv | grep -c ^store"
predict --latest --per day --quantiles 0.25,0.75 -o day.csv f.csv
predict --latest --quantiles 0.25,0.75 -o each.csv f.csv
out=ok
# (but where a quantile lies in a gap between two masses of its distribution)
check 'a day is what was forecast for it' 0 awk -F, 'NR == FNR { low[FNR] = $6; high[FNR] = $7; q[FNR] = $9; next }
	FNR > 1 { n++; s = high[FNR] - low[FNR] + 1; if (($6 - low[FNR]) ^ 2 > (0.02 * s) ^ 2 || ($7 - high[FNR]) ^ 2 > (0.02 * s) ^ 2 ||
		($9 - q[FNR]) ^ 2 > (0.02 * s) ^ 2) bad++ }
	END { print n == 168 && bad <= 8 ? "ok" : n " " bad }' each.csv day.csv
predict --latest --per month -o month.csv f.csv
out=ok
check 'means add up, quantiles do not' 0 awk -F, 'NR == FNR { if (FNR > 1) { m[$1] += $5; low[$1] += $6 } next }
	FNR > 1 { k[$1] += $5; l[$1] += $6 }
	END { for (a in m) { n++; if ((m[a] - k[a]) ^ 2 > 1e-12 * (m[a] ^ 2 + 1)) bad++; narrower += l[a] > low[a] }
		print n == 3 && !bad && narrower == 3 ? "ok" : n " " bad " " narrower }' day.csv month.csv
out=ok
check 'again the same bytes' 0 sh -c 'cf-predict -q -m m.cfm --latest --per month f.csv | cmp - month.csv && echo ok'

# ---- balances

predict --balance "$sample/balance.csv" --floor "$sample/floor.csv" -o path.csv f.csv
out='account,date,horizon,target_date,prediction,interval_low,interval_high,level,balance,balance_low,balance_high,p_below_floor,p_breach,risk_flag,days_to_breach,amount_needed,model'
check 'columns of a balance' 0 sed -n 1p path.csv
out=ok
check 'a balance is what was there and came since' 0 awk -F, '
	NR == FNR { if (FNR > 1) sum[$1] = $2; next }
	FNR > 1 { n++; sum[$1] += $5; if ((sum[$1] - $9) ^ 2 > 1e-10 * (1 + $9 ^ 2)) bad++ }
	END { print n == 168 && !bad ? "ok" : n " " bad }' "$sample/balance.csv" path.csv
out=ok
check 'chances' 0 awk -F, 'FNR > 1 { n++
		if ($12 < 0 || $13 > 1 || $12 > $13 || (last == $1 && $13 < was) || ($13 > 0.05) != $14) bad++
		if ($15 != "" && ($3 >= $15) != $14) bad++
		last = $1; was = $13; needed[$1] = $16 }
	END { print n == 168 && !bad ? "ok" : n " " bad }' path.csv
awk -F, -v OFS=, -v CONVFMT=%.17g 'NR == FNR { needed[$1] = $16; next } FNR > 1 { $2 += needed[$1] * 1.000001 } { print }' path.csv "$sample/balance.csv" >more.csv
predict --balance more.csv --floor "$sample/floor.csv" -o safe.csv f.csv
out=0
check 'what is needed is enough' 0 awk -F, 'FNR > 1 { n += $14 } END { print n + 0 }' safe.csv
predict --balance 10000 --floor 0 --total --per week -o total.csv f.csv
out=total
check 'all as one' 0 sh -c "sed 1d total.csv | cut -d, -f1 | uniq"
out=ok
check 'expect what all of them do' 0 awk -F, 'NR == FNR { if (FNR > 1) s += $5; next } FNR > 1 { b = $9 }
	END { print (10000 + s - b) ^ 2 < 1e-10 * (s ^ 2 + 1) ? "ok" : s " " b }' day.csv total.csv
out='{"account":"total","date":"2023-12-30","horizon":1,"target_date":"2023-12-31"}'
check 'ndjson' 0 sh -c "cf-predict -q -m m.cfm --latest --format ndjson --total --per week f.csv | sed -n 1p | jq -c '{account,date,horizon,target_date}'"

# ---- plans

printf 'date,amount,account\n2024-01-10,-500000,store\n2030-01-01,-1,store\n2024-01-10,-1,nobody\n' >plan.csv
predict --balance "$sample/balance.csv" --scheduled plan.csv -o planned.csv f.csv
out=ok
check 'a plan that nobody expected comes on top' 0 awk -F, 'NR == FNR { b[$1 $4] = $9; next }
	FNR > 1 && $1 == "store" { d = b[$1 $4] - $9; want = $4 >= "2024-01-10" ? 500000 : 0
		n++; if ((d - want) ^ 2 > 4e8) bad++ }
	FNR > 1 && $1 != "store" && b[$1 $4] != $9 { bad++ }
	END { print n == 56 && !bad ? "ok" : n " " bad }' path.csv planned.csv

# ---- faults

err='cf-predict: --balance and --floor: a number is for one account or for --total; there are several'
out='account,date,horizon,target_date,prediction,interval_low,interval_high,level,balance,balance_low,balance_high,model'
check 'one number for three accounts' 2 cf-predict -m m.cfm --balance 5 f.csv
printf 'account,amount\nstore,5\n' >one.csv
err='cf-predict: option --balance: no amount for the account: "operating"'
out='*'
check 'an account without a balance' 3 cf-predict -q -m m.cfm --balance one.csv f.csv
err='cf-predict: two.csv:3: column "account": given twice: "store"'
printf 'account,amount\nstore,5\nstore,6\n' >two.csv
check 'a balance twice' 3 cf-predict -m m.cfm --balance two.csv f.csv
err='cf-predict: two.csv:2: column "amount": not a number: "much"'
printf 'account,amount\nstore,much\n' >two.csv
check 'a balance that is no number' 3 cf-predict -m m.cfm --balance two.csv f.csv
err='cf-predict: horizons are not 1, 2, 3 and so on without a gap, of account: "store"'
out='*'
check 'a gap' 3 sh -c "grep -v '^store,2023-12-30,7,' f.csv | cf-predict -m m.cfm --latest --per week"
err='cf-predict: --floor needs --balance; try "cf-predict --help"'
check 'a floor alone' 2 cf-predict -m m.cfm --floor 5 f.csv
err='cf-predict: --per and --balance need a model of accounts'
cf-features -q "$sample/bars.csv" >b.csv
cf-train -q --trees 2 --folds 1 -o b.cfm b.csv >metrics.json
check 'a model of holdings' 3 cf-predict -m b.cfm --per week b.csv
err='cf-predict: the model holds no paths: there was too little to validate on, or no accounts'
awk -F, 'NR == 1 || $2 > "2023-12-10"' f.csv >short.csv
cf-train -q --trees 2 -o s.cfm short.csv >metrics.json
out='*'
check 'a model without paths' 3 cf-predict -q -m s.cfm --latest --per week short.csv
finish

#!/bin/sh
# Champion and challenger: cf-train --forecasts, and cf-model promote where it compares.
. "$CF_TOP/tests/cli/lib.sh"

# three symbols with a horizon of 2, whose volatility is low or high for 20 days each
awk 'BEGIN {
	seed = 7
	print "symbol,date,horizon,stock_price,volatility,rsi,cash_flow"
	for (s = 0; s < 3; s++)
		for (t = 0; t < 420; t++) {
			v = int(t / 20 + s) % 2 ? 0.03 : 0.005
			z = -6
			for (i = 0; i < 12; i++) {
				seed = seed * 16807 % 2147483647
				z += seed / 2147483647
			}
			printf "S%d,%04d-%02d-%02d,2,%d,%.4f,%d,%s\n", s, 2020 + int(t / 336), 1 + int(t / 28) % 12, 1 + t % 28,
			    50 + t % 9, v * (1 + t % 3 / 20), 30 + t * 13 % 40,
			    (t < 418 ? sprintf("%.4f", 100 * exp(v * 1.4 * z)) : "")
		}
}' >all.csv
day=2020-10-28	# of the 280th row
awk -F, -v day=$day 'NR == 1 || $2 <= day' all.csv >then.csv
awk -F, -v day=$day 'NR == 1 || $2 > day' all.csv >since.csv

train() {
	cf-train -q --trees 8 --min-leaf 20 --folds 3 -j 2 "$@"
}
mkdir -p r/old r/new
train -o r/old/model.cfm then.csv >r/old/metrics.json || skip 'cf-train does not work'

# ---- forecasts of the walk-forward

out='*'
check 'train, with forecasts' 0 train -o r/new/model.cfm --forecasts r/new/forecasts.csv all.csv
cp got.out r/new/metrics.json
out='symbol,date,horizon,prediction,interval_low,interval_high,level,cash_flow,model'
check 'their columns' 0 head -n 1 r/new/forecasts.csv
total() {
	sed 's/.*"total":{//; s/"folds".*//; s/.*"n":\([0-9]*\),.*"coverage":\([0-9.]*\),.*/\1 \2/; s/\(\.[0-9][0-9][0-9][0-9]\).*/\1/' \
	    r/new/metrics.json
}
total >want
counted() {
	awk -F, 'NR > 1 { n++; hits += $8 >= $5 && $8 <= $6 } END { printf "%d %.6f\n", n, hits / n }' r/new/forecasts.csv |
	    sed 's/\(\.[0-9][0-9][0-9][0-9]\).*/\1/'
}
out_file=want
check 'as many as were scored, with the coverage that the metrics tell' 0 counted
out=$(sed 's/.*"model":"\([^"]*\)".*/\1/' r/new/metrics.json)
check 'by that model' 0 sh -c 'sed 1d r/new/forecasts.csv | cut -d , -f 9 | sort -u'
out='*'
check 'on one thread' 0 cf-train -q --trees 8 --min-leaf 20 --folds 3 -j 1 -o one.cfm --forecasts one.csv all.csv
check 'the same bytes' 0 cmp one.csv r/new/forecasts.csv
check 'and the same model as without' 0 sh -c 'cf-train -q --trees 8 --min-leaf 20 --folds 3 -j 2 -o none.cfm all.csv >/dev/null && cmp none.cfm one.cfm'
out='*'
check 'another level, NDJSON' 0 train -o one.cfm --level 0.5 --forecasts half.ndjson all.csv
half() {
	sed 's/.*"interval":\[\([^,]*\),\([^]]*\)\],"level":0\.5,"cash_flow":\([^,]*\),.*/\1 \2 \3/' half.ndjson |
	    awk '{ n++; hits += $3 >= $1 && $3 <= $2 } END { print (hits / n > 0.4 && hits / n < 0.6 ? "half" : hits / n) }'
}
out=half
check 'about half of the outcomes are within' 0 half
out='*'
check 'check only' 0 train -n --forecasts no.csv all.csv
check 'writes none' 1 test -e no.csv
err='cf-train: --shard goes not with --forecasts; try "cf-train --help"'
check 'not of a shard' 2 train --shard 1/2 -o one.cfm --forecasts no.csv all.csv
cut -d , -f 4- all.csv >undated.csv
out='*' err='cf-train: no.csv: no forecasts, for nothing could be walked through'
check 'nothing to walk through' 0 cf-train --target cash_flow --kind plain --trees 2 -o one.cfm --forecasts no.csv undated.csv
check 'an empty file' 0 test ! -s no.csv

# ---- stored forecasts

mkdir stored few nothing
check 'the first has no rival' 0 cf-model promote -m r --predictions stored --features all.csv old
cf-predict -m r -o all-since.csv since.csv
awk -F, 'NR == 1 || $2 <= "2021-01-28"' all-since.csv >stored/1.csv
cf-predict -m r --format ndjson since.csv | grep -v -e '"2020-' -e '"2021-01' | gzip -c >stored/2.ndjson.gz
head -n 40 all-since.csv >few/1.csv
# forecasts of what the champion learned from are no test of it
cf-predict -m r -o stored/0.csv then.csv

out='*'
check 'no worse' 0 cf-model promote -n -m r --predictions stored new
cp got.out decision
out='"champion":"old" "promoted":true "basis":"stored" "since":"2020-10-28" "dates":138 "forecasts":414'
check 'what was compared' 0 sh -c 'tr "{}" ",," <decision | tr , "\n" | grep -e champion\" -e promoted -e basis -e since -e dates -e forecasts | paste -s -d " " -'
out=old
check 'check only: nothing has changed' 0 readlink r/current
out_file=decision
check 'promote' 0 cf-model promote -m r --predictions stored new
out=new
check 'it is current' 0 readlink r/current
out=1
check 'the figures are on record' 0 grep -c '"action":"promote","id":"new","from":"old","comparison":{"basis":"stored",' r/promotions.ndjson
check 'back' 0 cf-model rollback -m r

# twice as wide is worse
awk -F, -v OFS=, 'NR > 1 { $5 -= 5; $6 += 5 } { print }' r/new/forecasts.csv >wide.csv
out='*' err='*'
check 'worse' 1 cf-model promote -m r --predictions stored --forecasts wide.csv new
cp got.out decision
cp got.err said
out=1
check 'is refused' 0 grep -c '"promoted":false,"basis":"stored"' decision
out=1
check 'with the reason' 0 grep -c '^cf-model: new is refused: its loss is [0-9.]*, more than one standard error ([0-9.]*) above the [0-9.]* of old$' said
out=old
check 'the champion stays' 0 readlink r/current
out=1
check 'the refusal is on record' 0 grep -c '"action":"refuse","id":"new","from":"old","comparison":{' r/promotions.ndjson
err='cf-model: r: no model was current before'
check 'and is no promotion' 1 cf-model rollback -m r

# ---- recipes

out='{"id":"new","champion":"old","promoted":true,"basis":"same recipe","since":"2020-10-28","dates":0,"forecasts":0,"champion_loss":null,"challenger_loss":null,"difference":0,"standard_error":null}'
err='cf-model: stored forecasts of 39 dates: too few'
check 'few dates, the same recipe' 0 cf-model promote -n -v -m r --predictions few new
out='*'
check 'no files of forecasts' 0 cf-model promote -n -m r --predictions nothing new
err='cf-model: nowhere: No such file or directory'
check 'no such folder' 4 cf-model promote -n -m r --predictions nowhere new
# without volatility: another recipe, and a worse one
mkdir r/blind
cut -d , -f 1-4,6- all.csv >blind.csv
train -o r/blind/model.cfm --forecasts r/blind/forecasts.csv blind.csv >r/blind/metrics.json
out='*' err='*'
check 'a worse recipe, by stored forecasts' 1 cf-model promote -m r --predictions stored blind
err='cf-model: stored forecasts of fewer than 60 dates, and another recipe: --features FILE is needed to compare'
check 'few dates, another recipe' 2 cf-model promote -m r --predictions few blind
out='*' err='*'
check 'by walk-forward' 1 cf-model promote -m r --predictions few --features all.csv blind
cp got.out decision
out=1
check 'is refused' 0 grep -c '"promoted":false,"basis":"walk-forward".*"dates":1[34][0-9],' decision
check 'by hand' 0 cf-model promote -m r blind
out='*'
check 'a better recipe' 0 cf-model promote -m r --features all.csv new
cp got.out decision
out=1
check 'is promoted' 0 grep -c '"id":"new","champion":"blind","promoted":true,"basis":"walk-forward"' decision
awk -F, -v OFS=, 'NR > 1 { $3 = 3 } { print }' all.csv >three.csv
mkdir r/three
train -o r/three/model.cfm three.csv >r/three/metrics.json
err='cf-model: r/three/model.cfm: not of the kind, target and horizon of the current model'
check 'what forecasts something else' 3 cf-model promote -m r --predictions few --features all.csv three

finish

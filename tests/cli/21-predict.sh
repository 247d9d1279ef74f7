#!/bin/sh
# cf-predict: from features and a model to forecasts.
. "$CF_TOP/tests/cli/lib.sh"

# A plain model without trees forecasts what it was trained on, 1 2 3 4, for every record; so its numbers are exact.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) print i % 10 "," 2 * i "," 1 + i % 4 }' >table.csv
cf-train -q --target y --trees 0 -o plain.cfm table.csv >plain.json || skip 'cf-train does not work'

# A holding, with a horizon of 2.
holding_features >f.csv
cf-train -q --trees 3 --folds 2 -j 1 -o m.cfm f.csv >m.json || skip 'cf-train does not work'
id=$(sed 's/.*"model":"\([^"]*\)".*/\1/' m.json)
plain=$(sed 's/.*"model":"\([^"]*\)".*/\1/' plain.json)
head='prediction,interval_low,interval_high,level,outside,model'

# ---- what comes out

in='a,b
5,7'
out="$head
2.5,1,4,0.9,,$plain"
check 'one record' 0 cf-predict -m plain.cfm
in='extra,b,more,a
x,7,y,5
z,,9,'
out="$head
2.5,1,4,0.9,,$plain
2.5,1,4,0.9,,$plain"
check 'other columns, in any order, and missing values' 0 cf-predict -m plain.cfm
in='b
7'
out="$head
2.5,1,4,0.9,,$plain"
check 'a column that is not there' 0 cf-predict -m plain.cfm
in='a,b
-1,7
9,78
10,79'
out="$head
2.5,1,4,0.9,a,$plain
2.5,1,4,0.9,,$plain
2.5,1,4,0.9,a b,$plain"
check 'beyond the range of training' 0 cf-predict -m plain.cfm
in='a
5'
out="prediction,interval_low,interval_high,level,q0.25,q0.3,q0.999,outside,model
2.5,2,3,0.4,1,2,4,,$plain"
check 'level and quantiles' 0 cf-predict -m plain.cfm --level 0.4 --quantiles 0.25,0.3,0.999
in='{"a":5,"symbol":"007","horizon":5}
{"a":null,"symbol":"\u00e4"}'
out='{"symbol":"007","horizon":5,"prediction":2.5,"interval":[1,4],"level":0.9,"quantiles":{"0.5":2},"outside":null,"model":"'$plain'"}
{"symbol":"ä","horizon":null,"prediction":2.5,"interval":[1,4],"level":0.9,"quantiles":{"0.5":2},"outside":null,"model":"'$plain'"}'
check 'NDJSON in and out' 0 cf-predict -m plain.cfm --format ndjson --quantiles 0.5
in='symbol,a
"A,""1""",5'
out='symbol,'$head'
"A,""1""",2.5,1,4,0.9,,'$plain
check 'a symbol that needs quotes' 0 cf-predict -m plain.cfm
printf 'a\n5' | gzip -c >a.gz
out="$head
2.5,1,4,0.9,,$plain"
check 'gzip' 0 cf-predict -m plain.cfm a.gz
printf 'b,a\n1,2\n3,4\n' >b.csv
out="$head
2.5,1,4,0.9,,$plain
2.5,1,4,0.9,,$plain
2.5,1,4,0.9,,$plain"
check 'several files, their columns in another order' 0 cf-predict -m plain.cfm a.gz b.csv

out='*'
check 'a holding' 0 cf-predict -m m.cfm f.csv
cp got.out csv.txt
out='symbol,date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,position_size,outside,model'
check 'its columns' 0 head -n 1 csv.txt
out=112
check 'a forecast for every record' 0 sh -c 'sed 1d csv.txt | wc -l'
check 'whose numbers agree with one another' 0 awk -F , -v id="$id" 'NR > 1 && !($5 < $4 && $4 < $6 && $7 == 0.9 &&
    $8 >= 0 && $8 <= 1 && $10 >= $9 && $11 == ($9 > 5) && $13 == "" && $14 == id &&
    $12 - $4 / 100 < 1e-9 && $4 / 100 - $12 < 1e-9) { print; exit 1 }' csv.txt
out='S0,2024-02-28
S1,2024-02-28'
check 'only the latest' 0 sh -c 'cf-predict -m m.cfm --latest f.csv | sed 1d | cut -d , -f 1-2'
{ head -n 1 f.csv; sed 1d f.csv | sort -t , -k 2,2; } >by-date.csv
out='S0,2024-02-28
S1,2024-02-28'
check 'only the latest of a file in order of dates' 0 sh -c 'cf-predict -m m.cfm --latest by-date.csv | sed 1d | cut -d , -f 1-2'

out='*'
check 'as NDJSON' 0 cf-predict -m m.cfm --format ndjson f.csv
cp got.out n.json
# the reader of the suite flattens it again
out_file=csv.txt
check 'the same numbers in CSV and NDJSON' 0 sh -c '
	head -n 1 csv.txt
	sed "s/{\"symbol\"://; s/,\"[a-z_]*\":/,/g; s/[]\"{}[]//g; s/null//g" n.json'
cut -d , -f 1,2,4- f.csv >no-horizon.csv
cut -d , -f 1,2,4- csv.txt >want.csv
out_file=want.csv
check 'without a horizon column it is taken to be the right one' 0 cf-predict -m m.cfm no-horizon.csv
for how in '--line-buffered' '-v' '-q'; do
	out_file=csv.txt
	check "the same with $how" 0 cf-predict -m m.cfm "$how" f.csv
done
out_file=csv.txt
check 'the model from the environment' 0 env MODEL_PATH=m.cfm cf-predict f.csv
err='cf-predict: nowhere/models/market: No such file or directory'
check 'and where there is none' 4 env CF_HOME=nowhere cf-predict f.csv
mkdir -p models/market/one
cp m.cfm models/market/one/model.cfm
ln -s one models/market/current
out_file=csv.txt
check 'the current model of a folder' 0 cf-predict -m models/market f.csv
out_file=csv.txt
check 'models/market of the state folder by default' 0 env CF_HOME=. cf-predict f.csv
out='0 1'
check 'the limit of the value at risk rules flag and size' 0 sh -c '
	cf-predict -m m.cfm --latest --sizing var --var-limit 0 f.csv | awk -F , "NR == 2 { print \$12, \$11 }"'

# ---- nothing to forecast

check 'empty input' 0 cf-predict -m m.cfm
in='
'
check 'blank lines' 0 cf-predict -m m.cfm
in='a,b'
out=$head
check 'header only' 0 cf-predict -m plain.cfm
in='a,b'
check 'header only, as NDJSON' 0 cf-predict -m plain.cfm --format ndjson
in='a
5'
check 'check only' 0 cf-predict -n -m plain.cfm

# ---- bad input

in='a,b
1,2
3,4
5,six
7,8'
out="$head
2.5,1,4,0.9,,$plain
2.5,1,4,0.9,,$plain"
err='cf-predict: stdin:4: column "b": not a number: "six"'
check 'records before a bad one are forecast' 3 cf-predict -m plain.cfm
in='a,b
1,2
3,4
5,six'
err='cf-predict: stdin:4: column "b": not a number: "six"'
check 'unless the newest is to be known first' 3 sh -c 'sed "s/^/2024-01-01,/; 1s/^[^,]*/date/" | cf-predict -m plain.cfm --latest'
in='a
1e999'
err='cf-predict: stdin:2: column "a": number out of range: "1e999"'
check 'an infinite number' 3 cf-predict -m plain.cfm
in='{}
{"a":5}'
err='cf-predict: stdin:1: no key is an input of the model'
check 'NDJSON whose first record names nothing' 3 cf-predict -m plain.cfm
in='symbol,date,volume
A,2024-01-02,5'
err='cf-predict: stdin:1: no column is an input of the model'
check 'a file of something else' 3 cf-predict -m plain.cfm
in='symbol,date,stock_price
S0,2024-01-02,50'
err='cf-predict: stdin:1: no column tells the model anything: are these features?'
check 'columns of which nothing follows, as those of bars' 3 cf-predict -m m.cfm
in='symbol,horizon,rsi
A,2,50
A,20,50'
out='*'
err='cf-predict: stdin:3: column "horizon": the model forecasts horizon 2: "20"'
check 'another horizon' 3 cf-predict -m m.cfm
printf 'symbol,a\nA,1\n' >keys.csv
out="$head
2.5,1,4,0.9,,$plain"
err='cf-predict: keys.csv:1: key columns differ from those of the first file'
check 'files of other keys' 3 cf-predict -m plain.cfm a.gz keys.csv
head -c 20 a.gz >cut.gz
out='*'
err='*'
check 'gzip cut short' 3 cf-predict -m plain.cfm cut.gz

# ---- wrong options

err='cf-predict: option --quantiles: not ascending numbers between 0 and 1: "0.5,0.1"'
check 'quantiles that descend' 2 cf-predict -m plain.cfm --quantiles 0.5,0.1
err='cf-predict: option --level: not within 0.01 .. 0.999: "1"; try "cf-predict --help"'
check 'a certain interval' 2 cf-predict -m plain.cfm --level 1
err='cf-predict: option --sizing: not one of proportional|var|kelly: "all"; try "cf-predict --help"'
check 'no such rule' 2 cf-predict -m plain.cfm --sizing all

# ---- no model

err='cf-predict: none.cfm: No such file or directory'
check 'no such model' 4 cf-predict -m none.cfm f.csv
mkdir empty
err='cf-predict: empty/current/model.cfm: No such file or directory'
check 'a folder without a current model' 4 cf-predict -m empty f.csv
err='cf-predict: f.csv: not a model file'
check 'a file that is no model' 3 cf-predict -m f.csv f.csv
: >nothing.cfm
err='cf-predict: nothing.cfm: not a model file'
check 'an empty file' 3 cf-predict -m nothing.cfm f.csv
size=$(wc -c <m.cfm)
head -c $((size - 1)) m.cfm >short.cfm
err='cf-predict: short.cfm: model file is cut short'
check 'a model cut short' 3 cf-predict -m short.cfm f.csv
{ cat m.cfm; echo; } >long.cfm
err='cf-predict: long.cfm: model file is damaged: bytes behind its end'
check 'a model with something behind it' 3 cf-predict -m long.cfm f.csv
{ head -c 8 m.cfm; printf '\377'; tail -c +10 m.cfm; } >newer.cfm
err='cf-predict: newer.cfm: model file of a newer version; update cashflow'
check 'a newer model' 3 cf-predict -m newer.cfm f.csv
{ head -c 400 m.cfm; printf 'damage'; tail -c +407 m.cfm; } >damaged.cfm
err='*'
check 'a damaged model' 3 cf-predict -m damaged.cfm f.csv
cp got.err said.txt
check 'is said to be so' 0 grep -q '^cf-predict: damaged.cfm: model file is damaged: ' said.txt

# ---- the file appears whole or not at all

echo old >out.csv
in='a
1
x'
err='cf-predict: stdin:3: column "a": not a number: "x"'
check 'a failure' 3 cf-predict -m plain.cfm -o out.csv
check 'leaves the old file' 0 grep -q '^old$' out.csv
check 'success' 0 cf-predict -m m.cfm -o out.csv f.csv
check 'replaces it' 0 cmp csv.txt out.csv
err='cf-predict: none/out.csv: No such file or directory'
check 'no such folder' 4 cf-predict -m m.cfm -o none/out.csv f.csv
if [ -c /dev/full ]; then
	err='cf-predict: stdout: No space left on device'
	check 'no room' 4 sh -c 'cf-predict -m m.cfm f.csv >/dev/full'
fi
mkdir small
out='*'
err='*'
check 'killed while writing' 153 sh -c 'cd small && ulimit -f 2 && exec cf-predict -m ../m.cfm -o out.csv ../f.csv'
check 'it leaves nothing' 0 rmdir small

finish

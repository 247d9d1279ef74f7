#!/bin/sh
# cf-predict: JSON in all its forms, records answered as they come, bad records passed over, explanations, threads.
. "$CF_TOP/tests/cli/lib.sh"

# A plain model without trees forecasts what it was trained on, 1 2 3 4, for every record; so its numbers are exact.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) print i % 10 "," 2 * i "," 1 + i % 4 }' >table.csv
cf-train -q --target y --trees 0 -o plain.cfm table.csv >plain.json || skip 'cf-train does not work'

# A holding, with a horizon of 2; and a plain model that learns something.
holding_features >f.csv
cf-train -q --trees 3 --folds 2 -j 1 -o m.cfm f.csv >m.json || skip 'cf-train does not work'
awk 'BEGIN { print "a,b,c,y"; for (i = 0; i < 900; i++) { a = i * 7 % 30; b = i * 11 % 17; print a "," b "," i % 3 "," a + (b > 8 ? 20 : 0) + i % 5 / 5 } }' >t.csv
cf-train -q --target y --trees 20 -j 1 -o t.cfm t.csv >t.json || skip 'cf-train does not work'
plain=$(sed 's/.*"model":"\([^"]*\)".*/\1/' plain.json)
head='prediction,interval_low,interval_high,level,outside,model'
line="2.5,1,4,0.9,,$plain"

# ---- JSON

in='[{"a":1},
{"b":2}]'
out="$head
$line
$line"
check 'an array' 0 cf-predict -m plain.cfm
in='{"data":{"a":5,"b":7}}'
out="$head
$line"
check 'a body of one record' 0 cf-predict -m plain.cfm
in='{"data": [
  {"a": 5, "b": 7},
  {"a": 6}
]}'
out="$head
$line
$line"
check 'a body of several' 0 cf-predict -m plain.cfm
in='{"a":1}
{"b":2}
{"b":2,"a":1,"c":"text"}'
out="$head
$line
$line
$line"
check 'inputs that come and go' 0 cf-predict -m plain.cfm
in='{"data":{"a":1,"bb":2}}'
err='cf-predict: stdin:1: column "bb": not an input of the model'
check 'a slip of the pen in a body' 3 cf-predict -m plain.cfm
in='{"data":{"a":1,"bb":2},"more":[{}]}'
out="$head
$line"
check 'that does not matter' 0 cf-predict -m plain.cfm --ignore-unknown
for nothing in '[]' '{"data":[]}' ' [ ] '; do
	in=$nothing
	check "nothing: $nothing" 0 cf-predict -m plain.cfm
	in=$nothing
	check "nothing, as NDJSON: $nothing" 0 cf-predict -m plain.cfm --format ndjson
done
in='[{"a":1},'
out="$head
$line"
err='cf-predict: stdin:2: not JSON: it ends too early: ""'
check 'half an array' 3 cf-predict -m plain.cfm
in='{"data":{"volatility_20":0.02,"rsi_14":40,"stock_price":55}}'
out='*'
check 'names with default parameters' 0 cf-predict -m m.cfm
cp got.out long.txt
in='{"stock_price":55,"volatility":0.02,"rsi":40}'
out_file=long.txt
check 'and without' 0 cf-predict -m m.cfm
in='{"data":{"stock_price":55,"volatility":0.02,"rsi":40,"horizon":3}}'
err='cf-predict: stdin:1: column "horizon": the model forecasts horizon 2: "3"'
check 'another horizon' 3 cf-predict -m m.cfm

# ---- answers as records come

in='{"a":1}
{"b":2}'
out="$head
$line
$line"
check 'a stream' 0 cf-predict -m plain.cfm --stream
mkfifo to from
cf-predict -m plain.cfm --stream --keep-going --format ndjson <to >from 2>/dev/null &
exec 3>to 4<from
answer="{\"prediction\":2.5,\"interval\":[1,4],\"level\":0.9,\"outside\":null,\"model\":\"$plain\"}"
for asked in '{"a":1}' '{"a":"x"}' '{"b":2}'; do
	echo "$asked" >&3
	read -r got <&4
	case $asked in
	*x*)	out='{"error":"stdin:2: column \"a\": not a number: \"x\"","line":2}' ;;
	*)	out=$answer ;;
	esac
	check "asked $asked, an answer at once" 0 echo "$got"
done
exec 3>&- 4<&-
wait $!
check 'a stream with a bad record ends with status 3' 3 sh -c "exit $?"
in='a
1
2'
err='cf-predict: --stream and --latest: what is newest is not known before the end; try "cf-predict --help"'
check 'a stream has no end to wait for' 2 cf-predict -m plain.cfm --stream --latest

# ---- bad records passed over

in='symbol,a,b
A,1,2
B,one,2
C,3
D,4,5'
out="symbol,$head,error,line
A,$line,,
,,,,,,,\"stdin:3: column \"\"a\"\": not a number: \"\"one\"\"\",3
,,,,,,,stdin:4: 2 fields where the header has 3,4
D,$line,,"
err='cf-predict: 2 bad records'
check 'bad records in CSV' 3 cf-predict -m plain.cfm --keep-going
in='{"a":1}
{"a":
{"c":1}'
out="$answer
{\"error\":\"stdin:2: not JSON at byte 5: unexpected token near end of file: \\\"{\\\"a\\\":\\\"\",\"line\":2}
{\"error\":\"stdin:3: no key is an input of the model\",\"line\":3}"
err='cf-predict: 2 bad records'
check 'bad records in NDJSON' 3 cf-predict -m plain.cfm --keep-going --format ndjson
in='[{"a":"x"},{"symbol":"A","a":1}]'
out="symbol,$head,error,line
,,,,,,,\"stdin:1: column \"\"a\"\": not a number: \"\"x\"\"\",1
A,$line,,"
err='cf-predict: 1 bad record'
check 'a bad record before the columns are known' 3 cf-predict -m plain.cfm --keep-going
in='{"a":"x"}'
out="$head,error,line
,,,,,,\"stdin:1: column \"\"a\"\": not a number: \"\"x\"\"\",1"
err='cf-predict: 1 bad record'
check 'bad records only' 3 cf-predict -m plain.cfm --keep-going
in='a,b
1,2'
out="$head,error,line
$line,,"
check 'no bad record' 0 cf-predict -m plain.cfm --keep-going
in='x,y
1,2'
err='cf-predict: stdin:1: no column is an input of the model'
check 'a header that helps nothing' 3 cf-predict -m plain.cfm --keep-going
{ echo 'a,b'; echo '1,2'; head -c 10000000 /dev/zero | tr '\0' 9; echo; echo '3,4'; } >long.csv
out="$head,error,line
$line,,
,,,,,,long.csv:3: line longer than 8 MiB,3
$line,,"
err='cf-predict: 1 bad record'
check 'a line of ten million bytes' 3 cf-predict -m plain.cfm --keep-going long.csv
for value in nan NaN inf 1e309 0x10 '""1' 1,5; do
	printf 'a\n"%s"\n' "$value" >value.csv
	out='*' err='*'
	check "no number: $value" 3 cf-predict -m plain.cfm value.csv
done
for value in 1e308 -1e308 1e-320 0 -0 ''; do
	printf 'stock_price,volatility,rsi\n50,%s,40\n%s,0.02,40\n50,0.02,%s\n' "$value" "$value" "$value" >value.csv
	out='*'
	check "a number: $value" 0 cf-predict -m m.cfm --explain value.csv
	cp got.out forecasts.csv
	check "forecasts from $value are whole" 0 awk -F , 'NR > 1 && !($1 > 0 && $2 <= $3 && $3 - $2 >= 0 && $7 >= $6) {
	    print; exit 1 }' forecasts.csv
done

{ printf '{"a":1,"x":"'; head -c 10000000 /dev/zero | tr '\0' x; echo '"}'; echo '{"a":2}'; } >long.json
out="{\"error\":\"long.json:1: line longer than 8 MiB\",\"line\":1}
$answer"
err='cf-predict: 1 bad record'
check 'a record of JSON of ten million bytes' 3 cf-predict -m plain.cfm --keep-going --format ndjson long.json
in='{"a":NaN}'
err='cf-predict: stdin:1: not JSON at byte 8: invalid token near '"'NaN'"': "{"a":NaN}"'
check 'NaN in JSON' 3 cf-predict -m plain.cfm

# ---- the newest of all, and what is beyond training

in='account,date,horizon,a
A,2024-01-01,1,1
A,2024-01-02,1,2
B,2024-01-01,1,3
A,2024-01-02,2,4
B,2024-01-01,2,5
A,2023-12-31,1,6'
out='A,2024-01-02,1
B,2024-01-01,1
A,2024-01-02,2
B,2024-01-01,2'
check 'all rows of the newest date of each account, in their order' 0 sh -c '
	cf-predict -m plain.cfm --latest | sed 1d | cut -d , -f 1-3'
in='a,b
0,78
9,0
10,78
-0.001,78.001
,
1e308,-1e308'
out=',
,
a,
a b,
,
a b,'
check 'inputs beyond their range in training are named' 0 sh -c "cf-predict -m plain.cfm | sed 1d | cut -d , -f 5- | sed 's/$plain//'"
in='{"b":79,"a":10}'
out="${answer%null*}\"a b\",${answer#*null,}"
check 'in NDJSON too' 0 cf-predict -m plain.cfm --format ndjson

# ---- one distribution

out='*'
check 'quantiles and risk' 0 cf-predict -m m.cfm --level 0.8 --var-level 0.9 --quantiles \
    0.01,0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95,0.99 f.csv
cp got.out law.csv
check 'quantiles are ordered, the interval and the value at risk are among them, p_loss lies where they pass 100' 0 awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) { at[$i] = i; if (sub(/^q/, "", $i)) p[i] = $i + 0 }; first = at["q0.01"]; last = at["q0.99"]; next }
	{
		wrong = $at["interval_low"] != $at["q0.1"] || $at["interval_high"] != $at["q0.9"] ||
		    100 - $at["q0.1"] != $at["value_at_risk"] || $at["expected_shortfall"] < $at["value_at_risk"] ||
		    $at["expected_shortfall"] < 100 - $at["q0.05"] || !($at["interval_low"] <= $at["q0.5"] && $at["q0.5"] <= $at["interval_high"])
		for (i = first; i <= last; i++) {
			wrong = wrong || (i > first && $i < $(i - 1))
			wrong = wrong || ($i < 100 && p[i] > $at["p_loss"] + 1e-9) || ($i > 100 && p[i] < $at["p_loss"] - 1e-9)
		}
		if (wrong) { print; exit 1 }
		rows++
	}
	END { exit rows != 112 }' law.csv

# ---- why

out='*'
check 'explanations of a plain target' 0 cf-predict -m t.cfm --explain t.csv
cp got.out why.csv
out='prediction,interval_low,interval_high,level,base,contribution_a,contribution_b,contribution_c,expected,outside,model'
check 'their columns' 0 head -n 1 why.csv
check 'add up to the prediction' 0 awk -F , 'function near(x, y) { d = x - y; return d * d < 1e-20 }
    NR > 1 && !(near($5 + $6 + $7 + $8, $9) && near($9, $1)) { print; exit 1 }' why.csv
check 'and find what matters' 0 awk -F , 'NR > 1 { a += $6 * $6; b += $7 * $7; c += $8 * $8 }
    END { exit !(a > 20 * c && b > 20 * c && c > 0) }' why.csv
out='*'
check 'explanations of a holding' 0 cf-predict -m m.cfm --explain --format ndjson f.csv
cp got.out why.json
out=112
check 'have all parts' 0 grep -c '"base":[^,]*,"contributions":{"volatility":[^,]*,"rsi":[^,}]*},"expected":[^,]*,"scale_base":[^,]*,"scale_contributions":{"volatility":[^,}]*},"scale":[0-9.e-]*,"outside"' why.json
out='*'
check 'the same in CSV' 0 cf-predict -m m.cfm --explain f.csv
cp got.out why.csv
check 'the scale adds up' 0 awk -F , '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ d = log($at["scale"]) - $at["scale_base"] - $at["scale_volatility"]; if (d * d > 1e-20) { print; exit 1 } }' why.csv
in='rsi
40'
out='*'
check 'a volatility that is missing' 0 cf-predict -m m.cfm --explain
cp got.out why.csv
out=',0'
check 'adds nothing' 0 awk -F , '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ print $at["scale_volatility"] "," log($at["scale"]) - $at["scale_base"] }' why.csv

# ---- threads

awk -F, 'NR == 1 { print; next } { row[n++] = $0 } END { for (i = 0; i < 60; i++) for (k = 0; k < n; k++) print row[k] }' t.csv |
    awk 'NR == 20000 { print "x,y,z,1"; next } { print }' >many.csv
out='*' err='cf-predict: 1 bad record'
check 'one thread' 3 cf-predict -j 1 --keep-going --explain --quantiles 0.1,0.5 -m t.cfm many.csv
cp got.out one.csv
for n in 2 3 0; do
	out_file=one.csv err='cf-predict: 1 bad record'
	check "$n threads, the same bytes" 3 cf-predict -j $n --keep-going --explain --quantiles 0.1,0.5 -m t.cfm many.csv
done
out='*' err='cf-predict: many.csv:20000: column "a": not a number: "x"'
check 'one thread, up to the bad record' 3 cf-predict -j 1 -m t.cfm many.csv
cp got.out one.csv
out=19999
check 'all before it' 0 sh -c 'wc -l <one.csv | tr -d " "'
out_file=one.csv err='cf-predict: many.csv:20000: column "a": not a number: "x"'
check 'two threads, up to the bad record' 3 cf-predict -j 2 -m t.cfm many.csv
awk -F, 'NR == 1 { print "symbol,date," $0; next } NR != 20000 { print "S" NR % 9000 "," NR ",", $0 }' many.csv |
    sed 's/, /,/' >latest.csv
out='*'
check 'only the latest, one thread' 0 cf-predict -j 1 --latest -m t.cfm latest.csv
cp got.out one.csv
out_file=one.csv
check 'only the latest, two threads' 0 cf-predict -j 2 --latest -m t.cfm latest.csv

finish

#!/bin/sh
# cf-features on bad and odd input: every tests/files/bad-* with its one message, status 3 and no file left; every
# good-* gives the same; and what is emitted where a value is not defined.
. "$CF_TOP/tests/cli/lib.sh"
files=$CF_TOP/tests/files

# file, then what is said behind its name
messages() {
	cat <<-'END'
	bad-bars-clock-mixed.csv	:3: column "date": with and without a time of day in one symbol: "2020-01-03T10:00:00Z"
	bad-bars-column-twice.csv	:1: column named twice: "open"
	bad-bars-date-order.csv	:3: column "date": earlier than the bar before: "2020-01-02"
	bad-bars-date-twice.csv	:3: column "date": the same as in the bar before: "2020-01-02"
	bad-bars-dividend-too-large.csv	:3: column "dividend_amount": not below the close before: "1"
	bad-bars-feature-name.csv	-column "rsi": is in the bars, and the name of a feature
	bad-bars-high-below-low.csv	:3: column "high": below low: "1"
	bad-bars-infinite.csv	:2: column "close": not a number: "inf"
	bad-bars-json.ndjson	*
	bad-bars-json-key.ndjson	:2: key that the first record lacks: "vol"
	bad-bars-nan.csv	:2: column "close": not a number: "NaN"
	bad-bars-negative-price.csv	:3: column "close": negative: "-1"
	bad-bars-negative-volume.csv	:2: column "volume": negative: "-10"
	bad-bars-no-column.csv	: column "close": there is no such column
	bad-bars-no-date.csv	:2: column "date": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "2020-02-30"
	bad-bars-not-a-number.csv	:2: column "close": not a number: "1O.5"
	bad-bars-quote-open.csv	:2: quoted field is not closed: ""10?"
	bad-bars-ragged.csv	:3: 6 fields where the header has 7
	bad-bars-split-zero.csv	:2: column "split_coefficient": not above 0: "0"
	bad-bars-symbol-again.csv	:4: column "symbol": its bars are not all together: "A"
	bad-bars-symbol-missing.csv	:2: column "symbol": missing: ""
	bad-bars-text-behind-quote.csv	:2: text behind a quoted field: ""10"0"
	bad-bars-too-large.csv	:2: column "close": number out of range: "1e400"
	bad-series-available-early.csv	:2: column "available": before the date: "2020-01-01"
	bad-series-date-order.csv	:3: column "date": earlier than the row before: "2020-01-02"
	bad-series-date-twice.csv	:3: column "date": twice, and not available later: "2020-01-03"
	bad-series-name.csv	:2: column "series": not a name of printable ASCII without blanks: "NIKKEI 225"
	bad-series-no-column.csv	: column "available": there is no such column
	bad-series-not-a-number.csv	:2: column "value": not a number: "."
	bad-series-one-column.csv	:3: column "series": a second series for one column: "VIXCLS"
	END
}
messages >messages.txt
tab=$(printf '\t')

for f in "$files"/bad-bars-* "$files"/bad-series-*; do
	name=${f##*/}
	check "$name has a line in the README" 0 grep -qF "| \`$name\` |" "$files/README.md"
	message=$(grep "^$name$tab" messages.txt | cut -f 2-)
	check "$name has a message here" 0 test -n "$message"
	cp "$f" .
	case $message in
	'*')	err='*' ;;
	-*)	err="cf-features: ${message#-}" ;;
	*)	err="cf-features: $name$message" ;;
	esac
	expected=$err
	case $name in
	bad-bars-*)	set -- "$name" ;;
	*)		set -- --series "$name" "$files/good-bars-plain.csv" ;;
	esac
	check "$name" 3 cf-features -o made.csv "$@"
	check "$name leaves no file" 1 sh -c 'ls | grep made'
	case $name in
	bad-bars-date-order.csv|bad-bars-symbol-again.csv)
		out='*'
		check "$name, sorted" 0 cf-features --sort "$name" ;;
	bad-bars-date-twice.csv)
		err="cf-features: $name:3: column \"date\": the same as in another bar of the symbol: \"2020-01-02\""
		check "$name, sorted" 3 cf-features --sort -n "$name" ;;
	bad-bars-clock-mixed.csv|bad-bars-dividend-too-large.csv)
		;;
	*)
		err=$expected
		check "$name, sorted" 3 cf-features --sort -n "$@" ;;
	esac
done

cf-features --set stock_price,volume,true_range --horizon 1 "$files/good-bars-plain.csv" >plain.csv
out='symbol,date,horizon,stock_price,volume,true_range,cash_flow
A,2020-01-02,1,1,10,,125
A,2020-01-03,1,1.25,10,1,120
A,2020-01-06,1,1.5,10,1,'
check 'three bars' 0 cat plain.csv
for f in "$files"/good-bars-*; do
	name=${f##*/}
	check "$name has a line in the README" 0 grep -qF "| \`$name\` |" "$files/README.md"
	out_file=plain.csv
	check "$name" 0 cf-features --set stock_price,volume,true_range --horizon 1 "$f"
	gzip -nc "$f" >packed.gz
	out_file=plain.csv
	check "$name, gzip" 0 cf-features --set stock_price,volume,true_range --horizon 1 packed.gz
	in_file=$f out_file=plain.csv
	check "$name on stdin" 0 cf-features --set stock_price,volume,true_range --horizon 1
done

# ---- gzip

gzip -nc "$files/good-bars-plain.csv" >whole.gz
head -c 60 whole.gz >cut.gz
err='cf-features: cut.gz: gzip data is cut short'
check 'a gzip file that is cut short' 3 cf-features -n cut.gz
{ head -c 30 whole.gz; printf 'XXXX'; tail -c +35 whole.gz; } >damaged.gz
err='cf-features: damaged.gz: gzip data is damaged'
check 'a damaged gzip file' 3 cf-features -n damaged.gz
{ head -n 2 "$files/good-bars-plain.csv" | gzip -nc; tail -n +3 "$files/good-bars-plain.csv" | gzip -nc; } >two.gz
out_file=plain.csv
check 'two gzip members' 0 cf-features --set stock_price,volume,true_range --horizon 1 two.gz

# ---- odd, but defined

header='symbol,date,open,high,low,close,volume'
keys='symbol,date,horizon'
out="$keys,rsi_2,percent_b_2_2,stochastic_k_2,cci_2,zscore_2,mfi_2,parkinson_2,volatility_2,bandwidth_2_2,adl,cash_flow
A,2020-01-01,1,,,,,,,,,,0,100
A,2020-01-02,1,,,,,,,,,0,0,100
A,2020-01-03,1,,,,,,,,0,0,0,100
A,2020-01-06,1,,,,,,,,0,0,0,"
in="$header
A,2020-01-01,7,7,7,7,0
A,2020-01-02,7,7,7,7,0
A,2020-01-03,7,7,7,7,0
A,2020-01-06,7,7,7,7,0"
check 'a flat series without volume' 0 cf-features --horizon 1 \
    --set rsi_2,percent_b_2_2,stochastic_k_2,cci_2,zscore_2,mfi_2,parkinson_2,volatility_2,bandwidth_2_2,adl

out="$keys,stock_price,sma_2,log_return_1,roc_1,garman_klass_1,cash_flow
A,2020-01-01,1,0,,,,,
A,2020-01-02,1,4,2,,,,0
A,2020-01-03,1,0,2,,-100,,
A,2020-01-06,1,2,1,,,0.49012907173427356,"
in="$header
A,2020-01-01,0,0,0,0,1
A,2020-01-02,2,4,0,4,1
A,2020-01-03,0,0,0,0,1
A,2020-01-06,2,3,1.5,2,1"
check 'prices of 0' 0 cf-features --horizon 1 --set stock_price,sma_2,log_return_1,roc_1,garman_klass_1

out="$keys,sma_2,bollinger_upper_2_2,volatility_2,atr_1,cash_flow
A,2020-01-01,1,,,,,200.00000000000003
A,2020-01-02,1,1.5e-300,2.5000000000000003e-300,,1e-300,200.00000000000003
A,2020-01-03,1,3e-300,5.0000000000000006e-300,0,2e-300,
B,2020-01-01,1,,,,,50
B,2020-01-02,1,7.5e299,1.25e300,,5e299,200
B,2020-01-03,1,7.5e299,1.25e300,0.9802581434685471,5e299,"
in="$header
A,2020-01-01,1e-300,1e-300,1e-300,1e-300,1
A,2020-01-02,2e-300,2e-300,2e-300,2e-300,1
A,2020-01-03,4e-300,4e-300,4e-300,4e-300,1
B,2020-01-01,1e300,1e300,1e300,1e300,1
B,2020-01-02,5e299,5e299,5e299,5e299,1
B,2020-01-03,1e300,1e300,1e300,1e300,1"
check 'prices of 1e-300 and 1e300' 0 cf-features --horizon 1 --set sma_2,bollinger_upper_2_2,volatility_2,atr_1

out="$keys,sma_2,log_return_1,obv,cash_flow
A,2020-01-01,1,,,0,
A,2020-01-02,1,,,,
A,2020-01-03,1,3,0.6931471805599453,3,150
A,2020-01-06,1,5,0.4054651081081644,,"
in="$header
A,2020-01-01,2,2,2,2,1
A,2020-01-02,,,,,1
A,2020-01-03,4,4,4,4,3
A,2020-01-06,6,6,6,6,"
check 'missing fields' 0 cf-features --horizon 1 --set sma_2,log_return_1,obv

out="$keys,stock_price,cash_flow
A,2020-01-01,1,2,
B,2020-01-01,1,3,"
in="$header
A,2020-01-01,2,2,2,2,1
B,2020-01-01,3,3,3,3,1"
check 'symbols of one row' 0 cf-features --horizon 1 --set stock_price

out="$keys,stock_price,cash_flow"
in=''
check 'nothing at all' 0 cf-features --set stock_price
out="$keys,stock_price,cash_flow"
in=$header
check 'a header only' 0 cf-features --set stock_price

err='cf-features: none.csv: No such file or directory'
check 'a file that is not there' 4 cf-features -n none.csv
err='cf-features: none.csv: No such file or directory'
check 'series that are not there' 4 cf-features -n --series none.csv

finish

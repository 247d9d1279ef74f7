#!/bin/sh
# cf-features on real prices: what each day could know, adjustment by events against the source's adjusted closes, the
# same bytes for any number of threads.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/market.sh"

market_series >series.csv
cf-features --series series.csv "$market_bars" >features.csv
check 'a row for each bar' 0 test "$(wc -l <features.csv)" = 281199

# no index of a day is known on that day
gzip -dc "$CF_TEST_MARKET/fred-VIXCLS.csv.gz" >vix.csv
check 'vix is the newest one of an earlier day' 0 awk -F, '
	FNR == 1 { next }
	NR == FNR { if ($2 != "") { day[++n] = $1; value[n] = $2 } next }
	$1 == "AAPL" {
		while (k < n && day[k + 1] < $2)
			k++
		if ($13 + 0 != value[k] + 0) {
			print
			exit 1
		}
	}' vix.csv features.csv

# the raw bars once by their dividends and splits, once by the adjusted closes; these differ where the source knows of a
# distribution that is no dividend (Ford in 2000)
gzip -dc "$CF_TEST_MARKET/stocks-raw-av.csv.gz" >raw.csv
cut -d, -f1-8 raw.csv >ratio.csv
cf-features --set log_return_5,volume,obv raw.csv >by-events.csv
cf-features --set log_return_5,volume,obv ratio.csv >by-ratio.csv
check 'adjusted by events and by ratios' 0 sh -c 'paste -d, by-events.csv by-ratio.csv | awk -F, '\''
	NR > 1 && $4 != "" {
		d = $4 - $11
		d = d < 0 ? -d : d
		n++
		small += d < 1e-4
		large += d > 1e-3
	}
	END { exit !(n > 95000 && small > 0.98 * n && large < 50) }'\'
# the split of Apple on 2014-06-09, seven for one: no crash
out='AAPL,2014-06-06,645.57
AAPL,2014-06-09,93.7'
cf-features --set stock_price,log_return_1 raw.csv >split.csv
check 'prices stay as they were traded' 0 sh -c 'grep "^AAPL,2014-06-0[69]" split.csv | cut -d, -f1,2,4'
check 'a split is no fall' 0 awk -F, '$1 == "AAPL" && $2 == "2014-06-09" { exit !($5 > -0.1) }' split.csv

for j in 1 2 5; do
	out_file=features.csv
	check "$j threads" 0 cf-features -j $j --series series.csv "$market_bars"
done

finish

#!/bin/sh
# The market model on real prices: features of 60 stocks, trained to 2014, forecasts of 2015 to 2018 held against what
# happened.  The mean pinball loss of the 5-day log return at seven quantiles has to stay below 80.4e-4 (no model at all:
# 83.9e-4), and the 90 % interval has to hold 88 to 92 % of the outcomes.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/market.sh"
case ${CF_FLAVOUR:-} in
asan | tsan | valgrind | cov)
	skip "a long run on real prices: not under $CF_FLAVOUR"
	;;
esac

market_series >series.csv
check 'features of 60 stocks' 0 cf-features --horizon 5 --series series.csv -o features.csv "$market_bars"

# Training ends ten days before the test begins, so that no outcome of the one lies in the other.
awk -F, 'NR == 1 || ($2 >= "2006-02-01" && $2 <= "2014-12-20")' features.csv >train.csv
awk -F, 'NR == 1 || ($2 >= "2015-01-01" && $NF != "")' features.csv >test.csv

out='*'
check 'training to 2014' 0 cf-train -o model.cfm train.csv
check 'forecasts of 2015 to 2018' 0 \
    cf-predict -m model.cfm --quantiles 0.05,0.1,0.25,0.5,0.75,0.9,0.95 -o forecasts.csv test.csv

awk -F, '{ print $NF }' test.csv | paste -d, forecasts.csv - | awk -F, '
	NR == 1 {
		for (i = 1; i <= NF; i++)
			at[$i] = i
		n_levels = split("0.05 0.1 0.25 0.5 0.75 0.9 0.95", level, " ")
		next
	}
	{
		y = log($at["cash_flow"] / 100)
		for (k = 1; k <= n_levels; k++) {
			d = y - log($at["q" level[k]] / 100)
			loss += (d >= 0 ? level[k] : level[k] - 1) * d / n_levels
		}
		hits += $at["cash_flow"] >= $at["interval_low"] && $at["cash_flow"] <= $at["interval_high"]
		n++
	}
	END { printf "%d %.3f %.4f\n", n, loss / n * 1e4, hits / n }' >scores.txt
read -r n loss coverage <scores.txt
echo "$n forecasts: mean pinball loss ${loss}e-4, coverage $coverage"

check 'all days of all stocks were forecast' 0 [ "$n" = 60060 ]
check "pinball loss ${loss}e-4 is below 80.4e-4" 0 awk -v x="$loss" 'BEGIN { exit !(x > 0 && x < 80.4) }'
check "coverage $coverage is within 0.88 .. 0.92" 0 awk -v x="$coverage" 'BEGIN { exit !(x >= 0.88 && x <= 0.92) }'
finish

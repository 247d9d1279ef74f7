#!/bin/sh
# Joint forecasts on real prices: which fifth of the cross-section will each of 54 stocks land in, 20 days ahead?  Trained
# to 2014, forecast in consecutive periods from 2015 to 2018, scored by the ranked probability score (ranks.awk): chances
# of a fifth each score 0.1585, independent EWMA volatilities 0.1571.  The factor is fitted to the bars up to each date.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/market.sh"
case ${CF_FLAVOUR:-} in
asan | tsan | valgrind | cov)
	skip "a long run on real prices: not under $CF_FLAVOUR"
	;;
esac

horizon=20

# The stocks that have the whole history.
gzip -dc "$market_bars" | awk -F, 'NR == 1 { print; next }
	!($1 in first) { first[$1] = $2 }
	first[$1] <= "2000-01-03"' >bars.csv
market_series >series.csv
check 'features' 0 cf-features --set model --horizon $horizon --series series.csv -o features.csv bars.csv

# The last outcome of training is known before the test begins; the test has every 20th day from its first on.
awk -F, 'NR == 1 || ($2 >= "2006-02-01" && $2 <= "2014-11-28")' features.csv >train.csv
awk -F, -v h=$horizon 'NR == 1 { print; next }
	$2 >= "2015-01-01" && $NF != "" {
		if (!($2 in day))
			day[$2] = days++
		if (day[$2] % h == 0)
			print
	}' features.csv >test.csv
out='*'
check 'training to 2014' 0 cf-train -o model.cfm train.csv
check 'ranks of 2015 to 2018' 0 cf-predict -j 0 -m model.cfm --bars bars.csv --ranks 5 -o ranks.csv test.csv

# score RANKS TEST: the outcomes beside the forecasts, in the order of dates, and what they come to
score() {
	awk -F, '{ print $NF }' "$2" | paste -d , "$1" - >both.csv
	{ head -n 1 both.csv; sed 1d both.csv | sort -s -t , -k 2,2; } >scored.csv
	awk -v ranks=5 -f "$CF_TOP/tests/cli/ranks.awk" scored.csv >score.txt
	read -r dates n score naive <score.txt
	echo "dates $dates, forecasts $n, score $score, naive $naive"
}
score ranks.csv test.csv
check 'all were forecast' 0 [ "$dates $n $naive" = '50 2700 0.15852' ]
check "the score $score is at most 0.1571" 0 awk -v s="$score" 'BEGIN { exit !(s > 0 && s <= 0.1571) }'

# Stocks, indices and a fund of bonds: here what moves together, and what apart, tells more than volatilities do.  Ten bars
# of each symbol show nothing in common, so the forecasts are the same but independent.
gzip -dc "$CF_TEST_MARKET/index.csv.gz" >index.csv
check 'features of indices and funds' 0 cf-features --set model --horizon $horizon --series series.csv -o others.csv index.csv
awk -F, '$1 ~ /^(AAPL|BAC|DTE|KO|NEE|WMB)$/ { day[$2] = 1; print }
	FNR == 1 && NR == 1 { print }
	FNR != NR && FNR > 1 && ($2 in day) && $NF != "" { print }' test.csv others.csv >mixed.csv
sed 1d index.csv | cat bars.csv - >all.csv
awk -F, 'n[$1]++ < 10' all.csv >few.csv
for b in few all; do
	check "ranks of a mixed universe, bars: $b" 0 cf-predict -j 0 -m model.cfm --bars $b.csv --ranks 5 -o mixed-$b.csv mixed.csv
done
score mixed-few.csv mixed.csv
independent=$score
score mixed-all.csv mixed.csv
check 'all of it was forecast' 0 [ "$dates $n" = '50 500' ]
check "with the factor the score $score is lower by 0.0015 than without, $independent" 0 awk -v s="$score" -v i="$independent" \
    'BEGIN { exit !(s > 0 && s <= i - 0.0015) }'

# A date's forecasts know nothing of what comes behind it.
last=$(tail -n 1 test.csv | cut -d , -f 2)
awk -F, -v last="$last" 'NR == 1 || $2 <= last' bars.csv >early.csv
awk -F, -v last="$last" 'NR == 1 || $2 == last' test.csv >last.csv
awk -F, -v last="$last" 'NR == 1 || $2 == last' ranks.csv >want.csv
out_file=want.csv
check 'no look-ahead' 0 cf-predict -m model.cfm --bars early.csv --ranks 5 last.csv

finish

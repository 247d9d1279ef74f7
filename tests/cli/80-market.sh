#!/bin/sh
# The market model on real prices: features of 60 stocks, trained to 2014, forecasts of 2015 to 2018 held against what
# happened.  Scored is the mean pinball loss of the 5-day log return at seven quantiles (no model at all: 83.9e-4) and the
# share of outcomes inside the 90 % interval; beside it the EWMA baseline, see market.awk.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/market.sh"
case ${CF_FLAVOUR:-} in
asan | tsan | valgrind | cov)
	skip "a long run on real prices: not under $CF_FLAVOUR"
	;;
esac

# below X LIMIT, within X LOW HIGH: tests of numbers
below() {
	awk -v x="$1" -v limit="$2" 'BEGIN { exit !(x > 0 && x < limit) }'
}
within() {
	awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(x >= low && x <= high) }'
}

# market SET LOSS LOW HIGH: train and forecast on the features of SET; its loss and coverage have to be in these bounds.
# Training ends ten days before the test begins, so that no outcome of the one lies in the other.
market() {
	check "$1: features of 60 stocks" 0 \
	    cf-features --set "$1" --horizon 5 --series series.csv -o features.csv "$market_bars"
	awk -F, 'NR == 1 || ($2 >= "2006-02-01" && $2 <= "2014-12-20")' features.csv >train.csv
	awk -F, 'NR == 1 || ($2 >= "2015-01-01" && $NF != "")' features.csv >test.csv
	out='*'
	check "$1: training to 2014" 0 cf-train -o model.cfm train.csv
	check "$1: forecasts of 2015 to 2018" 0 \
	    cf-predict -m model.cfm --quantiles 0.05,0.1,0.25,0.5,0.75,0.9,0.95 -o forecasts.csv test.csv
	awk -f "$CF_TOP/tests/cli/market.awk" train=train.csv test=test.csv forecasts=forecasts.csv \
	    features=features.csv >scores.txt
	echo "$1: year, forecasts, loss, loss of EWMA, coverage:"
	sort scores.txt
	read -r _ n loss _ coverage <<-END
	$(grep '^all' scores.txt)
	END
	check "$1: all days of all stocks were forecast" 0 [ "$n" = 60060 ]
	check "$1: pinball loss $loss is below $2" 0 below "$loss" "$2"
	check "$1: coverage $coverage is within $3 .. $4" 0 within "$coverage" "$3" "$4"
}

market_series >series.csv
market seed 80.2 0.885 0.915
market model 79.3 0.885 0.915

# With what the scale model wants, every year has to be better than EWMA.
while read -r year _ loss ewma _; do
	check "model: $year: loss $loss is below that of EWMA, $ewma" 0 below "$loss" "$ewma"
done <scores.txt
finish

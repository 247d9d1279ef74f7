#!/bin/sh
# cf-train on several machines (--shard, --merge), its search (--tune), what the forest uses (--explain), decay of weights.
. "$CF_TOP/tests/cli/lib.sh"

cf-features --series "$CF_TOP/data/sample/series.csv" "$CF_TOP/data/sample/bars.csv" |
    awk -F, 'NR == 1 || $2 >= "2021-01-01"' >dated.csv
awk 'BEGIN {
	print "a,b,y"
	for (i = 0; i < 900; i++) {
		a = i * 7919 % 1000
		b = i * 104729 % 1000
		print a "," b "," (a > 500 ? 3 : 1) * b + i * 31 % 50
	}
}' >plain.csv

# merged OPTION... -- FEATURES: one run and three merged shards have the same bytes
merged() {
	set -- "$@"
	options=''
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	# shellcheck disable=SC2086 # options is a list of words
	{
		cf-train $options -o one.cfm "$2" >one.json || return
		for i in 1 2 3; do
			cf-train $options --shard $i/3 -j $i -o shard.$i "$2" || return
		done
		cf-train $options --merge -o many.cfm shard.3 shard.1 shard.2 -- "$2" >many.json || return
	}
	cmp one.cfm many.cfm || return
	sed 's/"file":.*//' one.json >one.part
	sed 's/"file":.*//' many.json | cmp one.part -
}

check 'shards of dated features, all folds' 0 merged --trees 11 -- dated.csv
check 'shards of a plain table' 0 merged --trees 11 --target y -- plain.csv
check 'more shards than trees' 0 merged --trees 2 --target y -- plain.csv
check 'shards that find out how many trees are needed' 0 merged --target y -- plain.csv
check 'and of dated features' 0 merged --folds 2 -- dated.csv
check 'shards with decay of weights' 0 merged --trees 5 --half-life 200 --explain -- dated.csv

for i in 1 2; do
	cf-train --trees 4 --target y --shard $i/2 -o two.$i plain.csv
done
err='cf-train: two.1: shard 1 of 2, but 1 files are given'
check 'a shard that is missing' 3 cf-train --trees 4 --target y --merge -o m.cfm two.1 -- plain.csv
err='cf-train: two.1: shard given twice'
check 'a shard twice' 3 cf-train --trees 4 --target y --merge -o m.cfm two.1 two.1 -- plain.csv
err='cf-train: two.1: shard of other features or other options'
check 'other options' 3 cf-train --trees 5 --target y --merge -o m.cfm two.1 two.2 -- plain.csv
awk -F, 'NR == 7 { $1 = 12 } { print $1 "," $2 "," $3 }' plain.csv >other.csv
err='cf-train: two.1: shard of other features or other options'
check 'other features' 3 cf-train --trees 4 --target y --merge -o m.cfm two.1 two.2 -- other.csv
err='cf-train: plain.csv: not a shard file'
check 'a file that is no shard' 3 cf-train --trees 4 --target y --merge -o m.cfm plain.csv two.2 -- plain.csv
head -c 3000 two.1 >short
err='cf-train: short: shard file is cut short'
check 'a shard cut short' 3 cf-train --trees 4 --target y --merge -o m.cfm short two.2 -- plain.csv
{
	head -c 2000 two.1
	printf 'X'
	tail -c +2002 two.1
} >bad
err='*'
check 'a damaged shard' 3 cf-train --trees 4 --target y --merge -o m.cfm bad two.2 -- plain.csv
cp got.err told
check '  is called damaged' 0 grep -q '^cf-train: bad: shard file is damaged: ' told
for wrong in 0/2 3/2 1 a/2 1/99999; do
	err="cf-train: option --shard: not I/N with I of 1 .. N, N up to 10000: \"$wrong\"; try \"cf-train --help\""
	check "--shard $wrong" 2 cf-train --shard $wrong -o m.cfm plain.csv
done
err='cf-train: --merge: no shard files; try "cf-train --help"'
check 'nothing to merge' 2 cf-train --merge -o m.cfm
check 'no model was left by all that' 1 test -e m.cfm

# The search prints its trials, takes the best and says so in the parameters of the metrics.
out='*'
check 'a search' 0 cf-train --trees 10 --target y --tune 6 -o tuned.cfm plain.csv
cp got.out tuned
check 'six trials and the metrics' 0 test "$(wc -l <tuned)" = 7
best=$(head -n 6 tuned | sed 's/.*"min_leaf":\([0-9]*\).*"pinball":\([^,]*\),.*/\2 \1/' | sort -g | head -n 1 | cut -d' ' -f2)
check "the best leaf size, $best, was taken" 0 grep -q "\"parameters\":{.*\"min_leaf\":$best," tuned
out='*'
check 'the same search again' 0 cf-train --trees 10 --target y --tune 6 -o again.cfm plain.csv
check 'finds the same model' 0 cmp tuned.cfm again.cfm

# Column c is noise: last in importance, and nothing depends on it.
awk -F, '{ print $0 "," (NR == 1 ? "c" : NR * 7907 % 97) }' plain.csv >noise.csv
out='*'
check 'what the forest uses' 0 cf-train --trees 30 --target y --explain -n noise.csv
cp got.out told
check '  b most, noise least' 0 grep -q '"importance":\[{"input":"b",.*"input":"a",.*"input":"c",' told
check '  with curves' 0 grep -q '"partial_dependence":\[{"input":"a","value":\[.*"mean_z":\[' told

# What was true long ago weighs less: the level changes half-way.
awk 'BEGIN {
	print "date,x,y"
	for (i = 0; i < 1000; i++)
		printf "20%02d-%02d-%02d,%d,%d\n", i / 336, int(i % 336 / 28) + 1, i % 28 + 1, i % 7, (i < 700 ? 0 : 100) + i % 5
}' >shift.csv
for half in 0 30; do
	cf-train --trees 20 --target y --half-life $half -o half.cfm shift.csv >/dev/null
	printf 'x\n3\n' | cf-predict -m half.cfm --quantiles 0.5 | awk -F, 'NR == 2 { print $1 }' >level.$half
done
check 'all weigh alike: between the levels' 0 awk '{ exit !($1 > 15 && $1 < 60) }' level.0
check 'with decay: near the newer one' 0 awk '{ exit !($1 > 90) }' level.30
finish

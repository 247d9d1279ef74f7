#!/bin/sh
# cf-model describe, verify, export: exports are read by programs written from the formats' rules (lightgbm.awk,
# pmml.awk), and give the forecasts of cf-predict, also where values are missing.
. "$CF_TOP/tests/cli/lib.sh"

command -v cf-train >/dev/null || skip 'cf-train is not built'

# Columns: uniform ones with gaps, one with a hostile name, one that is 1 or missing (a cut that only missing ones
# pass), one with many ties.
# table ROWS SEED NOISE: with the target, which depends on gaps too
table() {
	awk -v rows="$1" -v seed="$2" -v noise="$3" 'BEGIN {
		srand(seed)
		print "a,\"b <&\",there,d,y"
		for (i = 0; i < rows; i++) {
			a = rand(); b = rand() * 1e6; d = int(rand() * 6); has = rand() < 0.6
			y = noise ? rand() : 1000 + 10 * sin(6 * a) + (has ? 4 : 0) + d * d / 3 + (b > 4e5) * 5 + rand()
			printf "%s,%s,%s,%d,%.6f\n", rand() < 0.15 ? "" : sprintf("%.5f", a),
			    rand() < 0.3 ? "" : sprintf("%.1f", b), has ? "1" : "", d, y
		}
	}'
}
table 800 1 0 >train.csv
table 300 2 0 >rows.csv
# beyond the training range, at cuts, all missing
printf '%s\n' '-1e300,1e300,1,-3,0' '1e300,-1,0,99,0' ',,,,0' ',,1,2,0' '0.5,400000,2,2.5,0' >>rows.csv
# the columns that the forest sees, without quotes in the header
sed -e '1s/"//g' -e 's/,[^,]*$//' rows.csv >inputs.csv

# same FORECASTS: equal to what cf-predict said, to the last bits
same() {
	paste -d ' ' "$1" want.txt | awk '
		NF != 2 { bad++ }
		{ d = $1 - $2; if (d < 0) d = -d; if (!(d <= 1e-12 * ($2 < 0 ? -$2 : $2) + 1e-15)) bad++ }
		END { if (bad || NR < 300) { print bad + 0 " of " NR " differ"; exit 1 } }'
}

# exported WHAT OPTIONS...: train, forecast, export, read, compare
exported() {
	what=$1
	shift
	out='*'
	check "$what: train" 0 cf-train -q --target y -j 1 -o model.cfm "$@"
	cf-predict -m model.cfm rows.csv | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "prediction") at = i; next }
		{ print $at }' >want.txt
	for format in lightgbm pmml; do
		err='*'
		check "$what: export to $format" 0 cf-model export --format "$format" -o "model.$format" model.cfm
		cp got.err said.txt
		check "$what: nothing but notes on stderr, $format" 0 sh -c '! grep -v "has no weight" said.txt'
		awk -f "$CF_TOP/tests/cli/$format.awk" "model.$format" inputs.csv >"got.$format"
		check "$what: $format reads as cf-predict forecasts" 0 same "got.$format"
	done
}

exported 'a forest' --trees 30 --min-leaf 3 train.csv
check 'a cut that only missing values pass is among them' 0 grep -q '[= ]inf' model.lightgbm
check 'missing values go both ways' 0 grep -q '^decision_type=.*8 .*10 ' model.lightgbm
out='feature_names=a b_<& there d'
check 'no blanks within a name' 0 grep '^feature_names=' model.lightgbm
check 'no tree_sizes' 1 grep -q tree_sizes model.lightgbm
out='4'
check 'names are escaped' 0 sh -c 'grep -c "Field name=\"b &lt;&amp;\"" model.pmml | awk "{ print (\$1 == 32 ? 4 : \$1) }"'
if command -v xmllint >/dev/null; then
	check 'well-formed' 0 xmllint --huge --noout model.pmml
fi

cp model.cfm first.cfm
cf-model export --format lightgbm first.cfm >again
check 'the same to stdout, and again' 0 cmp again model.lightgbm
check 'check only writes nothing' 0 cf-model export --format pmml -n -o no/where first.cfm

exported 'leaves of half the rows' --trees 7 --min-leaf 300 train.csv
exported 'trees of one leaf' --trees 3 --min-leaf 800 train.csv
table 500 3 1 >noise.csv
exported 'a target of noise' --trees 20 --min-leaf 5 noise.csv
exported 'no trees' --trees 0 train.csv

# ---- describe

cf-model describe first.cfm >described
out='"kind":"plain","target":"y","horizon":null,'
check 'describe: what it forecasts' 0 sed 's/.*\("kind".*"horizon":null,\).*/\1/' described
out='"inputs":[{"name":"a","role":"none",'
check 'describe: inputs' 0 sed 's/.*\("inputs":\[.*\)"low":.*{"name":"b.*/\1/' described
out='"trees_see":["a","b <&","there","d"]'
check 'describe: what the trees see' 0 sed 's/.*\("trees_see":[^]]*]\).*/\1/' described
out='"forest":{"trees":30,"inputs":4'
check 'describe: the forest' 0 sed 's/.*\("forest":{[^,]*,[^,]*\).*/\1/' described
out='"there","low":1,"high":1}'
check 'describe: ranges' 0 sh -c "grep -o '\"there\",\"role.*' described | sed -e 's/\"role\":\"none\",//' -e 's/}.*/}/'"
id=$(sed 's/^{"model":"\([0-9a-f]*\)".*/\1/' described)
check 'describe: one line' 0 sh -c '[ $(wc -l <described) = 1 ]'

# ---- verify

out="first.cfm: ok, $id"
check 'verify: a good file' 0 cf-model verify first.cfm
size=$(wc -c <first.cfm)
# damaged OFFSET: first.cfm with that byte changed
damaged() {
	byte=$(od -An -tu1 -j "$1" -N 1 first.cfm | tr -d ' ')
	cp first.cfm bad.cfm
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %o $((255 - byte)))" | dd of=bad.cfm bs=1 seek="$1" conv=notrunc 2>/dev/null
}
step=$((size / 23))
at=3
while [ $at -lt "$size" ]; do
	damaged $at
	err='*'
	check "verify: byte $at changed" 1 cf-model verify bad.cfm
	cp got.err said.txt
	check "verify: byte $at changed, the message" 0 grep -q '^cf-model: bad.cfm: .*\(damaged\|not a model\|newer\)' said.txt
	at=$((at + step))
done
head -c $((size - 5)) first.cfm >bad.cfm
out="first.cfm: ok, $id
first.cfm: ok, $id"
err='cf-model: bad.cfm: model file is cut short'
check 'verify: all files are looked at' 1 cf-model verify first.cfm bad.cfm first.cfm
err='cf-model: bad.cfm: model file is cut short
cf-model: nowhere: No such file or directory'
check 'verify: the system is worse than damage' 4 cf-model verify bad.cfm nowhere
err='cf-model: bad.cfm: model file is cut short'
check 'describe: a damaged file' 3 cf-model describe bad.cfm
err='cf-model: bad.cfm: model file is cut short'
check 'export: a damaged file' 3 cf-model export --format pmml bad.cfm
damaged $((size / 2))
err='*'
check 'export: a damaged forest' 3 cf-model export --format pmml -o made bad.cfm
check 'export: nothing is left of it' 1 test -e made

# ---- usage

err='cf-model: export wants --format lightgbm|pmml; try "cf-model --help"'
check 'export wants a format' 2 cf-model export first.cfm
err='*'
check 'no such format' 2 cf-model export --format onnx first.cfm
err='cf-model: describe wants one model file; try "cf-model --help"'
check 'describe wants a file' 2 cf-model describe
err='cf-model: describe wants one model file; try "cf-model --help"'
check 'and only one' 2 cf-model describe a b
err='cf-model: verify wants a model file; try "cf-model --help"'
check 'verify wants a file' 2 cf-model verify
err='cf-model: unknown action: "explode"; try "cf-model --help"'
check 'no such action' 2 cf-model explode x

finish

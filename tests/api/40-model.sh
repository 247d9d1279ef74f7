#!/bin/sh
# Under load: a model is promoted and taken within a second without losing a request; one that is damaged, deleted or cut
# short does not replace the old one, and /health says so; a worker that is killed loses its own requests only; TERM lets
# those under way end.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

served_model
registry=home/models/market
for id in one two; do
	mkdir -p "$registry/$id"
	cp model.cfm "$registry/$id/model.cfm"
done
cf-train -q -o "$registry/two/model.cfm" --seed 9 --trees 6 --folds 2 -j 1 features.csv >two.json
ln -s one "$registry/current"

# promote ID: as cf-model does, by one rename
promote() {
	ln -s "$1" "$registry/current.new"
	mv -T "$registry/current.new" "$registry/current"
}
model() {
	curl -s --max-time 20 "$url/health" | sed -n 's/.*"model":"\([^"]*\)".*/\1/p'
}
# soon SECONDS COMMAND...: until it succeeds; prints nothing
soon() {
	i=0
	times=$(($1 * 20))
	shift
	until "$@"; do
		i=$((i + 1))
		[ "$i" -lt "$times" ] || return 1
		sleep 0.05
	done
}
is_not() {
	[ "$(model)" != "$1" ]
}
health_has() {
	curl -s --max-time 20 "$url/health" | grep -q "$1"
}
# under_load WHAT COMMAND...: run it while requests come, none of which may fail
under_load() {
	what=$1
	shift
	cf-load -q -d "${CF_SECONDS:-3}" -c 8 --max-errors 0 --lines bodies -o load.txt "$url/predict" 2>load.err &
	load=$!
	sleep 0.5
	"$@"
	wait "$load"
	load_status=$?
	[ $load_status = 0 ] || cat load.txt load.err
	check "$what: no request was lost" 0 test $load_status = 0
}

cp model.cfm model.good
# the folder instead of the file
mv model.cfm model.apart
ln -s "$registry" model.cfm
by listen --rate 0 -j 2
first=$(model)
check 'it has a model' 0 test -n "$first"

take_second() {
	promote two
	check 'a promoted model is taken within a second' 0 soon 1 is_not "$first"
}
under_load 'promotion' take_second
second=$(model)

take_damaged() {
	mkdir -p "$registry/damaged"
	# a byte in the middle: only the checksum tells
	size=$(wc -c <model.good)
	{ head -c $((size / 2)) model.good; printf '\377'; tail -c +$((size / 2 + 2)) model.good; } >"$registry/damaged/model.cfm"
	promote damaged
	check 'a damaged model is told' 0 soon 2 health_has '"status":"degraded"'
	out=$second
	check 'a damaged model is not taken' 0 model
}
under_load 'damage' take_damaged

take_none() {
	promote nowhere
	sleep 1
	out=$second
	check 'a model that is not there is not taken' 0 model
	check 'a model that is not there is told' 0 soon 2 health_has '"status":"degraded"'
}
under_load 'nothing' take_none

take_again() {
	promote two
	check 'a good one again: all is well' 0 soon 2 health_has '"status":"healthy"'
	rm "$registry/two/model.cfm"
	check 'the file deleted: told' 0 soon 2 health_has '"status":"degraded"'
	out=$second
	check 'the file deleted: the old model goes on' 0 model
}
under_load 'deletion' take_again

promote one
check 'the first again' 0 soon 2 health_has "\"model\":\"$first\""
cut_short() {
	# In place, which no program of ours does: pages of a mapped file vanish.
	head -c 100 model.good >"$registry/one/short"
	cat "$registry/one/short" >"$registry/one/model.cfm"
	sleep 1
	check 'the file cut short in place: the server lives' 0 kill -0 "$pid"
}
under_load 'cut short in place' cut_short
cp model.good "$registry/one/model.new"
mv "$registry/one/model.new" "$registry/one/model.cfm"
check 'and takes a good one' 0 soon 3 health_has '"status":"healthy"'

if [ -r "/proc/$pid/task/$pid/children" ]; then
	cf-load -q -d "${CF_SECONDS:-3}" -c 8 --format csv --lines bodies -o load.csv "$url/predict" 2>load.err &
	load=$!
	sleep 1
	worker=$(cut -d ' ' -f 1 "/proc/$pid/task/$pid/children")
	kill -9 "$worker"
	wait "$load"
	# A connection carries one request at a time; eight were open.
	out='few'
	check 'a killed worker loses its requests only' 0 awk -F, 'NR == 2 && $10 + $11 <= 8 && $2 > 50 { print "few" }' load.csv
	[ "$cf_bad" = '' ] || cat load.csv load.err
	two_workers() {
		[ "$(wc -w <"/proc/$pid/task/$pid/children")" -eq 2 ]
	}
	check 'another takes its place' 0 soon 3 two_workers
fi

# HUP reads all again and loses nothing
reload() {
	kill -HUP "$pid"
	sleep 0.3
	kill -HUP "$pid"
}
under_load 'HUP' reload

# TERM: whoever has asked is answered
cf-load -q -d 30 -c 8 --format csv --lines bodies -o load.csv "$url/predict" 2>load.err &
load=$!
sleep 1
stop
check 'TERM ends it with status 0' 0 test "$status" = 0
sleep 0.5
kill "$load" 2>/dev/null
wait "$load" 2>/dev/null
out='none broken'
check 'TERM: all requests under way were answered' 0 awk -F, '
	NR == 2 && $10 == 0 { print "none broken" }' load.csv
finish

#!/bin/sh
# pipeline.sh on a disk that is full at some point of a run that trains and promotes: it says so, no file is half, no record
# that stood is lost, the registry and its current model are good; and the next run, with room again, does it all.
. "$CF_TOP/tests/cli/lib.sh"
small_disk 8m
. "$CF_TOP/tests/cli/home.sh"

home_setup disk/home
echo STEP_RETRIES=0 >>my.conf
check 'a run' 0 pipeline.sh --config my.conf -q run
cp disk/home/predictions/market/2023-12-29.ndjson forecasts
cp -R disk/home made
pipeline.sh --config my.conf -q retrain
need=$(($(du -sk disk/home | cut -f 1) - $(du -sk made | cut -f 1) + $(wc -c <disk/home/features/market.csv) / 1024))

# round KIB: with so much room, and then with enough
round() {
	rm -rf disk/home before
	cp -R made disk/home
	good || return
	leave "$1"
	pipeline.sh --config my.conf retrain >told 2>&1
	status=$?
	leave all
	good || { echo "room $1: not good on a full disk"; return 1; }
	[ -z "$(find disk -name '.*.tmp')" ] || { echo "room $1: temporaries are left"; return 1; }
	case $status in
	0)	enough=1 ;;
	4)	full=1
		grep -q '^cf-.*: No space left on device$' told || { echo "room $1: it does not say so:"; cat told; return 1; } ;;
	*)	echo "room $1: status $status"; cat told; return 1 ;;
	esac
	pipeline.sh --config my.conf -q retrain || { echo "room $1: the next run failed"; return 1; }
	good || { echo "room $1: not good after the next run"; return 1; }
	cmp disk/home/predictions/market/2023-12-29.ndjson forecasts
}
full=0
enough=0
parts='nothing 0 1 10 25 50 60 70 80 90 100 150'
[ -z "${CF_WRAP:-}${CF_FLAVOUR:-}" ] || parts='nothing 0 50 150'
for part in $parts; do
	room=$part
	[ "$part" = nothing ] || room=$((need * part / 100))
	check "a disk with $part percent of the room it needs" 0 round "$room"
done
check 'it was full, and it was not' 0 test $full$enough = 11

finish

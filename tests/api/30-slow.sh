#!/bin/sh
# A thousand clients that send a byte a second do not delay others; more connections than there may be are refused without
# harm, and those of one address are bounded.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

served_model
# as many as there may be descriptors
many=1000
descriptors=$(awk '/^Max open files/ { print $4 }' /proc/self/limits 2>/dev/null || getconf OPEN_MAX)
[ "$descriptors" = unlimited ] || [ "${descriptors:-0}" -gt 1100 ] || many=200

by listen --rate 0 -j 2 --max-per-address 0
out='*' err='*'
check "$many slow clients" 0 "$clients" --slow "$many" "${CF_SECONDS:-6}" "$port"
cp got.out slow.txt
cat slow.txt
# A byte a second each would make thousands of seconds; two are for machines that do other things too.
out='well'
check 'others are answered at once' 0 awk '$1 == "asked" && $2 > 20 && $4 == 0 && $6 < 2000 { print "well" }' slow.txt
out='*'
check 'and after it' 0 sh "$CF_TOP/tests/api/check.sh" "$url"
stop
check 'it ends, with whoever is connected' 0 test "$status" = 0

# 50 at most: the slow ones take their places, and lose them for being slow
by listen --rate 0 -j 1 --max-per-address 0 --max-connections 50 --timeout 1
out='*' err='*'
check 'more than there may be' 0 "$clients" --slow 100 3 "$port"
sleep 2
out='*'
check 'room again' 0 sh "$CF_TOP/tests/api/check.sh" "$url"
stop

by listen --rate 0 -j 1 --max-per-address 10 --timeout 1
out='*' err='*'
check 'more than an address may have' 0 "$clients" --slow 40 3 "$port"
sleep 2
out='*'
check 'it has room again' 0 sh "$CF_TOP/tests/api/check.sh" "$url"
stop

finish

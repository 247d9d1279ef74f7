#!/bin/sh
# Run the tests of a built tree: tests/run.sh [NAME...]   (or T="NAME..."; B=build)
#
# A test is a program $(B)/tests/unit/test_* or a script tests/cli/NN-*.sh, tests/api/NN-*.sh (make check-long: only
# those of tests/long, which take their time).  Its name is
# unit/test_x, cli/NN-x, api/x; NAME selects every test whose name, last part, or last part without test_ or NN-,
# begins with it.  Tests run in parallel, in any order, each
#   - in its own empty folder under $(B)/tests/tmp, which is its HOME and TMPDIR too and is removed afterwards;
#   - with a clean environment: PATH ($(B) first), LC_ALL=C, TZ=UTC, CF_TOP (the source tree), CF_B (the build folder),
#     CF_TEST_MARKET (default CF_TOP/../shared/market), CF_FLAVOUR (asan, tsan, valgrind, cov, or unset: a slow test may
#     do less there), and the variables of the sanitizers, of Check and of lib.sh;
#   - for at most CF_TEST_LIMIT seconds (600), then its process group is killed;
#   - and must leave no process behind.
# Status 0 is passed, 77 skipped, else failed.  A test may end its output with a line "N passed, N failed[, N skipped]",
# which is added up; otherwise it counts as one.  With CF_WRAP="valgrind ..." every unit program, and every cf-* program
# found on PATH, runs under that command.  Logs stay in $(B)/tests/log.  The last line has the same form for the whole
# run; the status is 1 when anything failed or nothing ran.
set -u

# now: seconds, with a fraction where date has one
now() {
	date +%s.%N | sed 's/[^0-9.]//g'
}

# remaining: the processes of this test: those with its mark in the environment or working in its folder
remaining() {
	[ -r /proc/self/environ ] || return 0
	{
		grep -lzsxF "CF_TEST_ID=$mark" /proc/[0-9]*/environ
		find /proc/[0-9]*/cwd -maxdepth 0 '(' -lname "$tmp" -o -lname "$tmp/*" ')' 2>/dev/null
	} | sed 's|/proc/\([0-9]*\)/.*|\1|' | sort -u
}

# one KIND/NAME: run one test, write its log and result file, print its line
one() {
	name=$1
	file=$(echo "$name" | tr / -)
	log=$CF_B/tests/log/$file.log
	tmp=$CF_B/tests/tmp/$file
	mark=$CF_TEST_RUN.$file
	rm -rf "$tmp"
	mkdir -p "$tmp"
	cd "$tmp" || exit 1

	set -- "TMPDIR=$tmp" "HOME=$tmp" LC_ALL=C TZ=UTC "CF_TOP=$CF_TOP" "CF_B=$CF_B" "CF_TEST_ID=$mark" \
	    "CF_TEST_MARKET=$CF_TEST_MARKET"
	path=$CF_B:$PATH
	[ -z "${CF_WRAP:-}" ] || path=$CF_B/tests/wrap:$path
	for v in CF_FLAVOUR CF_TEST_API CF_WRAP CK_FORK CK_VERBOSITY ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS REGEN VERBOSE; do
		eval "value=\${$v:-}"
		[ -z "$value" ] || set -- "$@" "$v=$value"
	done
	set -- "$@" "PATH=$path"
	case $name in
	unit/*)	program="${CF_WRAP:-} $CF_B/tests/$name" ;;
	*)	program="sh $CF_TOP/tests/$name.sh" ;;
	esac

	start=$(now)
	# shellcheck disable=SC2086 # the program is a list of words
	"$TIMEOUT" -k 5 "$LIMIT" env -i "$@" $program >"$log" 2>&1 </dev/null
	status=$?
	seconds=$(echo "$start $(now)" | awk '{ printf "%.1f", $2 - $1 }')
	cd /

	reason=
	case $status in
	0|77)	;;
	124|137)	reason="over the time limit of $LIMIT s" ;;
	*)	reason="status $status" ;;
	esac

	# children get a moment to end by themselves
	left=$(remaining)
	tries=0
	while [ -n "$left" ] && [ $tries -lt 20 ]; do
		sleep 0.1
		tries=$((tries + 1))
		left=$(remaining)
	done
	if [ -n "$left" ]; then
		for pid in $left; do
			echo "run.sh: left behind: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" >>"$log"
			kill -9 "$pid" 2>/dev/null
		done
		[ -n "$reason" ] || reason="left a process behind"
	fi

	# counts: the last line, when it has the form, else one
	counts=$(tail -n 1 "$log" | awk '
		/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { print $1, $3, $5 + 0 }')
	if [ -n "$counts" ]; then
		read -r passed failed skipped <<-END
		$counts
		END
		[ -z "$reason" ] && [ "$failed" -gt 0 ] && reason="status 0, but $failed failed"
		[ -n "$reason" ] && [ "$failed" = 0 ] && failed=1
		[ $status = 77 ] && [ "$skipped" = 0 ] && skipped=1
	else
		passed=0 failed=0 skipped=0
		if [ -n "$reason" ]; then
			failed=1
		elif [ $status = 77 ]; then
			skipped=1
		else
			passed=1
		fi
	fi
	if [ -n "$reason" ]; then
		result="FAILED ($reason)"
	elif [ "$skipped" -gt 0 ] && [ "$passed" = 0 ]; then
		result=skipped
	else
		result=ok
	fi
	echo "$passed $failed $skipped" >"$CF_B/tests/log/$file.count"
	printf '%-34s %7s  %s\n' "$name" "$seconds" "$result"
	chmod -R u+rwx "$tmp" 2>/dev/null
	rm -rf "$tmp"
}

# tests: the names of all that are built; with CF_LONG those of tests/long only
tests() {
	[ -z "${CF_LONG:-}" ] || {
		for f in tests/long/[0-9]*.sh; do
			[ -f "$f" ] && f=${f#tests/} && echo "${f%.sh}"
		done
		return
	}
	for f in tests/unit/test_*.c; do
		f=${f%.c}
		[ -x "$CF_B/$f" ] && echo "${f#tests/}"
	done
	for f in tests/cli/[0-9]*.sh tests/api/[0-9]*.sh; do
		[ -f "$f" ] && f=${f#tests/} && echo "${f%.sh}"
	done
}

# chosen NAME...: those of stdin that a NAME selects, all when there is none
chosen() {
	while read -r t; do
		[ $# -gt 0 ] || echo "$t"
		last=${t##*/}
		for want; do
			case "$t $last ${last#test_} ${last#[0-9][0-9]-}" in
			"$want"*|*" $want"*)
				echo "$t"
				break ;;
			esac
		done
	done
}

if [ "${1:-}" = --one ]; then
	one "$2"
	exit 0
fi

CF_TOP=$(cd "$(dirname "$0")/.." && pwd)
cd "$CF_TOP" || exit 1
CF_B=${B:-build}
[ -d "$CF_B" ] || {
	echo "run.sh: nothing is built in $CF_B" >&2
	exit 1
}
CF_B=$(cd "$CF_B" && pwd)
CF_TEST_MARKET=${CF_TEST_MARKET:-../shared/market}
case $CF_TEST_MARKET in
/*)	;;
*)	CF_TEST_MARKET=$CF_TOP/$CF_TEST_MARKET ;;
esac
TIMEOUT=$(command -v timeout || command -v gtimeout) || {
	echo "run.sh: timeout is missing; run tests/deps.sh to install what is needed" >&2
	exit 1
}
LIMIT=${CF_TEST_LIMIT:-600}
CF_TEST_RUN=$$
export CF_TOP CF_B CF_TEST_MARKET CF_TEST_RUN TIMEOUT LIMIT
umask 022
# no core files; not every shell has the option
# shellcheck disable=SC3045
ulimit -c 0 2>/dev/null

rm -rf "$CF_B/tests/log" "$CF_B/tests/tmp" "$CF_B/tests/wrap"
mkdir -p "$CF_B/tests/log" "$CF_B/tests/tmp"
if [ -n "${CF_WRAP:-}" ]; then
	mkdir -p "$CF_B/tests/wrap"
	for p in "$CF_B"/cf-*; do
		[ -x "$p" ] || continue
			printf '#!/bin/sh\nexec %s %s "$@"\n' "$CF_WRAP" "$p" >"$CF_B/tests/wrap/${p##*/}"
		chmod +x "$CF_B/tests/wrap/${p##*/}"
	done
fi

# An interrupt ends the tests too, which are in process groups of their own.
stop() {
	trap '' INT TERM HUP
	grep -lzsE "^CF_TEST_ID=$CF_TEST_RUN\\." /proc/[0-9]*/environ | sed 's|/proc/\([0-9]*\)/.*|\1|' |
	    xargs kill -9 2>/dev/null
	echo "run.sh: interrupted" >&2
	exit 130
}
trap stop INT TERM HUP

cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# shellcheck disable=SC2086 # T is a list of words
[ $# -gt 0 ] || set -- ${T:-}
list=$(tests | chosen "$@")
# in the background, so that a trapped signal is handled at once
[ -z "$list" ] || {
	echo "$list" | xargs -P "$cores" -n 1 sh "$CF_TOP/tests/run.sh" --one &
	wait $!
}

# the logs of what failed, in full; then the reasons for skipping
for t in $list; do
	log=$CF_B/tests/log/$(echo "$t" | tr / -)
	[ -f "$log.count" ] || echo "0 1 0" >"$log.count"
	read -r passed failed skipped <"$log.count"
	[ "$failed" = 0 ] || {
		echo
		echo "---- $t failed:"
		cat "$log.log"
	}
done
for t in $list; do
	log=$CF_B/tests/log/$(echo "$t" | tr / -)
	read -r passed failed skipped <"$log.count"
	[ "$skipped" = 0 ] || {
		reason=$(sed -n 's/^skipped: //p' "$log.log")
		[ -n "$reason" ] || reason=$(grep -vE '^[0-9]+ passed, ' "$log.log" | tail -n 1)
		echo "$reason" | sed "s|^|skipped: $t: |"
	}
done

total=$(for t in $list; do cat "$CF_B/tests/log/$(echo "$t" | tr / -).count"; done | awk '
	{ p += $1; f += $2; s += $3 }
	END { printf "%d passed, %d failed%s\n", p, f, s ? ", " s " skipped" : "" }')
[ -n "$list" ] || echo "run.sh: no such test" >&2
echo "$total"
case $total in
"0 passed, 0 failed")	exit 1 ;;
*" 0 failed"*)		exit 0 ;;
*)			exit 1 ;;
esac

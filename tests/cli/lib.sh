# Helpers for the scenarios in tests/cli and tests/api; to be read with:  . "$CF_TOP/tests/cli/lib.sh"
# shellcheck shell=sh
#
# A scenario runs programs in its own empty folder and compares stdout, stderr and status exactly:
#
#	in='a,b
#	1,2'
#	out='...'
#	check 'turns a into b' 0 cf-x --some-option
#	err='cf-x: stdin:2: column "a": not a number: "x"'
#	check 'names the column of a bad number' 3 cf-x bad.csv
#	finish
#
# in, out, err	the text of stdin, and the text expected on stdout and stderr, without the final newline, which is added
#		(an empty one is empty).  A file of exact bytes: in_file, out_file, err_file.  out='*' or err='*' compares
#		nothing.  All are forgotten after each check, so silence is what is expected by default.
# check WHAT STATUS COMMAND...		run and compare.  Pipes: check WHAT 0 sh -c 'cf-x a | cf-y'
#		stdout and stderr of the last check stay in the files got.out and got.err.
# golden WHAT STATUS FILE COMMAND...	the same with stdout expected in tests/cli/expect/FILE; REGEN=1 shows the
#		difference and rewrites that file
# skip REASON	the whole scenario does not apply here
# skip_one WHAT REASON	one check does not apply here
# modes_bind	sets plain, words before a command that make it bound by the modes of files, as root is not; false if they cannot
# small_disk SIZE	a disk of so much room in the folder disk, for as long as the scenario takes, or skip; it may begin anew,
#		so call it first
# leave KIB	leave so much room on that disk; `leave nothing`: nor for a file without content; `leave all`: no longer
# holding_features	prints features of two symbols with a horizon of 2, on which cf-train is quick
# finish	must be the last command: prints the counts
# VERBOSE=1 shows every command.
set -u

cf_passed=0
cf_failed=0
cf_skipped=0
cf_ended=0
in='' out='' err='' in_file='' out_file='' err_file=''
trap 'cf_at_exit $?' EXIT

# cf_at_exit STATUS: a scenario that ends before its finish has failed
cf_at_exit() {
	[ "$cf_ended" = 1 ] || {
		echo "ended before finish, status $1"
		echo "$cf_passed passed, $((cf_failed + 1)) failed"
		exit 1
	}
}

# cf_text TEXT FILE TARGET: TEXT with its newline, or the bytes of FILE, into TARGET
cf_text() {
	if [ -n "$2" ]; then
		cat "$2" >"$3"
	elif [ -n "$1" ]; then
		printf '%s\n' "$1" >"$3"
	else
		: >"$3"
	fi
}

# cf_same NAME EXPECTED-TEXT FILE: got.NAME against want.NAME; shows the difference
cf_same() {
	[ "$2" = '*' ] && [ -z "$3" ] && return 0
	cf_text "$2" "$3" "want.$1"
	cmp -s "want.$1" "got.$1" && return 0
	echo "    $1 differs (- expected, + got):"
	diff -u "want.$1" "got.$1" | sed -e 1,2d -e 's/^/    /'
	return 1
}

check() {
	cf_what=$1
	cf_want=$2
	shift 2
	[ -z "${VERBOSE:-}" ] || echo "--- $cf_what: $*"
	cf_text "$in" "$in_file" given.in
	"$@" <given.in >got.out 2>got.err
	cf_status=$?
	cf_bad=''
	cf_diff=$(
		[ "$cf_status" = "$cf_want" ] || echo "    status $cf_status, expected $cf_want"
		cf_same out "$out" "$out_file"
		cf_same err "$err" "$err_file"
	)
	cf_bad=$cf_diff
	if [ -z "$cf_bad" ]; then
		cf_passed=$((cf_passed + 1))
		[ -z "${VERBOSE:-}" ] || echo "ok: $cf_what"
	else
		cf_failed=$((cf_failed + 1))
		printf 'FAILED: %s\n    %s\n%s\n' "$cf_what" "$*" "$cf_bad"
	fi
	in='' out='' err='' in_file='' out_file='' err_file=''
}

golden() {
	cf_what=$1
	cf_want=$2
	cf_golden=$CF_TOP/tests/cli/expect/$3
	shift 3
	if [ -z "${REGEN:-}" ]; then
		[ -f "$cf_golden" ] || echo "no such file: $cf_golden; REGEN=1 makes it"
		out_file=$cf_golden
		check "$cf_what" "$cf_want" "$@"
		return
	fi
	out='*'
	check "$cf_what" "$cf_want" "$@"
	mkdir -p "$(dirname "$cf_golden")"
	[ -f "$cf_golden" ] || : >"$cf_golden"
	cmp -s "$cf_golden" got.out || {
		echo "new ${cf_golden#"$CF_TOP"/}:"
		diff -u "$cf_golden" got.out | sed -e 1,2d
		cat got.out >"$cf_golden"
	}
}

skip() {
	cf_ended=1
	echo "skipped: $1"
	exit 77
}

skip_one() {
	cf_skipped=$((cf_skipped + 1))
	echo "skipped: $1: $2"
}

modes_bind() {
	plain=''
	[ "$(id -u)" = 0 ] || return 0
	plain='setpriv --bounding-set=-dac_override,-dac_read_search'
	mkdir -m 555 bound || return
	if $plain true 2>/dev/null && ! $plain touch bound/x 2>/dev/null; then
		rmdir bound
		return
	fi
	rm -rf bound
	return 1
}

small_disk() {
	[ -z "${CF_MOUNTED:-}" ] || return 0
	mkdir -p disk
	if mount -t tmpfs -o "size=$1,nr_inodes=1000" none disk 2>/dev/null; then
		trap 'umount disk; cf_at_exit $?' EXIT
	elif unshare -Urm true 2>/dev/null && unshare -Urm mount -t tmpfs none disk 2>/dev/null; then
		cf_ended=1
		CF_MOUNTED=$1 exec unshare -Urm sh -c 'mount -t tmpfs -o "size=$CF_MOUNTED,nr_inodes=1000" none disk && exec sh "$0"' "$0"
	else
		skip 'no tmpfs can be mounted'
	fi
}

leave() {
	rm -rf disk/filler
	case $1 in
	all)	return ;;
	nothing)	(mkdir disk/filler && cd disk/filler && seq 1000 | xargs touch 2>/dev/null); return ;;
	esac
	cf_free=$(df -k --output=avail disk | tail -n 1)
	[ "$cf_free" -le "$1" ] || head -c $(((cf_free - $1) * 1024)) /dev/zero >disk/filler
}

holding_features() {
	awk 'BEGIN {
		print "symbol,date,horizon,stock_price,volatility,rsi,cash_flow"
		for (s = 0; s < 2; s++)
			for (t = 0; t < 56; t++)
				printf "S%d,2024-%02d-%02d,2,%d,%.3f,%d,%s\n", s, 1 + int(t / 28), 1 + t % 28, 50 + t % 9,
				    0.01 + t % 5 / 500, 30 + t * 13 % 40, t < 54 ? 95 + t * 7 % 12 : ""
	}'
}

finish() {
	cf_ended=1
	if [ $cf_skipped -gt 0 ]; then
		echo "$cf_passed passed, $cf_failed failed, $cf_skipped skipped"
	else
		echo "$cf_passed passed, $cf_failed failed"
	fi
	[ $cf_failed = 0 ] || exit 1
	[ $((cf_passed + cf_skipped)) -gt 0 ] || exit 1
	exit 0
}

#!/bin/sh
# Run every fuzzer of a build folder for FUZZ_SECONDS (60): tests/fuzz.sh BUILD-FOLDER PROGRAMS   (called by `make fuzz`)
#
# fuzz_NAME starts from the seeds that tests/fuzz/seeds.sh makes by the programs in the folder PROGRAMS, and uses
# tests/fuzz/NAME.dict when there is one.  The corpus grows in BUILD-FOLDER/corpus/NAME from run to run.  One line for each:
# inputs run, seconds, inputs that reached something new, findings.  A finding is left as BUILD-FOLDER/crash-NAME-*: mend what
# it shows and make it a tests/files/bad-NAME-* file, which every later run begins with, as does `make check`.  T selects
# fuzzers by the beginning of NAME.  Status 1: something was found.
set -u
cd "$(dirname "$0")/.." || exit 4
b=$1
programs=$2
failed=0
total=0

# findings: how many of this fuzzer lie there
findings() {
	find "$b" -maxdepth 1 -name "crash-$name-*" ! -name '*-slow-unit-*' | wc -l
}

rm -rf "$b/seeds" "$b/tmp"
mkdir -p "$b/tmp"
# some write files and sync them: in memory where there is such a folder
scratch=$(mktemp -d /dev/shm/fuzz.XXXXXX 2>/dev/null) || scratch=$b/tmp
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
tests/fuzz/seeds.sh "$programs" "$b/seeds" || exit 4

printf '%-22s %10s %8s %6s %9s\n' fuzzer runs seconds new findings
for source in tests/fuzz/fuzz_"${T:-}"*.c; do
	[ -f "$source" ] || continue
	name=${source#tests/fuzz/fuzz_}
	name=${name%.c}
	corpus=$b/corpus/$name
	log=$b/fuzz_$name.log
	mkdir -p "$corpus" "$b/seeds/$name"
	set -- -max_total_time="${FUZZ_SECONDS:-60}" -timeout=25 -artifact_prefix="$b/crash-$name-" -print_final_stats=1 -verbosity=0
	[ ! -f "tests/fuzz/$name.dict" ] || set -- "$@" "-dict=tests/fuzz/$name.dict"
	before=$(findings)
	began=$(date +%s)
	TMPDIR=$scratch "$b/fuzz_$name" "$@" "$corpus" "$b/seeds/$name" >"$log" 2>&1
	status=$?
	seconds=$(($(date +%s) - began))
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	new=$(sed -n 's/^stat::new_units_added: *//p' "$log")
	found=$(($(findings) - before))
	[ $status = 0 ] || [ $found -gt 0 ] || found=1
	total=$((total + ${runs:-0}))
	printf '%-22s %10s %8s %6s %9s\n' "$name" "${runs:--}" "$seconds" "${new:--}" "$found"
	[ $status = 0 ] || {
		failed=$((failed + 1))
		cat "$log"
	}
done
echo "$total runs"
[ $failed = 0 ] || {
	echo "$failed fuzzers found something"
	exit 1
}

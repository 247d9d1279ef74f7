#!/bin/sh
# Run every fuzzer of a build folder for FUZZ_SECONDS (60): tests/fuzz.sh BUILD-FOLDER   (called by `make fuzz`)
#
# fuzz_NAME starts from tests/fuzz/NAME/* or, without that folder, from tests/files/*, and uses tests/fuzz/NAME.dict when
# there is one.  The corpus grows in BUILD-FOLDER/corpus/NAME.  A finding is left as BUILD-FOLDER/crash-NAME-*: make it a
# tests/files/bad-* file.  T selects fuzzers by the beginning of NAME.
set -u
cd "$(dirname "$0")/.." || exit 4
b=$1
failed=0

for source in tests/fuzz/fuzz_"${T:-}"*.c; do
	[ -f "$source" ] || continue
	name=${source#tests/fuzz/fuzz_}
	name=${name%.c}
	corpus=$b/corpus/$name
	mkdir -p "$corpus"
	seeds=tests/files
	[ ! -d "tests/fuzz/$name" ] || seeds=tests/fuzz/$name
	set -- -max_total_time="${FUZZ_SECONDS:-60}" -artifact_prefix="$b/crash-$name-" -print_final_stats=1 -verbosity=0
	[ ! -f "tests/fuzz/$name.dict" ] || set -- "$@" "-dict=tests/fuzz/$name.dict"
	set -- "$@" "$corpus"
	[ ! -d "$seeds" ] || set -- "$@" "$seeds"
	echo "fuzz_$name, ${FUZZ_SECONDS:-60} s"
	if "$b/fuzz_$name" "$@" >"$b/fuzz_$name.log" 2>&1; then
		sed -n 's/^stat::number_of_executed_units: */    runs /p' "$b/fuzz_$name.log"
	else
		failed=$((failed + 1))
		cat "$b/fuzz_$name.log"
	fi
done
[ $failed = 0 ] || {
	echo "$failed fuzzers found something"
	exit 1
}

#!/bin/sh
# Every fuzzer over its seeds and fifty changes of each, without libFuzzer: none crashes, and what each claims holds.  Longer
# and with a look at the code reached: make fuzz.
. "$CF_TOP/tests/cli/lib.sh"
case ${CF_FLAVOUR:-} in
valgrind)	changes=2 ;;
asan|tsan)	changes=10 ;;
*)		changes=50 ;;
esac

check 'seeds can be made' 0 "$CF_TOP/tests/fuzz/seeds.sh" "$CF_B" seeds
for source in "$CF_TOP"/tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_}
	name=${name%.c}
	[ -n "$(ls "seeds/$name" 2>/dev/null)" ] || [ "$name" = model ] || check "$name has seeds" 0 false
	[ "$name" != model ] || { mkdir -p seeds/model && printf '\003\012\003\001' >seeds/model/changed; }
	out='*'
	check "$name" 0 env FUZZ_CHANGES=$changes "$CF_B/tests/fuzz/fuzz_$name" "seeds/$name"
done
finish

#!/bin/sh
# Run the benchmarks of a build folder (B, default build): its bench_* programs, then the scripts tests/bench/*.sh.
#
# Each prints what it measures.  T selects by the beginning of the name (without bench_).  CF_TOP, CF_B and
# CF_TEST_MARKET are set as for tests; the programs are on PATH.
set -u
cd "$(dirname "$0")/.." || exit 4
CF_TOP=$(pwd)
CF_B=$(cd "${B:-build}" && pwd) || exit 4
CF_TEST_MARKET=${CF_TEST_MARKET:-$CF_TOP/../shared/market}
PATH=$CF_B:$PATH
LC_ALL=C
export CF_TOP CF_B CF_TEST_MARKET PATH LC_ALL
status=0

for f in tests/bench/*.c tests/bench/*.sh; do
	[ -f "$f" ] || continue
	name=${f##*/}
	name=${name%.*}
	case ${name#bench_} in
	"${T:-}"*)	;;
	*)	continue ;;
	esac
	case $f in
	*/bench_*.c)	echo "== $name" && "$CF_B/$name" || status=1 ;;
	*/lib.sh)	;;
	*.sh)		echo "== $name" && sh "$f" || status=1 ;;
	esac
done
exit $status
